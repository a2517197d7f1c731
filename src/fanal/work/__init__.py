"""Use cases, one function each; every one takes an actor. The command line and the desk both call these."""
