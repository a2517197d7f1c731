"""What a received package said, as it stands in the receiver's lake beside the receiver's own results."""

from fanal.cases.access import Actor, may
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.engine.duck import Duck
from fanal.lake.snapshot import read_current

#: The register's word for what read a package's rows; it is no reader of evidence.
PACKAGE_READER = "package"


def identities_sent(actor: Actor, node: Node, operation: Operation) -> list[str]:
    """The identities that the sender's package holds, by its own ids, in its order."""
    may(actor, "case.read", operation.slug)
    files = read_current(node.lake(operation.slug)).files("received_identity")
    if not files:
        return []
    with Duck() as engine:
        engine.bind("received_identity", files)
        found = engine.rows("SELECT DISTINCT identity FROM received_identity ORDER BY identity")
    return [str(identity) for identity in found["identity"].to_pylist()]
