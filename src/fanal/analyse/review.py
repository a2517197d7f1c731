"""Pairs of accounts that wait for an officer: linked too weakly to be one identity, too well to be left alone.

What concerns the identities that are looked at first stands first, then what is closest to a link.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fanal.analyse.coherence import RULES
from fanal.analyse.views import opened
from fanal.engine.statements import load
from fanal.lake.snapshot import Snapshot

_ROLE = {rule.name: rule.role for rule in RULES}
BRIDGE, QUESTION = "bridge", "same_person_in_question"


@dataclass(frozen=True)
class Waiting:
    """One pair in review.

    Attributes:
        accounts: the two keys; `identities`: of each; `ranks`: of these, None before `rank` ran.
        kind: `bridge` (it alone would hold two groups together) or `same_person_in_question`.
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
    with opened(snapshot, ("identity_link", "identity_account", "identity_rank")) as engine:
        for batch in engine.batches(load("fanal.analyse", "views.sql")["review"]):
            for row in batch.to_pylist():
                names = (row["reason"] or "").split()
                yield Waiting(
                    (row["account_a"], row["account_b"]),
                    (row["identity_a"], row["identity_b"]),
                    (row["rank_a"], row["rank_b"]),
                    BRIDGE if BRIDGE in names else QUESTION,
                    tuple(name for name in names if _ROLE.get(name) == "for"),
                    tuple(name for name in names if _ROLE.get(name) == "against"),
                    row["llr"],
                )
