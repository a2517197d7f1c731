"""One page of the list of series, and one series: what the lake says of media, never a medium. It decides nothing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import Any

import pyarrow as pa

from fanal.analyse.page_tables import SERIES, opened
from fanal.analyse.remembered import once
from fanal.base.errors import FanalError
from fanal.base.instants import text
from fanal.engine.duck import Duck
from fanal.engine.statements import load
from fanal.lake.snapshot import Snapshot

TABLES = (
    "media", "fingerprint", "share", "message", "series", "media_series", "media_state", "media_match", "media_graded",
    "identity_account", "identity_origin",
)  # fmt: skip
_S = pa.string()
#: Matches and grades that the page of one series shows.
MOST = 200


class UnknownSeries(FanalError):
    """No series holds a medium of that key."""

    code = "F-SERIES-01"
    text = "Operation {operation} has no series {series}; `fanal media series` and `fanal media unseen` show them."


@dataclass(frozen=True)
class WantedSeries:
    """Which series a page is to show; an empty attribute asks for nothing.

    Attributes:
        state: known, near, unseen or not_compared.
        graded: illegal, harmless, disputed, unmapped or ungraded.
        decided: send, hold or waiting.
        country: of an identity that used one of its media, ISO 3166 alpha-2.
        listed: name of a hash list that has one of its media.
        several: two media or more.
        series: this one.
    """

    state: str = ""
    graded: str = ""
    decided: str = ""
    country: str = ""
    listed: str = ""
    several: bool = False
    series: str = ""


#: A medium that an officer named, the verdict, and the decision's place in the order in which they were made.
Word = tuple[str, str, int]


def series_page(
    snapshot: Snapshot, wanted: WantedSeries, words: Sequence[Word], after: str, size: int, shown: int
) -> list[dict[str, Any]]:
    """The first series after one, unseen and ungraded first.

    Args:
        snapshot: of an operation's lake.
        wanted: which.
        words: standing decisions on series.
        after: the last series of the page before; empty for the beginning.
        size: how many at most. shown: accounts of each at most.

    Returns:
        Rows of `series`, `media`, `accounts`, `first_at`, `last_at` (ISO, UTC), `state`, `graded`, `flags`, `decided`,
        `uses`, `where` (`country`, `identities`), `who` (`account`, `identity`), `lists` (`list`, `kind`), `grades`
        (`source`, `agency`, `opinion`, `media`).
    """
    with _open(snapshot, words) as (engine, sql):
        engine.define("series_chosen", sql["series_chosen"], after=after, size=size, **asdict(wanted))
        rows = engine.rows("SELECT * FROM series_chosen ORDER BY place").to_pylist()
        used = {row["series"]: row for row in engine.rows(sql["page_use"]).to_pylist()}
        more = {
            "where": _by_series(engine, sql["page_place"]),
            "who": _by_series(engine, sql["page_who"], shown=shown),
            "lists": _by_series(engine, sql["page_list"]),
            "grades": _by_series(engine, sql["page_grade"]),
        }
    return [
        {
            **_said(row),
            "uses": used.get(row["series"], {}).get("uses", 0),
            "last_at": _instant(used.get(row["series"], {}).get("last_at")),
            **{name: found.get(row["series"], []) for name, found in more.items()},
        }
        for row in rows
    ]


@once
def series_facets(snapshot: Snapshot) -> tuple[list[str], list[str], int]:
    """Countries and lists that there are, by name, and how many media stand in no series at all."""
    with _open(snapshot, ()) as (engine, sql):
        countries, lists = (engine.rows(sql[name])["name"].to_pylist() for name in ("facet_country", "facet_list"))
        return countries, lists, int(engine.rows(sql["alone"])["n"][0].as_py())


def series_waiting(snapshot: Snapshot, words: Sequence[Word]) -> dict[str, int]:
    """How many series wait: `unseen`, for an officer; `sent`, for a grade. Graded ones are not among them."""
    with _open(snapshot, words) as (engine, sql):
        return dict(engine.rows(sql["waits"]).to_pylist()[0])


def series_holding(snapshot: Snapshot, media: Sequence[str]) -> dict[str, str]:
    """The series that each of these media belongs to now; media without one are left out."""
    with opened(snapshot, ("media_series",)) as engine:
        found = engine.rows(
            "SELECT media, series FROM media_series WHERE media IN (SELECT unnest($told))", told=list(media)
        ).to_pylist()
    return {row["media"]: row["series"] for row in found}


def one_series(snapshot: Snapshot, series: str, after: Mapping[str, str], size: int) -> dict[str, list[dict[str, Any]]]:
    """What one series is made of.

    Args:
        series: its id.
        after: `media` and `accounts`, the last key of the part before; empty for the beginning.
        size: media, and accounts, at most.

    Returns:
        `media` (a row for each place in an exhibit: technical metadata, digests, `exhibit`, `locator`, `obs`, `state`,
        `frames`), `matches` (list, kind, distance and radius, quality and least quality; no entry), `grades`,
        `accounts` (identity, country, uses, first, last, actions).
    """
    with _open(snapshot, ()) as (engine, sql):
        return {
            "media": engine.rows(sql["one_media"], series=series, after=after["media"], size=size).to_pylist(),
            "matches": engine.rows(sql["one_match"], series=series, size=MOST).to_pylist(),
            "grades": engine.rows(sql["one_grade"], series=series, size=MOST).to_pylist(),
            "accounts": [
                {**row, "first_at": _instant(row["first_at"]), "last_at": _instant(row["last_at"])}
                for row in engine.rows(
                    sql["one_account"], series=series, after=after["accounts"], size=size
                ).to_pylist()
            ],
        }


@contextmanager
def _open(snapshot: Snapshot, words: Sequence[Word]) -> Iterator[tuple[Duck, dict[str, str]]]:
    sql = load("fanal.analyse", "series_pages.sql")
    media, verdicts, places = zip(*words, strict=True) if words else ((), (), ())
    told = {"media": pa.array(media, _S), "verdict": pa.array(verdicts, _S), "place": pa.array(places, pa.int64())}
    with opened(snapshot, TABLES, SERIES) as engine:
        engine.bind("told_word", pa.table(told))
        engine.name("series_use", sql["series_use"])
        engine.define("series_word", sql["series_word"])
        engine.name("series_ordered", sql["series_ordered"])
        yield engine, sql


def _by_series(engine: Duck, statement: str, **params: Any) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in engine.rows(statement, **params).to_pylist():
        found[row.pop("series")].append(row)
    return found


def _said(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "first_at": _instant(row["first_at"])}


def _instant(at: Any) -> str | None:
    return text(at.replace(tzinfo=UTC)) if at else None
