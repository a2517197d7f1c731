"""Tips: an e-mailed report is an exhibit, and an entry in the queue of tips."""

from pathlib import Path
from typing import Any

from fanal.base import instants
from fanal.cases.access import Actor, may
from fanal.cases.models.offices import Operation
from fanal.cases.models.sources import ExhibitIndex, Tip
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.lake.snapshot import read_current
from fanal.work.evidence import Report, add_exhibits


def take_tip(
    actor: Actor, node: Node, operation: Operation, path: Path, *, source: str, report: Report
) -> dict[str, Any]:
    """Register and read a tip. Taking the same one twice changes nothing.

    Returns:
        The row of `add_exhibits`, and `cited`: identifiers that the tip names without saying whose they are.
    """
    may(actor, "exhibit.add", operation.slug)
    added = add_exhibits(actor, node, operation, [path], reader="eml", custody={"source": source}, report=report)[0]
    account = read_current(node.lake(operation.slug)).exhibits[str(added["exhibit"])]
    notes = account["notes"]
    tip, new = Tip.objects.get_or_create(
        exhibit=ExhibitIndex.objects.get(number=added["exhibit"]),
        defaults={
            "operation": operation,
            "received_at": instants.now(),
            "message_id": str(notes.get("message_id") or ""),
        },
    )
    if new:
        record(actor, "exhibit.add", f"tip/{tip.pk}", exhibit=added["exhibit"])
    return {**added, "cited": notes.get("cited", [])}
