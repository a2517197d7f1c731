"""What an operation holds: exhibits, every source row accounted for, tables."""

from dataclasses import asdict
from typing import Any

from fanal.base import instants
from fanal.cases.access import Actor, may
from fanal.cases.emergencies import clocks
from fanal.cases.letters import waiting
from fanal.cases.models.exchange import Package
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.own_keys import own_warnings
from fanal.cases.pinning import warnings
from fanal.evidence.register import Register
from fanal.lake.snapshot import read_current
from fanal.work.handling import shown


def status(actor: Actor, node: Node, operation: Operation) -> dict[str, Any]:
    """Exhibits with what their readers accounted for, and rows of each table (DESIGN section 8).

    An exhibit that is registered but not read yet (a run of `add` was broken off) shows empty rows.
    """
    may(actor, "case.read", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    exhibits = [
        {
            "exhibit": exhibit.number,
            "path": str(exhibit.path),
            "name": exhibit.name,
            "sha256": exhibit.sha256,
            "kept": "copy" if exhibit.stored else "reference",
            "reader": exhibit.reader,
            "rows": snapshot.exhibits.get(str(exhibit.number), {}).get("rows", {}),
            "notes": snapshot.exhibits.get(str(exhibit.number), {}).get("notes", {}),
            "outside_scope": snapshot.exhibits.get(str(exhibit.number), {}).get("outside_scope", {}),
            "beside": [asdict(file) for file in exhibit.beside],
            "custody": asdict(exhibit.custody),
        }
        for exhibit in Register(node.evidence).exhibits()
        if exhibit.operation == operation.slug
    ]
    return {
        "operation": operation.slug,
        "snapshot": snapshot.number,
        "exhibits": exhibits,
        "handling": shown(actor, operation),
        "emergencies": clocks(operation),
        "letters": waiting(operation),
        "keys": [*own_warnings(node, instants.now()), *warnings(instants.now())],
        "received": _received(operation),
        "tables": {name: snapshot.rows(name) for name in sorted(snapshot.tables)},
    }


def _received(operation: Operation) -> list[dict[str, Any]]:
    """Packages that were opened, and what became since of the key that signed them: they stay, and are marked."""
    opened = Package.objects.filter(operation=operation, direction="in").select_related("peer__agency")
    return [
        {
            "package": str(package),
            "agency": package.peer.agency.name,
            "key": package.peer.revoked_for or "good",
            "since": instants.text(package.peer.revoked_at) if package.peer.revoked_at else None,
        }
        for package in opened.order_by("number")
        if package.peer
    ]
