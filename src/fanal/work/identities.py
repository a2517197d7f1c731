"""Online identities and leads, as the last run left them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from fanal.analyse import views
from fanal.base import instants
from fanal.cases.access import Actor, may
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.lake.snapshot import read_current


def identities(actor: Actor, node: Node, operation: Operation, country: str | None) -> Iterator[dict[str, Any]]:
    """Every identity in rank order (DESIGN section 8). The reading is on the record before the first is handed out."""
    may(actor, "person.read", operation.slug)
    record(actor, "person.read", operation.slug, snapshot=read_current(node.lake(operation.slug)).number)
    return views.identities(read_current(node.lake(operation.slug)), country)


def leads(actor: Actor, node: Node, operation: Operation) -> Iterator[dict[str, Any]]:
    """Every lead, what perishes first at the top; instants as ISO text."""
    may(actor, "person.read", operation.slug)
    record(actor, "person.read", operation.slug)
    return (_shown(lead) for lead in views.leads(read_current(node.lake(operation.slug))))


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {key: instants.text(value) if isinstance(value, datetime) else value for key, value in row.items()}
