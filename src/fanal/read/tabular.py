"""Reads delimited text (CSV, TSV) through a mapping: one file, one source table, named by its stem.

The delimiter and the encoding are found and noted. The first line names the columns. An empty cell
is NULL, an empty cell in quotes is empty text; a row with another number of cells is a reject.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

import numpy as np

from fanal.base.language import mark, translate
from fanal.engine.duck import Duck
from fanal.evidence.media_signs import freed
from fanal.read.cells import Cells
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.csv_kernel import UNCLOSED, scan_csv
from fanal.read.mapped_rows import Loader, Wanted, as_latin1, pieces, room
from fanal.read.mapping import mapping_for, run_mapping
from fanal.read.mapping_draft import SourceTable
from fanal.read.scratch import distinct_names, wanted_columns
from fanal.read.window import CHUNK, Window

_DELIMITERS = ",;\t|"
_ENDINGS = (".csv", ".tsv", ".tab", ".psv")
_SAMPLE = 1 << 16
_SAMPLE_LINES = 60
_WIDTH = mark("wrong number of cells")
_UNCLOSED = mark("a quote that does not close")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Delimited:
    """The reader of delimited text; see `read.contract.Reader`."""

    name = "csv"
    version = 1
    mapped = True
    beside: tuple[str, ...] = ()

    def __init__(self, chunk: int = CHUNK) -> None:
        self._chunk = chunk

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect. By the name's ending, and a head that holds columns."""
        if not name.lower().endswith(_ENDINGS) or (b"\x00" in head and not head.startswith(_UTF16)):
            return 0.0
        return 0.8 if _delimiter(_sample(head))[1] > 1 else 0.4

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        mapping = mapping_for(source, self.name)
        used = [use for s in mapping.selections for branch in s.branches for use in branch.used]
        with Duck() as engine, _Table(source, self._chunk) as table:
            part = table.part
            names = distinct_names(table.header)
            kept = wanted_columns(used, part, names)
            load = Loader(engine, source, sink, part, kept)
            wanted = [Wanted(name, table.header[names.index(name)], names.index(name)) for name in kept]
            rows = 0
            for cells, count in table.blocks():
                if table.encoding == "latin-1":
                    as_latin1(cells, count)
                values = cells.values[:count]
                load.good(table.window.buf, cells, np.flatnonzero(values == cells.width), rows + 1, wanted)
                table.reject(load, cells, count, rows + 1)
                rows += count
            load.finish()
            sink.note("delimiter", table.delimiter)
            sink.note("encoding", table.encoding)
            sink.count(part, source=load.rejected, rejected=load.rejected)
            run_mapping(mapping, engine, {part: rows - load.rejected}, source, sink)

    def tables(self, source: Source) -> dict[str, SourceTable]:
        """The source table with its columns and number of rows, for `fanal map`."""
        with _Table(source, self._chunk) as table:
            names = distinct_names(table.header)
            return {table.part: SourceTable(tuple(names), sum(count for _, count in table.blocks()))}

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

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt: the row as it stands in the file."""
        wanted, rows = int(locator.rpartition(":")[2]), 0
        with _Table(source, self._chunk) as table:
            for cells, count in table.blocks():
                if rows < wanted <= rows + count:
                    return table.shown(cells, wanted - rows - 1)
                rows += count
        raise Unreadable(
            path=source.name,
            detail=translate("there is no row {locator} in it; run `fanal check`").format(locator=locator),
        )


class _Table:
    """The file as blocks of rows behind its header."""

    def __init__(self, source: Source, chunk: int) -> None:
        path, self.encoding = _as_text(source)
        self.part = Path(source.name).stem
        self.window = Window(path, chunk)
        sample = _sample(self.window.text(_SAMPLE))
        while len(sample) < _SAMPLE and not self.window.last:
            self.window.more()
            sample = _sample(self.window.text(_SAMPLE))
        if self.window.text(3) == codecs.BOM_UTF8:
            self.window.at += 3
        self.delimiter, width = _delimiter(sample)
        one = Cells(max(1, width), 1)
        if not self._scan(one):
            self.window.close()
            raise Unreadable(path=source.name, detail=translate("the file is empty"))
        self.header = next(csv.reader([self._decoded(one, 0)], delimiter=self.delimiter))

    def _scan(self, cells: Cells) -> int:
        w = self.window
        while True:
            at, count = scan_csv(
                w.buf, w.at, w.end, w.last, ord(self.delimiter), cells.starts, cells.ends, cells.kinds,
                cells.row_from, cells.row_to, cells.values,
            )  # fmt: skip
            w.at = at
            if count or w.last:
                return int(count)
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
            (_WIDTH, np.flatnonzero((values != cells.width) & (values != UNCLOSED))),
        ):
            if len(bad):
                load.bad(bad, first, reason, lambda row: self.shown(cells, row))

    def shown(self, cells: Cells, row: int) -> str:
        """One row as it stands, free of media."""
        return freed(self._decoded(cells, row))

    def _decoded(self, cells: Cells, row: int) -> str:
        raw = self.window.buf[cells.row_from[row] : cells.row_to[row]].tobytes()
        return raw.decode("cp1252" if self.encoding == "latin-1" else "utf-8", "backslashreplace")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.window.close()


def _as_text(source: Source) -> tuple[Path, str]:
    """The file to scan, in an encoding that keeps ASCII as it is, and the name of the encoding it came in."""
    with source.path.open("rb") as f:
        head = f.read(4)
    if head.startswith(_UTF16):
        made = source.scratch / "text.csv"
        decoder = codecs.getincrementaldecoder("utf-16")("backslashreplace")
        with made.open("wb") as f:
            for piece in pieces(source.path):
                f.write(decoder.decode(piece).encode("utf-8", "backslashreplace"))
            f.write(decoder.decode(b"", final=True).encode("utf-8", "backslashreplace"))
        return made, "utf-16"
    encoding = "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    return source.path, encoding if _is_utf8(source.path) else "latin-1"


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


def _sample(head: bytes) -> bytes:
    """Whole lines of the first bytes, as ASCII-keeping text."""
    if head.startswith(_UTF16):
        head = head[: len(head) // 2 * 2].decode("utf-16", "ignore").encode()
    return head


def _delimiter(sample: bytes) -> tuple[str, int]:
    """The delimiter under which most lines have as many cells as the first, and that number."""
    lines = sample.decode("latin-1").splitlines()
    lines = lines[: max(1, min(_SAMPLE_LINES, len(lines) - 1))]
    best = (0.0, 0, _DELIMITERS[0])
    for delimiter in _DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            continue
        if widths and widths[0] > 1:
            same = sum(width == widths[0] for width in widths) / len(widths)
            best = max(best, (same, widths[0], delimiter))
    return best[2], max(1, best[1])


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
