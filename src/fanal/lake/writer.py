"""The one writer of an operation's lake: a file lock, a staging folder, one atomic commit.

What a dead writer left behind (folders no snapshot names) is swept when the next writer starts. A
lake elsewhere is locked and staged in its home folder on this machine, from where each file goes
there as soon as it is whole: one node writes to it, and `NODE` beside its snapshots says which.
"""

import fcntl
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fanal.base.digests import sha256_file
from fanal.base.errors import FanalError
from fanal.base.files import replace_file, sync_folder
from fanal.engine.far import Far, Place
from fanal.lake.snapshot import FileEntry, Snapshot, publish, read_current

if TYPE_CHECKING:
    import pyarrow as pa


class LakeBusy(FanalError):
    """Another process writes to this operation's lake."""

    code = "F-LAKE-02"
    text = "Another command is writing to operation {operation}; wait until it ends, then repeat this one."
    again = True


class ForeignLake(FanalError):
    """A lake elsewhere carries the mark of another node."""

    code = "F-LAKE-03"
    text = "The lake at {place} belongs to another node; name a place of this node's own under lake in fanal.toml."


def home_of(root: Place) -> Path:
    """The folder on this machine where a lake is locked and its files are staged."""
    return root.home if isinstance(root, Far) else root


class LakeWriter:
    """Stages tables for the next snapshot. Made by `writing`; nothing shows before `commit`."""

    def __init__(self, current: Snapshot) -> None:
        self.current = current
        self.staging = home_of(current.root) / "data" / str(current.number + 1)
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

    def set_table(self, table: str, batches: "Iterable[pa.RecordBatch]", schema: "pa.Schema") -> None:
        """Replace a step's table by these rows."""
        from fanal.lake.parquet import TableFile  # noqa: PLC0415  most commands that know of a lake write none

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
        if isinstance(self.current.root, Far):
            shutil.rmtree(self.staging, ignore_errors=True)
        elif self.staging.exists():
            sync_folder(self.staging)
            sync_folder(self.staging.parent)
        publish(following)
        return following

    def _entry(self, path: Path, exhibit: int | None) -> FileEntry:
        import pyarrow.parquet as pq  # noqa: PLC0415  the footer alone is read here

        rows = pq.read_metadata(path).num_rows
        root = self.current.root
        entry = FileEntry(str(path.relative_to(home_of(root))), rows, sha256_file(path), exhibit)
        if isinstance(root, Far):
            (root / entry.path).take(path)
        return entry


@contextmanager
def writing(root: Place) -> Iterator[LakeWriter]:
    """Hold the operation's lock, sweep leftovers, hand out a writer.

    Args:
        root: `lake/<operation>/`.

    Raises:
        LakeBusy: another process holds the lock.
        ForeignLake: another node writes to this lake.
        PlaceUnreachable: the lake is elsewhere, and did not answer.
    """
    home = home_of(root)
    home.mkdir(parents=True, exist_ok=True)
    with (home / "LOCK").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as e:
            raise LakeBusy(operation=root.name) from e
        if isinstance(root, Far):
            _claim(root)
        current = read_current(root)
        sweep(current)
        yield LakeWriter(current)


def _claim(root: Far) -> None:
    """Write the mark of this node beside a lake that has none; refuse one that has another's. Raises ForeignLake."""
    kept = root.home / "MARK"
    if not kept.exists():
        replace_file(kept, secrets.token_hex(16).encode())
    mark, ours = root / "NODE", kept.read_bytes()
    if not mark.is_file():
        mark.write_whole(ours)
    if mark.read_bytes() != ours:
        raise ForeignLake(place=root)


def sweep(current: Snapshot) -> list[Place]:
    """Delete what no published snapshot names: staging of dead writers, temporary files. Returns what went."""
    root = current.root
    gone: list[Place] = list(_left_here(home_of(root), current.number, own=not isinstance(root, Far)))
    for path in gone:
        if isinstance(path, Path):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    if isinstance(root, Far):
        left = [root / name for name in root.names() if name.endswith(".new")]
        data = root / "data"
        left += [data / name for name in data.names() if name.isdigit() and int(name) > current.number]
        for place in left:
            place.remove()
        gone += left
    return gone


def _left_here(home: Path, number: int, *, own: bool) -> list[Path]:
    """Leftovers on this machine. Of a lake elsewhere (not `own`) only staging lies here, and all of it is one."""
    gone = list(home.glob("*.new"))
    if own:
        gone += [p for p in home.glob("snapshot-*.json") if _number(p) > number]
    data = home / "data"
    if data.exists():
        gone += [p for p in data.iterdir() if p.name.isdigit() and (not own or int(p.name) > number)]
    return gone


def _number(path: Path) -> int:
    return int(path.stem.removeprefix("snapshot-"))
