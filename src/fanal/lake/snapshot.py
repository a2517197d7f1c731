"""Snapshots: what a lake folder holds at one moment, and the atomic step to the next.

`lake/<operation>/` has `data/<N>/*.parquet` (immutable), `snapshot-N.json` and `CURRENT`, which
names one snapshot. A reader opens exactly one snapshot and never sees half of another.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fanal.base.digests import canonical_json, digest_of
from fanal.base.errors import FanalError
from fanal.base.files import replace_file


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

    root: Path
    number: int = 0
    tables: dict[str, tuple[FileEntry, ...]] = field(default_factory=dict)
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    exhibits: dict[str, dict[str, Any]] = field(default_factory=dict)

    def files(self, table: str) -> list[Path]:
        """Absolute paths of a table's files; an empty list where the table has none."""
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


def read_current(root: Path) -> Snapshot:
    """The snapshot that CURRENT names; the empty one where there is no CURRENT. Raises SnapshotDamaged."""
    pointer = root / "CURRENT"
    if not pointer.exists():
        return Snapshot(root)
    return _read(root, pointer.read_text(encoding="ascii").strip())


def read_past(current: Snapshot) -> Iterator[Snapshot]:
    """Every earlier snapshot of the same lake that is still there, the oldest first, and this one at the end."""
    for number in range(1, current.number):
        name = f"snapshot-{number}.json"
        if (current.root / name).exists():
            yield _read(current.root, name)
    yield current


def _read(root: Path, name: str) -> Snapshot:
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


def publish(snapshot: Snapshot) -> None:
    """Write snapshot-N.json, then point CURRENT at it: each by a temporary file, fsync and rename."""
    name = f"snapshot-{snapshot.number}.json"
    replace_file(snapshot.root / name, snapshot.to_json())
    replace_file(snapshot.root / "CURRENT", (name + "\n").encode())
