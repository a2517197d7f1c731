"""What exactly leaves in a package: read from the bag itself, for the officer who approves its digest.

Nothing here comes from the lake or the case store: what is shown is what the digest covers.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from fanal.exchange.bag import expected_digests, verify_bag
from fanal.exchange.heading import read_json

MINOR = "minor"


@dataclass(frozen=True)
class Leaving:
    """What a bag holds.

    Attributes:
        digest: of the package; the approval signs it.
        package: data/package.json as it stands.
        identities: a row each, in rank order: `rank`, `identity`, `country_is`, `roles`, `accounts`, `flags`, `change`.
        rows: table to the number of rows in its file.
        files: every file with its SHA-256.
    """

    digest: str
    package: dict[str, Any]
    identities: list[dict[str, Any]]
    rows: dict[str, int]
    files: dict[str, str]

    @property
    def minors(self) -> int:
        """How many of the identities are marked as minors."""
        return sum(MINOR in row["flags"] for row in self.identities)


def read_leaving(bag: Path, path: object) -> Leaving:
    """Verify a bag and say what is in it.

    Args:
        path: what to call it in an error.

    Raises:
        Refused: the bag is not whole, or not as its manifest says.
    """
    digest = verify_bag(bag, path)
    package = read_json(bag, "data/package.json", path)
    tables = sorted((bag / "data/tables").glob("*.parquet"))
    rows = {table.stem: pq.read_metadata(table).num_rows for table in tables}
    return Leaving(digest, package, _identities(bag, package), rows, expected_digests(bag, path))


def _identities(bag: Path, package: dict[str, Any]) -> list[dict[str, Any]]:
    changes = package.get("changes") or {}
    became = {row["identity"]: kind for kind in ("added", "changed") for row in changes.get(kind, [])}
    with (bag / "data/identities.csv").open(encoding="utf-8", newline="") as file:
        return [
            {
                "rank": int(row["rank"]) if row.get("rank") else None,
                "identity": row["identity"],
                "country_is": row.get("country_is") or "",
                "roles": _several(row.get("roles")),
                "accounts": _several(row.get("accounts")),
                "flags": _several(row.get("flags")),
                "change": became.get(row["identity"], "unchanged" if changes else "new"),
            }
            for row in csv.DictReader(file)
        ]


def _several(cell: str | None) -> list[str]:
    return [part for part in (cell or "").split("; ") if part]
