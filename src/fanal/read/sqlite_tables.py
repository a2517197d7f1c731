"""What the readers of SQLite files share: real tables to scratch tables, every row accounted for, excerpts.

The door in `evidence` decides what may be read; here bytes become text, BLOBs their digest and length.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fanal.base.language import mark, translate
from fanal.engine.duck import Duck
from fanal.evidence.media_signs import freed
from fanal.evidence.sqlite_blocks import Block, Gap
from fanal.evidence.sqlite_door import SqliteDoor, SqliteTable, log_of
from fanal.evidence.sqlite_rows import TableWalk
from fanal.read.contract import Sink, Source, Unreadable
from fanal.read.mapped_rows import MANY, NOT_UTF8
from fanal.read.mapping_sql import ROW
from fanal.read.scratch import ScratchTable, distinct_names
from fanal.read.sqlite_cells import column_text

LONG_TEXT = mark("text over 1 MiB: its digest and length stand for it")
NO_DEFINITION = mark("the table's definition cannot be read")
#: Part of the rejects of tables that cannot be read at all.
SCHEMA = "(schema)"
_AFTER = "after"
_SHOWN = 200


@dataclass(frozen=True)
class Wanted:
    """A table that is loaded.

    Attributes:
        columns: its columns that are wanted, by their own names; those that it has not are left out.
        by_rowid: True where `_row` is SQLite's own number of the row, False where it is its place.
        searched: columns whose BLOBs are searched for WhatsApp addresses, which stand in the cell instead.
    """

    columns: frozenset[str]
    by_rowid: bool = False
    searched: frozenset[str] = frozenset()


def opened(source: Source, name: str | None = None) -> SqliteDoor:
    """The exhibit, or the file of that name beside it, opened. Raises SqliteRefused."""
    path = source.path if name is None else source.beside[name]
    shown = name or source.name
    return SqliteDoor(path, shown, source.scratch, log_of(source.beside, shown))


def note_facts(door: SqliteDoor, sink: Sink, prefix: str = "") -> None:
    """Tell what holds for the file as a whole."""
    for key, value in door.facts.items():
        sink.note(prefix + key, value)


class SqliteLoad:
    """Loads tables of one file into an engine and accounts for all rows of the file."""

    def __init__(self, engine: Duck, source: Source, sink: Sink, door: SqliteDoor, prefix: str = "") -> None:
        """Begin.

        Args:
            engine: in which tables are bound under their own names after the prefix.
            source: the exhibit.
            sink: takes rejects and counts.
            door: the file.
            prefix: of table names, locators and parts, for a file beside the exhibit.
        """
        self._engine, self._source, self._sink, self._door, self._prefix = engine, source, sink, door, prefix
        #: Whether rows were lost to damage.
        self.damaged = bool(door.broken) or "truncated" in door.facts
        self._number = len(list(source.scratch.glob("source-*.parquet")))

    def run(self, wanted: Mapping[str, Wanted]) -> dict[str, int]:
        """Load the tables wanted; count the rows of the others.

        Returns:
            Every table, loaded or not, to its rows that could be read. Rejects are counted already.
        """
        parts: dict[str, int] = {}
        chosen = {name.lower(): want for name, want in wanted.items()}
        for name, table in self._door.tables.items():
            part, want = self._prefix + name, chosen.get(name.lower())
            parts[part] = self._load(part, table, want) if want else self._count(part, table)
        for name, detail in sorted(self._door.broken.items()):
            self._sink.reject(f"{self._prefix}{SCHEMA}:{name}", None, NO_DEFINITION, detail)
            self._sink.count(self._prefix + SCHEMA, source=1, rejected=1)
        if self.damaged:
            self._sink.note(self._prefix + "truncated", self._door.facts.get("truncated", True))
        return parts

    def _count(self, part: str, table: SqliteTable) -> int:
        try:
            return self._door.count(table)
        except sqlite3.Error:
            return self._walked(part, table)

    def _walked(self, part: str, table: SqliteTable) -> int:
        rows = 0
        for piece in TableWalk(self._door, table, table.columns[:1]):
            if isinstance(piece, Gap):
                self._gap(part, piece, by_rowid=False)
            else:
                rows += piece.count
        return rows

    def _load(self, part: str, table: SqliteTable, want: Wanted) -> int:
        named = dict(zip(table.columns, distinct_names(table.columns), strict=True))
        low = {column.lower() for column in want.columns}
        columns = tuple(c for c in table.columns if c.lower() in low) or table.columns[:1]
        names = [named[c] for c in columns]
        scratch = ScratchTable(self._engine, self._source.scratch, part, names, self._number)
        self._number += 1
        told = 0
        for piece in TableWalk(self._door, table, columns):
            if isinstance(piece, Gap):
                self._gap(part, piece, by_rowid=want.by_rowid)
                continue
            numbers = _numbers(piece, by_rowid=want.by_rowid)
            made: dict[str, Any] = {}
            for at, (name, own) in enumerate(zip(names, columns, strict=True)):
                made[name], bad = column_text(self._engine, piece, at, addresses=own in want.searched)
                if bad is not None:
                    shown = [_cut(made[name][int(row)].as_py()) for row in np.flatnonzero(bad)[: max(0, MANY - told)]]
                    self._reject(part, numbers[bad], own, NOT_UTF8, shown)
                    told += len(shown)
            for row, at in piece.cut:
                self._reject(part, numbers[row : row + 1], columns[at], LONG_TEXT, [made[names[at]][row].as_py()])
            made[ROW] = pa.array(numbers, pa.int64())
            scratch.write(pa.table(made))
        scratch.bind()
        return scratch.rows

    def _reject(self, part: str, numbers: npt.NDArray[np.int64], own: str, reason: str, shown: list[str]) -> None:
        located = pc.binary_join_element_wise(f"{part}:", pa.array(numbers).cast(pa.string()), "")
        excerpts = pa.array([freed(text) for text in shown] + [""] * (len(numbers) - len(shown)), pa.string())
        columns = [located, pa.repeat(own, len(numbers)), pa.repeat(reason, len(numbers)), excerpts]
        self._sink.reject_rows(pa.table(columns, names=["locator", "column", "reason", "excerpt"]))

    def _gap(self, part: str, gap: Gap, *, by_rowid: bool) -> None:
        number = gap.rowid if by_rowid else gap.place
        where = f"{part}:" if gap.single else f"{part}:{_AFTER}:"
        self._sink.reject(f"{where}{'' if number is None else number}", None, gap.reason, gap.detail)
        self._sink.count(part, source=1, rejected=1)
        self.damaged = True


def rows_of(door: SqliteDoor, table: SqliteTable) -> int:
    """How many rows of a table can be read."""
    try:
        return door.count(table)
    except sqlite3.Error:
        walk = TableWalk(door, table, table.columns[:1])
        return sum(piece.count for piece in walk if isinstance(piece, Block))


def excerpt(source: Source, locator: str, *, by_rowid: bool, files: Iterable[str] = ()) -> str:
    """A row as "column: value" lines, BLOBs and encoded media by digest and length.

    Args:
        source: the exhibit.
        locator: "table:17", or "table:after:17" for a place where rows cannot be read; in a file beside the
            exhibit, with its name and a slash before it.
        by_rowid: whether the number is SQLite's own.
        files: names of the files beside the exhibit that are read.

    Raises:
        Unreadable: there is no such row.
    """
    beside = next((name for name in files if locator.startswith(f"{name}/") and name in source.beside), None)
    inner = locator.removeprefix(f"{beside}/") if beside else locator
    part, _, number = inner.rpartition(":")
    with opened(source, beside) as door:
        if part == SCHEMA:
            return str(door.broken.get(number, ""))
        if part.endswith(f":{_AFTER}"):
            return translate("[rows after {number} cannot be read]").format(number=number or 0)
        table = door.tables.get(part)
        if table and number.lstrip("-").isdigit():
            found = _row(door, table, int(number), by_rowid=by_rowid)
            if isinstance(found, Gap):
                return translate("[row {number} cannot be read]").format(number=number)
            if found is not None:
                with Duck() as engine:
                    return _shown(engine, table, found)
    raise Unreadable(
        path=source.name, detail=translate("there is no row {locator} in it; run `fanal check`").format(locator=locator)
    )


def _row(door: SqliteDoor, table: SqliteTable, number: int, *, by_rowid: bool) -> Block | Gap | None:
    walk = TableWalk(door, table, table.columns, rows=1)
    if by_rowid:
        walk.begin_at_row(number)
        piece = next(iter(walk), None)
        if isinstance(piece, Gap):
            return piece if piece.single and piece.rowid == number else None
        return piece.only(0) if piece and piece.rowids is not None and int(piece.rowids[0]) == number else None
    walk.begin_at_place(number)
    for piece in walk:
        if isinstance(piece, Gap):
            if piece.single and piece.place == number:
                return piece
        elif piece.first <= number < piece.first + piece.count:
            return piece.only(number - piece.first)
    return None


def _shown(engine: Duck, table: SqliteTable, block: Block) -> str:
    lines = []
    for at, name in enumerate(table.columns):
        value = column_text(engine, block, at)[0][0].as_py()
        if value is not None:
            lines.append(f"{name}: {value}")
    return freed("\n".join(lines))


def _numbers(block: Block, *, by_rowid: bool) -> npt.NDArray[np.int64]:
    if by_rowid and block.rowids is not None:
        return block.rowids
    return np.arange(block.first, block.first + block.count, dtype=np.int64)


def _cut(text: str | None) -> str:
    return (text or "")[:_SHOWN]
