"""Reads a chat from bytes through the real sink, for the tests of the WhatsApp reader."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from fanal.read.contract import Source
from fanal.read.sink import LakeSink
from fanal.read.whatsapp import WHATSAPP

EXHIBIT = 7


@dataclass
class Outcome:
    """What came out: rows of each table, and the account of the exhibit."""

    tables: dict[str, list[dict[str, Any]]]
    account: dict[str, Any]

    def rows(self, table: str) -> list[dict[str, Any]]:
        return self.tables.get(table, [])

    def column(self, table: str, *names: str) -> list[Any]:
        """One column's values, or tuples of several."""
        picked = [tuple(row[name] for name in names) for row in self.rows(table)]
        return [values[0] for values in picked] if len(names) == 1 else picked

    @property
    def notes(self) -> dict[str, Any]:
        notes: dict[str, Any] = self.account["notes"]
        return notes

    @property
    def counts(self) -> dict[str, int]:
        """Counts over all parts of the source."""
        parts = self.account["rows"].values()
        return {name: sum(part[name] for part in parts) for name in ("source", "read", "rejected", "unmapped")}


def source_of(content: bytes | str, folder: Path, name: str = "chat.txt", **given: Any) -> Source:
    """An exhibit of those bytes."""
    path = folder / "exhibit"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Source(path, name, EXHIBIT, folder, **given)


def read(content: bytes | str, name: str = "chat.txt", **given: Any) -> Outcome:
    """Read a chat. `given` are further fields of Source: time_zone, options."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with LakeSink(EXHIBIT, folder / "lake") as sink:
            WHATSAPP.read(source_of(content, folder, name, **given), sink)
            account = sink.close()
        tables = {table: pq.read_table(paths[0]).to_pylist() for table, paths in sink.files.items()}
    return Outcome(tables, account)
