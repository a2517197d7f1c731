"""A walk over a PostgreSQL dump, statement by statement: tables declared, blocks of rows, what is passed over.

Knows the dump's form, not the mapping or the lake; `pg_dump` makes observations of what comes by, and
`fanal explain` walks the same way to show one row's bytes. Nothing is executed, psql's commands least of all.
"""

import codecs
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from fanal.base.language import mark, translate
from fanal.read import pg_schema as schema
from fanal.read.cells import Cells, opening
from fanal.read.contract import Unreadable
from fanal.read.pg_copy_kernel import DONE, FULL, MORE, OTHER, UNKNOWN, scan_copy
from fanal.read.pg_insert_kernel import BEFORE, BEHIND, scan_rows
from fanal.read.pg_lexer import COMMAND, skip_space, skip_statement
from fanal.read.pg_names import DumpTable
from fanal.read.pg_rows import Block, Broken, begun_row, mark_cells
from fanal.read.pg_session import Session
from fanal.read.window import Window

#: Rows of a block: so many that their bytes stay in the cache while one column after another is taken out.
CAPACITY = 16_384
CELLS = 1 << 21
#: How far the head of an INSERT (names and column list) may reach.
_HEAD = 1 << 16
#: How much of a statement is looked at to learn from it.
_LEARNT = 1 << 22
_SHOWN = 400
#: Kinds of statements that are told apart; a dump has a few dozen.
_LABELS = 200
CUT_OFF = mark("cut off")
NOT_VALUES = mark("an INSERT without VALUES")
NO_ROW = mark("no row: passed over to the end of the statement")
BESIDE_COPY = mark("something behind COPY on its line")
BEHIND_MARK = mark("behind an end mark inside of a row")
OTHER_FORM = mark("COPY in a form that is not read")
_BINARY_COPY = mark("binary COPY at byte {n}; only dumps in text can be read")


@dataclass
class Walk:
    """The state of one walk; iterate `pieces`, then look at what is noted here.

    Attributes:
        window: the file.
        name: of the file, for messages.
        wants: whether the rows of a table are to be taken apart; those of others are only counted.
        session: what the dump has said of its rows, its tables among it.
        skipped: statements passed over, by kind.
        truncated: True where the file ends inside of a statement or of rows.
    """

    window: Window
    name: str
    wants: Callable[[DumpTable], bool] = lambda _: True
    session: Session = field(default_factory=Session)
    skipped: Counter[str] = field(default_factory=Counter)
    truncated: bool = False
    _rooms: dict[int, Cells] = field(default_factory=dict)

    def pieces(self) -> Iterator[Block | Broken]:
        """Blocks of rows and broken places, in the order of the dump."""
        w = self.window
        while len(w.text(3)) < len(codecs.BOM_UTF8) and not w.last:
            w.more()
        w.at += len(codecs.BOM_UTF8) if w.text(3) == codecs.BOM_UTF8 else 0
        while self._to_statement():
            if w.buf[w.at] == ord("\\"):
                yield from self._command()
                continue
            head = self._head()
            yield from self._insert(head) if head else self._other()

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

    # Statements without rows.

    def _command(self) -> Iterator[Block | Broken]:
        r"""A command of psql's: listed, never run. Only `\connect`, `\encoding` and `\copy` say something of rows."""
        w = self.window
        offset, end = w.offset, self._line_end()
        line = w.buf[w.at : end].tobytes().decode("latin-1")
        found = schema.COMMAND.match(line)
        text = found[0] if found else line
        w.at += max(1, len(text))
        self._pass_over(text)
        if connect := schema.CONNECT.match(text):
            self.session.connect(schema.database_of(connect["arguments"]))
        elif encoding := schema.ENCODING.match(text):
            self.session.set_charset(encoding["charset"], self.name)
        elif copy := schema.COPY.match(text):
            yield from self._copy(copy, offset)

    def _line_end(self) -> int:
        """The place of the line's end, or of the file's."""
        w = self.window
        while True:
            found = np.flatnonzero(w.buf[w.at : w.end] == ord("\n"))
            if len(found) or w.last:
                return w.at + int(found[0]) if len(found) else w.end
            w.more()

    def _head(self) -> re.Match[str] | None:
        """The head of the INSERT that begins here, up to its first row; None where another statement does."""
        w = self.window
        while len(w.text(8)) < len("INSERT ") and not w.last:
            w.more()
        if not schema.INSERTS.match(w.text(8).decode("latin-1")):
            return None
        while True:
            text = w.text(_HEAD).decode("latin-1")
            found = schema.INSERT.match(text)
            if found is not None or len(text) == _HEAD or w.last:
                return found
            w.more()

    def _other(self) -> Iterator[Block | Broken]:
        w = self.window
        end, ending = self._statement_end()
        cut, offset = end < 0, w.offset
        behind = w.end if cut else end
        text = w.buf[w.at : min(behind, w.at + _LEARNT)].tobytes().decode("latin-1")
        w.at = behind
        if cut:
            self.truncated = True
            yield Broken(None, offset, CUT_OFF, opening(text[:_SHOWN].encode("latin-1")))
        elif (copy := schema.COPY.match(text)) and ending != COMMAND:
            yield from self._copy(copy, offset)
        elif defaults := schema.DEFAULTS.match(text):
            yield from self._default_row(defaults["name"])
        else:
            if not self.session.learn(text, self.name):
                self._pass_over(text)
            if schema.INSERTS.match(text):
                yield Broken(None, offset, NOT_VALUES, opening(text[:_SHOWN].encode("latin-1")))

    def _statement_end(self) -> tuple[int, int]:
        """The place behind the statement that begins where the window stands (-1: cut off), and how it ends."""
        w = self.window
        while len(w.text(_SHOWN)) < _SHOWN and not w.last:
            w.more()
        routine = schema.ROUTINE.match(w.text(_SHOWN).decode("latin-1")) is not None
        while True:
            end, ending = skip_statement(w.buf, w.at, w.end, self.session.standard, routine)
            if end >= 0 or w.last:
                return int(end), int(ending)
            w.more()

    def _pass_over(self, text: str) -> None:
        label = schema.label(text)
        if label not in self.skipped and len(self.skipped) >= _LABELS:
            label = "(other)"
        self.skipped[label] += 1

    # COPY.

    def _copy(self, found: re.Match[str], offset: int) -> Iterator[Block | Broken]:
        w = self.window
        options = schema.copy_options(found)
        if options.binary:
            raise Unreadable(path=self.name, detail=translate(_BINARY_COPY).format(n=offset))
        at, end = w.offset, self._line_end()
        beside = w.buf[w.at : end].tobytes()
        w.at = min(end + 1, w.end)
        if beside.strip() and not beside.lstrip().startswith(b"--"):
            yield Broken(None, at, BESIDE_COPY, opening(beside[:_SHOWN]))
        names = schema.names_of(found["columns"])
        table = self.session.names.table(found["name"], names, lambda: self._copy_width(options))
        if options.oids:
            names = ("oid", *(names or tuple(column.name for column in table.columns)))
        yield from self._copy_rows(table, names, options)

    def _copy_rows(
        self, table: DumpTable, names: tuple[str, ...], options: schema.CopyOptions
    ) -> Iterator[Block | Broken]:
        w = self.window
        listed = table.places(names) if names else None
        width = len(names) or len(table.columns)
        wanted = self.wants(table)
        refused = None if options.readable else OTHER_FORM
        cells = self._room(width if wanted and not refused else 0)
        null = np.frombuffer(options.null, np.uint8)
        latin = self.session.latin(options.charset)
        lines = UNKNOWN
        while True:
            at, count, stopped, lines = scan_copy(
                w.buf, w.at, w.end, w.last, options.delimiter[0], null, lines, cells.starts, cells.ends, cells.kinds,
                cells.row_from, cells.row_to, cells.values,
            )  # fmt: skip
            if count:
                first = table.rows + 1
                table.rows += count
                if wanted:
                    mark_cells(w.buf, table, listed, cells, count, width, latin=latin)
                    yield Block(table, listed, width, width, cells, count, first, w.buf, refused)
            w.at = at
            if stopped == DONE:
                return
            if stopped == OTHER and refused is None:
                refused = BEHIND_MARK
            elif stopped == MORE and w.last:
                rest = w.buf[w.at : w.end]
                yield from self._cut(table, begun_row(rest, table, listed, options) if len(rest) else None)
                return
            elif stopped == MORE:
                w.more()

    def _copy_width(self, options: schema.CopyOptions) -> int:
        """The number of cells of the row that begins where the window stands."""
        w = self.window
        one = Cells(0, 1)
        null = np.frombuffer(options.null, np.uint8)
        while True:
            _, count, stopped, _ = scan_copy(
                w.buf, w.at, w.end, w.last, options.delimiter[0], null, UNKNOWN, one.starts, one.ends, one.kinds,
                one.row_from, one.row_to, one.values,
            )  # fmt: skip
            if count or stopped != MORE or w.last:
                return max(0, int(one.values[0])) if count else 0
            w.more()

    def _cut(self, table: DumpTable, excerpt: str | None) -> Iterator[Broken]:
        """The file's end inside of rows; the excerpt is of the row that it cuts off, None where it cuts none."""
        self.truncated = True
        if excerpt is not None:
            table.rows += 1
            yield Broken(table, table.rows, CUT_OFF, excerpt)
        self.window.at = self.window.end

    # INSERT.

    def _insert(self, found: re.Match[str]) -> Iterator[Block | Broken]:
        w = self.window
        names = schema.names_of(found["columns"])
        head = np.frombuffer(found["head"].encode("latin-1"), np.uint8)
        w.at += found.end("head")
        table = self.session.names.table(found["name"], names, self._first_width)
        listed = table.places(names) if names else None
        width = len(names) or len(table.columns)
        # Without a list, the columns behind the last value take their defaults.
        least = width if names or not table.declared else 1
        wanted = self.wants(table)
        cells = self._room(width if wanted else 0)
        state = BEFORE
        while True:
            at, count, stopped, state = scan_rows(
                w.buf, w.at, w.end, state, self.session.standard, head, cells.starts, cells.ends, cells.kinds,
                cells.row_from, cells.row_to, cells.values,
            )  # fmt: skip
            if count:
                first = table.rows + 1
                table.rows += count
                if wanted:
                    mark_cells(w.buf, table, listed, cells, count, least, latin=self.session.latin())
                    yield Block(table, listed, width, least, cells, count, first, w.buf)
            w.at = at
            if stopped == DONE:
                return
            if stopped == FULL:
                continue
            if stopped == MORE and not w.last:
                w.more()
                continue
            if stopped == MORE:
                yield from self._cut(table, opening(w.text(_SHOWN)) if w.at < w.end and state == BEFORE else None)
                return
            space = int(skip_space(w.buf, w.at, w.end, w.last))
            if space < 0:
                w.more()
            elif space > w.at:
                w.at = space
            else:
                yield from self._tail(table, state)
                return

    def _tail(self, table: DumpTable, state: int) -> Iterator[Broken]:
        """What stands behind the rows before the statement's end: a clause to pass over, or no SQL."""
        w = self.window
        while len(w.text(_SHOWN)) < _SHOWN and not w.last:
            w.more()
        raw = w.text(_SHOWN)
        clause = re.match(rb"(ON\s+CONFLICT|RETURNING)\b", raw, re.IGNORECASE)
        if state == BEHIND and schema.SENDS.match(raw.decode("latin-1")):
            return
        end, _ = self._statement_end()
        if end < 0:
            self.truncated = True
        w.at = w.end if end < 0 else end
        if state != BEHIND or not clause:
            table.rows += 1
            yield Broken(table, table.rows, NO_ROW, opening(raw))

    def _first_width(self) -> int:
        """The number of values of the row that begins where the window stands, or behind comments there."""
        w = self.window
        one = Cells(0, 1)
        while True:
            at = max(w.at, int(skip_space(w.buf, w.at, w.end, w.last)))
            _, count, stopped, _ = scan_rows(
                w.buf, at, w.end, BEFORE, self.session.standard, np.empty(0, np.uint8), one.starts, one.ends, one.kinds,
                one.row_from, one.row_to, one.values,
            )  # fmt: skip
            if count or stopped != MORE or w.last:
                return int(one.values[0]) if count else 0
            w.more()

    def _default_row(self, name: str) -> Iterator[Block]:
        """INSERT ... DEFAULT VALUES: a row of which nothing is said."""
        table = self.session.names.table(name, (), lambda: 0)
        table.rows += 1
        if self.wants(table):
            cells = Cells(0, 1)
            yield Block(table, (), 0, 0, cells, 1, table.rows, self.window.buf)

    def _room(self, width: int) -> Cells:
        return self._rooms.setdefault(width, Cells(width, max(16, min(CAPACITY, CELLS // max(1, width)))))
