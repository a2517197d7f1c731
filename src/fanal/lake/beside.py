"""Tables beside a snapshot: made of its own rows, in the order in which they are asked for. No part of what it says.

They lie in the folder `pages` of the lake's home, are named by what they were made of, and can be made again at any
time: a node may lose them, a backup may leave them out. A table stands under its name whole or not at all; of several
processes that want one at the same time, one makes it and the others wait.
"""

import fcntl
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from fanal.base.digests import digest_of
from fanal.lake.parquet import TableFile
from fanal.lake.snapshot import Snapshot
from fanal.lake.writer import home_of

FOLDER = "pages"
#: Rows that are read together where one is asked for.
TOGETHER = 4096


class Made(Protocol):
    """How a table beside a snapshot comes to be.

    Attributes:
        name: what it is called. version: rises when the same rows would give another table.
        of: tables of the snapshot that it is made of.
    """

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def version(self) -> int:
        """Rises when the result would differ."""

    @property
    def of(self) -> tuple[str, ...]:
        """Tables it is made of."""

    def rows(self, snapshot: Snapshot) -> tuple[pa.Schema, Iterable[pa.RecordBatch]]:
        """Its rows, in order."""


def place_of(snapshot: Snapshot, made: Made) -> Path:
    """Where the table lies, or would lie."""
    told = {"version": made.version, "of": {name: snapshot.digest(name) for name in made.of}}
    return home_of(snapshot.root) / FOLDER / f"{made.name}-{digest_of(told)[:32]}.parquet"


def table_beside(snapshot: Snapshot, made: Made) -> Path:
    """The file of the table, made now where it is not there."""
    path = place_of(snapshot, made)
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / f"{made.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            schema, batches = made.rows(snapshot)
            with TableFile(path, schema, together=TOGETHER) as file:
                for batch in batches:
                    file.write(batch)
    return path


def keep_only(snapshot: Snapshot, wanted: Iterable[Path]) -> None:
    """Delete the tables beside a lake that are none of these, and what was begun and never finished."""
    kept = set(wanted)
    for path in (home_of(snapshot.root) / FOLDER).glob("*.parquet*"):
        if path not in kept:
            path.unlink(missing_ok=True)
