"""Reports of what was done outside, taken in from a file."""

from pathlib import Path

from fanal.cases.access import Actor, may
from fanal.cases.events import import_events
from fanal.cases.models.offices import Operation


def take_events(actor: Actor, operation: Operation, path: Path) -> dict[str, int]:
    """Take a file of reports in, whole or not at all. See `cases.events.import_events`."""
    may(actor, "event.record", operation.slug)
    return import_events(actor, operation, path)
