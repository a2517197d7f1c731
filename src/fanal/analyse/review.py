"""Pairs of accounts that wait for an officer: linked too weakly to be one identity, too well to be left alone.

Two identities that share nothing and are much alike (`linkage`) wait by their founding accounts. What concerns the
identities that are looked at first stands first, then what is closest to a link.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from fanal.analyse.coherence import RULES
from fanal.analyse.page_tables import REVIEW, beside
from fanal.analyse.remembered import once
from fanal.engine.statements import load
from fanal.lake.snapshot import Snapshot

_ROLE = {rule.name: rule.role for rule in RULES}
BRIDGE, QUESTION, ALIKE = "bridge", "same_person_in_question", "much_alike"


@dataclass(frozen=True)
class Waiting:
    """One pair in review.

    Attributes:
        accounts: the two keys; `identities`: of each; `ranks`: of these, None before `rank` ran.
        kind: `bridge` (it alone would hold two groups together), `same_person_in_question`, or `much_alike`.
        speaks_for: names of the rules for one holder; `against`: of those against.
        weight: natural-log odds that the rules sum up to. No probability.
        place: in the order of all, from 1.
    """

    accounts: tuple[str, str]
    identities: tuple[str, str]
    ranks: tuple[int | None, int | None]
    kind: str
    speaks_for: tuple[str, ...]
    against: tuple[str, ...]
    weight: float
    place: int


def waiting(snapshot: Snapshot) -> Iterator[Waiting]:
    """Every pair in review whose accounts are two identities, what matters most first."""
    with beside(snapshot, REVIEW) as engine:
        for batch in engine.batches(f"SELECT * FROM {REVIEW.name}"):
            for row in batch.to_pylist():
                yield _waiting(row)


def waiting_page(
    snapshot: Snapshot, after: int, size: int, *, before: int = 0, without: Collection[str] = ()
) -> list[Waiting]:
    """The first pairs in review after a place, what matters most first.

    Args:
        snapshot: of an operation's lake.
        after: a place; 0 for the beginning. size: how many at most.
        before: a place; the last pairs before it instead, in the same order. 0 for none.
        without: pairs that are left out, as `waiting_pairs` names them.
    """
    with beside(snapshot, REVIEW) as engine:
        engine.bind("review_decided", pa.table({"pair": pa.array(sorted(without), pa.string())}))
        sql = load("fanal.analyse", "views.sql")["review_page"]
        rows = engine.rows(sql, after=after, before=before, size=size).to_pylist()
    return sorted(map(_waiting, rows), key=lambda pair: pair.place)


def place_of(snapshot: Snapshot, one: str, other: str) -> int:
    """The place of a pair of accounts among those in review; 0 where it is not among them."""
    with beside(snapshot, REVIEW) as engine:
        sql = load("fanal.analyse", "views.sql")["review_place"]
        return int(engine.rows(sql, one=one, other=other)["place"][0].as_py() or 0)


@once
def waiting_pairs(snapshot: Snapshot) -> frozenset[str]:
    """The pairs in review, each as its two accounts in order, joined by a comma."""
    with beside(snapshot, REVIEW) as engine:
        rows = engine.rows(f"SELECT account_a, account_b FROM {REVIEW.name}").to_pylist()
    return frozenset(",".join(sorted((row["account_a"], row["account_b"]))) for row in rows)


def _waiting(row: dict[str, Any]) -> Waiting:
    if row["reason"] is None:
        kind = ALIKE
        speaks_for, against = (tuple((row[side] or "").split()) for side in ("reasons_for", "reasons_against"))
    else:
        names = row["reason"].split()
        kind = BRIDGE if BRIDGE in names else QUESTION
        speaks_for, against = (tuple(name for name in names if _ROLE.get(name) == role) for role in ("for", "against"))
    return Waiting(
        (row["account_a"], row["account_b"]),
        (row["identity_a"], row["identity_b"]),
        (row["rank_a"], row["rank_b"]),
        kind,
        speaks_for,
        against,
        row["llr"],
        row["place"],
    )
