"""The review queue: what waits for an officer's word, by kind, and what comes after one of it in the same order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fanal.analyse.review import place_of, waiting_page, waiting_pairs
from fanal.cases.access import Actor, allowed, may
from fanal.cases.models.offices import Operation
from fanal.cases.models.sources import Tip
from fanal.cases.node import Node
from fanal.cases.pairs import standing_verdicts
from fanal.lake.snapshot import read_current
from fanal.work.countries import count_countries, next_country
from fanal.work.series import next_to_send, series_to_send
from fanal.work.tip_queue import unassessed

#: Kind of the queue to the verb of who may clear it.
QUEUES = {"links": "person.decide", "countries": "person.decide", "series": "series.decide", "tips": "tip.assess"}


#: Digits of the longest number that both databases keep.
_DIGITS = 19


@dataclass(frozen=True)
class _Case:
    actor: Actor
    node: Node
    operation: Operation
    everything: bool = False


def queues_of(actor: Actor, operation: Operation) -> list[str]:
    """The kinds of the queue that the officer may clear."""
    may(actor, "case.read", operation.slug)
    return [kind for kind, verb in QUEUES.items() if allowed(actor, verb, operation.slug)]


def queue_counts(actor: Actor, node: Node, operation: Operation) -> dict[str, int]:
    """How much of each kind waits; only the kinds that the officer may clear."""
    may(actor, "case.read", operation.slug)
    case = _Case(actor, node, operation)
    return {kind: _COUNTS[kind](case) for kind in queues_of(actor, operation)}


def next_waiting(
    actor: Actor, node: Node, operation: Operation, kind: str, after: str, *, everything: bool = False
) -> str | None:
    """What comes next in a queue: a pair, an identity, a series or the number of a tip; None at the end of it.

    Args:
        kind: of QUEUES.
        after: the one that was looked at last, decided or passed over; empty for the first of all.
        everything: with what an officer found not enough for.
    """
    may(actor, "case.read", operation.slug)
    if kind not in queues_of(actor, operation):
        return None
    return _NEXT[kind](_Case(actor, node, operation, everything), after)


def _links(case: _Case) -> int:
    pairs = waiting_pairs(read_current(case.node.lake(case.operation.slug)))
    return len(pairs) - sum(1 for subject in standing_verdicts(case.operation) if subject in pairs)


def _next_link(case: _Case, after: str) -> str | None:
    snapshot = read_current(case.node.lake(case.operation.slug))
    here = place_of(snapshot, *after.split(",", 1)) if "," in after else 0
    decided = () if case.everything else standing_verdicts(case.operation)
    found = waiting_page(snapshot, here, 1, without=decided)
    return ",".join(found[0].accounts) if found else None


def _countries(case: _Case) -> int:
    return count_countries(case.actor, case.node, case.operation)


def _next_country(case: _Case, after: str) -> str | None:
    return next_country(case.actor, case.node, case.operation, after)


def _series(case: _Case) -> int:
    return series_to_send(case.actor, case.node, case.operation)


def _next_series(case: _Case, after: str) -> str | None:
    return next_to_send(case.actor, case.node, case.operation, after)


def _tips(case: _Case) -> int:
    return Tip.objects.filter(operation=case.operation, status="new").count()


def _next_tip(case: _Case, after: str) -> str | None:
    here = int(after) if after.isdecimal() and len(after) < _DIGITS else 0
    found = unassessed(case.actor, case.operation, here, 1)
    return str(found[0].pk) if found else None


_COUNTS: Mapping[str, Callable[[_Case], int]] = {
    "links": _links,
    "countries": _countries,
    "series": _series,
    "tips": _tips,
}
_NEXT: Mapping[str, Callable[[_Case, str], str | None]] = {
    "links": _next_link,
    "countries": _next_country,
    "series": _next_series,
    "tips": _next_tip,
}
