"""Case events from a file: one JSON object a line, as agencies report them.

An event is idempotent by reporting agency and reference. A person that a report names is made by a
decision whose evidence is that report; `same_person` lines are an officer's decisions to join two.
"""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.cases import persons
from fanal.cases.access import Actor
from fanal.cases.bounds import json_wrong
from fanal.cases.models.events import KINDS, CaseEvent
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Person, PersonReference
from fanal.cases.outbox import record

REQUIRED = ("event", "reference", "reported_by", "country", "at", "status")


class BadEvent(FanalError):
    """A line of an events file that cannot be taken."""

    code = "F-EVENT-01"
    text = "{path}, line {line}: {detail}; mend the line and import the file again."


class BadReport(FanalError):
    """A report that cannot be taken."""

    code = "F-EVENT-02"
    text = "The report was not taken: {detail}; mend it and send it again."
    exit_code = 2


def import_events(actor: Actor, operation: Operation, path: Path) -> dict[str, int]:
    """Take a file of events in, whole or not at all.

    Returns:
        Counts: events and persons that are new, joins decided, and lines already there.
    """
    counts = {"events": 0, "persons": 0, "joined": 0, "known": 0}
    with transaction.atomic():
        for number, line in _lines(path):
            try:
                if line.get("event") == "same_person":
                    counts["joined"] += _join(actor, operation, line)
                else:
                    _take(actor, operation, line, counts)
            except (KeyError, TypeError, ValueError) as e:
                raise BadEvent(path=path, line=number, detail=_wrong(e)) from e
        record(actor, "event.record", operation.slug, **counts)
    return counts


def take_report(actor: Actor, operation: Operation, told: dict[str, Any]) -> None:
    """Take one report in that an officer wrote: as a line of a file has it.

    Raises:
        BadReport: something of it is lacking or wrong, or that agency's report is on record already.
    """
    counts = {"events": 0, "persons": 0, "known": 0}
    if wrong := json_wrong(told):
        raise BadReport(detail=wrong)
    with transaction.atomic():
        try:
            _take(actor, operation, told, counts)
        except (KeyError, TypeError, ValueError) as e:
            raise BadReport(detail=_wrong(e)) from e
        if counts["known"]:
            raise BadReport(detail=translate("report {reference} is on record already").format(**told))
        record(actor, "event.record", operation.slug, **counts)


def _wrong(error: Exception) -> str:
    if isinstance(error, KeyError):
        return translate("it lacks {keys}").format(keys=error.args[0])
    return str(error)


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise BadEvent(path=path, line=0, detail=str(e)) from e
    for number, raw in enumerate(text.splitlines(), 1):
        if not raw.strip():
            continue
        try:
            line = json.loads(raw)
        except ValueError as e:
            raise BadEvent(path=path, line=number, detail=str(e)) from e
        if not isinstance(line, dict):
            raise BadEvent(path=path, line=number, detail=translate("not a JSON object"))
        if wrong := json_wrong(line):
            raise BadEvent(path=path, line=number, detail=wrong)
        yield number, line


def _join(actor: Actor, operation: Operation, line: dict[str, Any]) -> int:
    one, other = line["persons"]
    before = persons.by_reference(operation, one).pk, persons.by_reference(operation, other).pk
    persons.join(actor, operation, one, other, line["reason"])
    return int(before[0] != before[1])


def _take(actor: Actor, operation: Operation, line: dict[str, Any], counts: dict[str, int]) -> None:
    missing = [key for key in REQUIRED if not line.get(key)]
    if missing:
        raise ValueError(translate("it lacks {keys}").format(keys=", ".join(missing)))
    if line["event"] not in KINDS:
        said = translate("event {event} is none of {known}")
        raise ValueError(said.format(event=line["event"], known=", ".join(KINDS)))
    known = CaseEvent.objects.filter(
        operation=operation, reported_by=line["reported_by"], reference=line["reference"]
    ).exists()
    if known:
        counts["known"] += 1
        return
    person = _person(actor, operation, line, counts) if line.get("person") else None
    CaseEvent.add(
        operation=operation,
        kind=line["event"],
        reference=line["reference"],
        reported_by=line["reported_by"],
        country=line["country"],
        at=instants.parse(line["at"]),
        offence_at=instants.parse(line["offence_at"]) if line.get("offence_at") else None,
        status=line["status"],
        person=person,
        account=line.get("account") or "",
        conduct=list(line.get("conduct") or []),
        note=line.get("note") or "",
    )
    counts["events"] += 1


def _person(actor: Actor, operation: Operation, line: dict[str, Any], counts: dict[str, int]) -> Person:
    reference = line["person"]
    born = dt.date.fromisoformat(line["born"]) if line.get("born") else None
    if PersonReference.objects.filter(operation=operation, reference=reference).exists():
        return persons.by_reference(operation, reference)
    counts["persons"] += 1
    return persons.make(
        actor,
        operation,
        reference,
        reason=f"named in report {line['reported_by']} {line['reference']}",
        name=line.get("name") or "",
        born=born,
        age_source=f"report {line['reference']}" if born else "",
        evidence=[line["reference"], *([line["account"]] if line.get("account") else [])],
    )
