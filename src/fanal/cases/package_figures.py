"""What became of the packages that left, country by country: sent, opened, answered, and how long one waits."""

import datetime as dt
from collections import Counter, defaultdict
from typing import Any

from fanal.base import instants
from fanal.cases.models.exchange import Answer, Package, Reply
from fanal.cases.models.offices import Operation


def latest_answers(operation: Operation) -> list[Answer]:
    """The latest answer of each country on each identity that it was sent, whichever package it answers."""
    rows = Answer.objects.filter(package__operation=operation, package__direction="out").select_related("package")
    return list({(a.package.country, a.identity): a for a in rows.order_by("at", "pk")}.values())


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


def by_country(operation: Operation, now: dt.datetime) -> dict[str, dict[str, Any]]:
    """Country to what became of its packages.

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
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    for answer in latest_answers(operation):
        outcomes[answer.package.country][answer.outcome] += 1
    return {
        country: _figures(packages, replies, now)
        | {
            "identities_answered": outcomes[country].total(),
            "outcomes": dict(sorted(outcomes[country].items())),
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
