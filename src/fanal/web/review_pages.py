"""A page of the review queue, by kind: what waits, where each is looked at, and where the pages beside it begin."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from fanal.cases.access import Actor
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.web.filters import rank_of
from fanal.web.review_queue import address
from fanal.work.countries import countries_waiting
from fanal.work.review import review_page
from fanal.work.series import TO_SEND, series_page
from fanal.work.tip_queue import to_assess

#: Rows of one page.
PAGE = 50


@dataclass(frozen=True)
class QueuePage:
    """One page.

    Attributes:
        rows: what waits, each with the `address` of its own page.
        next: behind which the next page begins, as the address has it; None on the last.
        previous: before which the page before ends; None on the first, and where a kind has no way back but to it.
        later: it is not the first page.
    """

    rows: list[dict[str, Any]]
    next: int | str | None = None
    previous: int | None = None
    later: bool = False


@dataclass(frozen=True)
class _Wanted:
    actor: Actor
    node: Node
    operation: Operation
    asked: QueryDict

    @property
    def after(self) -> str:
        return self.asked.get("after", "")


def queue_page(actor: Actor, node: Node, operation: Operation, kind: str, asked: QueryDict) -> QueuePage:
    """The page of a kind of `work.queues.QUEUES` that an address asks for; each kind in its own order."""
    return _PAGES[kind](_Wanted(actor, node, operation, asked))


def _links(wanted: _Wanted) -> QueuePage:
    everything = wanted.asked.get("all") == "1"
    before = rank_of(wanted.asked.get("before", ""))
    after = 0 if before else rank_of(wanted.after)
    found = review_page(wanted.actor, wanted.node, wanted.operation, after, PAGE, before=before, everything=everything)
    slug = wanted.operation.slug
    rows = [row | {"address": address(slug, "links", row["pair"], everything=everything)} for row in found.rows]
    return QueuePage(rows, found.next, found.previous, found.previous is not None)


def _countries(wanted: _Wanted) -> QueuePage:
    rows = countries_waiting(wanted.actor, wanted.node, wanted.operation, wanted.after, PAGE + 1)
    return _keyed(wanted, "countries", rows, "identity")


def _series(wanted: _Wanted) -> QueuePage:
    found = series_page(wanted.actor, wanted.node, wanted.operation, TO_SEND, wanted.after, PAGE)
    rows = [row | {"address": address(wanted.operation.slug, "series", row["series"])} for row in found.rows]
    return QueuePage(rows, found.next, later=bool(wanted.after))


def _tips(wanted: _Wanted) -> QueuePage:
    rows = to_assess(wanted.actor, wanted.operation, rank_of(wanted.after), PAGE + 1)
    return _keyed(wanted, "tips", rows, "tip")


def _keyed(wanted: _Wanted, kind: str, rows: list[dict[str, Any]], key: str) -> QueuePage:
    """A page of rows that may be more than it has room for; the next one begins behind the key of its last."""
    shown = [row | {"address": address(wanted.operation.slug, kind, str(row[key]))} for row in rows[:PAGE]]
    return QueuePage(shown, str(shown[-1][key]) if len(rows) > PAGE else None, later=bool(wanted.after))


_PAGES: Mapping[str, Callable[[_Wanted], QueuePage]] = {
    "links": _links,
    "countries": _countries,
    "series": _series,
    "tips": _tips,
}
