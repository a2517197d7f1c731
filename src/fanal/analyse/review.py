"""Pairs of accounts that wait for an officer: linked too weakly to be one identity, too well to be left alone.

Two identities that share nothing and are much alike (`linkage`) wait by their founding accounts. What concerns the
identities that are looked at first stands first, then what is closest to a link.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fanal.analyse.coherence import RULES
from fanal.analyse.views import opened
from fanal.engine.statements import load
from fanal.lake.snapshot import Snapshot

_ROLE = {rule.name: rule.role for rule in RULES}
BRIDGE, QUESTION, ALIKE = "bridge", "same_person_in_question", "much_alike"

TABLES = ("identity_link", "linkage_candidate", "identity", "identity_account", "identity_rank")


@dataclass(frozen=True)
class Waiting:
    """One pair in review.

    Attributes:
        accounts: the two keys; `identities`: of each; `ranks`: of these, None before `rank` ran.
        kind: `bridge` (it alone would hold two groups together), `same_person_in_question`, or `much_alike`.
        speaks_for: names of the rules for one holder; `against`: of those against.
        weight: natural-log odds that the rules sum up to. No probability.
    """

    accounts: tuple[str, str]
    identities: tuple[str, str]
    ranks: tuple[int | None, int | None]
    kind: str
    speaks_for: tuple[str, ...]
    against: tuple[str, ...]
    weight: float


def waiting(snapshot: Snapshot) -> Iterator[Waiting]:
    """Every pair in review whose accounts are two identities, what matters most first."""
    with opened(
        snapshot, ("identity_link", "linkage_candidate", "identity", "identity_account", "identity_rank")
    ) as engine:
        for batch in engine.batches(load("fanal.analyse", "views.sql")["review"]):
            for row in batch.to_pylist():
                yield _waiting(row)


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
    )
