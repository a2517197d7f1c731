"""The node that this desk serves, opened once in a process."""

import os
from functools import cache
from pathlib import Path

from fanal.cases.node import Node, load_node


@cache
def node() -> Node:
    """The node of FANAL_NODE. Raises NotANode, BadConfig."""
    return load_node(Path(os.environ["FANAL_NODE"]))
