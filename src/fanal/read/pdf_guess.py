"""Where tables seem to stand in a PDF, for a draft of a mapping: heads with lines aligned below. Only a proposal."""

import json
import re
from collections.abc import Sequence

from fanal.read.mapping_ranges import PageRange
from fanal.read.pdf_lines import Line, Word
from fanal.read.pdf_pages import Page
from fanal.read.pdf_table import LineTable
from fanal.read.source_tables import SourceTable

_DIGIT = re.compile("[0-9]")
_LABEL = re.compile(r"[^\W\d][^:]{0,60}:\s+\S")
#: Lines below a head that must be aligned with it; lines of a page that must be label and value.
_BELOW, _LABELS = 2, 2
#: A head of more columns is none.
_MOST = 30


class Guess:
    """Takes the pages in order and remembers where a head stands.

    Attributes:
        lines: how many there are in all.
    """

    def __init__(self) -> None:
        self.lines = 0
        self._tables: list[tuple[str, LineTable]] = []
        self._heads: set[tuple[str, ...]] = set()

    def take(self, page: Page) -> None:
        """The next page."""
        self.lines += len(page.lines)
        for n, line in enumerate(page.lines):
            head = _head(line, page.lines[n + 1 : n + 1 + _BELOW])
            if head and head not in self._heads:
                self._heads.add(head)
                named = " | ".join(head)
                at = PageRange(pages=((page.number, None),), header=head)
                self._add(at, f'{{pages: "{page.number}-", header: {json.dumps(named, ensure_ascii=False)}}}')
        if not self._tables and sum(_LABEL.match(line.text) is not None for line in page.lines) >= _LABELS:
            at = PageRange(pages=((page.number, page.number),), separator=":")
            self._add(at, f'{{pages: "{page.number}", lines: "label: value"}}')
        for _, table in self._tables:
            table.take(page)

    def _add(self, at: PageRange, place: str) -> None:
        self._tables.append((place, LineTable(f"table_{len(self._tables) + 1}", at)))

    def tables(self) -> dict[str, SourceTable]:
        """What was found, with what a mapping would say of it."""
        return {t.name: SourceTable(tuple(t.columns), t.rows, place) for place, t in self._tables}


def _head(line: Line, below: Sequence[Line]) -> tuple[str, ...]:
    """The columns that a line names, where it looks like a head: no figures in it, aligned lines below."""
    cells = line.cells
    if not 1 < len(cells) <= _MOST or len(below) < _BELOW or any(_DIGIT.search(cell.text) for cell in cells):
        return ()
    if any("|" in cell.text or ":" in cell.text for cell in cells):
        return ()
    return tuple(cell.text for cell in cells) if all(_aligned(one.cells, cells) for one in below) else ()


def _aligned(cells: list[Word], heads: list[Word]) -> bool:
    """Whether more than one cell, and each, overlaps a head of its own."""
    under = [
        [n for n, head in enumerate(heads) if cell.left <= head.right and head.left <= cell.right] for cell in cells
    ]
    return 1 < len(cells) <= len(heads) and all(under) and len({places[0] for places in under}) == len(cells)
