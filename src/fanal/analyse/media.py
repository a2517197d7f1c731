"""What the command line reads of media in one snapshot: matches, series, what no list has seen."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from fanal.analyse.page_tables import LISTS, MEDIA, beside
from fanal.analyse.remembered import once
from fanal.analyse.sessions import opened
from fanal.base.instants import text
from fanal.engine.statements import load
from fanal.lake.snapshot import Snapshot


def matches_of(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """Every match, by medium, list and entry (see `work.media.match_media`)."""
    with opened(snapshot, ("media_match",)) as engine:
        for batch in engine.batches(load("fanal.analyse", "media_views.sql")["matches"]):
            yield from batch.to_pylist()


def series_of(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """Series of two media or more, the largest first: accounts, countries, first seen, state, graded, flags."""
    yield from _shown(snapshot, "series")


def unseen_of(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """The queue for victim identification: what no list has and nobody graded, a flagged account's first."""
    yield from _shown(snapshot, "unseen")


def media_figures(snapshot: Snapshot) -> dict[str, Any]:
    """Figures of media, numbers whatever was done: media_compared tells how many were held against a list at all.

    Returns:
        series, media_known, media_near, media_unseen (every medium where none was compared: no list has seen it),
        media_compared, share_known (of those compared; absent where there are none), media_by_list.
    """
    row, lists = _counted(snapshot)
    compared = row["compared"]
    return {
        "series": row["series"],
        "media_known": row["known"],
        "media_near": row["near"],
        "media_unseen": row["unseen"] if compared else row["media"],
        "media_compared": compared,
        **({"share_known": round(row["known"] / compared, 4)} if compared else {}),
        "media_by_list": dict(lists),
    }


@once
def _counted(snapshot: Snapshot) -> tuple[dict[str, int], dict[str, int]]:
    """The figures of media by their statement's names, and matched media by list."""
    with beside(snapshot, MEDIA, LISTS) as engine:
        row = engine.rows(f"SELECT * FROM {MEDIA.name}").to_pylist()[0]
        lists = {told["list"]: told["n"] for told in engine.rows(f"SELECT * FROM {LISTS.name}").to_pylist()}
    return row, lists


def as_people_read(figures: dict[str, Any]) -> dict[str, Any]:
    """Figures without those of a comparison that nobody made: no medium is known or unseen before it was looked for."""
    if figures["media_compared"]:
        return figures
    return {name: value for name, value in figures.items() if name not in {"media_known", "media_near", "media_unseen"}}


def uploads_in(snapshot: Snapshot, since: datetime | None, until: datetime | None) -> dict[str, Any]:
    """Uploads from an instant to before another (UTC); an open end is the first or last upload of the evidence.

    Returns:
        uploads, uploads_per_hour (absent where the window has no length).
    """
    plain = [at.replace(tzinfo=None) if at else None for at in (since, until)]
    with opened(snapshot, ("share",)) as engine:
        sql = load("fanal.analyse", "media_views.sql")["uploads"]
        row = engine.rows(sql, since=plain[0], until=plain[1]).to_pylist()[0]
    begin, end = plain[0] or row["first_at"], plain[1] or row["last_at"]
    hours = (end - begin).total_seconds() / 3600 if begin and end else 0
    return {"uploads": row["uploads"], **({"uploads_per_hour": round(row["uploads"] / hours, 2)} if hours > 0 else {})}


def _shown(snapshot: Snapshot, statement: str) -> Iterator[dict[str, Any]]:
    with opened(snapshot, ("series",)) as engine:
        for batch in engine.batches(load("fanal.analyse", "media_views.sql")[statement]):
            for row in batch.to_pylist():
                at = row["first_at"]
                yield {**row, "first_at": text(at.replace(tzinfo=UTC)) if at else None}
