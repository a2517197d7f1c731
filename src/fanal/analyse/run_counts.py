"""What one run came to, in counts: links by their reasons, countries, what became of the identities before it."""

from typing import Any

from fanal.analyse.sessions import opened
from fanal.lake.snapshot import Snapshot

#: What became of identities: kept, merged, split, new, gone.
CHANGES = ("kept", "merged", "split", "new", "gone")


def links_by_reason(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Rows of `reason`, `band`, `pairs` (of accounts), the most frequent first."""
    with opened(snapshot, ("identity_link",)) as engine:
        rows: list[dict[str, Any]] = engine.rows(
            "SELECT reason, band, count(*) AS pairs FROM identity_link "
            "GROUP BY reason, band ORDER BY pairs DESC, reason, band"
        ).to_pylist()
    return rows


def countries_decided(snapshot: Snapshot) -> dict[str, int]:
    """How many identities have a country of origin (`determined`), and how many have none (`undetermined`)."""
    with opened(snapshot, ("identity_origin",)) as engine:
        (row,) = engine.rows(
            "SELECT count(*) FILTER (WHERE NOT undetermined) AS determined, "
            "count(*) FILTER (WHERE undetermined) AS undetermined FROM identity_origin"
        ).to_pylist()
    return {name: int(value) for name, value in row.items()}


def identities_changed(snapshot: Snapshot) -> dict[str, int]:
    """How many identities were kept, merged, split, are new or gone since the run before; empty after a first run."""
    with opened(snapshot, ("lineage",)) as engine:
        rows = engine.rows(
            "SELECT change, count(DISTINCT coalesce(identity, old_identity)) AS n FROM lineage GROUP BY change"
        ).to_pylist()
    found = {row["change"]: int(row["n"]) for row in rows}
    return {change: found.get(change, 0) for change in CHANGES} if found else {}
