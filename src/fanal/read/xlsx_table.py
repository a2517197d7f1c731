"""One source table of a workbook: which rows of its sheet are its own, how its columns are called, and where they go.

`RangeTable` counts and names; `LoadedTable` also keeps what the mapping may read.
"""

from collections import Counter
from collections.abc import Callable

import pyarrow as pa

from fanal.base.language import mark
from fanal.evidence.media_signs import freed
from fanal.read.cells import SHOWN
from fanal.read.contract import Sink
from fanal.read.mapping_ranges import CellRange, column_letters
from fanal.read.mapping_sql import ROW
from fanal.read.scratch import ScratchTable, distinct_names
from fanal.read.xlsx_sheet import Cell, Row
from fanal.read.xlsx_values import NO_RESULT, Values

BEYOND = mark("cells beyond the last named column")
_CELLS = 1 << 19
_REMARK = pa.schema([(name, pa.string()) for name in ("locator", "key", "value")])
_REJECT = pa.schema([(name, pa.string()) for name in ("locator", "column", "reason", "excerpt")])
Merged = dict[tuple[int, int], int]


class RangeTable:
    """Takes the rows of its sheet in order.

    Attributes:
        columns: names that SQL can tell apart; empty until the head is found.
        rows: how many rows it has had.
    """

    def __init__(self, name: str, at: CellRange, values: Values) -> None:
        self.name, self._at, self._values = name, at, values
        self.columns: list[str] = []
        self.first, self.last = at.places
        self.rows = 0
        if not at.header:
            given = at.columns or [f"c{n}" for n in range(1, self.last - self.first + 2)]
            self._open(list(given))

    def take(self, row: Row) -> bool:
        """Whether the row is the table's: its head, or one of its rows, which is then kept."""
        if not self._at.rows[0] <= row.number <= self._at.rows[1]:
            return False
        filled = [cell for cell in row.filled if self.first <= cell.place]
        if not self._in_columns(filled):
            return False
        if not self.columns:
            self._head(row)
            return True
        self.rows += 1
        self._keep(row)
        return True

    def _in_columns(self, filled: list[Cell]) -> bool:
        return any(cell.place <= self.last for cell in filled)

    def _head(self, row: Row) -> None:
        """Name the columns by the head's cells; an open range ends with the last of them."""
        texts = {cell.place: self._values.text(cell)[0] or "" for cell in row.filled}
        if not (self._bounded or self._at.columns):
            inside = [place for place in texts if self.first <= place]
            self.first, self.last = min(inside), max(inside)
        places = range(self.first, self.last + 1)
        named = [" ".join(texts.get(place, "").split())[:200] for place in places]
        given = self._at.columns or [
            name or f"column_{column_letters(place)}" for name, place in zip(named, places, strict=True)
        ]
        self._open(list(given))

    @property
    def _bounded(self) -> bool:
        return self._at.places != CellRange(1).places

    def _open(self, names: list[str]) -> None:
        self.columns = distinct_names(names)

    def _keep(self, row: Row) -> None:
        """A row of the table; nothing is kept of it here."""


class LoadedTable(RangeTable):
    """A table that some SELECT reads: its cells go to scratch, what is wrong with them to the sink.

    Attributes:
        formulas, long_numbers: cells by column.
        padded: format that pads with zeros, by column.
        filled_down: cells that take the value of the merged area above, by column.
    """

    def __init__(
        self,
        name: str,
        at: CellRange,
        values: Values,
        sink: Sink,
        opened: Callable[[str, list[str]], ScratchTable],
        merged: Merged,
    ) -> None:
        """Begin with a table.

        Args:
            name: of the source table.
            at: where it stands.
            values: of its workbook.
            sink: takes rejects and remarks.
            opened: makes the scratch table of the columns that the mapping may read.
            merged: top row and left column of a merged area to its bottom row.
        """
        self._sink, self._opened, self._merged = sink, opened, merged
        self._scratch: ScratchTable | None = None
        self._cells: dict[str, list[str | None]] = {}
        self._numbers: list[int] = []
        self._places: dict[int, str] = {}
        self._reaching: dict[int, tuple[int, str | None]] = {}
        self.formulas: Counter[str] = Counter()
        self.long_numbers: Counter[str] = Counter()
        self.filled_down: Counter[str] = Counter()
        self.padded: dict[str, str] = {}
        self._remarks: list[dict[str, str]] = []
        self._rejects: list[dict[str, str | None]] = []
        super().__init__(name, at, values)

    def _open(self, names: list[str]) -> None:
        super()._open(names)
        self._scratch = self._opened(self.name, self.columns)
        wanted = [name for name in self._scratch.schema.names if name != ROW]
        self._cells = {name: [] for name in wanted}
        self._places = {self.first + self.columns.index(name): name for name in wanted}

    def _keep(self, row: Row) -> None:
        self._numbers.append(row.number)
        for column in self._cells.values():
            column.append(None)
        beyond = ""
        for cell in row.filled:
            name = self._places.get(cell.place)
            if cell.place > self.last and not (self._bounded or self._at.columns):
                beyond = beyond or f"{column_letters(cell.place)}: {self._values.text(cell)[0] or ''}"
            if name is None:
                continue
            self._take_cell(row.number, name, cell)
        if self._reaching:
            self._fill_down(row.number)
        if beyond:
            self._reject(row.number, None, BEYOND, beyond)
        if row.hidden:
            self.remark(row.number, "hidden", "row")
        if len(self._numbers) * (len(self._cells) + 1) + len(self._rejects) >= _CELLS:
            self._flush()

    def _take_cell(self, number: int, name: str, cell: Cell) -> None:
        text, wrong = self._values.text(cell)
        self._cells[name][-1] = text
        if wrong:
            self._reject(number, name, wrong, (cell.formula if wrong == NO_RESULT else cell.text) or "")
        if cell.formula is not None:
            self.formulas[name] += 1
        if self._values.long_number(cell):
            self.long_numbers[name] += 1
        if code := self._values.padded(cell):
            self.padded[name] = code
        if bottom := self._merged.get((number, cell.place)):
            self._reaching[cell.place] = (bottom, text)

    def _fill_down(self, number: int) -> None:
        """A merged area is one cell that stands beside several rows: its value is each row's."""
        for place, (bottom, text) in list(self._reaching.items()):
            name = self._places[place]
            if number > bottom:
                del self._reaching[place]
            elif self._cells[name][-1] is None and text is not None:
                self._cells[name][-1] = text
                self.filled_down[name] += 1

    def remark(self, number: int, key: str, value: str) -> None:
        """What the workbook says of one row beyond its cells."""
        self._remarks.append({"locator": f"{self.name}:{number}", "key": key, "value": value})

    def _reject(self, number: int, column: str | None, reason: str, shown: str) -> None:
        found = {
            "locator": f"{self.name}:{number}",
            "column": column,
            "reason": reason,
            "excerpt": freed(shown[:SHOWN]),
        }
        self._rejects.append(found)

    def _flush(self) -> None:
        self._sink.rows("remark", pa.Table.from_pylist(self._remarks, _REMARK))
        self._sink.reject_rows(pa.Table.from_pylist(self._rejects, _REJECT))
        self._remarks.clear()
        self._rejects.clear()
        if self._scratch is not None and self._numbers:
            made = {name: pa.array(cells, pa.string()) for name, cells in self._cells.items()}
            self._scratch.write(pa.table({**made, ROW: pa.array(self._numbers, pa.int64())}))
        self._numbers.clear()
        for column in self._cells.values():
            column.clear()

    def finish(self) -> None:
        """Bind the table in the engine; one whose head was never found has no columns."""
        if self._scratch is None:
            self._open([])
        self._flush()
        if self._scratch is not None:
            self._scratch.bind()
