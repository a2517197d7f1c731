"""Where received hash lists lie: `hashlists/<name>/<version>/` in the node, for its owner's account alone (0700).

Three Parquet files a version: entries (id, category, opinion), hashes (exact ones), prints (perceptual ones). An
entry's id is a keyed digest with a key that never leaves the list's folder: it stays from version to version, and
nobody can compute it from a hash. Nothing here answers whether a hash is listed; `analyse.match` reads whole lists.
"""

import json
import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from fanal.base.digests import digest_of_parts, sha256_file
from fanal.base.errors import FanalError
from fanal.base.files import replace_file
from fanal.engine.duck import Duck
from fanal.engine.statements import fill, load
from fanal.lake.parquet import TableFile
from fanal.media.hashlists.form import DIGITS, RAW, Parsed
from fanal.model.hash_lists import HashListVersion

TABLES = ("entries", "hashes", "prints")
_KEY, _ABOUT, _SET_ASIDE = "key", "list.json", "quarantine.jsonl"
_PRIVATE, _ONE_READER = 0o700, 0o600


class NoSuchHashList(FanalError):
    """A list, version or entry that the node does not have."""

    code = "F-LIST-06"
    text = "This node has no hash list {name}; `fanal hashlist list` names them."


class NoSuchEntry(FanalError):
    """An entry that no version of the list has."""

    code = "F-LIST-10"
    text = "The hash list {name} has no entry {entry}; `fanal media match` shows the entries that match."


class NothingListed(FanalError):
    """A file in which no hash stands."""

    code = "F-LIST-07"
    text = "{path} names no hash that can be used ({rejected} rows are none); is it the format that --format names?"
    exit_code = 2


@dataclass(frozen=True)
class TakenIn:
    """What became of a file: entries, hashes by kind, rows that are no hash."""

    version: str
    entries: int
    hashes: Mapping[str, int]
    rejected: int


@dataclass(frozen=True)
class About:
    """What is noted of a version besides its files.

    Attributes:
        name, version, agency: see `model.hash_lists.HashListVersion`.
        form: the file's format. context: whose categories it uses.
        opinions: category to opinion. otherwise: the opinion of all other entries.
    """

    name: str
    version: str
    agency: str
    form: str
    context: str
    opinions: Mapping[str, str]
    otherwise: str


def take_in(root: Path, path: Path, parsed: Parsed, about: About) -> TakenIn:
    """Put a list's rows into the node as a version; one of that name is replaced.

    Args:
        root: the node's folder of hash lists. path: the file as it was received; it is not kept.
        parsed: its rows.

    Raises:
        NothingListed, BadHashList.
    """
    folder = root / about.name
    _private(root)
    _private(folder)
    staging = folder / f".{about.version}.part"
    shutil.rmtree(staging, ignore_errors=True)
    _private(staging)
    try:
        taken = _written(staging, folder, path, parsed, about)
        target = folder / about.version
        if target.exists():
            shutil.rmtree(target)
        staging.rename(target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return taken


def _written(staging: Path, folder: Path, path: Path, parsed: Parsed, about: About) -> TakenIn:
    raw = staging / "raw.parquet"
    with TableFile(raw, RAW, lasting=False) as file:
        for batch in parsed.batches:
            file.write(batch)
    sql = load("fanal.media.hashlists", "store.sql")
    places = {"kinds": " ".join(f"WHEN '{kind}' THEN {digits}" for kind, digits in DIGITS.items())}
    said = pa.table(
        {
            "category": pa.array(list(about.opinions), pa.string()),
            "opinion": pa.array(list(about.opinions.values()), pa.string()),
        }
    )
    with Duck(spill=staging) as engine:
        engine.bind("raw", [raw])
        engine.bind("opinion", said)
        for name in ("good", "named"):
            engine.define(name, fill(sql[name], **places) if name == "good" else sql[name], **_key(name, folder))
        counted = {row["kind"]: row["n"] for row in engine.rows(sql["counted"]).to_pylist()}
        rejected = int(engine.rows(fill(sql["rejected"], **places))["n"][0].as_py())
        if not counted:
            raise NothingListed(path=path.name, rejected=rejected)
        for table in TABLES:
            params: dict[str, Any] = {"otherwise": about.otherwise} if table == "entries" else {}
            batches = list(engine.batches(sql[table], **params))
            target = staging / f"{table}.parquet"
            with TableFile(target, batches[0].schema if batches else engine.rows(sql[table], **params).schema) as file:
                for batch in batches:
                    file.write(batch)
            target.chmod(_ONE_READER)
        entries = int(engine.rows("SELECT count(DISTINCT entry) AS n FROM named")["n"][0].as_py())
    raw.unlink()
    told = {
        "name": about.name, "version": about.version, "agency": about.agency, "format": about.form,
        "context": about.context, "opinions": dict(about.opinions), "otherwise": about.otherwise,
        "file": sha256_file(path), "digest": _digest(staging), "entries": entries, "hashes": counted,
        "rejected": rejected, "number": _next(folder),
    }  # fmt: skip
    replace_file(staging / _ABOUT, json.dumps(told, indent=1).encode())
    return TakenIn(about.version, entries, counted, rejected)


def _key(statement: str, folder: Path) -> dict[str, str]:
    """The list's key, for the statement that needs it; made with the list."""
    if statement != "named":
        return {}
    path = folder / _KEY
    if not path.exists():
        replace_file(path, secrets.token_hex(32).encode())
        path.chmod(_ONE_READER)
    return {"key": path.read_text(encoding="ascii")}


def _digest(folder: Path) -> str:
    return digest_of_parts(sha256_file(folder / f"{table}.parquet") for table in TABLES)


def _next(folder: Path) -> int:
    return max((told["number"] for told in _versions(folder)), default=0) + 1


def _versions(folder: Path) -> list[dict[str, Any]]:
    """What is noted of each version of a list, the one taken in first at the top."""
    found = [json.loads(path.read_bytes()) for path in folder.glob(f"[!.]*/{_ABOUT}")]
    return sorted(found, key=lambda told: int(told["number"]))


def about_all(root: Path) -> list[dict[str, Any]]:
    """What is noted of every version of every list, by list; `in_force` where it is the newest of its list."""
    found = []
    for folder in sorted(path for path in root.glob("[!.]*") if path.is_dir()) if root.is_dir() else ():
        versions = _versions(folder)
        set_aside = quarantined(folder)
        found += [{**told, "in_force": told is versions[-1], "quarantined": len(set_aside)} for told in versions]
    return found


def in_force(root: Path) -> tuple[HashListVersion, ...]:
    """The newest version of each list, as a run goes by it."""
    return tuple(
        HashListVersion(
            told["name"], told["version"], told["agency"], told["digest"], told["entries"],
            tuple(sorted(quarantined(root / told["name"]))), root / told["name"] / told["version"],
        )
        for told in about_all(root)
        if told["in_force"]
    )  # fmt: skip


def remove(root: Path, name: str, version: str | None) -> list[str]:
    """Delete a list, or one version of it: what was received on terms goes when they end. Returns digests of what went.

    Raises:
        NoSuchHashList.
    """
    told = [one for one in about_all(root) if one["name"] == name and version in (None, one["version"])]
    if not told:
        raise NoSuchHashList(name=f"{name} {version}" if version else name)
    for one in told:
        shutil.rmtree(root / name / one["version"])
    if not _versions(root / name):
        shutil.rmtree(root / name)
    return [one["digest"] for one in told]


def quarantined(folder: Path) -> frozenset[str]:
    """Entries of a list that officers set aside and did not take back."""
    path = folder / _SET_ASIDE
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    latest = {told["entry"]: told["aside"] for told in map(json.loads, lines)}
    return frozenset(entry for entry, aside in latest.items() if aside)


def set_aside(root: Path, name: str, entry: str, told: Mapping[str, Any]) -> None:
    """Note that an entry is set aside, or taken back; the file only grows.

    Args:
        root, name, entry: whose. told: `aside` (bool), and who, when, why.

    Raises:
        NoSuchHashList: there is no such list. NoSuchEntry: no version of it has an entry of that id.
    """
    known = [one for one in about_all(root) if one["name"] == name]
    files = [root / name / one["version"] / "entries.parquet" for one in known]
    if not known:
        raise NoSuchHashList(name=name)
    with Duck() as engine:
        engine.bind("entries", files)
        if not engine.rows("SELECT entry FROM entries WHERE entry = $entry", entry=entry).num_rows:
            raise NoSuchEntry(name=name, entry=entry)
    path = root / name / _SET_ASIDE
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"entry": entry, **told}, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
    path.chmod(_ONE_READER)


def _private(folder: Path) -> None:
    folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    folder.chmod(_PRIVATE)


def opinions_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Category to opinion, categories as they are compared: without spaces around, in small letters."""
    return {category.strip().lower(): opinion for category, opinion in pairs}
