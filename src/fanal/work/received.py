"""What a received package said, as it stands in the receiver's lake beside the receiver's own results."""

from collections.abc import Sequence

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


def accounts_received(
    actor: Actor, node: Node, operation: Operation, identities: Sequence[str]
) -> dict[str, list[str]]:
    """The accounts of some of those identities, as the sender has them: identity to accounts, in their order."""
    may(actor, "case.read", operation.slug)
    files = read_current(node.lake(operation.slug)).files("received_identity_account")
    found: dict[str, list[str]] = {identity: [] for identity in identities}
    if not files or not identities:
        return found
    with Duck() as engine:
        engine.bind("held", files)
        sql = (
            "SELECT DISTINCT identity, account FROM held "
            "WHERE identity IN (SELECT unnest($asked)) ORDER BY identity, account"
        )
        for row in engine.rows(sql, asked=list(identities)).to_pylist():
            found[str(row["identity"])].append(str(row["account"]))
    return found
