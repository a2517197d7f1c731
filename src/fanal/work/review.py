"""The pairs that wait for an officer's word, and what was decided on them before."""

from collections.abc import Iterator
from typing import Any

from fanal.analyse.explain import words
from fanal.analyse.review import Waiting, waiting
from fanal.cases.access import Actor, may
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.pairs import pair_of, standing_pairs
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
    decided = standing_pairs(operation)
    rows = (_row(pair, decided.get(pair_of(*pair.accounts))) for pair in waiting(snapshot))
    return (row for row in rows if everything or row["decided"] is None)


def _row(pair: Waiting, decision: Decision | None) -> dict[str, Any]:
    return {
        "pair": ",".join(pair.accounts),
        "kind": pair.kind,
        "identities": list(pair.identities),
        "ranks": list(pair.ranks),
        "for": [words(name) for name in pair.speaks_for],
        "against": [words(name) for name in pair.against],
        "rules_for": list(pair.speaks_for),
        "rules_against": list(pair.against),
        "decided": decision.verdict if decision else None,
    }
