"""What the last run came to, in counts alone, beside the run before. No person and no account stands in it."""

from typing import Any

from fanal.analyse.run_counts import countries_decided, identities_changed, links_by_reason
from fanal.cases.access import Actor, may
from fanal.cases.models.audit import Outbox
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.evidence.register import Register
from fanal.lake.snapshot import Snapshot, read_current, read_past

#: What is counted of each exhibit.
COUNTED = ("source", "read", "rejected", "unmapped")


def run_report(actor: Actor, node: Node, operation: Operation) -> dict[str, Any]:
    """What the last run read, linked and decided, and what changed since the run before.

    Returns:
        `ran` (`at`, `officer` of the last run; None where nothing ran), `exhibits` (rows: exhibit, name, source, read,
        rejected, unmapped), `links` (rows: reason, band, pairs), `countries` (determined, undetermined), `identities`
        (what became of them since the run before; empty after a first run), `tables` (rows: table, before, now;
        those whose rows changed; empty where the run before is not there any more).
    """
    may(actor, "case.read", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    runs = Outbox.objects.filter(verb="case.run", operation=operation.slug).order_by("-pk")[:2]
    numbers = [run.content["facts"].get("snapshot") for run in runs]
    before = next((past for past in read_past(snapshot) if len(numbers) > 1 and past.number == numbers[1]), None)
    return {
        "ran": {"at": runs[0].at, "officer": runs[0].officer} if numbers else None,
        "exhibits": _exhibits(node, operation, snapshot),
        "links": links_by_reason(snapshot),
        "countries": countries_decided(snapshot),
        "identities": identities_changed(snapshot),
        "tables": _tables(before, snapshot) if before else [],
    }


def _exhibits(node: Node, operation: Operation, snapshot: Snapshot) -> list[dict[str, Any]]:
    rows = []
    for exhibit in Register(node.evidence).exhibits():
        if exhibit.operation == operation.slug:
            tables = snapshot.exhibits.get(str(exhibit.number), {}).get("rows", {}).values()
            counts = {name: sum(table[name] for table in tables) for name in COUNTED}
            rows.append({"exhibit": exhibit.number, "name": exhibit.name, **counts})
    return rows


def _tables(before: Snapshot, now: Snapshot) -> list[dict[str, Any]]:
    names = sorted({*before.tables, *now.tables})
    found = [{"table": name, "before": before.rows(name), "now": now.rows(name)} for name in names]
    return [row for row in found if row["before"] != row["now"]]
