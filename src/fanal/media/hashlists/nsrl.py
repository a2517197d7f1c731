"""The NSRL's reference data set, version 3: a SQLite database of files of known software, opened read-only.

Any real table with a column md5, sha1 or sha256 counts (METADATA, FILE). Views and triggers are never run.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from fanal.base.language import translate
from fanal.evidence.sqlite_door import SqliteDoor, SqliteRefused, quoted
from fanal.media.hashlists.form import DIGITS, Parsed, melted, refused

_BLOCK = 50_000


def parse_nsrl(path: Path, scratch: Path) -> Parsed:
    """Open a database; it is read as its batches are taken.

    Raises:
        BadHashList: it is none, or no table of it has hashes.
    """
    try:
        door = SqliteDoor(path, path.name, scratch)
    except SqliteRefused as e:
        raise refused(path, "nsrl", str(e.fields.get("detail", ""))) from e
    return Parsed(_batches(door, path))


def _batches(door: SqliteDoor, path: Path) -> Iterator[pa.RecordBatch]:
    first = 0
    with door:
        for name, table in door.tables.items():
            kinds = {c.lower(): c for c in table.columns if c.lower() in DIGITS}
            if not kinds:
                continue
            listed = ", ".join(quoted(column) for column in kinds.values())
            door.allow(table)
            try:
                rows = door.execute(f"SELECT {listed} FROM {quoted(name)} NOT INDEXED")
                while block := rows.fetchmany(_BLOCK):
                    columns = dict(zip(kinds, (_texts(column) for column in zip(*block, strict=True)), strict=True))
                    yield from melted(first, columns, len(block))
                    first += len(block)
            except sqlite3.Error as e:
                raise refused(path, "nsrl", str(e)) from e
    if not first:
        raise refused(path, "nsrl", translate("no table has a column md5, sha1 or sha256"))


def _texts(values: tuple[object, ...]) -> pa.Array:
    return pa.array([v.decode("ascii", "replace") if isinstance(v, bytes) else None for v in values], pa.string())
