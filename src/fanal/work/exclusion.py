"""What rests on an exhibit, before anyone decides to do without it."""

from typing import Any

from fanal.analyse.resting import resting_on, threshold_resting_on
from fanal.cases import letters
from fanal.cases.access import Actor, may
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.evidence.register import Register
from fanal.exchange.sent import sent_of_exhibit
from fanal.lake.snapshot import read_current


def without(actor: Actor, node: Node, operation: Operation, exhibit: int) -> dict[str, Any]:
    """What rests on an exhibit: what the operation would lose without it. Raises NoSuchExhibit."""
    may(actor, "case.read", operation.slug)
    found = Register(node.evidence).exhibit(exhibit, operation.slug)
    return {"exhibit": exhibit, "name": found.name, **resting_on(read_current(node.lake(operation.slug)), exhibit)}


def who_falls(actor: Actor, node: Node, operation: Operation, exhibit: int, most: int) -> dict[str, Any]:
    """Identities and packages that rest on an exhibit; the reading is on the record.

    Args:
        most: identities that are named at most, here and in each package.

    Returns:
        `met` (as `threshold_resting_on` has it), `packages` (rows of `package`, `recipient`, `sealed_at`, `identities`
        that hold an account of the exhibit, `alone` that hold no other, `first`: some of them, those first).

    Raises:
        NoSuchExhibit.
    """
    may(actor, "person.read", operation.slug)
    Register(node.evidence).exhibit(exhibit, operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    met = threshold_resting_on(snapshot, exhibit, most)
    packages: list[dict[str, Any]] = []
    for package in letters.sent_packages(operation):
        held = sent_of_exhibit(node.folder / package.folder, exhibit)
        if held:
            packages.append(
                {
                    "package": str(package),
                    "recipient": package.peer.agency.name if package.peer else package.country,
                    "sealed_at": package.sealed_at,
                    "identities": len(held),
                    "alone": sum(held.values()),
                    "first": sorted(held, key=lambda identity: (not held[identity], identity))[:most],
                }
            )
    named = {row["identity"] for row in met.rows}.union(*(row["first"] for row in packages))
    record(actor, "person.read", operation.slug, kind="exhibit", snapshot=snapshot.number, identities=sorted(named))
    return {"met": met, "packages": packages}
