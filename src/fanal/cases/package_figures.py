"""What became of the packages that left, country by country: sent, opened, answered, and how long one waits."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from fanal.base import instants
from fanal.cases.models.exchange import Answer, Package, Reply
from fanal.cases.models.offices import Operation


def latest_answers(operation: Operation, identities: Collection[str] | None = None) -> list[Answer]:
    """The latest answer of each country on each identity that it was sent, whichever package it answers.

    Args:
        identities: only on these; None, on all.
    """
    rows = Answer.objects.filter(package__operation=operation, package__direction="out")
    if identities is not None:
        rows = rows.filter(identity__in=list(identities))
    rows = rows.select_related("package__peer__agency")
    return list({(a.package.country, a.identity): a for a in rows.order_by("at", "pk")}.values())


class LastWord(NamedTuple):
    """What figures are made of: the latest answer of a country on an identity, without the row around it."""

    pk: int
    country: str
    identity: str
    outcome: str
    person: str
    minor: bool | None
    occurred_at: dt.datetime | None


def last_words(operation: Operation) -> list[LastWord]:
    """As `latest_answers`, for tens of thousands."""
    rows = Answer.objects.filter(package__operation=operation, package__direction="out").order_by("at", "pk")
    columns = ("pk", "package__country", "identity", "outcome", "person", "minor", "occurred_at")
    return list({row[1:3]: LastWord(*row) for row in rows.values_list(*columns)}.values())


def latest_identities(operation: Operation, most: int) -> list[str]:
    """The identities that the latest answers are about, so many at most."""
    rows = Answer.objects.filter(package__operation=operation, package__direction="out").order_by("-at", "-pk")
    return list(dict.fromkeys(rows.values_list("identity", flat=True)[:most]))


def count_answers(operation: Operation) -> int:
    """How many answers `latest_answers` would give."""
    rows = Answer.objects.filter(package__operation=operation, package__direction="out")
    return rows.values("package__country", "identity").distinct().count()


def answer_row(answer: Answer, adopted: str | None) -> dict[str, Any]:
    """An answer as people and programs read it; `adopted` is the decision that takes it over."""
    package = answer.package
    return {
        "country": package.country,
        "agency": package.peer.agency.name if package.peer else "",
        "package": str(package),
        "identity": answer.identity,
        "outcome": answer.outcome,
        "grade": answer.source_grade + answer.information_grade,
        "person": answer.person,
        "minor": answer.minor,
        "occurred_at": instants.text(answer.occurred_at) if answer.occurred_at else None,
        "note": answer.note,
        "officer": answer.officer,
        "at": instants.text(answer.at),
        "adopted": adopted,
    }


def by_country(
    operation: Operation, now: dt.datetime, outcomes: Mapping[str, Counter[str]]
) -> dict[str, dict[str, Any]]:
    """Country to what became of its packages, with what was answered on them.

    Args:
        operation: whose packages.
        now: against which one that waits is measured.
        outcomes: country to how many of its latest answers say what.

    Returns:
        `sent` packages; of them `opened` (a receipt or an answer came) and `answered` (an answer came to it, or to a
        later one, which says all that is known); `identities_answered`, with `outcomes` by kind; `days_waiting`,
        whole days since the oldest unanswered one was sealed, 0 where none waits.
    """
    sealed: dict[str, list[Package]] = defaultdict(list)
    left = Package.objects.filter(operation=operation, direction="out", sealed_at__isnull=False)
    for package in left.order_by("country", "number"):
        sealed[package.country].append(package)
    replies: dict[str, set[int]] = {"receipt": set(), "answer": set()}
    came = Reply.objects.filter(package__operation=operation, direction="in")
    for kind, package_id in came.values_list("kind", "package_id"):
        replies[kind].add(package_id)
    none: Counter[str] = Counter()
    return {
        country: _figures(packages, replies, now)
        | {
            "identities_answered": outcomes.get(country, none).total(),
            "outcomes": dict(sorted(outcomes.get(country, none).items())),
        }
        for country, packages in sealed.items()
    }


def _figures(packages: list[Package], replies: dict[str, set[int]], now: dt.datetime) -> dict[str, Any]:
    last_answered = max((p.number for p in packages if p.pk in replies["answer"]), default=0)
    waiting = [p.sealed_at for p in packages if p.number > last_answered and p.sealed_at]
    return {
        "sent": len(packages),
        "opened": sum(p.pk in replies["receipt"] | replies["answer"] for p in packages),
        "answered": sum(p.number <= last_answered for p in packages),
        "days_waiting": max(0, (now - min(waiting)).days) if waiting else 0,
    }
