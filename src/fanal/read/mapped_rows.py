"""What the readers of one-table formats (CSV, JSON lines) share: blocks of rows into one scratch table.

They bring the scanner; here rows become columns, rejects and counts. It knows no format.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fanal.base.language import mark
from fanal.engine.duck import Duck
from fanal.evidence.streams import opened
from fanal.read.cell_kernel import BINARY, KIND, LATIN1, NULL, Bytes
from fanal.read.cells import Cells, column
from fanal.read.contract import Sink, Source
from fanal.read.scratch import ScratchTable

NOT_UTF8 = mark("bytes that are not UTF-8")
NOT_READ = mark("text in a character set that is not read")
NO_VALUE = mark("an expression, not a value")
#: From this many rejects of one table on, they are written without excerpts.
MANY = 10_000
CAPACITY = 65_536
_CELLS = 1 << 21
_DATE_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?$"

Rows = npt.NDArray[np.int64]


def room(width: int) -> Cells:
    """Room for one block of rows of that many cells."""
    return Cells(width, max(16, min(CAPACITY, _CELLS // max(1, width))))


@dataclass(frozen=True)
class Wanted:
    """One column that the mapping may read.

    Attributes:
        name: in SQL.
        own: as the source has it, for rejects.
        place: index among the cells; -1 where the rows at hand do not have it.
        form: one of `cells.FORMS`.
        charset: of its text, by MySQL's name.
        offset: from UTC of the instants in it, `+02:00`, put behind those that have none; "" for none.
    """

    name: str
    own: str
    place: int
    form: str = "text"
    charset: str = "utf8"
    offset: str = ""


class Shown(Protocol):
    """Makes the excerpt of one row of a block."""

    def __call__(self, row: int) -> str:
        """The row's text, free of media."""


class Loader:
    """Takes blocks of one source table: good rows to scratch, cells and rows that cannot be read to the sink."""

    def __init__(
        self, engine: Duck, source: Source, sink: Sink, part: str, columns: list[str], number: int = 0
    ) -> None:
        """Begin with a table.

        Args:
            engine: makes digests, and has the table bound at the end.
            source: the exhibit.
            sink: takes rejects.
            part: the source table's name.
            columns: names in SQL of the wanted columns.
            number: sets tables of one exhibit apart.
        """
        self._engine, self._sink, self.part = engine, sink, part
        self._scratch = ScratchTable(engine, source.scratch, part, columns, number)
        self._columns = columns
        self.rejected = 0

    def good(self, buf: Bytes, cells: Cells, rows: Rows, first: int, wanted: list[Wanted]) -> None:
        """Rows that can be read.

        Args:
            buf: the text.
            cells: the block.
            rows: indices of the rows.
            first: the number of the block's first row in its table.
            wanted: where the columns stand.
        """
        made = {name: pa.nulls(len(rows), pa.string()) for name in self._columns}
        for want in wanted:
            if want.place < 0:
                continue
            done = column(self._engine, buf, cells, rows, want.place, want.form, want.charset)
            made[want.name] = _offset(done.text, want.offset) if want.offset else done.text
            told = ((done.no_value, NO_VALUE), (done.not_utf8, NOT_UTF8), (done.not_read, NOT_READ))
            for mask, reason in told:
                if mask is not None:
                    bad = rows[mask]
                    shown = [_cell(buf, cells, int(row), want.place) for row in bad[:MANY]]
                    self._write(bad + first, want.own, reason, shown)
        made["_row"] = pa.array(rows + first, pa.int64())
        self._scratch.write(pa.table(made))

    def bad(self, rows: Rows, first: int, reason: str, shown: Shown) -> None:
        """Rows that cannot be read: indices in the block, its first number, why, and how to show one."""
        left = max(0, MANY - self.rejected)
        self.rejected += len(rows)
        self._write(rows + first, None, reason, [shown(int(row)) for row in rows[:left]])

    def _write(self, numbers: Rows, name: str | None, reason: str, shown: list[str]) -> None:
        count = len(numbers)
        located = pc.binary_join_element_wise(f"{self.part}:", pa.array(numbers).cast(pa.string()), "")
        excerpts = pa.array([*shown, *[""] * (count - len(shown))], pa.string())
        named = pa.nulls(count, pa.string()) if name is None else pa.repeat(name, count)
        columns = [located, named, pa.repeat(reason, count), excerpts]
        self._sink.reject_rows(pa.table(columns, names=["locator", "column", "reason", "excerpt"]))

    def finish(self) -> None:
        """Bind the table in the engine."""
        self._scratch.bind()

    def close(self) -> Path:
        """Finish the table's file without binding it; returns where it is."""
        return self._scratch.close()


def _offset(text: pa.Array, offset: str) -> pa.Array:
    """Date and time without an offset, as databases write them, with one behind it; other text as it is."""
    bare = pc.match_substring_regex(text, _DATE_TIME)
    return pc.if_else(bare, pc.binary_join_element_wise(text, offset, ""), text)


def _cell(buf: Bytes, cells: Cells, row: int, place: int) -> str:
    start, end = int(cells.starts[row, place]), int(cells.ends[row, place])
    return buf[start:end].tobytes().decode("utf-8", "backslashreplace")


def as_latin1(cells: Cells, count: int) -> None:
    """Mark the text of a block as Latin-1."""
    kinds = cells.kinds[:count]
    kinds[((kinds & KIND) != NULL) & ((kinds & BINARY) == 0)] |= LATIN1


def pieces(path: Path, size: int = 8 << 20) -> Iterator[bytes]:
    """A file's plain bytes, piece by piece."""
    with opened(path) as f:
        while piece := f.read(size):
            yield piece
