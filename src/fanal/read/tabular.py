"""Reads delimited text (CSV, TSV) through a mapping: one file, one source table, named by its stem.

How it is written (signs, encoding, head) is found and noted, see `csv_dialect`. The first line names
the columns; where there is no head they are c1, c2, ... An empty cell is NULL, an empty cell in quotes
is empty text; a row with another number of cells is a reject.
"""

import codecs
import csv
import gzip
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np

from fanal.base.language import mark, translate
from fanal.engine.duck import Duck
from fanal.evidence.media_signs import freed
from fanal.evidence.streams import plain_name
from fanal.read import signs_tables
from fanal.read.cells import Cells
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.csv_dialect import SAMPLE, dialect_of
from fanal.read.csv_kernel import NO_SIGN, TOO_LONG, UNCLOSED, scan_csv
from fanal.read.csv_ranges import OTHER_LINES, lines_outside, parts_of
from fanal.read.mapped_rows import Loader, Wanted, as_latin1, pieces, room
from fanal.read.mapping import mapping_for, run_mapping
from fanal.read.scratch import distinct_names, wanted_columns
from fanal.read.source_tables import SourceTable
from fanal.read.wide_text import as_utf8, is_utf16
from fanal.read.window import CHUNK, Window

_WIDTH = mark("wrong number of cells")
_UNCLOSED = mark("a quote that does not close")
_TOO_LONG = mark("a row that is too long")
#: How much is shown of a row that is too long.
_SHOWN = 200


class Delimited:
    """The reader of delimited text; see `read.contract.Reader`."""

    name = "csv"
    version = 2
    mapped = True
    beside: tuple[str, ...] = ()

    def __init__(self, chunk: int = CHUNK) -> None:
        self._chunk = chunk

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_tables.csv(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        mapping = mapping_for(source, self.name)
        used = [use for s in mapping.selections for branch in s.branches for use in branch.used]
        parts: dict[str, int] = {}
        with Duck() as engine:
            for number, part in enumerate(parts_of(source, mapping)):
                with _Table(part.source, self._chunk, part.header) as table:
                    own = part.names(table.header)
                    names = dict(zip(own, distinct_names(own.values()), strict=True))
                    kept = wanted_columns(used, table.part, names.values())
                    wanted = [Wanted(name, own[at], at) for at, name in names.items() if name in kept]
                    load = Loader(engine, source, sink, table.part, kept, number)
                    parts[table.part] = _load(table, load, wanted)
                    sink.count(table.part, source=load.rejected, rejected=load.rejected)
                    for key, value in table.facts.items():
                        sink.note(f"{key} {table.part}" if mapping.ranges else key, value)
            if mapping.ranges:
                outside = lines_outside(source, mapping)
                sink.count(OTHER_LINES, source=outside, unmapped=outside)
            run_mapping(mapping, engine, parts, source, sink)

    def tables(self, source: Source) -> dict[str, SourceTable]:
        """The source tables with their columns and number of rows, for `fanal map`."""
        mapping = mapping_for(source, self.name) if source.mapping else None
        found: dict[str, SourceTable] = {}
        for part in parts_of(source, mapping):
            with _Table(part.source, self._chunk, part.header) as table:
                names = distinct_names(part.names(table.header).values())
                found[table.part] = SourceTable(tuple(names), sum(count for _, count in table.blocks()))
        return found

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        yield Example("exchange.csv", _EXAMPLE, {"account": 2, "identifier": 1}, rejects=1, mapping=_EXAMPLE_MAPPING)
        yield Example(
            "exchange.csv",
            _EXAMPLE.decode().replace(",", ";").encode("utf-16"),
            {"account": 2, "identifier": 1},
            rejects=1,
            mapping=_EXAMPLE_MAPPING,
            hostile=True,
        )
        rows = {"account": 2, "identifier": 1}
        told = b"sep=;\r\n" + _EXAMPLE.replace(b",", b";").replace(b"\n", b"\r\n")
        yield Example("exchange.csv.gz", gzip.compress(told, mtime=0), rows, rejects=1, mapping=_EXAMPLE_MAPPING)
        broken = _EXAMPLE + b'4,"not closed,,\n5,a\x00b\xff,x\r\n\r6,,,,,,\n'
        yield Example("exchange.csv", broken, rows, rejects=4, mapping=_EXAMPLE_MAPPING, hostile=True)
        yield Example("exchange.csv", b"", {}, mapping=_EXAMPLE_MAPPING, hostile=True, refused="F-READ-01")

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt: the row as it stands in the file."""
        name, _, number = locator.rpartition(":")
        wanted, rows = int(number), 0
        for part in parts_of(source, mapping_for(source, self.name) if source.mapping else None):
            with _Table(part.source, self._chunk, part.header) as table:
                for cells, count in table.blocks() if table.part == name else ():
                    if rows < wanted <= rows + count:
                        return table.shown(cells, wanted - rows - 1)
                    rows += count
        raise Unreadable(
            path=source.name,
            detail=translate("there is no row {locator} in it; run `fanal check`").format(locator=locator),
        )


def _load(table: "_Table", load: Loader, wanted: list[Wanted]) -> int:
    """A table's good rows to scratch, the others to the sink. Returns how many were good."""
    rows = 0
    for cells, count in table.blocks():
        if table.encoding == "latin-1":
            as_latin1(cells, count)
        values = cells.values[:count]
        load.good(table.window.buf, cells, np.flatnonzero(values == cells.width), rows + 1, wanted)
        table.reject(load, cells, count, rows + 1)
        rows += count
    load.finish()
    return rows - load.rejected


class _Table:
    """The file as blocks of rows behind its header."""

    def __init__(self, source: Source, chunk: int, header: bool | None = None) -> None:
        path, self.encoding, self._packing = _as_text(source)
        self.part = Path(plain_name(source.name)).stem
        self.window = Window(path, chunk)
        while self.window.end < SAMPLE and not self.window.last:
            self.window.more()
        if self.window.text(3) == codecs.BOM_UTF8:
            self.window.at += 3
        self.dialect = dialect_of(self.window.text(SAMPLE), header=header)
        self._preamble = self._passed(self.dialect.preamble)
        self._is_too_long = False
        one, first = Cells(self.dialect.width, 1), self.window.offset
        if not self._scan(one) or one.values[0] == TOO_LONG:
            detail = translate("the first row is too long") if self._is_too_long else translate("the file is empty")
            self.window.close()
            raise Unreadable(path=source.name, detail=detail)
        if self.dialect.header:
            self.header = self._names(one)
        else:
            self.header = [f"c{n}" for n in range(1, max(1, int(one.values[0])) + 1)]
            self.window.at -= self.window.offset - first

    def _names(self, one: Cells) -> list[str]:
        found = csv.reader(
            [self._decoded(one, 0)], delimiter=self.dialect.delimiter, quotechar=self.dialect.quote,
            escapechar=self.dialect.escape or None,
        )  # fmt: skip
        return next(found, [""])

    def _passed(self, size: int) -> str:
        """Pass over bytes before the first row, and give them as they stand."""
        raw = self.window.text(size)
        self.window.at += size
        return freed(self._text(raw))

    @property
    def facts(self) -> dict[str, Any]:
        """What is to be noted of how the file is written, once it is read."""
        before = {"preamble": self._preamble} if self._preamble else {}
        told = {"delimiter": self.dialect.delimiter, "encoding": self.encoding, "dialect": self.dialect.shown}
        return {**told, **before, **self._packing, **self.window.facts}

    def _scan(self, cells: Cells) -> int:
        w, signs = self.window, self.dialect
        if self._is_too_long:
            w.skip_line()
            self._is_too_long = False
        while True:
            at, count = scan_csv(
                w.buf, w.at, w.end, w.last, ord(signs.delimiter), ord(signs.quote),
                ord(signs.escape) if signs.escape else NO_SIGN, cells.starts, cells.ends, cells.kinds,
                cells.row_from, cells.row_to, cells.values,
            )  # fmt: skip
            w.at = at
            if count or w.last:
                return int(count)
            if w.is_too_long:
                cells.row_from[0], cells.row_to[0], cells.values[0] = w.at, w.at + _SHOWN, TOO_LONG
                self._is_too_long = True
                return 1
            w.more()

    def blocks(self) -> Iterator[tuple[Cells, int]]:
        """Blocks of rows behind the header, with the number of rows in each."""
        cells = room(len(self.header))
        while count := self._scan(cells):
            yield cells, count

    def reject(self, load: Loader, cells: Cells, count: int, first: int) -> None:
        """The rows of a block that are no rows of this table."""
        values = cells.values[:count]
        for reason, bad in (
            (_UNCLOSED, np.flatnonzero(values == UNCLOSED)),
            (_TOO_LONG, np.flatnonzero(values == TOO_LONG)),
            (_WIDTH, np.flatnonzero((values != cells.width) & (values >= 0))),
        ):
            if len(bad):
                load.bad(bad, first, reason, lambda row: self.shown(cells, row))

    def shown(self, cells: Cells, row: int) -> str:
        """One row as it stands, free of media."""
        return freed(self._decoded(cells, row))

    def _decoded(self, cells: Cells, row: int) -> str:
        return self._text(self.window.buf[cells.row_from[row] : cells.row_to[row]].tobytes())

    def _text(self, raw: bytes) -> str:
        return raw.decode("cp1252" if self.encoding == "latin-1" else "utf-8", "backslashreplace")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.window.close()


def _as_text(source: Source) -> tuple[Path, str, dict[str, Any]]:
    """The file to scan, in an encoding that keeps ASCII; the encoding it came in; facts on its compression."""
    head = next(pieces(source.path, SAMPLE), b"")
    if wide := is_utf16(head):
        made = source.scratch / "text.csv"
        return made, wide, as_utf8(source.path, wide, made)
    encoding = "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    return source.path, encoding if _is_utf8(source.path) else "latin-1", {}


def _is_utf8(path: Path) -> bool:
    """Whether the text is UTF-8, if perhaps with broken places: where it is not, most accents are broken."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    for piece in pieces(path):
        text = decoder.decode(piece)
        if text.isascii():
            continue
        broken = len(re.findall("[\udc80-\udcff]", text))
        if broken:
            return broken < len(re.findall("[^\x00-\x7f\udc80-\udcff]", text))
    return not decoder.getstate()[0]


_EXAMPLE = b"""id,name,email,seen
1,"Doe, Jane",first@example.org,2022-04-01
2,"say ""message 12"" twice",,2022-04-02
3,too,few
"""
_EXAMPLE_MAPPING = """fanal_mapping: 1
platform: ex
source: csv
tables:
  account: SELECT id AS native_id, name AS stated_name, seen AS created_at, _row FROM exchange
  identifier: SELECT id AS account, 'email' AS kind, email AS value, _row FROM exchange WHERE email <> ''
"""

CSV = Delimited()
