"""When an operation's accounts, or those of one identity, were active."""

from fanal.analyse.activity import Activity, activity_of, activity_of_all
from fanal.analyse.lookup import accounts_in, identity_like
from fanal.cases.access import Actor, may
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.lake.snapshot import read_current


def operation_activity(actor: Actor, node: Node, operation: Operation) -> Activity:
    """Of everyone: counts, nobody's own."""
    may(actor, "figures.read", operation.slug)
    return activity_of_all(read_current(node.lake(operation.slug)))


def identity_activity(actor: Actor, node: Node, operation: Operation, subject: str) -> tuple[str, Activity]:
    """Of one identity, with its whole id. The reading is on the record first.

    Args:
        subject: the beginning of the identity's id, or one of its accounts.

    Raises:
        UnknownIdentity.
    """
    may(actor, "person.read", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    identity = identity_like(snapshot, subject)
    record(actor, "person.read", operation.slug, kind="activity", identity=identity)
    return identity, activity_of(snapshot, accounts_in(snapshot, identity))
