"""One source table of a PDF: which lines are its rows, and which words of a line stand in which column.

A word stands under the head with whose edge it is aligned; else with its neighbour; else under the head
that it is under, or nearest to. It knows lines and their words, not how a PDF is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from fanal.base.language import translate
from fanal.read.mapping_errors import RangeNotFound
from fanal.read.mapping_ranges import PageRange
from fanal.read.pdf_lines import SAME_CELL, Line, Word
from fanal.read.pdf_pages import Page
from fanal.read.scratch import distinct_names

#: Points by which edges may differ and still be aligned.
_ALIGNED = 2.0
#: What keeps the name of an entry of labels and values apart from prose.
_LONGEST_LABEL = 80


@dataclass
class PdfRow:
    """One row: its number in its table, from 1, the page and text of its lines, its cells by column."""

    number: int
    page: int
    text: str
    cells: list[str]


class LineTable:
    """Takes the pages in order and gives the rows that are whole."""

    def __init__(self, name: str, at: PageRange) -> None:
        self.name, self._at = name, at
        self.columns = distinct_names(_names(at))
        self._head = [_squeezed(part) for part in at.header]
        self._places: list[Word] = []
        self._state = "before" if at.after else "inside"
        self._found_head = False
        self._row: PdfRow | None = None
        self.rows = 0

    def take(self, page: Page) -> tuple[list[PdfRow], set[int]]:
        """The rows of a page that are whole by now, and the indices of its lines that the table has looked at."""
        if self._state == "done" or not self._on(page.number):
            return [], set()
        rows: list[PdfRow] = []
        seen: set[int] = set()
        first = self._begin(page, seen)
        for n, line in enumerate(page.lines[first:] if self._state == "inside" else [], start=first):
            squeezed = _squeezed(line.text)
            if self._at.until and _squeezed(self._at.until) in squeezed:
                seen.add(n)
                self._state = "done"
                break
            if self._head and squeezed == "".join(self._head):
                seen.add(n)
                self._place(line)
            elif not any(_squeezed(text) in squeezed for text in self._at.skip) and self._line(line, rows):
                seen.add(n)
        return rows, seen

    def last(self) -> list[PdfRow]:
        """The row that still waits for its end, by the last page."""
        ended, self._row = self._row, None
        return [ended] if ended else []

    def check(self, path: str, pages: int) -> None:
        """Raise RangeNotFound where no page had the table's beginning, or its head."""
        looked = self._at.after if self._state == "before" else " | ".join(self._at.header)
        if self._state == "before" or (self._head and not self._found_head):
            what = translate("line that says {text} on its pages").format(text=looked)
            known = translate("{n} pages").format(n=pages)
            raise RangeNotFound(path=path, name=self.name, what=what, known=known)

    def _on(self, number: int) -> bool:
        return any(first <= number and (last is None or number <= last) for first, last in self._at.pages)

    def _begin(self, page: Page, seen: set[int]) -> int:
        """The index of the page's first line that may be a row."""
        first = 0
        if self._state == "before":
            wanted = _squeezed(self._at.after)
            first = next((n + 1 for n, line in enumerate(page.lines) if wanted in _squeezed(line.text)), -1)
            if first < 0:
                return 0
            seen.add(first - 1)
            self._state = "inside"
        if self._head:
            texts = [_squeezed(line.text) for line in page.lines]
            wanted = "".join(self._head)
            if wanted in texts[first:]:
                return texts.index(wanted, first)
            return first if self._found_head else len(page.lines)
        return first

    def _place(self, line: Line) -> None:
        """Where the columns stand, by a line that names them."""
        places: list[Word] = []
        waiting = list(line.words)
        for part in self._head:
            said, taken = "", []
            while waiting and len(said) < len(part):
                taken.append(waiting.pop(0))
                said += _squeezed(taken[-1].text)
            if said != part:
                return
            places.append(Word(taken[0].left, taken[-1].right, taken[0].size, part))
        self._places, self._found_head = places, True

    def _line(self, line: Line, rows: list[PdfRow]) -> bool:
        """Whether a line is a row of the table, or goes on with one."""
        cells = self._cells(line)
        if cells is None or (self._at.wrapped and not cells[0]):
            if not (self._at.wrapped and self._row):
                return False
            more = cells or ["", line.text]
            self._row.cells = [f"{a} {b}".strip() for a, b in zip(self._row.cells, more, strict=True)]
            self._row.text += f" / {line.text}"
            return True
        if self._row:
            rows.append(self._row)
        self.rows += 1
        self._row = PdfRow(self.rows, line.page, line.text, cells)
        return True

    def _cells(self, line: Line) -> list[str] | None:
        """The line's texts by column; None where it is no line of the form that the table has."""
        if self._at.separator is not None:
            label, separator, value = line.text.partition(self._at.separator)
            good = separator and label.strip() and len(label) <= _LONGEST_LABEL
            return [" ".join(label.split()), " ".join(value.split())] if good else None
        if self._head:
            return _assigned(line.words, self._places)
        if self._at.starts:
            return _started(line.words, self._at.starts)
        return [str(line.page), line.text]


def _names(at: PageRange) -> Iterable[str]:
    if at.separator is not None:
        return ("label", "value")
    return at.header or at.columns or ("page", "text")


def _squeezed(text: str) -> str:
    """Text without blanks, in small letters: how lines are compared, since blanks in a PDF are only gaps."""
    return "".join(text.split()).casefold()


def _started(words: list[Word], starts: tuple[float, ...]) -> list[str]:
    cells: list[list[str]] = [[] for _ in starts]
    for word in words:
        place = max((n for n, start in enumerate(starts) if start - _ALIGNED <= word.left), default=0)
        cells[place].append(word.text)
    return [" ".join(cell) for cell in cells]


def _assigned(words: list[Word], heads: list[Word]) -> list[str]:
    cells: list[list[str]] = [[] for _ in heads]
    before: Word | None = None
    place = 0
    for word in words:
        near = before is not None and word.left - before.right <= SAME_CELL * word.size
        place = max(place, _column(word, heads, place if near else None))
        cells[place].append(word.text)
        before = word
    return [" ".join(cell) for cell in cells]


def _column(word: Word, heads: list[Word], neighbour: int | None) -> int:
    for n, head in enumerate(heads):
        if abs(word.left - head.left) <= _ALIGNED or abs(word.right - head.right) <= _ALIGNED:
            return n
    if neighbour is not None:
        return neighbour
    under = [min(word.right, head.right) - max(word.left, head.left) for head in heads]
    # Where it is under no head, the overlap is minus the gap between them: the nearest one wins.
    return max(range(len(heads)), key=lambda n: (under[n], -n))
