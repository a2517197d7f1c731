"""One sheet of a workbook, row by row as its XML streams by: what the file stores, nothing made of it.

Cells keep the text that stands in the file: which of it is a date, a shared string or an error, and
what a hidden row means, is said elsewhere. Claims about dimensions are not looked at.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from fanal.read import stopping
from fanal.read.mapping_ranges import LAST_COLUMN, LAST_ROW, column_letters, column_number
from fanal.read.xlsx_xml import LONGEST, Attributes, BrokenXml, Feed, whole

_DIGITS = "0123456789"
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["\']([A-Z]{1,3}[0-9]{1,7}):([A-Z]{1,3}[0-9]{1,7})["\']')
#: How many merged areas of one sheet are kept.
_MERGES = 100_000
_MERGE_TAG = 512


@dataclass(slots=True)
class Cell:
    """One cell as stored.

    Attributes:
        place: number of its column, from 1.
        kind: the file's letter for its type: n, s, str, inlineStr, b, e, d.
        style: index of its format.
        text: of its stored value; None where it has none.
        formula: None where it is no formula; "" where it shares another cell's.
    """

    place: int
    kind: str = "n"
    style: int = 0
    text: str | None = None
    formula: str | None = None


@dataclass(slots=True)
class Row:
    """One row that stands in the file: its number from 1, whether it is hidden, its cells.

    `odd` is True where its number or a cell's place is none that a sheet can have, or stands twice.
    """

    number: int
    hidden: bool
    cells: list[Cell] = field(default_factory=list)
    odd: bool = False

    @property
    def filled(self) -> list[Cell]:
        """The cells with a value or formula."""
        return [cell for cell in self.cells if cell.text is not None or cell.formula is not None]


class Sheet:
    """Gives the rows of a sheet, then tells which columns are hidden."""

    def __init__(self, pieces: Iterable[bytes], path: str) -> None:
        """Begin with a sheet.

        Args:
            pieces: its XML.
            path: the exhibit's name, for messages.
        """
        self._pieces, self._path = pieces, path
        self._done: list[Row] = []
        self.hidden_columns: list[str] = []
        self.broken = False
        self.last = 0

    def rows(self) -> Iterator[Row]:
        """Rows in the file's order. Where the XML breaks off they end, and `broken` is True. Raises Unreadable.

        Where the process was asked to stop, they end too.
        """
        feed = Feed(self._path, *_handlers(self))
        try:
            for piece in self._pieces:
                if stopping.take():
                    return
                feed.feed(piece)
                yield from self._ready()
            feed.feed(b"", last=True)
        except BrokenXml:
            self.broken = True
        yield from self._ready()

    def _ready(self) -> Iterator[Row]:
        ready, self._done = self._done, []
        for row in ready:
            row.odd = row.odd or not self.last < row.number <= LAST_ROW
            if not row.odd:
                self.last = row.number
            yield row

    def take(self, row: Row) -> None:
        """A row has ended."""
        self._done.append(row)

    def column(self, attributes: Attributes) -> None:
        """A run of columns with a width."""
        if attributes.get("hidden") not in ("1", "true") or len(self.hidden_columns) >= LAST_COLUMN:
            return
        first, last = (_whole(attributes.get(name), 0) for name in ("min", "max"))
        if 1 <= first <= last <= LAST_COLUMN:
            ends = column_letters(first), column_letters(last)
            self.hidden_columns.append(ends[0] if first == last else ":".join(ends))


Handlers = tuple[Callable[[str, Attributes], None], Callable[[str], None], Callable[[str], None]]


def _handlers(sheet: Sheet) -> Handlers:  # noqa: C901, PLR0915  three functions over one state: the quickest form
    """What expat calls: a state machine over row, c, v, f, is and t."""
    letters: dict[str, int] = {}
    row = Row(0, hidden=False)
    cell = Cell(0)
    pieces: list[str] = []
    size, taking, inside, phonetic, in_cell, number, place = 0, False, False, False, False, 0, 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal row, cell, size, taking, inside, phonetic, in_cell, number, place
        if name == "c":
            reference = attributes.get("r")
            if reference is None:
                place += 1
            else:
                column = reference.rstrip(_DIGITS)
                known = letters.get(column)
                if known is None:
                    known = letters[column] = _column(column)
                row.odd = row.odd or not place < known <= LAST_COLUMN
                place = known
            cell = Cell(place, attributes.get("t", "n"), _whole(attributes.get("s"), 0))
            in_cell = True
        elif name in ("v", "f") and in_cell:
            taking, size = True, 0
            pieces.clear()
        elif name == "is" and in_cell:
            inside, size = True, 0
            pieces.clear()
        elif name == "t":
            taking = inside and not phonetic
        elif name == "rPh":
            phonetic = True
        elif name == "row":
            number = _whole(attributes.get("r"), number + 1)
            row, place = Row(number, attributes.get("hidden") in ("1", "true")), 0
        elif name == "col":
            sheet.column(attributes)

    def end(name: str) -> None:
        nonlocal taking, inside, phonetic, in_cell
        if name == "v" and in_cell:
            cell.text, taking = whole(pieces), False
        elif name == "c":
            in_cell = False
            row.cells.append(cell)
        elif name == "row":
            sheet.take(row)
        elif name == "f" and in_cell:
            cell.formula, taking = whole(pieces), False
        elif name == "t":
            taking = False
        elif name == "rPh":
            phonetic = False
        elif name == "is" and inside:
            cell.text, inside = whole(pieces), False

    def text(piece: str) -> None:
        nonlocal size
        if taking and size <= LONGEST:
            size += len(piece)
            pieces.append(piece)

    return start, end, text


def merged_areas(pieces: Iterable[bytes]) -> list[tuple[int, int, int, int]]:
    """The merged areas of a sheet as first column, first row, last column, last row, from a look at its bytes."""
    found: list[tuple[int, int, int, int]] = []
    tail = b""
    for piece in pieces:
        window = tail + piece
        if b"mergeCell" in window:
            # A tag that the piece cuts is whole in the next window.
            cut = window.rfind(b"<")
            whole_part, tail = (window[:cut], window[cut:]) if len(window) - cut < _MERGE_TAG else (window, b"")
            for first, last in _MERGE.findall(whole_part):
                ends = [*_place(first.decode()), *_place(last.decode())]
                if ends[0] <= ends[2] <= LAST_COLUMN and ends[1] <= ends[3] <= LAST_ROW and len(found) < _MERGES:
                    found.append((ends[0], ends[1], ends[2], ends[3]))
        else:
            tail = window[-_MERGE_TAG:]
    return found


def _place(reference: str) -> tuple[int, int]:
    column = reference.rstrip(_DIGITS)
    return column_number(column), int(reference[len(column) :])


def _column(letters: str) -> int:
    """The number of a column, 0 where it is none."""
    if not letters.isascii() or not letters.isalpha() or len(letters) > len("XFD"):
        return 0
    return column_number(letters.upper())


def _whole(value: str | None, default: int) -> int:
    """A whole number as attributes hold them; the default where it is none."""
    if value is None:
        return default
    return int(value) if value.isascii() and value.isdigit() and len(value) <= len(str(LAST_ROW)) else 0
