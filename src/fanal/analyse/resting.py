"""What rests on one exhibit, as far as a snapshot says: for who has to do without it. Nothing is changed by looking."""

from dataclasses import dataclass
from typing import Any

from fanal.analyse.sessions import opened
from fanal.lake.snapshot import Snapshot
from fanal.model.tables import obs_base


@dataclass(frozen=True)
class Met:
    """Identities that meet the threshold by rows of an exhibit.

    Attributes:
        rows: `identity`, `rank`, `accounts`, `first_seen` (accounts whose first row stands in the exhibit), `grounds`
            (rows by which it meets the threshold), `here` (those of the exhibit); who has no others first, by rank.
        alone: how many have no other grounds.
        touched: how many have any in the exhibit.
    """

    rows: list[dict[str, Any]]
    alone: int
    touched: int


def resting_on(snapshot: Snapshot, exhibit: int) -> dict[str, int]:
    """What the lake would lose without one exhibit: its rows, accounts first seen in it, findings it supports."""
    steps = sorted(name.removesuffix("_support") for name in snapshot.tables if name.endswith("_support"))
    bounds = {"first": obs_base(exhibit), "end": obs_base(exhibit + 1)}
    with opened(snapshot, ("identity_account", "account_key", *(f"{step}_support" for step in steps))) as engine:
        union = " UNION ALL ".join(f"SELECT finding, obs FROM {step}_support" for step in steps)
        findings = engine.rows(
            "SELECT count(*) FILTER (WHERE mine > 0) AS touched, count(*) FILTER (WHERE mine = n) AS alone FROM "
            "(SELECT finding, count(*) AS n, count(*) FILTER (WHERE obs >= $first AND obs < $end) AS mine "
            f"FROM ({union or 'SELECT NULL AS finding, 0 AS obs WHERE false'}) GROUP BY finding)",
            **bounds,
        ).to_pylist()[0]
        founded = engine.rows(
            "SELECT count(*) AS accounts, count(DISTINCT i.identity) AS identities FROM account_key AS k "
            "JOIN identity_account AS i ON i.account = k.account WHERE k.first_obs >= $first AND k.first_obs < $end",
            **bounds,
        ).to_pylist()[0]
    rows = sum(e.rows for entries in snapshot.tables.values() for e in entries if e.exhibit == exhibit)
    return {
        "rows": rows,
        "accounts_first_seen_in_it": founded["accounts"],
        "identities_with_such_accounts": founded["identities"],
        "findings_it_supports": findings["touched"],
        "findings_that_rest_on_it_alone": findings["alone"],
    }


def threshold_resting_on(snapshot: Snapshot, exhibit: int, most: int) -> Met:
    """Identities that meet the threshold by rows of one exhibit, `most` of them one by one.

    A finding keeps examples of what supports it, so "no others" means: none among those.
    """
    if "threshold_finding" not in snapshot.tables:
        return Met([], 0, 0)
    names = ("threshold_finding", "threshold_support", "identity_rank", "identity_account", "account_key")
    with opened(snapshot, names) as engine:
        found = engine.rows(
            "WITH met AS (SELECT f.subject AS identity, count(*) AS grounds, "
            "count(*) FILTER (WHERE s.obs >= $first AND s.obs < $end) AS here FROM threshold_finding AS f "
            "JOIN threshold_support AS s ON s.finding = f.finding WHERE s.role = 'for' GROUP BY f.subject), "
            "seen AS (SELECT i.identity, count(*) AS accounts, count(*) FILTER (WHERE k.first_obs >= $first "
            "AND k.first_obs < $end) AS first_seen FROM identity_account AS i JOIN account_key AS k "
            "ON k.account = i.account WHERE i.identity IN (SELECT identity FROM met WHERE here > 0) "
            "GROUP BY i.identity) "
            "SELECT m.identity, r.rank, s.accounts, s.first_seen, m.grounds, m.here, "
            "count(*) OVER () AS touched, count(*) FILTER (WHERE m.here = m.grounds) OVER () AS alone "
            "FROM met AS m JOIN seen AS s ON s.identity = m.identity "
            "LEFT JOIN identity_rank AS r ON r.identity = m.identity WHERE m.here > 0 "
            "ORDER BY m.here < m.grounds, r.rank NULLS LAST, m.identity LIMIT $most",
            first=obs_base(exhibit),
            end=obs_base(exhibit + 1),
            most=most,
        ).to_pylist()
    alone, touched = (found[0]["alone"], found[0]["touched"]) if found else (0, 0)
    shown = ("identity", "rank", "accounts", "first_seen", "grounds", "here")
    return Met([{name: row[name] for name in shown} for row in found], alone, touched)
