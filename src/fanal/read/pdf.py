"""Reads PDFs that hold text through a mapping that may name ranges of lines as source tables.

No scanned pages: nothing here recognises characters in a picture. Pictures, scripts and attached files
are listed by digest and length; none is opened.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from fanal.base.language import mark, translate
from fanal.engine.duck import Duck
from fanal.evidence.media_signs import freed
from fanal.read import signs_tables
from fanal.read.cells import SHOWN
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.mapping import mapping_for, run_mapping
from fanal.read.mapping_ranges import PageRange, ranges_of
from fanal.read.mapping_sql import ROW
from fanal.read.pdf_examples import pdfs
from fanal.read.pdf_guess import Guess
from fanal.read.pdf_pages import Document, Page
from fanal.read.pdf_table import LineTable, PdfRow
from fanal.read.scratch import ScratchTable, wanted_columns
from fanal.read.source_tables import SourceTable

#: The source table of all lines, where the mapping names no ranges.
LINES = "lines"
#: What stands for the lines that are in no range. Not a name in the exhibit.
OTHER = mark("other lines")
_UNNAMED = mark("a character that its font does not name")
_HELD = 10_000


class Pdf:
    """The reader of PDFs; see `read.contract.Reader`."""

    name = "pdf"
    version = 1
    mapped = True
    beside: tuple[str, ...] = ()

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_tables.pdf(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        mapping = mapping_for(source, self.name)
        used = [use for s in mapping.selections for branch in s.branches for use in branch.used]
        read = {name.lower() for name in mapping.reads}
        with Duck() as engine, Document(source.path, source.name) as document:
            tables = _tables(mapping.ranges)
            kept = {
                table.name: _Kept(
                    table,
                    ScratchTable(
                        engine, source.scratch, table.name, wanted_columns(used, table.name, table.columns), n
                    ),
                    sink,
                )
                for n, table in enumerate(tables)
                if table.name.lower() in read
            }
            pages, text = 0, 0
            for page, table, rows, others in _walk(document, tables):
                if table is not None and table.name in kept:
                    kept[table.name].add(rows)
                elif table is None:
                    pages, text = pages + bool(page.number), text + len(page.lines)
                    _account(page, others, sink)
            if not text:
                raise Unreadable(path=source.name, detail=_no_text(document, pages))
            for table in tables:
                table.check(mapping.path, pages)
            for table_kept in kept.values():
                table_kept.finish()
            sink.note("pages", pages)
            for key, value in document.notes().items():
                sink.note(key, value)
            run_mapping(mapping, engine, {table.name: table.rows for table in tables}, source, sink)

    def tables(self, source: Source) -> dict[str, SourceTable]:
        """The source tables, and under `other lines` those that no range covers.

        Without a mapping, tables are where lines seem to have a head; `place` says where that is.
        """
        with Document(source.path, source.name) as document:
            if source.mapping is None:
                guess = Guess()
                for page in document.pages():
                    guess.take(page)
                return guess.tables() or {LINES: SourceTable(("page", "text"), guess.lines)}
            tables = _tables(ranges_of(source.mapping.get("ranges"), self.name, source.name))
            others = sum(n for _, table, _, n in _walk(document, tables) if table is None)
        found = {table.name: SourceTable(tuple(table.columns), table.rows) for table in tables}
        return {**found, translate(OTHER): SourceTable((), others)} if others else found

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        return pdfs()

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt: the page, and the text of the row's lines."""
        name, _, number = locator.rpartition(":")
        with Document(source.path, source.name) as document:
            if name == "page":
                return ""
            tables = _tables(ranges_of((source.mapping or {}).get("ranges"), self.name, source.name))
            for _, table, rows, _ in _walk(document, [table for table in tables if table.name == name]):
                for row in rows if table is not None else ():
                    if row.number == int(number):
                        return freed(translate("page {n}: {text}").format(n=row.page, text=row.text))
        raise Unreadable(
            path=source.name,
            detail=translate("there is no row {locator} in it; run `fanal check`").format(locator=locator),
        )


class _Kept:
    """The rows of one table on their way to scratch."""

    def __init__(self, table: LineTable, scratch: ScratchTable, sink: Sink) -> None:
        self._table, self._scratch, self._sink = table, scratch, sink
        self._rows: list[PdfRow] = []

    def add(self, rows: list[PdfRow]) -> None:
        self._rows += rows
        if len(self._rows) >= _HELD:
            self._flush()

    def _flush(self) -> None:
        names = [name for name in self._scratch.schema.names if name != ROW]
        places = [self._table.columns.index(name) for name in names]
        for row in self._rows:
            for name, place in zip(names, places, strict=True):
                if "(cid:" in row.cells[place]:
                    self._sink.reject(f"{self._table.name}:{row.number}", name, _UNNAMED, row.cells[place])
        made: dict[str, Any] = {
            name: pa.array([row.cells[place] or None for row in self._rows], pa.string())
            for name, place in zip(names, places, strict=True)
        }
        self._scratch.write(pa.table({**made, ROW: pa.array([row.number for row in self._rows], pa.int64())}))
        self._rows = []

    def finish(self) -> None:
        self._flush()
        self._scratch.bind()


def _tables(ranges: Any) -> list[LineTable]:
    """The source tables; all lines where the mapping names none."""
    placed = {name: at for name, at in ranges.items() if isinstance(at, PageRange)} or {LINES: PageRange()}
    return [LineTable(name, at) for name, at in placed.items()]


def _walk(document: Document, tables: list[LineTable]) -> Iterator[tuple[Page, LineTable | None, list[PdfRow], int]]:
    """Each page's rows, table by table, then the page with no table and the number of its lines that are in none."""
    for page in document.pages():
        seen: set[int] = set()
        for table in tables:
            rows, looked = table.take(page)
            seen |= looked
            if rows:
                yield page, table, rows, 0
        yield page, None, [], len(page.lines) - len(seen)
    for table in tables:
        yield Page(0, []), table, table.last(), 0


def _account(page: Page, others: int, sink: Sink) -> None:
    """What of a page is in no range, and what of it was not read."""
    for reason, shown in page.lost:
        sink.reject(f"page:{page.number}", None, reason, freed(shown[:SHOWN]))
    lost = len(page.lost)
    if others or lost:
        sink.count(OTHER, source=others + lost, unmapped=others, rejected=lost)


def _no_text(document: Document, pages: int) -> str:
    images = document.parts.images
    detail = translate(
        "no text on its {pages} pages, with {images} pictures: a scan, perhaps. Ask the provider for the data itself, "
        "or have it typed up and add that too"
    )
    return detail.format(pages=pages, images=images)


PDF = Pdf()
