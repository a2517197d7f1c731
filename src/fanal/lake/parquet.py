"""The only writer of Parquet: one file of one table, whole or not at all."""

import hashlib
import os
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from fanal.base.digests import CHUNK, sha256_file
from fanal.engine.far import Far, Place

ROW_GROUP = 262_144
_WHOLE = (pa.int32(), pa.int64())
#: Texts that seldom repeat: a dictionary of them costs time and makes the file larger.
_SELDOM_REPEATED = frozenset(("body",))


class TableFile:
    """Writes batches of one schema to one Parquet file, in order.

    The file appears under its name only at `close`; an error or a kill leaves `<name>.part`.
    """

    def __init__(self, path: Path, schema: pa.Schema, *, lasting: bool = True, together: int = ROW_GROUP) -> None:
        """Open a file.

        Args:
            path: where it will stand.
            schema: its columns.
            lasting: False for scratch that is read once and deleted: quick to write, larger, no fsync.
            together: rows that are read together (a row group).
        """
        self.path = path
        self.schema = schema
        self.rows = 0
        self.closed = False
        self._lasting, self._together = lasting, together
        self._part = path.with_name(path.name + ".part")
        self._part.parent.mkdir(parents=True, exist_ok=True)
        counted = _counted(schema) if lasting else {}
        self._writer = pq.ParquetWriter(
            self._part,
            schema,
            store_schema=True,
            data_page_version="2.0",
            use_dictionary=[leaf for leaf in _leaves(schema) if leaf not in counted.keys() | _SELDOM_REPEATED]
            if lasting
            else False,
            column_encoding=counted or None,
            write_statistics=lasting,
            compression="zstd" if lasting else "lz4",
            compression_level=1 if lasting else None,
        )

    def write(self, rows: pa.RecordBatch | pa.Table) -> None:
        """Append rows; columns are taken by name, and must all be there with the schema's types."""
        table = pa.Table.from_batches([rows]) if isinstance(rows, pa.RecordBatch) else rows
        self._writer.write_table(table.select(self.schema.names).cast(self.schema), self._together)
        self.rows += table.num_rows

    def close(self) -> None:
        """Finish the file: footer, fsync, rename. Once is enough."""
        if self.closed:
            return
        self._writer.close()
        if self._lasting:
            with self._part.open("rb+") as f:
                os.fsync(f.fileno())
        self._part.replace(self.path)
        self.closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._writer.close()


def _counted(schema: pa.Schema) -> dict[str, str]:
    """Encodings of columns whose values differ little from one row to the next: half the bytes, half the time.

    A dictionary of values that hardly repeat is built only to be thrown away.
    """
    found = {f.name: "DELTA_BINARY_PACKED" for f in schema if f.type in _WHOLE or pa.types.is_timestamp(f.type)}
    return found | ({"locator": "DELTA_BYTE_ARRAY"} if "locator" in schema.names else {})


def _leaves(schema: pa.Schema) -> list[str]:
    """Names of the columns as Parquet has them: of a list, its elements."""
    return [f"{f.name}.list.element" if pa.types.is_nested(f.type) else f.name for f in schema]


def write_table(path: Path, table: pa.Table) -> int:
    """Write one Arrow table as one file. Returns its number of rows."""
    with TableFile(path, table.schema) as file:
        file.write(table)
    return file.rows


def schema_of(file: Place) -> pa.Schema:
    """The columns of one file of the lake, wherever it lies."""
    if isinstance(file, Far):
        return pq.read_schema(file.path, filesystem=file.filesystem)
    return pq.read_schema(file)


def digest_at(file: Place) -> str:
    """Hex SHA-256 of one file of the lake, wherever it lies."""
    if not isinstance(file, Far):
        return sha256_file(file)
    digest = hashlib.sha256()
    with file.filesystem.open_input_stream(file.path) as stream:
        while block := stream.read(CHUNK):
            digest.update(block)
    return digest.hexdigest()
