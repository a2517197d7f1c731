"""Persons: made by a decision that names the evidence, joined by another; figures count them once."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from fanal.base.errors import FanalError
from fanal.cases.access import Actor
from fanal.cases.decisions import decide
from fanal.cases.everyone import Everyone
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Person, PersonReference


class UnknownPerson(FanalError):
    """No person has that reference."""

    code = "F-PERSON-01"
    text = "No person in operation {operation} has the reference {reference}; `fanal persons` shows them."


class NoEvidence(FanalError):
    """A person without the evidence that identifies them."""

    code = "F-PERSON-02"
    text = (
        "A person is made by the evidence that identifies them; name at least one piece of it (on the command line "
        "with --evidence)."
    )
    exit_code = 2


class NoAgeSource(FanalError):
    """A date of birth that nobody vouches for."""

    code = "F-PERSON-03"
    text = "A date of birth needs its source; say with --age-source where {born} comes from."
    exit_code = 2


def by_reference(operation: Operation, reference: str) -> Person:
    """The person that a reference stands for after all merges. Raises UnknownPerson."""
    try:
        found = PersonReference.objects.select_related("person").get(operation=operation, reference=reference)
    except PersonReference.DoesNotExist as e:
        raise UnknownPerson(operation=operation.slug, reference=reference) from e
    return root(found.person)


def root(person: Person) -> Person:
    """The person that this one was merged into, or itself."""
    while person.merged_into is not None:
        person = person.merged_into
    return person


def make(
    actor: Actor,
    operation: Operation,
    reference: str,
    *,
    reason: str,
    evidence: Sequence[str | Mapping[str, Any]],
    name: str = "",
    born: dt.date | None = None,
    age_source: str = "",
    identity: str = "",
    **detail: Any,
) -> Person:
    """Make a person by decision, or return the one the reference already stands for.

    Args:
        evidence: what identifies the person: places in exhibits, answers, reports.
        detail: what else the decision notes, such as the accounts of the identity.

    Raises:
        NoEvidence, NoAgeSource.
    """
    if PersonReference.objects.filter(operation=operation, reference=reference).exists():
        return by_reference(operation, reference)
    _vouched(evidence, born, age_source)
    with transaction.atomic():
        noted = {**detail, "evidence": list(evidence)}
        decision = decide(actor, operation, "person", reference, "identified", reason, **noted)
        person = Person.objects.create(
            operation=operation,
            category="suspect",
            name=name,
            born=born,
            age_source=age_source,
            identity=identity,
            made_by=decision,
        )
        PersonReference.objects.create(person=person, operation=operation, reference=reference)
    return person


def amend(
    actor: Actor,
    operation: Operation,
    reference: str,
    *,
    reason: str,
    evidence: Sequence[str | Mapping[str, Any]],
    name: str = "",
    born: dt.date | None = None,
    age_source: str = "",
    identity: str = "",
    **detail: Any,
) -> Person:
    """Decide again on a person, on more evidence; a name or date that is told takes the place of the one before.

    An identity of which the person does not have all accounts yet is joined to the person by the same decision.

    Raises:
        UnknownPerson, NoEvidence, NoAgeSource.
    """
    person = by_reference(operation, reference)
    _vouched(evidence, born, age_source)
    with transaction.atomic():
        noted = {**detail, "evidence": list(evidence)}
        decision = decide(actor, operation, "person", reference, "identified", reason, **noted)
        if set(detail.get("accounts", ())) - Everyone(operation).accounts_of(person):
            Person.objects.create(
                operation=operation,
                category=person.category,
                identity=identity,
                made_by=decision,
                merged_into=person,
            )
        if name:
            person.name = name
        if born:
            person.born, person.age_source = born, age_source
        person.save(update_fields=["name", "born", "age_source"])
    return person


def _vouched(evidence: Sequence[str | Mapping[str, Any]], born: dt.date | None, age_source: str) -> None:
    if not evidence:
        raise NoEvidence
    if born and not age_source.strip():
        raise NoAgeSource(born=born)


def join(actor: Actor, operation: Operation, one: str, other: str, reason: str) -> Person:
    """Decide that two references stand for one person. The older person stays."""
    first, second = by_reference(operation, one), by_reference(operation, other)
    if first.pk == second.pk:
        return first
    kept, absorbed = sorted((first, second), key=lambda person: person.pk)
    with transaction.atomic():
        decide(actor, operation, "person", " = ".join(sorted((one, other))), "same", reason)
        absorbed.merged_into = kept
        absorbed.save(update_fields=["merged_into"])
        if kept.born is None and absorbed.born is not None:
            kept.born, kept.age_source = absorbed.born, absorbed.age_source
            kept.save(update_fields=["born", "age_source"])
    return kept
