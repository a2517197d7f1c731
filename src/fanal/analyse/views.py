"""What the command line and the packages read from one snapshot. It changes nothing and decides nothing.

The shapes of `identities` and `figures_from_lake` are contracts that others' scripts rely on.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from fanal.analyse.page_tables import FIGURES, beside
from fanal.analyse.remembered import once
from fanal.analyse.sessions import opened
from fanal.analyse.view_statements import IDENTITY_TABLES, shown_sql
from fanal.engine.duck import Duck
from fanal.engine.statements import load
from fanal.lake.snapshot import Snapshot


def identity_lines(snapshot: Snapshot, country: str | None = None, *, why: bool = False) -> Iterator[str]:
    """One JSON object a line for every identity, in rank order; the engine writes the text.

    Args:
        snapshot: of an operation's lake.
        country: only identities whose country of origin is this one (ISO 3166 alpha-2).
        why: add `met_by` (the conduct that counts) and `why_not` (what is lacking), codes with spaces between.

    Yields:
        `{"identity", "accounts": [key, ...], "identifiers": [{"kind", "norm"}], "countries":
        [{"country", "probability"}], "undetermined", "roles": [...], "rank", "meets_threshold"}`;
        each account stands in exactly one line; `rank` is null before the step `rank` ran.
    """
    with opened(snapshot, IDENTITY_TABLES) as engine:
        yield from shown(engine, country, why=why)


def shown(engine: Duck, country: str | None = None, *, why: bool = False) -> Iterator[str]:
    """The lines of `identity_lines` from a session that has IDENTITY_TABLES."""
    for batch in engine.batches(shown_sql(engine, "$country", why=why), country=country):
        yield from batch.column("line").to_pylist()


def identities(snapshot: Snapshot, country: str | None = None, *, why: bool = False) -> Iterator[dict[str, Any]]:
    """The objects of `identity_lines`, parsed."""
    for line in identity_lines(snapshot, country, why=why):
        yield json.loads(line)


def figures_from_lake(snapshot: Snapshot) -> dict[str, int | float]:
    """The figures that the evidence alone gives.

    Returns:
        accounts (distinct account keys of all platforms), identities, videos (media of a video type),
        video_hours, videos_per_hour (from the first upload to the last), logins, payments, messages
        (system lines left out), rejects.
    """
    return dict(_figures(snapshot))


@once
def _figures(snapshot: Snapshot) -> dict[str, int | float]:
    with beside(snapshot, FIGURES) as engine:
        row = engine.rows(f"SELECT * FROM {FIGURES.name}").to_pylist()[0]
    return {name: int(value) if isinstance(value, Decimal) else value for name, value in row.items()}


def leads(snapshot: Snapshot, identity: str | None = None) -> Iterator[dict[str, Any]]:
    """Every lead, or those of one identity, with its rank, those that perish first at the top; instants are UTC."""
    with opened(snapshot, ("lead", "identity_rank")) as engine:
        for batch in engine.batches(load("fanal.analyse", "views.sql")["leads"], identity=identity):
            yield from batch.to_pylist()
