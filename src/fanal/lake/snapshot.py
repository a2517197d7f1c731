"""Snapshots: what a lake folder holds at one moment, and the atomic step to the next.

`lake/<operation>/` has `data/<N>/*.parquet` (immutable), `snapshot-N.json` and `CURRENT`, which
names one snapshot. A reader opens exactly one snapshot and never sees half of another. On an object
store or HDFS, where no file can be put in another's place at once, there is no CURRENT: the
snapshot-N.json of the highest N is the current one, and it appears whole, after all it names.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from fanal.base.digests import canonical_json, digest_of
from fanal.base.errors import FanalError
from fanal.base.files import replace_file
from fanal.engine.far import Far, Place

_SNAPSHOT = re.compile(r"snapshot-(\d+)\.json")


class SnapshotDamaged(FanalError):
    """CURRENT names a snapshot that is not there or cannot be read."""

    code = "F-LAKE-01"
    text = "The lake at {path} is damaged: {detail}. Restore it from a backup, or add the exhibits again."


@dataclass(frozen=True)
class FileEntry:
    """One Parquet file: path relative to the operation's folder, rows, SHA-256, the exhibit it came from."""

    path: str
    rows: int
    sha256: str
    exhibit: int | None = None


@dataclass(frozen=True)
class Snapshot:
    """One state of an operation's lake.

    Attributes:
        number: 0 for the empty lake, which has no file.
        tables: files of each table.
        steps: step name to {"version", "inputs" (digest), "tables"} of its last run.
        exhibits: exhibit number (as text) to what its reader accounted for, see `fanal status`.
    """

    root: Place
    number: int = 0
    tables: dict[str, tuple[FileEntry, ...]] = field(default_factory=dict)
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    exhibits: dict[str, dict[str, Any]] = field(default_factory=dict)

    @cached_property
    def whole(self) -> str:
        """The digest of all tables: of two snapshots with the same one, all rows are the same."""
        return self.digest()

    def __hash__(self) -> int:
        return hash((str(self.root), self.number, self.whole))

    def files(self, table: str) -> list[Place]:
        """Where a table's files lie; an empty list where the table has none."""
        return [self.root / entry.path for entry in self.tables.get(table, ())]

    def rows(self, table: str) -> int:
        """Number of rows of a table."""
        return sum(entry.rows for entry in self.tables.get(table, ()))

    def digest(self, *tables: str) -> str:
        """A digest of the named tables' content (of all, where none is named)."""
        names = tables or tuple(sorted(self.tables))
        return digest_of({name: [e.sha256 for e in self.tables.get(name, ())] for name in names})

    def to_json(self) -> bytes:
        """The bytes of snapshot-N.json."""
        return canonical_json(
            {
                "snapshot": self.number,
                "tables": {
                    name: [{"path": e.path, "rows": e.rows, "sha256": e.sha256, "exhibit": e.exhibit} for e in entries]
                    for name, entries in self.tables.items()
                },
                "steps": self.steps,
                "exhibits": self.exhibits,
            }
        )


def read_current(root: Place) -> Snapshot:
    """The current snapshot; the empty one where there is none yet. Raises SnapshotDamaged, PlaceUnreachable."""
    name = _newest(root) if isinstance(root, Far) else _named(root)
    if name is None:
        return Snapshot(root)
    return _read(root, name)


def read_past(current: Snapshot) -> Iterator[Snapshot]:
    """Every earlier snapshot of the same lake that is still there, the oldest first, and this one at the end."""
    root = current.root
    kept = set(root.names()) if isinstance(root, Far) else {path.name for path in root.glob("snapshot-*.json")}
    for number in range(1, current.number):
        if (name := f"snapshot-{number}.json") in kept:
            yield _read(root, name)
    yield current


def read_numbered(current: Snapshot, number: int) -> Snapshot | None:
    """Another snapshot of the same lake; None where it is no longer there."""
    name = f"snapshot-{number}.json"
    return _read(current.root, name) if (current.root / name).is_file() else None


def _read(root: Place, name: str) -> Snapshot:
    """A snapshot by its file; one that lies here is read once, as long as its file is the same."""
    if isinstance(root, Far):
        return _parsed(root, name)
    try:
        told = (root / name).stat()
    except OSError as e:
        raise SnapshotDamaged(path=root, detail=f"{name}: {e}") from e
    return _unchanged(root, name, (told.st_ino, told.st_mtime_ns, told.st_size))


@lru_cache(maxsize=64)
def _unchanged(root: Path, name: str, _file: tuple[int, int, int]) -> Snapshot:
    return _parsed(root, name)


def _parsed(root: Place, name: str) -> Snapshot:
    try:
        raw = json.loads((root / name).read_bytes())
    except (OSError, ValueError) as e:
        raise SnapshotDamaged(path=root, detail=f"{name}: {e}") from e
    return Snapshot(
        root,
        raw["snapshot"],
        {name: tuple(FileEntry(**entry) for entry in entries) for name, entries in raw["tables"].items()},
        raw["steps"],
        raw["exhibits"],
    )


def _named(root: Path) -> str | None:
    pointer = root / "CURRENT"
    return pointer.read_text(encoding="ascii").strip() if pointer.exists() else None


def _newest(root: Far) -> str | None:
    numbers = [int(found[1]) for name in root.names() if (found := _SNAPSHOT.fullmatch(name))]
    return f"snapshot-{max(numbers)}.json" if numbers else None


def publish(snapshot: Snapshot) -> None:
    """Make a snapshot the current one, whole or not at all.

    Here snapshot-N.json, then CURRENT, each by a temporary file, fsync and rename; elsewhere see above.
    """
    name = f"snapshot-{snapshot.number}.json"
    if isinstance(snapshot.root, Far):
        (snapshot.root / name).write_whole(snapshot.to_json())
        return
    replace_file(snapshot.root / name, snapshot.to_json())
    replace_file(snapshot.root / "CURRENT", (name + "\n").encode())
