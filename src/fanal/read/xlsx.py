"""Reads workbooks (.xlsx, .xlsm) through a mapping that may name ranges of cells as source tables.

Rows keep the numbers that they have in their sheet. What is hidden, merged, computed or embedded is
noted; macros never run, links are never followed, pictures never extracted.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import count, islice
from typing import Any

from fanal.base.language import mark, translate
from fanal.engine.duck import Duck
from fanal.evidence.media_signs import freed
from fanal.read import signs_tables
from fanal.read.cells import SHOWN
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.mapping import mapping_for, run_mapping
from fanal.read.mapping_errors import RangeNotFound
from fanal.read.mapping_form import Mapping
from fanal.read.mapping_ranges import LAST_ROW, CellRange, Range, column_letters, ranges_of
from fanal.read.scratch import ScratchTable, distinct_names, wanted_columns
from fanal.read.source_tables import SourceTable
from fanal.read.xlsx_book import LISTED, Book, SheetPart
from fanal.read.xlsx_examples import workbooks
from fanal.read.xlsx_sheet import Row, Sheet, merged_areas
from fanal.read.xlsx_table import LoadedTable, RangeTable
from fanal.read.xlsx_values import Values

_ODD = mark("a row or cell that stands twice, or where no sheet has one")
_BROKEN = mark("broken XML: nothing behind it in this sheet is read")
_LOCATOR = re.compile(r"(.*):([0-9]{1,7})", re.DOTALL)
_TEXTS = ("s", "inlineStr", "str")
#: How many rows of a sheet are looked at for a head.
_LOOKED_AT = 60
#: Ends the name of the part that stands for a sheet's rows outside of every range.
OUTSIDE = "!*"


class Workbook:
    """The reader of workbooks; see `read.contract.Reader`."""

    name = "xlsx"
    version = 1
    mapped = True
    beside: tuple[str, ...] = ()

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_tables.xlsx(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        mapping = mapping_for(source, self.name)
        with Duck() as engine, Book(source.path, source.name) as book:
            load = _Load(source, sink, mapping, engine, book)
            parts = load.all()
            for key, value in {**load.notes(), **book.listed()}.items():
                sink.note(key, value)
            run_mapping(mapping, engine, parts, source, sink)

    def tables(self, source: Source) -> dict[str, SourceTable]:
        """The source tables, and under `sheet!*` the rows and columns of each sheet that no range covers.

        Without a mapping, the tables are where a head seems to stand; `place` says where that is.
        """
        found: dict[str, SourceTable] = {}
        with Book(source.path, source.name) as book:
            told = (source.mapping or {}).get("ranges")
            ranges = ranges_of(told, self.name, source.name) if source.mapping else _guessed(book)
            for sheet, at in _placed(book, ranges, source.name):
                tables = [RangeTable(name, place, Values(book)) for name, place in at.items()]
                outside, columns = 0, set[int]()
                for row in Sheet(book.pieces(sheet.part), source.name).rows():
                    taken = [table for table in tables if table.take(row)]
                    outside += bool(row.filled) and not taken
                    if taken and ranges:
                        columns |= {c.place for c in row.filled if not any(t.first <= c.place <= t.last for t in taken)}
                for table in tables:
                    place = "" if source.mapping else _place(sheet.name, at[table.name], ranges)
                    found[table.name] = SourceTable(tuple(table.columns), table.rows, place)
                if source.mapping and (outside or columns):
                    beside = tuple(map(column_letters, sorted(columns)))
                    found[f"{sheet.name}{OUTSIDE}"] = SourceTable(beside, outside)
        return found

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        return workbooks()

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt: the cells of the row that are filled, each with its place."""
        found = _LOCATOR.fullmatch(locator)
        ranges = ranges_of((source.mapping or {}).get("ranges"), self.name, source.name)
        with Book(source.path, source.name) as book:
            for sheet, at in _placed(book, ranges, source.name):
                if not found or (found[1] not in at and found[1] != sheet.name):
                    continue
                for row in Sheet(book.pieces(sheet.part), source.name).rows():
                    if row.number == int(found[2]):
                        return _shown(sheet, row, Values(book))
                return ""
        raise Unreadable(
            path=source.name,
            detail=translate("there is no row {locator} in it; run `fanal check`").format(locator=locator),
        )


class _Load:
    """One reading of a workbook: tables to scratch, counts, and the facts that become notes."""

    def __init__(self, source: Source, sink: Sink, mapping: Mapping, engine: Duck, book: Book) -> None:
        self._source, self._sink, self._mapping, self._engine, self._book = source, sink, mapping, engine, book
        self._values = Values(book)
        self._used = [use for s in mapping.selections for branch in s.branches for use in branch.used]
        self._read = {name.lower() for name in mapping.reads}
        self._sheets: list[dict[str, Any]] = []
        self._loaded: list[LoadedTable] = []
        self._merged: Counter[str] = Counter()
        self._hidden: dict[str, dict[str, Any]] = {}
        self._comments: Counter[str] = Counter()
        self._targets: list[str] = []
        self._numbers = count()

    def all(self) -> dict[str, int]:
        """Every sheet. Returns the source tables with their readable rows."""
        parts: dict[str, int] = {}
        for sheet, at in _placed(self._book, self._mapping.ranges, self._mapping.path):
            merged = merged_areas(self._book.pieces(sheet.part))
            if merged:
                self._merged[sheet.name] = len(merged)
            down = {(top, left): bottom for left, top, _, bottom in merged if bottom > top}
            tables = [self._table(name, place, down) for name, place in at.items()]
            outside = self._sheet(sheet, tables)
            for table in tables:
                if isinstance(table, LoadedTable):
                    table.finish()
                    self._loaded.append(table)
                parts[table.name] = table.rows
            if outside:
                self._sink.count(f"{sheet.name}{OUTSIDE}", source=outside, unmapped=outside)
        for sheet in self._book.sheets:
            self._sheets.append({"name": sheet.name, "state": sheet.state})
        return parts

    def _table(self, name: str, at: CellRange, down: dict[tuple[int, int], int]) -> RangeTable:
        if name.lower() in self._read:
            return LoadedTable(name, at, self._values, self._sink, self._opened, down)
        return RangeTable(name, at, self._values)

    def _opened(self, name: str, columns: list[str]) -> ScratchTable:
        wanted = wanted_columns(self._used, name, columns)
        return ScratchTable(self._engine, self._source.scratch, name, wanted, next(self._numbers))

    def _sheet(self, sheet: SheetPart, tables: list[RangeTable]) -> int:
        """The rows of one sheet to its tables. Returns how many are in none."""
        told = self._told(sheet)
        stream = Sheet(self._book.pieces(sheet.part), self._source.name)
        outside, hidden = 0, list[int]()
        for row in stream.rows():
            if row.odd:
                self._lost(sheet, row.number, _ODD, _shown(sheet, row, self._values))
                continue
            if row.hidden and row.filled:
                hidden.append(row.number)
            taken = [table for table in tables if table.take(row)]
            outside += bool(row.filled) and not taken
            for place, words in told.pop(row.number, {}).items():
                for table in taken:
                    if isinstance(table, LoadedTable):
                        table.remark(row.number, "comment", f"{place}{row.number}: {words}")
        if stream.broken:
            self._lost(sheet, stream.last + 1, _BROKEN, "")
            self._sink.note("truncated", value=True)
        if hidden or stream.hidden_columns:
            first = {"first_rows": hidden[:LISTED]} if hidden else {}
            self._hidden[sheet.name] = {"rows": len(hidden), **first, "columns": stream.hidden_columns[:LISTED]}
        return outside

    def _lost(self, sheet: SheetPart, number: int, reason: str, shown: str) -> None:
        self._sink.reject(f"{sheet.name}:{number}", None, reason, shown)
        self._sink.count(f"{sheet.name}{OUTSIDE}", source=1, rejected=1)

    def _told(self, sheet: SheetPart) -> dict[int, dict[str, str]]:
        """The comments of a sheet, by row and column."""
        told: dict[int, dict[str, str]] = {}
        for cell, words in self._book.comments(sheet.part).items():
            column = cell.rstrip("0123456789")
            if cell[len(column) :]:
                told.setdefault(int(cell[len(column) :]), {})[column] = words
                self._comments[sheet.name] += 1
        for link in self._book.related(sheet.part, "hyperlink"):
            self._targets.append(link.attributes.get("Target", "")[:SHOWN])
        return told

    def notes(self) -> dict[str, Any]:
        """Facts on the workbook as a whole; those that do not apply are left out."""
        by_column = {
            "formulas": {f"{t.name}.{c}": n for t in self._loaded for c, n in t.formulas.items()},
            "long_numbers": {f"{t.name}.{c}": n for t in self._loaded for c, n in t.long_numbers.items()},
            "padded_formats": {f"{t.name}.{c}": code for t in self._loaded for c, code in t.padded.items()},
            "merged_filled": {f"{t.name}.{c}": n for t in self._loaded for c, n in t.filled_down.items()},
            "merged": dict(self._merged),
            "hidden": self._hidden,
            "comments": dict(self._comments),
            "hyperlinks": {"count": len(self._targets), "first": self._targets[:LISTED]} if self._targets else {},
        }
        system = 1904 if self._book.base_1904 else 1900
        return {"sheets": self._sheets, "date_system": system, **{key: told for key, told in by_column.items() if told}}


def _placed(book: Book, ranges: Any, path: str) -> Iterator[tuple[SheetPart, dict[str, CellRange]]]:
    """Each sheet of cells with the source tables on it. Raises RangeNotFound: a range on a sheet that is none."""
    named = list(zip(distinct_names(sheet.name for sheet in book.sheets), book.sheets, strict=True))
    places: dict[int, dict[str, CellRange]] = {n: {} for n in range(len(named))}
    for name, at in ranges.items():
        places[_sheet_index(name, at, book, path)][name] = at
    for n, (name, sheet) in enumerate(named):
        if sheet.part:
            yield sheet, places[n] if ranges else {name: CellRange(n + 1)}


def _guessed(book: Book) -> dict[str, CellRange]:
    """Where the heads of the sheets seem to stand; empty where each is the first row of its sheet."""
    made: dict[str, CellRange] = {}
    for n, (name, sheet) in enumerate(zip(distinct_names(s.name for s in book.sheets), book.sheets, strict=True), 1):
        if not sheet.part:
            continue
        begun = [row for row in islice(Sheet(book.pieces(sheet.part), book.name).rows(), _LOOKED_AT) if row.filled]
        heads = [row for row in begun if all(cell.kind in _TEXTS for cell in row.filled)]
        head = max(heads, key=lambda row: (len(row.filled), -row.number), default=None)
        if head is None or head is begun[0]:
            made[name] = CellRange(n)
        else:
            ends = head.filled[0].place, head.filled[-1].place
            made[name] = CellRange(n, (head.number, LAST_ROW), ends)
    return made if any(at.rows[0] for at in made.values()) else {}


def _place(sheet: str, at: CellRange, ranges: Any) -> str:
    """A guessed place as a mapping would say it."""
    if not ranges:
        return ""
    ends = [column_letters(place) for place in at.places]
    cells = f', cells: "{ends[0]}{at.rows[0]}:{ends[1]}"' if at.rows[0] else ""
    return f"{{sheet: {json.dumps(sheet, ensure_ascii=False)}{cells}}}"


def _sheet_index(name: str, at: Range, book: Book, path: str) -> int:
    wanted = at.sheet if isinstance(at, CellRange) else 1
    for n, sheet in enumerate(book.sheets):
        same = wanted == n + 1 if isinstance(wanted, int) else sheet.name.strip().lower() == wanted.strip().lower()
        if same and sheet.part:
            return n
    known = ", ".join(sheet.name for sheet in book.sheets if sheet.part)
    raise RangeNotFound(path=path, name=name, what=translate("sheet {name}").format(name=wanted), known=known)


def _shown(sheet: SheetPart, row: Row, values: Values) -> str:
    """A row's filled cells as text, free of media."""
    cells = []
    for cell in row.filled:
        text = values.text(cell)[0]
        said = cell.text if text is None else text
        computed = f" ={cell.formula}" if cell.formula else ""
        cells.append(freed(f"{column_letters(cell.place)}{row.number}: {(said or '')[:SHOWN]}{computed[:SHOWN]}"))
    return freed(f"{sheet.name}  " + " | ".join(cells))


XLSX = Workbook()
