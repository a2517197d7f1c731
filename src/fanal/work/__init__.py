"""Use cases, one function each; every one takes an actor. The command line and the desk both call these.

Importing it sets the case store up (in memory, until a node is loaded).
"""

from fanal.cases.ready import set_up

set_up()
