"""Persons: an officer's decision on the evidence that identifies somebody. Each once, whatever references they have."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fanal.analyse.explain import observations
from fanal.analyse.lookup import accounts_in, first_conduct, founder_of, identity_like
from fanal.analyse.places import at_place
from fanal.base.errors import FanalError
from fanal.cases import persons
from fanal.cases.access import Actor, may
from fanal.cases.everyone import Everyone
from fanal.cases.models.events import CaseEvent
from fanal.cases.models.exchange import Answer
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision, PersonReference
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.evidence.register import Register
from fanal.lake.snapshot import Snapshot, read_current
from fanal.work.person_pages import number_of_reference, reference_of_person

#: How much of an identity's id stands in the reference that a person gets where the officer names none.
SHORT = 12


class NoSuchEvidence(FanalError):
    """Evidence that the operation does not have."""

    code = "F-PERSON-04"
    text = (
        "{evidence} is nothing that operation {operation} has; write an observation's number, EXHIBIT/LOCATOR as "
        "`fanal explain` shows them, answer:PACKAGE, or report:REFERENCE."
    )


class BadBirthday(FanalError):
    """A date of birth that is no date."""

    code = "F-PERSON-05"
    text = "{born} is no date of birth; write it as 1990-12-31."
    exit_code = 2


class OnePerson(FanalError):
    """Two references that stand for one person were to be joined."""

    code = "F-PERSON-07"
    text = "{one} and {other} stand for one person already; nothing was decided."
    exit_code = 2


@dataclass(frozen=True)
class Named:
    """What an officer says of a person.

    Attributes:
        evidence: what identifies the person: an observation's number, EXHIBIT/LOCATOR, answer:PACKAGE (the
            answer on this identity of the agency that got that package), report:REFERENCE.
        reference: the agency's own; default, made of the identity's id.
        name: as the evidence says it.
        born: date of birth, ISO; with `age_source`, where it comes from.
    """

    evidence: Sequence[str]
    reference: str = ""
    name: str = ""
    born: str = ""
    age_source: str = ""


def make_person(actor: Actor, node: Node, operation: Operation, subject: str, told: Named, reason: str) -> Decision:
    """Decide that a person is behind an identity, by the evidence that identifies them.

    A second decision on the same reference adds evidence, a name, a date of birth or another identity of the same
    person; the first stays on record.

    Args:
        subject: the beginning of the identity's id, or one of its accounts.

    Raises:
        UnknownIdentity, NoEvidence, NoSuchEvidence, NoAgeSource, BadBirthday, NoReason, NoOfficer.
    """
    may(actor, "person.decide", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    identity = identity_like(snapshot, subject)
    try:
        born = dt.date.fromisoformat(told.born) if told.born else None
    except ValueError as e:
        raise BadBirthday(born=told.born) from e
    evidence = [_evidence(node, operation, snapshot, identity, one) for one in told.evidence]
    reference = told.reference or f"P-{identity[:SHORT]}"
    decided: dict[str, Any] = {
        "reason": reason, "evidence": evidence, "identity": identity, "name": told.name, "born": born,
        "age_source": told.age_source, "founder": founder_of(snapshot, identity),
        "accounts": accounts_in(snapshot, identity),
    }  # fmt: skip
    if PersonReference.objects.filter(operation=operation, reference=reference).exists():
        persons.amend(actor, operation, reference, **decided)
    else:
        persons.make(actor, operation, reference, **decided)
    said = Decision.objects.filter(operation=operation, subject_kind="person", subject=reference)
    return said.order_by("-pk")[0]


def join_persons(actor: Actor, operation: Operation, number: int, other: str, reason: str) -> int:
    """Decide that another reference stands for the same person; the older one stays, and nothing takes it back.

    Args:
        number: of the one person. other: a reference of the other.

    Returns:
        The number of the person who stays.

    Raises:
        NoSuchPerson, UnknownPerson: also for a victim. OnePerson, NoReason, NoOfficer.
    """
    may(actor, "person.decide", operation.slug)
    one = reference_of_person(actor, operation, number)
    joined = number_of_reference(actor, operation, other)
    if joined == number_of_reference(actor, operation, one):
        raise OnePerson(one=one, other=other)
    return persons.join(actor, operation, one, other, reason).pk


def list_persons(actor: Actor, node: Node, operation: Operation) -> Iterator[dict[str, Any]]:
    """Persons with their references, deeds and evidence. The reading is on the record before the first is handed out.

    `minor` is None where the age at the offence is not known: an unknown age is never adult.
    """
    may(actor, "person.read", operation.slug)
    record(actor, "person.read", operation.slug)
    return _persons(node, operation)


def _persons(node: Node, operation: Operation) -> Iterator[dict[str, Any]]:
    everyone = Everyone(operation)
    references: dict[int, list[str]] = {}
    for key, reference in PersonReference.objects.filter(operation=operation).values_list("person_id", "reference"):
        references.setdefault(everyone.root(key), []).append(reference)
    named = {event.account for event in everyone.events if event.account}
    accounts = named.union(*(everyone.accounts_of(person) for person in everyone.standing()))
    conducted = first_conduct(read_current(node.lake(operation.slug)), sorted(accounts))
    evidence = _evidence_by_reference(operation)
    for person in everyone.standing():
        deeds, own = everyone.events_of(person), sorted(references.get(person.pk, []))
        told = sorted(one for reference in own for one in evidence.get(reference, []))
        yield {
            "person": person.pk,
            "references": own,
            "name": person.name,
            "born": person.born.isoformat() if person.born else None,
            "age_source": person.age_source or None,
            "minor": everyone.minor(person, conducted),
            "category": person.category,
            "identity": person.identity or None,
            "evidence": [
                text for _, text in sorted({text: (key, text) for key, text in reversed(list(told))}.values())
            ],
            "conduct": sorted({word for event in deeds for word in event.conduct}),
            "events": [f"{event.kind} {event.country} {event.at.date().isoformat()}" for event in deeds],
        }


def _evidence_by_reference(operation: Operation) -> dict[str, list[tuple[tuple[int, int], str]]]:
    """Reference to what each decision on it named, with its place among all that was named."""
    said = Decision.objects.filter(operation=operation, subject_kind="person", verdict="identified").order_by("pk")
    found: dict[str, list[tuple[tuple[int, int], str]]] = {}
    for decision in said:
        for place, one in enumerate(decision.detail.get("evidence", [])):
            text = one if isinstance(one, str) else str(one["as"])
            found.setdefault(decision.subject, []).append(((decision.pk, place), text))
    return found


def _evidence(node: Node, operation: Operation, snapshot: Snapshot, identity: str, told: str) -> dict[str, Any]:
    """What the officer named, with the digest of the exhibit or the signed message that it stands in."""
    kind, _, rest = told.partition(":")
    if kind == "answer":
        answers = Answer.objects.filter(package__operation=operation, identity=identity).select_related("package")
        found = [a for a in answers.order_by("-at", "-pk") if str(a.package) == rest]
        if found:
            return {"as": told, "answer": found[0].outcome, "message": found[0].message}
    elif kind == "report":
        report = CaseEvent.objects.filter(operation=operation, reference=rest).first()
        if report:
            return {"as": told, "report": report.reference, "by": report.reported_by}
    elif told.isdecimal():
        seen = list(observations(snapshot, {int(told)}).values()) if int(told) < 1 << 62 else []
        if seen:
            return _place(node, operation, told, seen[0].exhibit, seen[0].locator, [seen[0].obs])
    else:
        number, _, locator = told.partition("/")
        rows = at_place(snapshot, int(number), locator) if number.isdecimal() and len(number) < 10 else []  # noqa: PLR2004  no register has so many
        if rows:
            return _place(node, operation, told, rows[0].exhibit, locator, [row.obs for row in rows])
    raise NoSuchEvidence(evidence=told, operation=operation.slug)


def _place(node: Node, operation: Operation, told: str, exhibit: int, locator: str, seen: list[int]) -> dict[str, Any]:
    found = Register(node.evidence).exhibit(exhibit, operation.slug)
    return {"as": told, "exhibit": exhibit, "locator": locator, "obs": seen, "sha256": found.sha256}
