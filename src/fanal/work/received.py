"""What a received package said, as it stands in the receiver's lake beside the receiver's own results."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fanal.analyse.sessions import session
from fanal.base.language import translate
from fanal.cases.access import Actor, may
from fanal.cases.models.exchange import Package
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.lake.snapshot import read_current
from fanal.work.packages import NoSuchPackage

#: The register's word for what read a package's rows; it is no reader of evidence.
PACKAGE_READER = "package"
#: What a package says to people, the best form first.
SUMMARIES = ("summary.pdf", "summary.html", "summary.txt")


def identities_sent(actor: Actor, node: Node, operation: Operation) -> list[str]:
    """The identities that the sender's package holds, by its own ids, in its order."""
    may(actor, "case.read", operation.slug)
    files = read_current(node.lake(operation.slug)).files("received_identity")
    if not files:
        return []
    with session() as engine:
        engine.bind("received_identity", files)
        found = engine.rows("SELECT DISTINCT identity FROM received_identity ORDER BY identity")
    return [str(identity) for identity in found["identity"].to_pylist()]


def list_received(actor: Actor, operation: Operation) -> list[dict[str, Any]]:
    """The packages that opened into an operation, the newest first.

    Returns:
        `package`, `number`, `agency`, `key` ("good", or what became of it), `made_at`, `identities`, `handling` (codes
        with their own texts).
    """
    may(actor, "case.read", operation.slug)
    opened = Package.objects.filter(operation=operation, direction="in").select_related("peer__agency")
    return [
        {
            "package": str(package),
            "number": package.number,
            "agency": package.peer.agency.name if package.peer else "",
            "key": (package.peer.revoked_for if package.peer else "") or "good",
            "made_at": package.built_at,
            "identities": package.counts.get("included"),
            "handling": package.basis.get("handling", []),
        }
        for package in opened.order_by("-number")
    ]


def summary_file(actor: Actor, node: Node, operation: Operation, number: int) -> Path:
    """The summary of a received package, as its sender wrote it for people. Raises NoSuchPackage."""
    may(actor, "person.read", operation.slug)
    package = Package.objects.filter(operation=operation, direction="in", number=number).first()
    found = [node.folder / package.folder / "data" / name for name in SUMMARIES] if package else []
    path = next((path for path in found if path.is_file()), None)
    if path is None:
        raise NoSuchPackage(package=number, state=translate("opened"))
    record(actor, "person.read", operation.slug, kind="summary", number=number)
    return path


def accounts_received(
    actor: Actor, node: Node, operation: Operation, identities: Sequence[str]
) -> dict[str, list[str]]:
    """The accounts of some of those identities, as the sender has them: identity to accounts, in their order."""
    may(actor, "case.read", operation.slug)
    files = read_current(node.lake(operation.slug)).files("received_identity_account")
    found: dict[str, list[str]] = {identity: [] for identity in identities}
    if not files or not identities:
        return found
    with session() as engine:
        engine.bind("held", files)
        sql = (
            "SELECT DISTINCT identity, account FROM held "
            "WHERE identity IN (SELECT unnest($asked)) ORDER BY identity, account"
        )
        for row in engine.rows(sql, asked=list(identities)).to_pylist():
            found[str(row["identity"])].append(str(row["account"]))
    return found
