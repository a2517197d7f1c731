"""Persons of an operation, each once, however many references stand for them."""

from collections.abc import Iterator
from typing import Any

from fanal.cases import persons
from fanal.cases.access import Actor, may
from fanal.cases.figures import minor
from fanal.cases.models.events import CaseEvent
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import PersonReference
from fanal.cases.outbox import record


def list_persons(actor: Actor, operation: Operation) -> Iterator[dict[str, Any]]:
    """Persons with their references and deeds. The reading is on the record before the first is handed out."""
    may(actor, "person.read", operation.slug)
    record(actor, "person.read", operation.slug)
    return _persons(operation)


def _persons(operation: Operation) -> Iterator[dict[str, Any]]:
    references: dict[int, list[str]] = {}
    for reference in PersonReference.objects.filter(operation=operation).select_related("person"):
        references.setdefault(persons.root(reference.person).pk, []).append(reference.reference)
    events: dict[int, list[CaseEvent]] = {}
    for event in CaseEvent.objects.filter(operation=operation, person__isnull=False).order_by("at", "pk"):
        if event.person:
            events.setdefault(persons.root(event.person).pk, []).append(event)
    for person in persons.standing(operation):
        deeds = events.get(person.pk, [])
        yield {
            "person": person.pk,
            "references": sorted(references.get(person.pk, [])),
            "name": person.name,
            "born": person.born.isoformat() if person.born else None,
            "minor": minor(person, operation) if person.born else None,
            "category": person.category,
            "conduct": sorted({word for event in deeds for word in event.conduct}),
            "events": [f"{event.kind} {event.country} {event.at.date().isoformat()}" for event in deeds],
        }
