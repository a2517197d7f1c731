"""Reads Parquet files through a mapping: one file, one source table, named by its stem.

Row group by row group, in batches whose text fits in memory. A row group that cannot be read is a
reject with all its rows; the others are read.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fanal.base.language import mark, translate
from fanal.engine.duck import Duck, StatementFailed
from fanal.evidence.media_signs import freed
from fanal.lake.parquet import write_table
from fanal.read import signs_tables
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.mapped_rows import NOT_UTF8
from fanal.read.mapping import mapping_for, run_mapping
from fanal.read.parquet_text import as_text, text_size
from fanal.read.scratch import ScratchTable, distinct_names, wanted_columns
from fanal.read.source_tables import SourceTable

BATCH = 65_536
#: Batches are cut so that their text takes no more than this, where single rows let them.
TEXT_BYTES = 64 << 20
#: More than any footer of a real file: what it says of columns and row groups.
_FOOTER_STRINGS, _FOOTER_PARTS = 64 << 20, 4 << 20
_MOST_ROWS = 1 << 40
_ERRORS = (pa.ArrowException, OSError, ValueError, UnicodeDecodeError, StatementFailed)
_FOOTER = mark("no Parquet footer that can be read: the file is cut off, encrypted or damaged; get it again")
_ABSURD = mark("its footer speaks of {n} rows; get the file again")
_ROW_GROUP = mark("a row group that cannot be read")
_TOO_FEW = mark("a row group with fewer rows than the footer says")


class Parquet:
    """The reader of Parquet files; see `read.contract.Reader`."""

    name = "parquet"
    version = 1
    mapped = True
    beside: tuple[str, ...] = ()

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_tables.parquet(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        mapping = mapping_for(source, self.name)
        used = [use for s in mapping.selections for branch in s.branches for use in branch.used]
        part = Path(source.name).stem
        with _File(source) as file, Duck() as engine:
            names = distinct_names(file.names)
            kept = wanted_columns(used, part, names)
            places = [names.index(name) for name in kept]
            scratch = ScratchTable(engine, source.scratch, part, kept)
            rejected = 0
            for group in range(len(file.sizes)):
                rejected += self._group(file, group, engine, scratch, places, part, sink)
            scratch.bind()
            sink.count(part, source=rejected, rejected=rejected)
            run_mapping(mapping, engine, {part: scratch.rows}, source, sink)

    def _group(
        self, file: "_File", group: int, engine: Duck, scratch: ScratchTable, places: list[int], part: str, sink: Sink
    ) -> int:
        """Take one row group to scratch; returns how many of its rows could not be read."""
        first, size = file.firsts[group], file.sizes[group]
        done, reason = 0, _TOO_FEW
        try:
            for batch in file.batches(group, places):
                rows = batch.slice(0, size - done)
                made: dict[str, pa.Array] = {}
                numbers = pa.array(np.arange(first + done, first + done + rows.num_rows, dtype=np.int64))
                for name, column in zip(scratch.schema.names[:-1], rows.columns, strict=False):
                    text = as_text(engine, column)
                    made[name] = text.text
                    if text.bad is not None:
                        _reject_cells(sink, part, numbers.filter(pa.array(text.bad)), name)
                scratch.write(pa.table({**made, scratch.schema.names[-1]: numbers}))
                done += rows.num_rows
        except _ERRORS:
            reason = _ROW_GROUP
        if done < size:
            sink.reject(f"{part}:{first + done}", None, reason, "")
        return size - done

    def tables(self, source: Source) -> dict[str, SourceTable]:
        """The source table with its columns and number of rows, for `fanal map`."""
        with _File(source) as file:
            return {Path(source.name).stem: SourceTable(tuple(distinct_names(file.names)), sum(file.sizes))}

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        rows = {"account": 2, "identifier": 1}
        whole = _example(["first", "second"])
        yield Example("exchange.parquet", whole, rows, mapping=_EXAMPLE_MAPPING)
        broken = _example([b"first", b"sec\xffnd"])
        yield Example("exchange.parquet", broken, rows, rejects=1, mapping=_EXAMPLE_MAPPING, hostile=True)
        half = whole[: len(whole) // 2]
        yield Example("cut.parquet", half, {}, mapping=_EXAMPLE_MAPPING, hostile=True, refused=Unreadable.code)

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt: the row as JSON of its columns' text."""
        wanted = int(locator.rpartition(":")[2])
        with _File(source) as file, Duck() as engine:
            for group, first in enumerate(file.firsts):
                if first <= wanted < first + file.sizes[group]:
                    return _shown(file, group, wanted - first, engine)
        raise Unreadable(
            path=source.name,
            detail=translate("there is no row {locator} in it; run `fanal check`").format(locator=locator),
        )


class _File:
    """An open file.

    Attributes:
        names: of its outermost columns.
        sizes: rows of each row group, as the footer says.
        firsts: the number of each row group's first row, from 1.
    """

    def __init__(self, source: Source) -> None:
        try:
            self._file = pq.ParquetFile(source.path, **_READING)
            self.names: list[str] = list(self._file.schema_arrow.names)
            text = [field.name for field in self._file.schema_arrow if _is_text(field.type)]
            # A short file can spell out to terabytes: text stays in its dictionary until it is cut into batches.
            self._file = pq.ParquetFile(source.path, read_dictionary=text, **_READING)
            about = self._file.metadata
            self.sizes = [int(about.row_group(n).num_rows) for n in range(about.num_row_groups)]
        except _ERRORS as e:
            raise Unreadable(path=source.name, detail=translate(_FOOTER)) from e
        if min(self.sizes, default=0) < 0 or sum(self.sizes) > _MOST_ROWS:
            raise Unreadable(path=source.name, detail=translate(_ABSURD).format(n=about.num_rows))
        self.firsts = [int(n) for n in np.cumsum([1, *self.sizes])][: len(self.sizes)]

    def batches(self, group: int, places: Sequence[int]) -> Iterator[pa.RecordBatch]:
        """The columns at those places of one row group, in batches whose text fits in memory."""
        names = [self.names[place] for place in places]
        plain = len(set(self.names)) == len(self.names) and not any("." in name for name in names)
        read = self._file.iter_batches(BATCH, row_groups=[group], columns=names if plain else None, use_threads=False)
        for batch in read:
            at = [batch.schema.get_field_index(name) for name in names] if plain else list(places)
            columns = [batch.column(place) for place in at]
            taken = pa.RecordBatch.from_arrays(columns, [str(n) for n in range(len(at))]) if at else batch.select([])
            yield from _cut(taken) if at else [batch]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


_READING = {
    "pre_buffer": False,
    "buffer_size": 1 << 20,
    "memory_map": False,
    "thrift_string_size_limit": _FOOTER_STRINGS,
    "thrift_container_size_limit": _FOOTER_PARTS,
}


def _cut(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """A batch in pieces whose text takes no more than TEXT_BYTES, or that are single rows."""
    if batch.num_rows > 1 and sum(text_size(column) for column in batch.columns) > TEXT_BYTES:
        half = batch.num_rows // 2
        yield from _cut(batch.slice(0, half))
        yield from _cut(batch.slice(half))
    else:
        yield batch


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_binary(kind))


def _reject_cells(sink: Sink, part: str, numbers: pa.Array, name: str) -> None:
    located = pc.binary_join_element_wise(f"{part}:", numbers.cast(pa.string()), "")
    columns = [located, pa.repeat(name, len(numbers)), pa.repeat(NOT_UTF8, len(numbers)), pa.repeat("", len(numbers))]
    sink.reject_rows(pa.table(columns, names=["locator", "column", "reason", "excerpt"]))


def _shown(file: _File, group: int, row: int, engine: Duck) -> str:
    """One row of a row group; empty where it cannot be read."""
    try:
        for batch in file.batches(group, range(len(file.names))):
            if row < batch.num_rows:
                cells = [as_text(engine, column).text[0].as_py() for column in batch.slice(row, 1).columns]
                return freed(json.dumps(dict(zip(distinct_names(file.names), cells, strict=True)), ensure_ascii=False))
            row -= batch.num_rows
    except _ERRORS:
        pass
    return ""


def _example(names: Sequence[str | bytes]) -> bytes:
    raw = pa.array(names, pa.binary())
    columns = {
        "id": pa.array([1, 2]),
        "name": pa.Array.from_buffers(pa.string(), len(raw), raw.buffers()),
        "mail": pa.array(["first@example.org", None]),
        "seen": pa.array([1_648_807_200_000_000, None], pa.timestamp("us", "UTC")),
        "photo": pa.array([b"message 12", None]),
        "tags": pa.array([["a", "b"], None]),
    }
    with TemporaryDirectory(prefix="fanal-example-") as folder:
        path = Path(folder) / "example.parquet"
        write_table(path, pa.table(columns))
        return path.read_bytes()


_EXAMPLE_MAPPING = """fanal_mapping: 1
platform: ex
source: parquet
tables:
  account: SELECT id AS native_id, name AS stated_name, seen AS created_at, _row FROM exchange
  identifier: SELECT id AS account, 'email' AS kind, mail AS value, _row FROM exchange WHERE mail <> ''
"""

PARQUET = Parquet()
