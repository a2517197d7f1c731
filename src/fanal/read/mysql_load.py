"""Takes the pieces of a walk over a MySQL dump into scratch tables, rejects, counts and notes."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from fanal.base.instants import FORMS
from fanal.base.language import mark
from fanal.engine.duck import Duck
from fanal.read import mysql_charset
from fanal.read.cells import shown_row
from fanal.read.contract import Sink, Source
from fanal.read.mapped_rows import Loader, Wanted
from fanal.read.mapping_form import Mapping
from fanal.read.mysql_dump import Block, Broken, DumpTable, Walk
from fanal.read.mysql_schema import ColumnType
from fanal.read.scratch import distinct_names, wanted_columns

#: The part that statements without a table count for.
STATEMENTS = "(statements)"
_WRONG_WIDTH = mark("wrong number of values")
_UTC = frozenset({"UTC", "Etc/UTC", "+00:00", "-00:00"})
_OFFSET = re.compile(r"([+-])(\d{1,2}):(\d{2})")


class Load:
    """Takes what a walk finds, table by table."""

    def __init__(self, engine: Duck, source: Source, sink: Sink, mapping: Mapping) -> None:
        self._engine, self._source, self._sink, self._mapping = engine, source, sink, mapping
        self._named = {name.lower() for name in mapping.reads}
        self._used = [use for s in mapping.selections for branch in s.branches for use in branch.used]
        # A table that is declared again with other columns begins another file: the last one is open.
        self._open: dict[str, tuple[Loader, dict[str, str]]] = {}
        self._files: dict[str, list[Path]] = {}
        self._begun = 0
        self._rejected: dict[str, int] = {}
        self._zones: dict[str, str] = {}
        self._charsets: set[str] = set()

    def take(self, piece: Block | Broken) -> None:
        """One block of rows, or one broken place."""
        if isinstance(piece, Broken):
            part = piece.table.name if piece.table else STATEMENTS
            self._sink.reject(f"{part}:{piece.row}", None, piece.reason, piece.excerpt)
            self._rejected[part] = self._rejected.get(part, 0) + 1
        elif piece.table.name.lower() in self._named:
            self._take_rows(piece)

    def finish(self, walk: Walk) -> dict[str, int]:
        """Bind the tables, count what was rejected, note what the dump says of its rows.

        Returns:
            Every part with the rows that could be read.
        """
        for name, table in walk.tables.items():
            if name.lower() in self._named:
                self._loader(table)
                self._close(name)
                self._engine.bind(name, self._files[name])
        for part, n in self._rejected.items():
            self._sink.count(part, source=n, rejected=n)
        self._note(walk)
        return {name: table.rows - self._rejected.get(name, 0) for name, table in walk.tables.items()}

    def _note(self, walk: Walk) -> None:
        self._sink.note("charset", walk.session.charset)
        unread = sorted(name for name in self._charsets if not mysql_charset.readable(name))
        if unread:
            self._sink.note("charset_not_read", unread)
        if walk.redefined:
            self._sink.note("declared_again", sorted(walk.redefined))
        if walk.unknown:
            self._sink.note("undeclared_columns", {name: sorted(found) for name, found in sorted(walk.unknown.items())})
        told = {kind: _of_kind(self._read(walk), kind) for kind in ("timestamp", "datetime")}
        if self._zones and any(told.values()):
            stated = sorted(set(self._zones.values()))
            applied = all(self._settled(zone) for zone in stated)
            self._sink.note("time_zone", {"stated": stated, "applied": applied, **told})

    def _read(self, walk: Walk) -> Iterable[DumpTable]:
        return [table for name, table in walk.tables.items() if name.lower() in self._named]

    def _loader(self, table: DumpTable) -> tuple[Loader, dict[str, str]]:
        """What loads a source table, and its wanted columns' names in SQL by their own."""
        own = [c.name for c in table.columns]
        names = dict(zip(own, distinct_names(own), strict=True))
        kept = wanted_columns(self._used, table.name, names.values())
        wanted = {o: n for o, n in names.items() if n in kept}
        if table.name in self._open and self._open[table.name][1] != wanted:
            self._close(table.name)
        if table.name not in self._open:
            self._open[table.name] = (
                Loader(self._engine, self._source, self._sink, table.name, kept, self._begun),
                wanted,
            )
            self._begun += 1
        return self._open[table.name]

    def _close(self, name: str) -> None:
        loader = self._open.pop(name)[0]
        self._rejected[name] = self._rejected.get(name, 0) + loader.rejected
        self._files.setdefault(name, []).append(loader.close())

    def _take_rows(self, block: Block) -> None:
        loader, names = self._loader(block.table)
        values = block.cells.values[: block.count]
        wanted = [
            self._wanted(block, place, c, names[c.name])
            for place, c in enumerate(block.table.columns)
            if c.name in names
        ]
        loader.good(block.buf, block.cells, np.flatnonzero(values == block.width), block.first, wanted)
        bad = np.flatnonzero(values != block.width)
        if len(bad):
            blobs = blob_places(block)
            loader.bad(bad, block.first, _WRONG_WIDTH, lambda row: shown_row(block.buf, block.cells, row, blobs))
        if block.time_zone:
            self._zones[block.table.name] = block.time_zone

    def _wanted(self, block: Block, place: int, column: ColumnType, name: str) -> Wanted:
        charset = mysql_charset.effective(block.charset, column.charset, block.table.charset)
        if column.form == "text":
            self._charsets.add(charset)
        offset = self._offset(block.time_zone) if column.kind == "timestamp" and block.time_zone else ""
        return Wanted(name, column.name, _where(block.listed, place), column.form, charset, offset)

    def _settled(self, zone: str) -> bool:
        """Whether TIMESTAMP values in that zone become the right instants."""
        return self._same(zone) or bool(self._offset(zone))

    def _same(self, zone: str) -> bool:
        return zone == self._mapping.time_zone or (zone in _UTC and self._mapping.time_zone in _UTC)

    def _offset(self, zone: str) -> str:
        """What stands behind TIMESTAMP values to make instants of them; "" where none is needed, or none is sure.

        A zone with a name has no one offset; and a pattern that the analyst gives must still fit.
        """
        found = _OFFSET.fullmatch("+00:00" if zone in _UTC else zone)
        patterns = any(form not in FORMS for form in self._mapping.instants.values())
        if found is None or patterns or self._same(zone):
            return ""
        return f"{found[1]}{int(found[2]):02}:{found[3]}"


def blob_places(block: Block) -> tuple[int, ...]:
    """The places of a block's values that are bytes."""
    order = block.listed if block.listed is not None else tuple(range(len(block.table.columns)))
    columns = block.table.columns
    return tuple(at for at, place in enumerate(order) if place >= 0 and columns[place].form == "blob")


def _where(listed: tuple[int, ...] | None, place: int) -> int:
    """Which value of a row is that column's; -1 where a column list leaves it out."""
    if listed is None:
        return place
    return listed.index(place) if place in listed else -1


def _of_kind(tables: Iterable[DumpTable], kind: str) -> dict[str, Any]:
    """Columns of a type, by table."""
    found = {table.name: [c.name for c in table.columns if c.kind == kind] for table in tables}
    return {name: columns for name, columns in found.items() if columns}
