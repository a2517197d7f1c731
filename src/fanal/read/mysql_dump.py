"""A walk over a MySQL dump, statement by statement: tables declared, blocks of rows, what is passed over.

Knows the dump's form, not the mapping or the lake; `mysqldump` makes observations of what comes
by, and `fanal explain` walks the same way to show one row's bytes.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from fanal.base.language import mark
from fanal.read import mysql_schema as schema
from fanal.read.cell_kernel import Bytes
from fanal.read.cells import Cells, opening, shown_row, stand_in
from fanal.read.mysql_kernel import BEFORE, BEHIND, DONE, FULL, MORE, scan_row, scan_rows, skip_space, skip_statement
from fanal.read.mysql_session import Session
from fanal.read.window import Window

CAPACITY = 65_536
CELLS = 1 << 21
#: How far the head of an INSERT (names and column list) may reach.
_HEAD = 1 << 16
_SHOWN = 400
CUT_OFF = mark("cut off")
NOT_VALUES = mark("an INSERT without VALUES")
NO_ROW = mark("no row: passed over to the end of the statement")


@dataclass
class DumpTable:
    """One table of the dump.

    Attributes:
        name: its part name: the table's, with the database before it where the dump holds several.
        columns: as declared, or made of an INSERT's own list.
        declared: False where no CREATE TABLE was there.
        rows: how many rows came by so far.
        charset: the default of its columns, or None.
    """

    name: str
    columns: tuple[schema.ColumnType, ...]
    declared: bool = True
    rows: int = 0
    charset: str | None = None


@dataclass(frozen=True)
class Block:
    """Rows of one table, as places in the window's buffer; gone when the walk goes on.

    Attributes:
        table: the table; its `rows` already counts these.
        listed: places of the values' columns in `table.columns`, or None for all in order.
        width: how many values a row must have.
        cells: where the values stand.
        count: number of rows.
        first: the number of the first row in its table, from 1.
        buf: the text.
        charset: of the text, as SET NAMES has it.
        time_zone: of TIMESTAMP values, as the dump sets it; None where it does not say.
    """

    table: DumpTable
    listed: tuple[int, ...] | None
    width: int
    cells: Cells
    count: int
    first: int
    buf: Bytes
    charset: str
    time_zone: str | None


@dataclass(frozen=True)
class Broken:
    """What could not be read: a row that is cut off, or the rest of a statement.

    Attributes:
        table: the table, or None where the statement has none.
        row: its number there, or the statement's offset in the file.
        reason: in words.
        excerpt: the beginning of its bytes.
    """

    table: DumpTable | None
    row: int
    reason: str
    excerpt: str


@dataclass
class Walk:
    """The state of one walk; iterate `pieces`, then look at what is noted here.

    Attributes:
        window: the file.
        again: opens the file anew, to look ahead for tables that are declared behind their rows.
        tables: by part name, in the order of their appearance.
        skipped: statements passed over, by kind.
        truncated: True where the file ends inside of a statement.
        session: what the dump sets for the rows that follow.
        redefined: tables that were declared again with other columns.
        unknown: names in column lists that their table does not have, by table.
    """

    window: Window
    again: Callable[[], Window] | None = None
    tables: dict[str, DumpTable] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    truncated: bool = False
    session: Session = field(default_factory=Session)
    redefined: set[str] = field(default_factory=set)
    unknown: dict[str, set[str]] = field(default_factory=dict)
    _cells: dict[int, Cells] = field(default_factory=dict)
    _later: dict[str, DumpTable] | None = None

    def pieces(self) -> Iterator[Block | Broken]:
        """Blocks of rows and broken places, in the order of the dump."""
        while self._to_statement():
            head = self._head()
            if head is not None:
                yield from self._rows(head)
                continue
            yield from self._other()

    def _to_statement(self) -> bool:
        """Move to the next statement; False at the end of the file."""
        w = self.window
        while True:
            at = skip_space(w.buf, w.at, w.end, w.last)
            if at >= 0:
                w.at = at
                if w.at < w.end and w.buf[w.at] == ord(";"):
                    w.at += 1
                    continue
            if 0 <= at < w.end:
                return True
            if w.last:
                return False
            w.more()

    def _head(self) -> re.Match[str] | None:
        """The head of the INSERT that begins here, up to its first row; None where another statement does."""
        w = self.window
        while True:
            text = w.text(_HEAD).decode("latin-1")
            known = len(text) == _HEAD or w.last
            found = schema.INSERT.match(text)
            if found is not None or known:
                return found
            if len(text) > len("REPLACE ") and not schema.INSERTS.match(text):
                return None
            w.more()

    def _other(self) -> Iterator[Broken]:
        w = self.window
        line = w.text(_HEAD).decode("utf-8", "replace")
        while not w.last and "\n" not in line and len(line) < len("DELIMITER ") + 2:
            w.more()
            line = w.text(_HEAD).decode("utf-8", "replace")
        delimiter = b"\n" if schema.CLIENT.match(line) else self.session.delimiter
        end = self._statement_end(delimiter)
        cut, offset = end < 0, w.offset
        raw = w.buf[w.at : w.end if cut else end].tobytes()
        w.at = w.end if cut else end
        if cut and delimiter != b"\n":
            self.truncated = True
            yield Broken(None, offset, CUT_OFF, opening(raw))
            return
        text = raw.decode("utf-8", "backslashreplace")
        if not self._take(text):
            self.skipped[schema.label(text)] += 1
        if schema.INSERTS.match(text):
            yield Broken(None, offset, NOT_VALUES, opening(raw))

    def _statement_end(self, delimiter: bytes) -> int:
        """The place behind the statement that begins where the window stands; -1 where it is cut off."""
        w = self.window
        mark = np.frombuffer(delimiter, np.uint8)
        while True:
            if delimiter == b"\n":
                found = np.flatnonzero(w.buf[w.at : w.end] == mark[0])
                end = w.at + int(found[0]) + 1 if len(found) else -1
            else:
                end = int(skip_statement(w.buf, w.at, w.end, mark, self.session.mode))
            if end >= 0 or w.last:
                return end
            w.more()

    def _take(self, text: str) -> bool:
        """Learn from a statement; False where there is nothing to learn, so that it is passed over."""
        created = schema.parse_create(text)
        if created is not None:
            name = self.session.part(created.name)
            before = self.tables.get(name)
            if before and before.declared and before.rows and before.columns != created.columns:
                self.redefined.add(name)
            rows = before.rows if before else 0
            self.tables[name] = DumpTable(name, created.columns, rows=rows, charset=created.charset)
            return True
        self.session.take(text)
        view = schema.view_name(text)
        if view is not None:
            # Before a view comes a table that stands in for it, for the tables that need it.
            name = self.session.part(view)
            if name in self.tables and not self.tables[name].rows:
                del self.tables[name]
        return False

    def _rows(self, found: re.Match[str]) -> Iterator[Block | Broken]:
        w = self.window
        name = self.session.part(_as_text(found["name"]))
        names = schema.column_list(_as_text(found["columns"])) if found["columns"] else ()
        head = np.frombuffer(found["head"].encode("latin-1"), np.uint8)
        w.at += found.end("head")
        table = self._table(name, names)
        listed = _places(table, names) if names else None
        if listed and -1 in listed:
            self.unknown.setdefault(name, set()).update(n for n, at in zip(names, listed, strict=True) if at < 0)
        width = len(names) or len(table.columns)
        cells = self._cells.setdefault(width, Cells(width, max(16, min(CAPACITY, CELLS // max(1, width)))))
        state, mode = BEFORE, self.session.mode
        charset, zone = self.session.charset, self.session.time_zone
        while True:
            at, count, stopped, state = scan_rows(
                w.buf, w.at, w.end, state, head, cells.starts, cells.ends, cells.kinds,
                cells.row_from, cells.row_to, cells.values, mode,
            )  # fmt: skip
            if count:
                first = table.rows + 1
                table.rows += count
                yield Block(table, listed, width, cells, count, first, w.buf, charset, zone)
            w.at = at
            if stopped == DONE:
                return
            if stopped == FULL or (stopped == MORE and not w.last):
                w.more() if stopped == MORE else None
                continue
            if stopped == MORE:
                yield from self._cut(table, state)
                return
            space = int(skip_space(w.buf, w.at, w.end, w.last))
            if space < 0:
                w.more()
            elif space > w.at:
                w.at = space
            else:
                yield from self._tail(table, state)
                return

    def _cut(self, table: DumpTable, state: int) -> Iterator[Broken]:
        """The file's end inside of a statement's rows."""
        w = self.window
        self.truncated = True
        if w.at < w.end and state == BEFORE:
            table.rows += 1
            yield Broken(table, table.rows, CUT_OFF, self._whole_values(table))
        w.at = w.end

    def _whole_values(self, table: DumpTable) -> str:
        """What is whole of the row that is cut off here, and digest and length of the rest."""
        w = self.window
        one = Cells(len(table.columns), 1)
        _, whole = scan_row(w.buf, w.at + 1, w.end, 0, one.starts, one.ends, one.kinds, self.session.mode)
        whole = min(int(whole), one.width)
        one.row_from[0], one.values[0] = w.at, whole
        one.row_to[0] = one.ends[0, whole - 1] if whole else w.at + 1
        blobs = tuple(n for n, column in enumerate(table.columns) if column.form == "blob")
        rest = w.buf[one.row_to[0] : w.end].tobytes()
        return f"{shown_row(w.buf, one, 0, blobs)} {stand_in(rest)}"

    def _tail(self, table: DumpTable, state: int) -> Iterator[Broken]:
        """What stands behind the rows before the statement's end: a clause to pass over, or no SQL."""
        w = self.window
        raw = w.text(_SHOWN)
        clause = re.match(rb"(AS\b|ON\s+DUPLICATE\b)", raw, re.IGNORECASE)
        end = self._statement_end(b";")
        if end < 0:
            self.truncated = True
        w.at = w.end if end < 0 else end
        if state != BEHIND or not clause:
            table.rows += 1
            yield Broken(table, table.rows, NO_ROW, opening(raw))

    def _table(self, name: str, names: tuple[str, ...]) -> DumpTable:
        """The table of an INSERT; undeclared ones take their columns from the INSERT."""
        if name not in self.tables:
            later = self._declared_later().get(name)
            if later is not None:
                self.tables[name] = replace(later, rows=0)
        if name not in self.tables:
            listed = names or tuple(f"c{n + 1}" for n in range(self._first_width()))
            self.tables[name] = DumpTable(name, tuple(schema.ColumnType(n, "") for n in listed), declared=False)
        table = self.tables[name]
        if not table.declared:
            have = {column.name for column in table.columns}
            table.columns += tuple(schema.ColumnType(n, "") for n in names if n not in have)
        return table

    def _declared_later(self) -> dict[str, DumpTable]:
        """The tables that the whole file declares: asked for where rows come before their table."""
        if self._later is None:
            self._later = {}
            if self.again is not None:
                with self.again() as window:
                    ahead = Walk(window)
                    for _ in ahead.pieces():
                        pass
                    self._later = {name: table for name, table in ahead.tables.items() if table.declared}
        return self._later

    def _first_width(self) -> int:
        """The number of values of the row that begins where the window stands."""
        w = self.window
        one = Cells(0, 1)
        while True:
            _, count, stopped, _ = scan_rows(
                w.buf, w.at, w.end, BEFORE, np.empty(0, np.uint8), one.starts, one.ends, one.kinds,
                one.row_from, one.row_to, one.values, self.session.mode,
            )  # fmt: skip
            if count or stopped != MORE or w.last:
                return int(one.values[0])
            w.more()


def _as_text(part: str) -> str:
    """Names were matched byte for byte; this is what they say."""
    return part.encode("latin-1").decode("utf-8", "backslashreplace")


def _places(table: DumpTable, names: tuple[str, ...]) -> tuple[int, ...]:
    """Where each listed column stands in the table; -1 for one that it does not have."""
    known = {column.name.lower(): place for place, column in enumerate(table.columns)}
    return tuple(known.get(name.lower(), -1) for name in names)
