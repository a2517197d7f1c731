"""The one writer of an operation's lake: a file lock, a staging folder, one atomic commit.

What a dead writer left behind (folders no snapshot names) is swept when the next writer starts.
"""

import fcntl
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from fanal.base.digests import sha256_file
from fanal.base.errors import FanalError
from fanal.base.files import sync_folder
from fanal.lake.parquet import TableFile
from fanal.lake.snapshot import FileEntry, Snapshot, publish, read_current


class LakeBusy(FanalError):
    """Another process writes to this operation's lake."""

    code = "F-LAKE-02"
    text = "Another command is writing to operation {operation}; wait until it ends, then repeat this one."
    again = True


class LakeWriter:
    """Stages tables for the next snapshot. Made by `writing`; nothing shows before `commit`."""

    def __init__(self, current: Snapshot) -> None:
        self.current = current
        self.staging = current.root / "data" / str(current.number + 1)
        self._tables = dict(current.tables)
        self._steps = dict(current.steps)
        self._exhibits = dict(current.exhibits)

    def path(self, stem: str) -> Path:
        """Where a staged file of that stem belongs."""
        return self.staging / f"{stem}.parquet"

    def add_exhibit(self, exhibit: int, files: dict[str, list[Path]], account: dict[str, Any]) -> None:
        """Take staged files (per canonical table) of one exhibit, in place of any it had before.

        Args:
            exhibit: its number.
            files: Parquet files already under `staging`, written by `TableFile`.
            account: what its reader accounted for, kept as it is in the snapshot.
        """
        self._drop_exhibit(exhibit)
        for table, paths in files.items():
            entries = tuple(self._entry(path, exhibit) for path in paths)
            entries = tuple(entry for entry in entries if entry.rows)
            if entries:
                merged = (*self._tables.get(table, ()), *entries)
                self._tables[table] = tuple(sorted(merged, key=lambda e: (e.exhibit or 0, e.path)))
        self._exhibits[str(exhibit)] = account

    def _drop_exhibit(self, exhibit: int) -> None:
        for table, entries in list(self._tables.items()):
            kept = tuple(e for e in entries if e.exhibit != exhibit)
            if kept:
                self._tables[table] = kept
            else:
                del self._tables[table]

    def set_table(self, table: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
        """Replace a step's table by these rows."""
        path = self.path(table)
        with TableFile(path, schema) as file:
            for batch in batches:
                file.write(batch)
        self._tables[table] = (self._entry(path, None),)

    def set_step(self, step: str, record: dict[str, Any]) -> None:
        """Note how a step last ran (its version, its inputs' digest, its tables)."""
        self._steps[step] = record

    def pending(self) -> Snapshot:
        """What a commit now would publish, for steps that read what an earlier step just staged."""
        return replace(
            self.current,
            number=self.current.number + 1,
            tables=dict(self._tables),
            steps=dict(self._steps),
            exhibits=dict(self._exhibits),
        )

    def commit(self) -> Snapshot:
        """Publish the next snapshot; the current one where nothing changed."""
        following = self.pending()
        unchanged = replace(following, number=self.current.number)
        if unchanged == self.current:
            shutil.rmtree(self.staging, ignore_errors=True)
            return self.current
        if self.staging.exists():
            sync_folder(self.staging)
            sync_folder(self.staging.parent)
        publish(following)
        return following

    def _entry(self, path: Path, exhibit: int | None) -> FileEntry:
        import pyarrow.parquet as pq  # noqa: PLC0415  the footer alone is read here

        rows = pq.read_metadata(path).num_rows
        return FileEntry(str(path.relative_to(self.current.root)), rows, sha256_file(path), exhibit)


@contextmanager
def writing(root: Path) -> Iterator[LakeWriter]:
    """Hold the operation's lock, sweep leftovers, hand out a writer.

    Args:
        root: `lake/<operation>/`.

    Raises:
        LakeBusy: another process holds the lock.
    """
    root.mkdir(parents=True, exist_ok=True)
    with (root / "LOCK").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as e:
            raise LakeBusy(operation=root.name) from e
        current = read_current(root)
        sweep(current)
        yield LakeWriter(current)


def sweep(current: Snapshot) -> list[Path]:
    """Delete what no published snapshot names: staging of dead writers, temporary files. Returns what went."""
    gone = list(current.root.glob("*.new"))
    gone += [p for p in current.root.glob("snapshot-*.json") if _number(p) > current.number]
    data = current.root / "data"
    if data.exists():
        gone += [p for p in data.iterdir() if p.name.isdigit() and int(p.name) > current.number]
    for path in gone:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return gone


def _number(path: Path) -> int:
    return int(path.stem.removeprefix("snapshot-"))
