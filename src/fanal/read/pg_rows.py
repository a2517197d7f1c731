"""What a walk over a PostgreSQL dump finds: blocks of rows, and places that cannot be read, with how to show them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fanal.base.language import mark
from fanal.read.cell_kernel import BINARY, BYTEA, EXPRESSION, KIND, LATIN1, NULL, Bytes
from fanal.read.cells import SHOWN, Cells, shown_row, stand_in
from fanal.read.pg_bytes import mark_bytes
from fanal.read.pg_copy_kernel import LINE_END, MARKED, UNKNOWN, scan_copy
from fanal.read.pg_names import DumpTable
from fanal.read.pg_schema import CopyOptions

WRONG_WIDTH = mark("wrong number of values")
END_MARK = mark("an end mark inside of a row")
LINE_ENDS = mark("a line that does not end like the others")


@dataclass(frozen=True)
class Block:
    """Rows of one table, as places in the window's buffer; gone when the walk goes on.

    Attributes:
        table: the table; its `rows` already counts these.
        listed: places of the values' columns in `table.columns`, or None for all in order.
        width: how many values a row may have.
        least: how many it must have.
        cells: where the values stand.
        count: number of rows.
        first: the number of the first row in its table, from 1.
        buf: the text.
        refused: why no row of the block is read, or None.
    """

    table: DumpTable
    listed: tuple[int, ...] | None
    width: int
    least: int
    cells: Cells
    count: int
    first: int
    buf: Bytes
    refused: str | None = None

    @property
    def good(self) -> npt.NDArray[np.int64]:
        """Indices of the rows that can be read."""
        values = self.cells.values[: self.count]
        fits = (values >= self.least) & (values <= self.width)
        return np.flatnonzero(fits) if self.refused is None else np.zeros(0, np.int64)

    def bad(self) -> list[tuple[str, npt.NDArray[np.int64]]]:
        """Reasons, each with the indices of the rows that cannot be read for it."""
        values = self.cells.values[: self.count]
        if self.refused:
            return [(self.refused, np.arange(self.count))]
        reasons = (
            (END_MARK, values == MARKED),
            (LINE_ENDS, values == LINE_END),
            (WRONG_WIDTH, (values >= 0) & ((values < self.least) | (values > self.width))),
        )
        return [(reason, np.flatnonzero(rows)) for reason, rows in reasons if rows.any()]

    def where(self, place: int) -> int:
        """Which value of a row is that column's; -1 where a column list leaves it out."""
        if self.listed is None:
            return place
        return self.listed.index(place) if place in self.listed else -1

    def shown(self, row: int, limit: int | None = SHOWN) -> str:
        """One row as it stands in the dump, with bytes by digest and length."""
        if self.cells.values[row] < 0 and not _holds_text(self.table):
            return stand_in(self.buf[self.cells.row_from[row] : self.cells.row_to[row]].tobytes())
        return shown_row(self.buf, self.cells, row, limit=limit)


@dataclass(frozen=True)
class Broken:
    """What could not be read: a row that is cut off, or a statement.

    Attributes:
        table: the table, or None where the statement has none.
        row: its number there, or the statement's offset in the file.
        reason: in words.
        excerpt: the beginning of its bytes, free of media.
    """

    table: DumpTable | None
    row: int
    reason: str
    excerpt: str


def _holds_text(table: DumpTable) -> bool:
    """Whether no column of a table holds bytes, as far as it is declared."""
    return all(column.role == "text" for column in table.columns)


def begun_row(buf: Bytes, table: DumpTable, listed: tuple[int, ...] | None, options: CopyOptions) -> str:
    """The excerpt of a row of COPY that the file's end cuts off: its whole cells, digest and length of the last."""
    line = np.append(buf, np.uint8(10))
    width = len(listed) if listed is not None else len(table.columns)
    one = Cells(width, 1)
    null = np.frombuffer(options.null, np.uint8)
    _, count, _, _ = scan_copy(
        line, 0, len(line), True, options.delimiter[0], null, UNKNOWN, one.starts, one.ends, one.kinds,
        one.row_from, one.row_to, one.values,
    )  # fmt: skip
    whole = min(int(one.values[0]) - 1, width) if count else 0
    if whole < 1:
        return stand_in(buf.tobytes())
    mark_bytes(line, one.starts, one.ends, one.kinds, one.values)
    for at, place in enumerate(listed if listed is not None else range(width)):
        if place >= 0 and table.columns[place].role in ("bytes", "packed"):
            one.kinds[0, at] |= BINARY
    one.values[0], one.row_to[0] = whole, one.ends[0, whole - 1]
    return f"{shown_row(line, one, 0)} {stand_in(buf[one.row_to[0] :].tobytes())}"


def mark_cells(
    buf: Bytes, table: DumpTable, listed: tuple[int, ...] | None, cells: Cells, count: int, least: int, *, latin: bool
) -> None:
    """Set on a block's cells what their table's columns and the dump's encoding say of them."""
    kinds = cells.kinds[:count]
    if latin:
        kinds |= LATIN1
    order = listed if listed is not None else range(len(table.columns))
    for at, place in enumerate(order):
        role = table.columns[place].role if place >= 0 else "unknown"
        if at < cells.width and role in ("bytes", "packed"):
            said = (kinds[:, at] & KIND != NULL) & (kinds[:, at] & KIND != EXPRESSION)
            kinds[said, at] |= BINARY | BYTEA if role == "bytes" else BINARY
    values = cells.values[:count]
    looked = np.arange(count) if not table.declared else np.flatnonzero((values < least) | (values > cells.width))
    if len(looked) and cells.width:
        marked = kinds[looked]
        mark_bytes(buf, cells.starts[looked], cells.ends[looked], marked, values[looked])
        kinds[looked] = marked
