"""The last run's answers on countries beside what is known to be true of some identities."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from fanal.analyse import origin
from fanal.analyse.calibration import Measured, measured
from fanal.analyse.sessions import opened
from fanal.analyse.sightings import Flags, Floats
from fanal.engine.door import Engine
from fanal.lake.snapshot import Snapshot
from fanal.model.phone_countries import phone_countries

#: Who is told apart, by the key of what is measured.
GROUPS = ("all", "anonymiser_users", "phone_of_another_country")
TABLES = (
    "identity_account", "identity_origin", "account_value", "value_key", "address", "login_day", "unlisted_anonymiser",
)  # fmt: skip
# Of whose days of login at least this share came through an anonymiser counts as its user.
MOSTLY = 0.5


@dataclass(frozen=True)
class Truth:
    """What is known of one identity: that it lives in `country`, or where `right` is False that it does not."""

    country: str
    right: bool = True


@dataclass(frozen=True)
class Judged:
    """One entry an identity whose truth is known.

    Attributes:
        identity: its id. probability: of the answer. country: the answer, "" for none.
        proved: whether it proved true. comparable: False where all that is known is that another country was wrong.
        anonymiser: whether most of its days of login came through one. phone: whether a number of it is of another
            country than it lives in.
    """

    identity: tuple[str, ...]
    probability: Floats
    country: tuple[str, ...]
    proved: Flags
    comparable: Flags
    anonymiser: Flags
    phone: Flags

    def by_group(self) -> dict[str, Measured]:
        """What was measured, by GROUPS."""
        kept = self.comparable
        groups = dict(zip(GROUPS, (kept, kept & self.anonymiser, kept & self.phone), strict=True))
        return {name: measured(self.probability[one], self.proved[one]) for name, one in groups.items()}

    def by_words(self) -> list[tuple[str, int, int]]:
        """The words of the answers, with how many of each proved true and how many did not."""
        words = np.array([origin.in_words(p) for p in self.probability.tolist()], dtype=object)
        found = []
        for _, word in origin.WORDS:
            mine = self.comparable & (words == word)
            found.append((word, int((mine & self.proved).sum()), int((mine & ~self.proved).sum())))
        return found


def of_accounts(snapshot: Snapshot, accounts: Mapping[str, str]) -> dict[str, Truth]:
    """The truth of identities from that of accounts: the country that most accounts of an identity name.

    Args:
        snapshot: of the lake.
        accounts: account key to country.
    """
    with opened(snapshot, ("identity_account",)) as engine:
        engine.bind("told", pa.table({"account": list(accounts), "country": list(accounts.values())}))
        rows = engine.rows(
            "SELECT i.identity, t.country, count(*) AS n FROM told AS t "
            "JOIN identity_account AS i ON i.account = t.account GROUP BY i.identity, t.country"
        ).to_pylist()
    counted: dict[str, Counter[str]] = {}
    for row in rows:
        counted.setdefault(row["identity"], Counter())[row["country"]] = row["n"]
    return {identity: Truth(min(n, key=lambda c: (-n[c], c))) for identity, n in counted.items()}


def judge(snapshot: Snapshot, truth: Mapping[str, Truth]) -> Judged:
    """Hold the answers of a snapshot against what is known. Identities that it does not have are left out."""
    with opened(snapshot, TABLES) as engine:
        engine.bind(
            "judged_truth",
            pa.table(
                {
                    "identity": pa.array(list(truth), pa.string()),
                    "country": pa.array([t.country for t in truth.values()], pa.string()),
                    "known": pa.array([t.right for t in truth.values()], pa.bool_()),
                }
            ),
        )
        engine.define(
            "judged_account",
            "SELECT m.account_id, t.identity, t.country, t.known FROM judged_truth AS t "
            "JOIN identity_account AS m ON m.identity = t.identity",
        )
        hides = _those(engine, _HIDES)
        engine.define("judged_number", _NUMBERS)
        norms = engine.rows("SELECT DISTINCT norm FROM judged_number ORDER BY norm")["norm"].combine_chunks()
        engine.bind("judged_norm", pa.table({"norm": norms, "country": phone_countries(norms)}))
        other = _those(engine, _OTHER_NUMBER)
        rows = engine.rows(
            "SELECT t.identity, t.country, t.known, o.country AS answer, o.probability FROM judged_truth AS t "
            "JOIN identity_origin AS o ON o.identity = t.identity WHERE o.words <> 'decided' ORDER BY t.identity"
        ).to_pylist()
    same = np.array([row["answer"] == row["country"] for row in rows], dtype=np.bool_)
    known = np.array([row["known"] for row in rows], dtype=np.bool_)
    return Judged(
        tuple(row["identity"] for row in rows),
        np.array([row["probability"] for row in rows], dtype=np.float64),
        tuple(row["answer"] or "" for row in rows),
        same & known,
        known | same,
        np.array([row["identity"] in hides for row in rows], dtype=np.bool_),
        np.array([row["identity"] in other for row in rows], dtype=np.bool_),
    )


def _those(engine: Engine, sql: str) -> set[str]:
    return set(engine.rows(sql)["identity"].to_pylist())


_HIDES = f"""
SELECT identity FROM (
  SELECT m.identity, l.day,
         max(CASE WHEN coalesce(a.anonymiser, u.value, n.value) IS NOT NULL THEN 1 ELSE 0 END) AS hides
  FROM login_day AS l
  JOIN judged_account AS m ON m.account_id = l.account_id
  JOIN address AS a ON a.ip_id = l.ip_id
  LEFT JOIN unlisted_anonymiser AS u ON u.kind = 'ip' AND u.value = a.ip
  LEFT JOIN unlisted_anonymiser AS n ON n.kind = 'asn' AND n.value = CAST(a.asn AS VARCHAR) AND n.country = a.country
  GROUP BY m.identity, l.day
) AS days
GROUP BY identity
HAVING avg(hides) >= {MOSTLY}
"""
_NUMBERS = """
SELECT DISTINCT m.identity, m.country, k.norm
FROM account_value AS u
JOIN judged_account AS m ON m.account_id = u.account_id
JOIN value_key AS k ON k.value_id = u.value_id
WHERE k.kind = 'phone' AND k.context IS NULL AND m.known
"""
_OTHER_NUMBER = """
SELECT DISTINCT j.identity
FROM judged_number AS j
JOIN judged_norm AS n ON n.norm = j.norm
WHERE n.country IS NOT NULL AND n.country <> j.country
"""
