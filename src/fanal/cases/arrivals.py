"""Sealed files that were opened: each number is taken once, whoever sends it again."""

from fanal.base import instants
from fanal.cases.access import Actor, officer_of
from fanal.cases.models.exchange import Arrival, Peer
from fanal.cases.pinning import ids_of
from fanal.exchange.opening import Opened


def arrived(actor: Actor, opened: Opened, sha256: str, gap_reason: str) -> None:
    """Put on record that a file was opened; `gap_reason` says why, where one before it is missing."""
    Arrival.add(
        kind=opened.heading.kind,
        node=opened.heading.sender.node,
        sender_operation=opened.heading.operation,
        number=opened.heading.number,
        digest=opened.package_digest,
        file_sha256=sha256,
        officer=officer_of(actor),
        at=instants.now(),
        gap_reason=gap_reason,
    )


def last_numbers() -> dict[tuple[str, str, str], int]:
    """(kind, sender's node, sender's operation) to the last number that was taken in."""
    last: dict[tuple[str, str, str], int] = {}
    for arrival in Arrival.objects.order_by("number"):
        last[arrival.kind, arrival.node, arrival.sender_operation] = arrival.number
    for node in Peer.objects.filter(follows__isnull=False).values_list("node", flat=True).distinct():
        # A node that lost its keys goes on under a new id: its numbers go on too.
        before = [(key, number) for key, number in last.items() if key[1] in ids_of(node)]
        for (kind, _, operation), number in before:
            last[kind, node, operation] = max(number, last.get((kind, node, operation), 0))
    return last
