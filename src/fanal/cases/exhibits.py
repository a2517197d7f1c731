"""The case store's index of exhibits. The register is what counts; `fanal check` makes this anew from it."""

from fanal.base import instants
from fanal.cases.access import Actor
from fanal.cases.models.offices import Operation
from fanal.cases.models.sources import ExhibitIndex
from fanal.cases.outbox import record
from fanal.evidence.register import Exhibit


def index(actor: Actor, operation: Operation, exhibit: Exhibit) -> ExhibitIndex:
    """The exhibit's row, made where it was not there; that it was added is on the record once."""
    row, new = ExhibitIndex.objects.get_or_create(
        number=exhibit.number,
        defaults={
            "operation": operation,
            "sha256": exhibit.sha256,
            "name": exhibit.name,
            "reader": exhibit.reader,
            "added_at": instants.parse(exhibit.custody.added_at),
        },
    )
    if new:
        record(actor, "exhibit.add", f"{operation.slug}/{exhibit.number}", sha256=exhibit.sha256)
    return row
