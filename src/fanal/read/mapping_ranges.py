"""Where a source table stands in a workbook or a PDF: the entries under `ranges` of a mapping, checked.

It knows what an entry may say, not how a workbook or a PDF is read.
"""

import re
from collections.abc import Mapping as Pairs
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from fanal.base.language import translate
from fanal.read.mapping_errors import BadRange, BadValue, UnknownKey

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_CELLS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})?:([A-Z]{1,3})([0-9]{1,7})?")
_PAGES = re.compile(r"([0-9]{1,6})(?:(-)([0-9]{1,6})?)?")
_GAP = re.compile(r"\s{2,}")


@dataclass(frozen=True)
class CellRange:
    """Cells of one sheet, or of a CSV file, whose rows are its lines.

    Attributes:
        sheet: its name, or its number from 1, hidden ones counted.
        rows: first and last, from 1; the last is LAST_ROW where the range is open. A first of 0 is the first
            row of the sheet that has a value.
        places: first and last column, from 1.
        header: whether the first row names the columns.
        columns: their names, where the mapping gives them.
    """

    sheet: str | int
    rows: tuple[int, int] = (0, LAST_ROW)
    places: tuple[int, int] = (1, LAST_COLUMN)
    header: bool = True
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageRange:
    """Lines of a PDF.

    Attributes:
        pages: first and last of each run of pages, from 1; None where open.
        after: text in the line above the first row; "" where the rows begin with the pages.
        until: text in the line below the last row; "" where they end with the pages.
        header: the words of the line that names the columns, one text a column.
        starts: where each column begins, in points from the left edge.
        columns: names of the columns at `starts`.
        separator: what stands between label and value; None where lines are no label and value.
        skip: a line that has one of these texts is no row.
        wrapped: whether a line with nothing in the first column goes on with the row above.
    """

    pages: tuple[tuple[int, int | None], ...] = ((1, None),)
    after: str = ""
    until: str = ""
    header: tuple[str, ...] = ()
    starts: tuple[float, ...] = ()
    columns: tuple[str, ...] = ()
    separator: str | None = None
    skip: tuple[str, ...] = ()
    wrapped: bool = False


Range = CellRange | PageRange
_KEYS = {
    "xlsx": ("sheet", "cells", "header", "columns"),
    "csv": ("cells", "header", "columns"),
    "pdf": ("pages", "after", "until", "header", "columns", "lines", "skip", "wrapped"),
}


def ranges_of(given: Any, source: str, path: str) -> dict[str, Range]:
    """The ranges of a mapping, by source table.

    Args:
        given: what stands under `ranges`.
        source: the mapping's `source`.
        path: the mapping's file, for messages.

    Raises:
        BadValue, UnknownKey, BadRange: in one line, what is wrong and what to write.
    """
    if not given:
        return {}
    if source not in _KEYS:
        raise BadValue(
            path=path, key="ranges", value=source, wanted=translate("ranges for source xlsx, csv or pdf alone")
        )
    if not isinstance(given, dict):
        raise BadValue(path=path, key="ranges", value=type(given).__name__, wanted="name: {...}")
    made: dict[str, Range] = {}
    for name, entry in given.items():
        if not isinstance(entry, dict):
            raise BadRange(path=path, key=name, value=entry, wanted=_example(source))
        for key in entry:
            if key not in _KEYS[source]:
                raise UnknownKey(path=path, key=f"ranges.{name}.{key}", known=", ".join(_KEYS[source]))
        asked = _Entry(path, str(name), entry)
        made[str(name)] = _lines(asked) if source == "pdf" else _cells(asked)
    return made


def column_number(letters: str) -> int:
    """The number of a column by its letters: A is 1."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """The letters of a column by its number: 1 is A."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True)
class _Entry:
    """One entry under `ranges`, with what its messages need."""

    path: str
    name: str
    keys: Pairs[str, Any]

    def bad(self, key: str, wanted: str) -> BadRange:
        return BadRange(path=self.path, key=f"{self.name}.{key}", value=self.keys.get(key), wanted=wanted)

    def text(self, key: str) -> str:
        value = self.keys.get(key, "")
        if not isinstance(value, (str, int)) or isinstance(value, bool):
            raise self.bad(key, translate("a text"))
        return " ".join(str(value).split())

    def flag(self, key: str, *, default: bool) -> bool:
        value = self.keys.get(key, default)
        if not isinstance(value, bool):
            raise self.bad(key, "true | false")
        return value

    def names(self, key: str) -> tuple[str, ...]:
        value = self.keys.get(key, [])
        if not isinstance(value, list) or not all(isinstance(name, (str, int)) for name in value):
            raise self.bad(key, translate("a list of names in brackets"))
        return tuple(" ".join(str(name).split()) for name in value)


def _example(source: str) -> str:
    if source == "pdf":
        return '{pages: "2-", header: "Time | IP address"}'
    return '{sheet: "Sheet 1", cells: "A5:H"}' if source == "xlsx" else '{cells: "A5:H"}'


def _cells(entry: _Entry) -> CellRange:
    sheet = entry.keys.get("sheet", 1)
    if isinstance(sheet, bool) or not isinstance(sheet, (str, int)) or (isinstance(sheet, int) and sheet < 1):
        raise entry.bad("sheet", translate("the sheet's name, or its number from 1"))
    header = entry.flag("header", default=not entry.keys.get("columns"))
    columns = entry.names("columns")
    rows, places = (0, LAST_ROW), (1, LAST_COLUMN)
    if "cells" in entry.keys:
        found = _CELLS.fullmatch(str(entry.keys["cells"]).replace("$", "").replace(" ", "").upper())
        wanted = translate("cells as A5:H20, or A5:H to the last row")
        if not found:
            raise entry.bad("cells", wanted)
        first, top, last, bottom = found.groups()
        rows = (int(top or 1), int(bottom or LAST_ROW))
        places = (column_number(first), column_number(last))
        if not (1 <= rows[0] <= rows[1] <= LAST_ROW and places[0] <= places[1] <= LAST_COLUMN):
            raise entry.bad("cells", wanted)
    elif not header and not columns:
        raise BadRange(path=entry.path, key=entry.name, value=dict(entry.keys), wanted=_example("xlsx"))
    if columns and "cells" in entry.keys and len(columns) != places[1] - places[0] + 1:
        n = places[1] - places[0] + 1
        raise entry.bad("columns", translate("{n} names, one for each column of cells").format(n=n))
    if columns and "cells" not in entry.keys:
        places = (1, len(columns))
    return CellRange(sheet, rows, places, header, columns)


def _lines(entry: _Entry) -> PageRange:
    forms = [key for key in ("header", "columns", "lines") if entry.keys.get(key)]
    if len(forms) > 1:
        raise entry.bad(forms[1], translate("either header, or columns, or lines"))
    named = str(entry.keys.get("header", "")).strip()
    parted = named.split("|") if "|" in named else _GAP.split(named)
    header = tuple(" ".join(part.split()) for part in parted if part.strip())
    if len(header) == 1:
        raise entry.bad("header", '"Start time | End time | IP address"')
    starts, columns = _starts(entry)
    return PageRange(
        pages=_pages(entry),
        after=entry.text("after"),
        until=entry.text("until"),
        header=header,
        starts=starts,
        columns=columns,
        separator=_separator(entry),
        skip=entry.names("skip"),
        wrapped=entry.flag("wrapped", default=False),
    )


def _pages(entry: _Entry) -> tuple[tuple[int, int | None], ...]:
    runs: list[tuple[int, int | None]] = []
    for part in str(entry.keys.get("pages", "1-")).replace(" ", "").split(","):
        found = _PAGES.fullmatch(part)
        first = int(found[1]) if found else 0
        last = int(found[3]) if found and found[3] else None if found and found[2] else first
        if first < 1 or (last is not None and last < first):
            raise entry.bad("pages", '"1", "2-5", "2-", "1,3-4"')
        runs.append((first, last))
    return tuple(runs)


def _starts(entry: _Entry) -> tuple[tuple[float, ...], tuple[str, ...]]:
    given = entry.keys.get("columns") or {}
    wanted = translate("where each column begins, from the left, as {example}").format(example="{time: 50, ip: 210}")
    if isinstance(given, list):
        given = {f"c{n}": place for n, place in enumerate(given, start=1)}
    if not isinstance(given, dict):
        raise entry.bad("columns", wanted)
    places = list(given.values())
    if not all(isinstance(place, (int, float)) and not isinstance(place, bool) for place in places):
        raise entry.bad("columns", wanted)
    if any(right <= left for left, right in pairwise(places)):
        raise entry.bad("columns", wanted)
    return tuple(map(float, places)), tuple(" ".join(str(name).split()) for name in given)


def _separator(entry: _Entry) -> str | None:
    """What stands between the words "label" and "value"."""
    if "lines" not in entry.keys:
        return None
    found = re.fullmatch(r"label(.+)value", str(entry.keys["lines"]).strip())
    if not found:
        raise entry.bad("lines", '"label: value"')
    return found[1].strip() or found[1]
