"""Identities whose country the evidence leaves open or barely settles: what an officer is asked. It decides nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from fanal.analyse.origin import POSSIBLE, in_words, say
from fanal.analyse.page_tables import ACCOUNT, COUNTRY, MEMBER, beside, opened
from fanal.analyse.remembered import once
from fanal.base.language import mark
from fanal.engine.duck import Duck
from fanal.engine.statements import load
from fanal.lake.snapshot import Snapshot

#: Of a country that is less likely than not.
LESS = mark("less likely")


def countries_waiting(snapshot: Snapshot, decided: Collection[str], after: str, size: int) -> list[dict[str, Any]]:
    """Identities whose country waits, those first that lack nothing else, then by rank.

    Args:
        snapshot: of an operation's lake.
        decided: accounts on whose country an officer's word stands; their identities are left out.
        after: the last identity of the page before; empty for the beginning.
        size: how many at most.

    Returns:
        Rows of `identity`, `rank`, `accounts`, `undetermined`, `candidates` (`country`, `words`; most probable first),
        `would_change` (in words), `alone` (the country is all that the threshold lacks).
    """
    with _open(snapshot, decided) as (engine, sql):
        engine.define("country_shown", sql["country_page"], after=after, size=size)
        rows = engine.rows("SELECT * FROM country_shown ORDER BY place").to_pylist()
        accounts, candidates = defaultdict(list), defaultdict(list)
        for row in engine.rows(sql["country_account"]).to_pylist():
            accounts[row["identity"]].append(row["account"])
        for row in engine.rows(sql["country_candidate"]).to_pylist():
            candidates[row["identity"]].append(_candidate(row))
    return [
        {
            "identity": row["identity"],
            "rank": row["rank"],
            "accounts": accounts[row["identity"]],
            "undetermined": row["undetermined"],
            "candidates": candidates[row["identity"]],
            "would_change": say(row["would_change"] or ""),
            "alone": (row["why_not"] or "").startswith("origin"),
        }
        for row in rows
    ]


def count_waiting(snapshot: Snapshot, decided: Collection[str]) -> int:
    """How many identities wait for a word on their country."""
    every = _every(snapshot)
    if not decided:
        return every
    with _open(snapshot, decided) as (engine, sql):
        return every - int(engine.rows(sql["count_told"])["n"][0].as_py())


@once
def _every(snapshot: Snapshot) -> int:
    """How many would wait if nobody had said a word."""
    with beside(snapshot, COUNTRY) as engine:
        return int(engine.rows(f"SELECT count(*) AS n FROM {COUNTRY.name}")["n"][0].as_py())


def candidates_of(snapshot: Snapshot, identity: str) -> dict[str, Any]:
    """What the evidence says of one identity's country.

    Returns:
        `candidates` (`country`, `words`; most probable first), `undetermined`, `decided` (an officer's word was
        in force in the last run), `would_change` (in words).
    """
    with opened(snapshot, ("identity_origin", "identity_country")) as engine:
        origin = engine.rows(
            "SELECT undetermined, words, would_change FROM identity_origin WHERE identity = $id", id=identity
        ).to_pylist()
        rows = engine.rows(
            "SELECT country, probability FROM identity_country WHERE identity = $id ORDER BY rank", id=identity
        ).to_pylist()
    said: dict[str, Any] = origin[0] if origin else {"undetermined": True, "words": "", "would_change": ""}
    return {
        "candidates": [_candidate(row) for row in rows],
        "undetermined": said["undetermined"],
        "decided": said["words"] == "decided",
        "would_change": say(said["would_change"] or ""),
    }


def _candidate(row: dict[str, Any]) -> dict[str, str]:
    words = in_words(row["probability"]) if row["probability"] >= POSSIBLE else LESS
    return {"country": row["country"], "words": words}


def placed(snapshot: Snapshot, accounts: Sequence[str]) -> dict[str, tuple[str, str, bool]]:
    """Account to its identity, the country of that ("" for undetermined), and whether an officer's word made it so."""
    if not accounts:
        return {}
    with opened(snapshot, ("identity_account", "identity_origin")) as engine:
        rows = engine.rows(
            "SELECT a.account, a.identity, CASE WHEN o.undetermined THEN '' ELSE coalesce(o.country, '') END "
            "AS country, coalesce(o.words = 'decided', false) AS decided FROM identity_account AS a "
            "LEFT JOIN identity_origin AS o ON o.identity = a.identity WHERE a.account IN (SELECT unnest($told))",
            told=list(accounts),
        ).to_pylist()
    return {row["account"]: (row["identity"], row["country"] or "", row["decided"]) for row in rows}


@contextmanager
def _open(snapshot: Snapshot, decided: Collection[str]) -> Iterator[tuple[Duck, dict[str, str]]]:
    sql = load("fanal.analyse", "countries.sql")
    with opened(snapshot, ("identity_country",), COUNTRY, ACCOUNT, MEMBER) as engine:
        engine.bind("told_account", pa.table({"account": pa.array(sorted(decided), pa.string())}))
        engine.define("country_told", sql["country_told"])
        yield engine, sql
