"""What rests on an exhibit, before anyone decides to do without it."""

from typing import Any

from fanal.analyse.lookup import resting_on
from fanal.cases.access import Actor, may
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.evidence.register import Register
from fanal.lake.snapshot import read_current


def without(actor: Actor, node: Node, operation: Operation, exhibit: int) -> dict[str, Any]:
    """What rests on an exhibit: what the operation would lose without it. Raises NoSuchExhibit."""
    may(actor, "case.read", operation.slug)
    found = Register(node.evidence).exhibit(exhibit, operation.slug)
    return {"exhibit": exhibit, "name": found.name, **resting_on(read_current(node.lake(operation.slug)), exhibit)}
