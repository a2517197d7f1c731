"""The ranges of a CSV file that a mapping names: runs of its lines, each a source table of its own.

A provider's answer often has a letter's lines above its table, and a second table below it. Rows are
counted in lines of the file, as an editor shows them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fanal.evidence.streams import opened
from fanal.read.contract import Source
from fanal.read.mapping_form import Mapping
from fanal.read.mapping_ranges import LAST_COLUMN, LAST_ROW, CellRange
from fanal.read.wide_text import as_utf8, is_utf16

_PIECE = 8 << 20
OTHER_LINES = "(other lines)"


@dataclass(frozen=True)
class Part:
    """One source table of a file.

    Attributes:
        source: the exhibit, or a cut of it that holds the range's lines alone.
        header: whether the first row names the columns; None where that is to be found out.
        places: first and last column, from 1.
        columns: their names, where the mapping gives them.
    """

    source: Source
    header: bool | None = None
    places: tuple[int, int] = (1, LAST_COLUMN)
    columns: tuple[str, ...] = ()

    def names(self, header: list[str]) -> dict[int, str]:
        """The columns that belong to it: place among the row's cells, from 0, to name."""
        first, last = self.places
        own = dict(list(enumerate(header))[first - 1 : last])
        return dict(zip(own, self.columns, strict=False)) if self.columns else own


def parts_of(source: Source, mapping: Mapping | None) -> Iterator[Part]:
    """The source tables of a file: its ranges one after the other, or the whole of it."""
    ranges = mapping.ranges if mapping else {}
    if mapping is None or not ranges:
        yield Part(source, mapping.header if mapping else None)
        return
    text = _text(source)
    for number, (name, cells) in enumerate(ranges.items()):
        if isinstance(cells, CellRange):
            target = source.scratch / f"range-{number}.csv"
            _cut(text, cells.rows, target)
            yield Part(replace(source, path=target, name=f"{name}.csv"), cells.header, cells.places, cells.columns)


def lines_outside(source: Source, mapping: Mapping) -> int:
    """How many lines of a file lie in no range."""
    with opened(_text(source)) as file:
        total, last = 0, b"\n"
        while piece := file.read(_PIECE):
            total += piece.count(b"\n")
            last = piece[-1:]
    total += last != b"\n"
    spans = sorted(c.rows for c in mapping.ranges.values() if isinstance(c, CellRange))
    inside, reached = 0, 0
    for first, bottom in spans:
        end = total if bottom == LAST_ROW else min(bottom, total)
        inside += max(0, end - max(reached, max(first, 1) - 1))
        reached = max(reached, end)
    return total - inside


def _text(source: Source) -> Path:
    """The file, or a copy of it in which UTF-16 is UTF-8, so that a line ends in a line feed."""
    with opened(source.path) as file:
        wide = is_utf16(file.read(1 << 16))
    if wide is None:
        return source.path
    made = source.scratch / "wide.csv"
    as_utf8(source.path, wide, made)
    return made


def _cut(text: Path, rows: tuple[int, int], target: Path) -> None:
    """Copy the lines from the first to the last of a range."""
    first, bottom = max(rows[0], 1), rows[1]
    number = 1
    with opened(text) as file, target.open("wb") as out:
        rest = b""
        while piece := file.read(_PIECE):
            lines = (rest + piece).split(b"\n")
            rest = lines.pop()
            low, high = max(first - number, 0), len(lines) if bottom == LAST_ROW else max(bottom - number + 1, 0)
            out.writelines(line + b"\n" for line in lines[low:high])
            number += len(lines)
        if rest and number >= first and (bottom == LAST_ROW or number <= bottom):
            out.write(rest)
