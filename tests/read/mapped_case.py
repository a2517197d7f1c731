"""What the tests of mapped readers share: a sink that remembers, and readers run on bytes."""

from pathlib import Path
from typing import Any

import pyarrow as pa

from fanal.read.contract import Reader, Source
from fanal.read.mapping import load_yaml


class Remembered:
    """A sink that keeps what it is given as Python values."""

    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {}
        self.rejects: list[dict[str, Any]] = []
        self.counts: dict[str, dict[str, int]] = {}
        self.notes: dict[str, Any] = {}

    def rows(self, table: str, batch: pa.RecordBatch | pa.Table) -> None:
        self.tables.setdefault(table, []).extend(batch.to_pylist())

    def reject(self, locator: str, column: str | None, reason: str, excerpt: str) -> None:
        self.rejects.append({"locator": locator, "column": column, "reason": reason, "excerpt": excerpt})

    def reject_rows(self, batch: pa.RecordBatch | pa.Table) -> None:
        self.rejects.extend(batch.to_pylist())

    def count(self, part: str, **numbers: int) -> None:
        counts = self.counts.setdefault(part, dict.fromkeys(("source", "read", "rejected", "unmapped"), 0))
        for name, n in numbers.items():
            counts[name] += n

    def note(self, key: str, value: Any) -> None:
        self.notes[key] = value

    @property
    def said(self) -> tuple[Any, ...]:
        """Everything, to compare two readings."""
        return self.tables, self.rejects, self.counts, self.notes


def source_of(folder: Path, name: str, content: bytes, mapping: str) -> Source:
    """An exhibit in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return Source(folder / name, name, 1, scratch, load_yaml(mapping, "mapping.yaml"))


def read(reader: Reader, folder: Path, name: str, content: bytes, mapping: str) -> Remembered:
    """Read bytes as an exhibit of that name."""
    sink = Remembered()
    reader.read(source_of(folder, name, content, mapping), sink)
    return sink


def mapping(source: str, **tables: str) -> str:
    """A mapping of platform kx with the SELECTs given."""
    lines = "".join(f"  {name}: >\n    {sql}\n" for name, sql in tables.items())
    return f"fanal_mapping: 1\nplatform: kx\nsource: {source}\ntables:\n{lines}"
