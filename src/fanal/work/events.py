"""Reports of what was done outside: taken in from a file, or written down by an officer about one person."""

from dataclasses import dataclass
from pathlib import Path

from fanal.base.language import mark, translate
from fanal.cases.access import Actor, may
from fanal.cases.events import BadReport, import_events, take_report
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.model.countries import COUNTRIES
from fanal.work.person_pages import reference_of_person

#: How far what is reported has come.
STATES = (mark("done"), mark("planned"))


@dataclass(frozen=True)
class Told:
    """What an officer reports of a person.

    Attributes:
        kind: of cases.models.events.KINDS. status: of STATES.
        country: where, ISO 3166 alpha-2. at: when, ISO 8601; a date alone is its first instant, UTC.
        reference: the number of the report or file, this agency's own.
        offence_at: when the conduct was that it is about; empty where it is not known.
        note: in a few words.
    """

    kind: str
    status: str
    country: str
    at: str
    reference: str
    offence_at: str = ""
    note: str = ""


def take_events(actor: Actor, operation: Operation, path: Path) -> dict[str, int]:
    """Take a file of reports in, whole or not at all. See `cases.events.import_events`."""
    may(actor, "event.record", operation.slug)
    return import_events(actor, operation, path)


def report_of_person(actor: Actor, node: Node, operation: Operation, number: int, told: Told) -> None:
    """Put on record what was done, or is planned, about one person; it is never changed, a later report adds to it.

    Raises:
        NoSuchPerson, BadReport, BadInstant.
    """
    may(actor, "event.record", operation.slug)
    if told.status not in STATES:
        raise BadReport(detail=translate("it lacks {keys}").format(keys="status"))
    if told.country not in COUNTRIES:
        raise BadReport(detail=translate("{code} is no country's code of two letters").format(code=told.country or "-"))
    line = {
        "event": told.kind,
        "status": told.status,
        "country": told.country,
        "at": told.at,
        "offence_at": told.offence_at,
        "reference": told.reference,
        "note": told.note,
        "reported_by": node.country,
        "person": reference_of_person(actor, operation, number),
    }
    take_report(actor, operation, line)
