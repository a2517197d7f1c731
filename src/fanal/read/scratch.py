"""Scratch tables: a source's rows on their way from the parser to the mapping's SELECTs.

Parquet in the exhibit's scratch folder, bound in the engine under the source table's name, columns
VARCHAR plus `_row`. Deleted with the folder; nothing of it enters the lake.
"""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from fanal.engine.duck import Duck
from fanal.lake.parquet import ROW_GROUP, TableFile
from fanal.read.behind import Behind
from fanal.read.cells import without_media
from fanal.read.mapping_sql import ROW

_BUFFER = 32 << 20


def distinct_names(names: Iterable[str]) -> list[str]:
    """Names that SQL can tell apart, case ignored: a second `name` becomes `name_2`; `_row` is taken."""
    taken = {ROW}
    found: list[str] = []
    for name in names:
        candidate, n = name or "unnamed", 1
        while candidate.lower() in taken:
            n += 1
            candidate = f"{name or 'unnamed'}_{n}"
        taken.add(candidate.lower())
        found.append(candidate)
    return found


class ScratchTable:
    """Takes batches of one source table, then stands in the engine under its name."""

    def __init__(self, engine: Duck, folder: Path, name: str, columns: Iterable[str], number: int = 0) -> None:
        """Open a table.

        Args:
            engine: in which it will be bound.
            folder: the exhibit's scratch folder.
            name: of the source table.
            columns: names, without `_row`, that SQL can tell apart.
            number: sets files of one exhibit apart.
        """
        self._engine, self._name = engine, name
        self.schema = pa.schema([*((c, pa.string()) for c in columns), (ROW, pa.int64())])
        self._file = TableFile(folder / f"source-{number}.parquet", self.schema, lasting=False)
        self._waiting: list[pa.Table] = []
        self._writes = Behind()
        self.rows = 0

    def write(self, rows: pa.Table) -> None:
        """Take rows: every column of the table and `_row`. Encoded media in text is replaced here."""
        self._waiting.append(rows.select(self.schema.names))
        self.rows += rows.num_rows
        if sum(t.num_rows for t in self._waiting) >= ROW_GROUP or sum(t.nbytes for t in self._waiting) >= _BUFFER:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            rows = pa.concat_tables(self._waiting).combine_chunks()
            self._waiting = []
            ready = without_media(self._engine, rows)
            self._writes.do(lambda: self._file.write(ready))

    def bind(self) -> None:
        """Finish the file and bind it in the engine."""
        self._engine.bind(self._name, [self.close()])

    def close(self) -> Path:
        """Finish the file; returns where it is."""
        self._flush()
        self._writes.finish()
        self._file.close()
        return self._file.path


def wanted_columns(used: Iterable[tuple[str | None, str]], table: str, columns: Iterable[str]) -> list[str]:
    """Which of a source table's columns a mapping may read: those named for it, or for no table in particular."""
    named = {c.lower() for owner, c in used if owner is None or owner.lower() == table.lower()}
    return [name for name in columns if name.lower() in named]
