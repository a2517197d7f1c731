"""The pairs that wait for an officer's word, and what was decided on them before."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fanal.analyse.explain import words
from fanal.analyse.review import Waiting, waiting, waiting_page
from fanal.cases.access import Actor, may
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.pairs import pair_of, standing_verdicts, subject_of
from fanal.lake.snapshot import read_current


def review(actor: Actor, node: Node, operation: Operation, *, everything: bool) -> Iterator[dict[str, Any]]:
    """Every pair in review, what matters most first: the rank of the identities, then how close to a link it is.

    Args:
        everything: with those that an officer found not enough for, which wait for new evidence.

    Returns:
        Rows of `pair` (as `fanal decide` takes it), `kind`, `identities`, `ranks`, `for` and `against` (in words),
        `decided` (the verdict that stands), and the names of the rules in `rules_for` and `rules_against`.
    """
    may(actor, "person.read", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    record(actor, "person.read", operation.slug, kind="review", snapshot=snapshot.number)
    decided = standing_verdicts(operation)
    rows = (_row(pair, decided.get(subject_of(pair_of(*pair.accounts)))) for pair in waiting(snapshot))
    return (row for row in rows if everything or row["decided"] is None)


@dataclass(frozen=True)
class ReviewPage:
    """One page of the pairs in review: rows as `review` has them, and the places at which the pages beside it begin."""

    rows: list[dict[str, Any]]
    next: int | None
    previous: int | None


def review_page(
    actor: Actor, node: Node, operation: Operation, after: int, size: int, *, before: int = 0, everything: bool
) -> ReviewPage:
    """A page of the pairs in review, those after a place in the order of all.

    Args:
        after: the place of the last one of the page before; 0 for the first page. size: how many at most.
        before: the place of the first one of the page after, to go back; `after` is then 0.
        everything: as `review` has it.
    """
    may(actor, "person.read", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    record(actor, "person.read", operation.slug, kind="review", snapshot=snapshot.number)
    decided = standing_verdicts(operation)
    found = waiting_page(snapshot, after, size + 1, before=before, without=() if everything else decided)
    more = len(found) > size
    shown = found[-size:] if before else found[:size]
    following = shown[-1].place if shown and (before or more) else None
    preceding = shown[0].place if shown and (more if before else after) else None
    return ReviewPage(
        [_row(pair, decided.get(subject_of(pair_of(*pair.accounts)))) for pair in shown], following, preceding
    )


def _row(pair: Waiting, verdict: str | None) -> dict[str, Any]:
    return {
        "pair": ",".join(pair.accounts),
        "kind": pair.kind,
        "identities": list(pair.identities),
        "ranks": list(pair.ranks),
        "for": [words(name) for name in pair.speaks_for],
        "against": [words(name) for name in pair.against],
        "rules_for": list(pair.speaks_for),
        "rules_against": list(pair.against),
        "decided": verdict,
    }
