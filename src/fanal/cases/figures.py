"""Figures of what was done: persons counted once, whatever their aliases, second arrests or double reports."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from fanal.base import instants
from fanal.cases.everyone import Conducted, Everyone
from fanal.cases.models.events import CaseEvent
from fanal.cases.models.exchange import Answer, Package
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.package_figures import LastWord, by_country, last_words
from fanal.cases.victims import victims_identified

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


#: kind, who (a person's key, an identity, or a report that names nobody), country, instant
Deed = tuple[str, int | str, str, dt.datetime | None]


@dataclass(frozen=True)
class Deeds:
    """What people did and answered, counted: what every answer, report and person of an operation has to be read for.

    Attributes:
        persons: that stand. identified, arrests, minors: persons. arrests_by_country, searches_by_country: code to n.
        answers: the latest of each country on each identity. outcomes: country to how many of them say what.
    """

    persons: int
    identified: int
    arrests: int
    minors: int
    arrests_by_country: Mapping[str, int]
    searches_by_country: Mapping[str, int]
    answers: int
    outcomes: Mapping[str, Counter[str]]


def deeds_of(
    operation: Operation,
    conducted: Conducted | None = None,
    identities: Mapping[str, str] | None = None,
    people: Everyone | None = None,
) -> Deeds:
    """Count what was done and answered; see `case_figures` for how, and for the arguments."""
    arrested: dict[int | str, str] = {}
    searched: set[tuple[str, int | str, dt.date | None]] = set()
    searched_ever: set[tuple[str, int | str]] = set()
    identified: set[int | str] = set()
    answers = last_words(operation)
    everyone = people or Everyone(operation)
    about = _about(everyone, answers, identities or {})
    # Reports first: an answer that says the same of the same person adds nothing to them.
    for kind, who, country, at in [*_reported(operation, everyone), *_answered(answers, about)]:
        if kind in IDENTIFYING and isinstance(who, int | Named):
            identified.add(who)
        if kind == "arrest":
            arrested.setdefault(who, country)
        if kind == "search" and (at is not None or (country, who) not in searched_ever):
            searched.add((country, who, at.date() if at else None))
            searched_ever.add((country, who))
    standing = everyone.standing()
    minors = {person.pk for person in standing if everyone.minor(person, conducted)}
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    for answer in answers:
        outcomes[answer.country][answer.outcome] += 1
    return Deeds(
        len(standing),
        len(identified),
        len(arrested),
        len(minors | {about[a.pk] for a in answers if a.minor}),
        _by_country(Counter(arrested.values())),
        _by_country(Counter(country for country, _, _ in searched)),
        len(answers),
        outcomes,
    )


def grown(operation: Operation) -> tuple[Any, ...]:
    """What tells one state of all that `deeds_of` reads from another.

    Answers and reports are only added; a person is made and changed by a decision, in one transaction with it.
    """
    persons = Decision.objects.filter(operation=operation, subject_kind="person")
    rows = (Answer.objects.all(), CaseEvent.objects.filter(operation=operation), persons)
    return tuple(tuple(part.aggregate(n=models.Count("pk"), last=models.Max("pk")).values()) for part in rows)


def case_figures(
    operation: Operation,
    conducted: Conducted | None = None,
    identities: Mapping[str, str] | None = None,
    now: dt.datetime | None = None,
    done: Deeds | None = None,
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
        done: what `deeds_of` counted, where that was done already.
    """
    deeds = done or deeds_of(operation, conducted, identities)
    packages = by_country(operation, now or instants.now(), deeds.outcomes)
    every: Counter[str] = sum(deeds.outcomes.values(), Counter())
    return {
        "persons": deeds.persons,
        "suspects_identified": deeds.identified,
        "arrests": deeds.arrests,
        "arrests_by_country": dict(deeds.arrests_by_country),
        "searches_by_country": dict(deeds.searches_by_country),
        "minors": deeds.minors,
        "victims_identified": victims_identified(operation),
        "countries_sent": _countries_sent(operation),
        "packages_sealed": Package.objects.filter(operation=operation, direction="out", state="sealed").count(),
        "packages_opened": sum(of["opened"] for of in packages.values()),
        "packages_answered": sum(of["answered"] for of in packages.values()),
        "packages_by_country": packages,
        "answers": deeds.answers,
        "answers_by_outcome": dict(sorted(every.items())),
    }


def _reported(operation: Operation, everyone: Everyone) -> Iterator[Deed]:
    """What agencies reported as done. Who an unnamed search was about is the report's own reference."""
    for event in CaseEvent.objects.filter(operation=operation, status="done").order_by("at", "pk"):
        who = f"report {event.reference}" if event.person_id is None else everyone.root(event.person_id)
        yield event.kind, who, event.country, event.at


def _about(everyone: Everyone, answers: list[LastWord], identities: Mapping[str, str]) -> dict[int, int | str]:
    """Whom each answer is about: the person that stands behind the identity, else the identity itself."""
    behind = dict(everyone.behind)
    for event in everyone.events:
        if event.person_id is not None and event.account in identities:
            behind.setdefault(identities[event.account], everyone.root(event.person_id))
    about: dict[int, int | str] = {}
    for answer in answers:
        named = f"{answer.country} {answer.person}" if answer.person else answer.identity
        about[answer.pk] = behind.get(answer.identity, Named(named))
    return about


def _answered(answers: list[LastWord], about: Mapping[int, int | str]) -> Iterator[Deed]:
    """What receiving agencies answered; the instant is the deed's own, None where it was not told."""
    for answer in answers:
        for kind in DEEDS.get(answer.outcome, ()):
            yield kind, about[answer.pk], answer.country, answer.occurred_at


def _countries_sent(operation: Operation) -> int:
    sealed = Package.objects.filter(operation=operation, direction="out", state="sealed")
    requested = CaseEvent.objects.filter(operation=operation, kind="request", status="done").exclude(
        country=models.F("reported_by")  # a request that names no country it went to
    )
    return len({*sealed.values_list("country", flat=True), *requested.values_list("country", flat=True)})


def _by_country(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
