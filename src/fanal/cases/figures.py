"""Figures of what was done: persons counted once, whatever their aliases, second arrests or double reports."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models

from fanal.base import instants
from fanal.cases import persons
from fanal.cases.models.events import CaseEvent
from fanal.cases.models.exchange import Answer, Package
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Person
from fanal.cases.package_figures import by_country, latest_answers

ADULT = 18
IDENTIFYING = ("identified", "search", "arrest", "interview")
#: what an answer's outcome says was done
DEEDS: dict[str, tuple[str, ...]] = {
    "identified": ("identified",),
    "in_hand": ("identified",),
    "searched": ("identified", "search"),
    "arrested": ("identified", "search", "arrest"),
}


class Named(str):
    """An identity that an answer is about, where no person of this node stands behind it."""

    __slots__ = ()


#: account key to an instant
Conducted = Mapping[str, dt.datetime]
#: kind, who (a person's key, an identity, or a report that names nobody), country, instant
Deed = tuple[str, int | str, str, dt.datetime | None]


def case_figures(
    operation: Operation,
    conducted: Conducted | None = None,
    identities: Mapping[str, str] | None = None,
    now: dt.datetime | None = None,
) -> dict[str, Any]:
    """The figures that people's decisions and deeds make, by the keys of DESIGN section 8.

    An arrest counts its person once, in the country of the first arrest. A search counts once for
    a person, country and day; one that names nobody counts as itself.

    Args:
        operation: whose figures.
        conducted: account to the first conduct that the evidence shows of it.
        identities: account to the online identity that it belongs to; an answer about an identity is about
            the person in whose reports one of its accounts is named.
        now: against which a package that waits for an answer is measured; default, the clock.
    """
    arrested: dict[int | str, str] = {}
    searched: set[tuple[str, int | str, dt.date | None]] = set()
    identified: set[int | str] = set()
    answers = latest_answers(operation)
    about = _about(operation, answers, identities or {})
    # Reports first: an answer that says the same of the same person adds nothing to them.
    for kind, who, country, at in [*_reported(operation), *_answered(answers, about)]:
        if kind in IDENTIFYING and isinstance(who, int | Named):
            identified.add(who)
        if kind == "arrest":
            arrested.setdefault(who, country)
        if kind == "search" and (at is not None or not any(s[:2] == (country, who) for s in searched)):
            searched.add((country, who, at.date() if at else None))
    everyone = persons.standing(operation)
    minors = {person.pk for person in everyone if minor(person, operation, conducted)}
    packages = by_country(operation, now or instants.now())
    return {
        "persons": len(everyone),
        "suspects_identified": len(identified),
        "arrests": len(arrested),
        "arrests_by_country": _by_country(Counter(arrested.values())),
        "searches_by_country": _by_country(Counter(country for country, _, _ in searched)),
        "minors": len(minors | {about[a.pk] for a in answers if a.minor}),
        "victims_identified": CaseEvent.objects.filter(operation=operation, kind="safeguard", status="done").count(),
        "countries_sent": _countries_sent(operation),
        "packages_sealed": Package.objects.filter(operation=operation, direction="out", state="sealed").count(),
        "packages_opened": sum(of["opened"] for of in packages.values()),
        "packages_answered": sum(of["answered"] for of in packages.values()),
        "packages_by_country": packages,
        "answers": len(answers),
        "answers_by_outcome": dict(sorted(Counter(a.outcome for a in answers).items())),
    }


def minor(person: Person, operation: Operation, conducted: Conducted | None = None) -> bool | None:
    """Whether a person was under 18 at the offence: the date reported, else the first conduct that the evidence shows.

    Where neither is known, the earliest report stands in for it. None where the age is not known: it is never
    taken for an adult's, nor counted among minors.
    """
    if person.born is None:
        return None
    events = CaseEvent.objects.filter(operation=operation, person__in=persons.family(person))
    reported = [e.offence_at for e in events if e.offence_at]
    named = {e.account for e in events} | persons.accounts_of(person)
    shown = [at for account, at in (conducted or {}).items() if account in named]
    offence = min(reported or shown or [e.at for e in events], default=None)
    if offence is None:
        return None
    day = offence.date()
    age = day.year - person.born.year - ((day.month, day.day) < (person.born.month, person.born.day))
    return age < ADULT


def _reported(operation: Operation) -> Iterator[Deed]:
    """What agencies reported as done. Who an unnamed search was about is the report's own reference."""
    done = CaseEvent.objects.filter(operation=operation, status="done").select_related("person")
    for event in done.order_by("at", "pk"):
        who = persons.root(event.person).pk if event.person else f"report {event.reference}"
        yield event.kind, who, event.country, event.at


def _about(operation: Operation, answers: list[Answer], identities: Mapping[str, str]) -> dict[int, int | str]:
    """Whom each answer is about: the person that stands behind the identity, else the identity itself."""
    behind = {p.identity: persons.root(p).pk for p in Person.objects.filter(operation=operation).exclude(identity="")}
    named_in = CaseEvent.objects.filter(operation=operation, person__isnull=False, account__in=identities)
    for event in named_in.select_related("person"):
        if event.person:
            behind.setdefault(identities[event.account], persons.root(event.person).pk)
    about: dict[int, int | str] = {}
    for answer in answers:
        named = f"{answer.package.country} {answer.person}" if answer.person else answer.identity
        about[answer.pk] = behind.get(answer.identity, Named(named))
    return about


def _answered(answers: list[Answer], about: Mapping[int, int | str]) -> Iterator[Deed]:
    """What receiving agencies answered; the instant is the deed's own, None where it was not told."""
    for answer in answers:
        for kind in DEEDS.get(answer.outcome, ()):
            yield kind, about[answer.pk], answer.package.country, answer.occurred_at


def _countries_sent(operation: Operation) -> int:
    sealed = Package.objects.filter(operation=operation, direction="out", state="sealed")
    requested = CaseEvent.objects.filter(operation=operation, kind="request", status="done").exclude(
        country=models.F("reported_by")  # a request that names no country it went to
    )
    return len({*sealed.values_list("country", flat=True), *requested.values_list("country", flat=True)})


def _by_country(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
