"""What a received package puts into the receiver's lake.

Canonical rows become rows of a new exhibit: renumbered observations, the sender's own place kept in the
locator ("<node>/<exhibit>/<locator>"). Results of the sender's steps go in under `received_<name>`, as they
are: they stand beside the receiver's own and never become them. `received_obs` leads from the sender's
observations to ours, so that its support can be followed to the rows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fanal.base.language import translate
from fanal.exchange.bag import listing
from fanal.exchange.heading import Heading, read_json
from fanal.exchange.opening import Opened
from fanal.exchange.refusals import Malformed
from fanal.exchange.tables import CANONICAL, RECEIVED
from fanal.lake.parquet import TableFile
from fanal.model.tables import BY_NAME, obs_base

OBS_TABLE = f"{RECEIVED}obs"
OBS_SCHEMA = pa.schema([("exhibit", pa.int32()), ("sender_obs", pa.int64()), ("obs", pa.int64())])
_BATCH = 131_072
LakeTable = tuple[str, pa.Schema, Iterator[pa.RecordBatch]]


@dataclass(frozen=True)
class ReceivedPackage:
    """A verified package, before its rows go anywhere.

    Attributes:
        package: data/package.json as it stands.
        tables: table name to Parquet file.
    """

    heading: Heading
    digest: str
    package: dict[str, Any]
    tables: dict[str, Path]

    @property
    def checkpoint(self) -> str:
        """The sender's audit checkpoint, verbatim, to be cosigned in receipt and answer."""
        return str(self.package["checkpoint"])


def read_package(opened: Opened) -> ReceivedPackage:
    """Read an opened package.

    Raises:
        Malformed: package.json or a table is not what the format says.
    """
    name = opened.folder.name
    package = read_json(opened.folder, "data/package.json", name)
    if not isinstance(package.get("checkpoint"), str):
        raise Malformed(path=name, name="data/package.json", detail=translate("checkpoint is missing"))
    tables = {}
    for file in listing(opened.folder):
        if file.startswith("data/tables/") and file.endswith(".parquet"):
            path = opened.folder / file
            tables[path.stem] = path
            _check_schema(path, name)
    return ReceivedPackage(opened.heading, opened.package_digest, package, tables)


def _check_schema(path: Path, package: str) -> None:
    try:
        schema = pq.read_schema(path).remove_metadata()
    except (pa.ArrowException, OSError) as e:
        raise Malformed(path=package, name=path.name, detail=translate("it is not a Parquet file")) from e
    expected = BY_NAME[path.stem].schema if path.stem in CANONICAL else None
    if path.stem in BY_NAME and expected is None:
        raise Malformed(path=package, name=path.name, detail=translate("packages do not carry this table"))
    if expected is not None and schema != expected:
        raise Malformed(path=package, name=path.name, detail=translate("its columns are not those of the table"))
    if any(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) for kind in schema.types):
        raise Malformed(path=package, name=path.name, detail=translate("it holds bytes; packages carry none"))


class _Numbering:
    """The receiver's observation for each of the sender's: n in the order of CANONICAL and of the rows."""

    def __init__(self, received: ReceivedPackage, exhibit: int) -> None:
        olds = [
            pq.read_table(received.tables[name], columns=["obs"]).column("obs").to_numpy()
            for name in CANONICAL
            if name in received.tables
        ]
        self.old = np.concatenate(olds) if olds else np.empty(0, np.int64)
        self.new = np.arange(1, len(self.old) + 1, dtype=np.int64) + obs_base(exhibit)
        self._order = np.argsort(self.old, kind="stable")
        self._sorted = self.old[self._order]
        if (np.diff(self._sorted) == 0).any():
            detail = translate("an observation is there twice")
            raise Malformed(path=received.heading.file_name, name="data/tables", detail=detail)

    def of(self, old: pa.ChunkedArray | pa.Array) -> pa.Array:
        """Ours for the sender's; NULL for NULL and for what the package does not hold."""
        known = pa.compute.is_valid(old).to_numpy(zero_copy_only=False)
        values = pa.compute.fill_null(old, 0).to_numpy(zero_copy_only=False)
        if not len(self._sorted):
            return pa.nulls(len(values), pa.int64())
        at = np.minimum(np.searchsorted(self._sorted, values), len(self._sorted) - 1)
        known &= self._sorted[at] == values
        return pa.array(self.new[self._order[at]], pa.int64(), mask=~known)


def tables_for_lake(received: ReceivedPackage, exhibit: int) -> Iterator[LakeTable]:
    """Every table that the package puts into the receiver's lake.

    Args:
        received: a verified package.
        exhibit: the number under which the receiver registered the sealed file.

    Yields:
        Name in the lake, columns, and the rows in batches; take them in this order.
    """
    numbering = _Numbering(received, exhibit)
    for name in CANONICAL:
        if name in received.tables:
            yield name, BY_NAME[name].schema, _canonical(received, name, exhibit, numbering)
    if len(numbering.old):
        rows = pa.RecordBatch.from_arrays(
            [
                pa.array(np.full(len(numbering.old), exhibit, np.int32)),
                pa.array(numbering.old),
                pa.array(numbering.new),
            ],
            schema=OBS_SCHEMA,
        )
        yield OBS_TABLE, OBS_SCHEMA, iter([rows])
    for name, path in sorted(received.tables.items()):
        if name not in CANONICAL:
            schema = pq.read_schema(path).remove_metadata()
            headed = pa.schema([("exhibit", pa.int32()), *[f for f in schema if f.name != "exhibit"]])
            yield RECEIVED + name, headed, _foreign(path, headed, exhibit)


def _canonical(received: ReceivedPackage, name: str, exhibit: int, numbering: _Numbering) -> Iterator[pa.RecordBatch]:
    node = received.heading.sender.node
    schema = BY_NAME[name].schema
    for batch in pq.ParquetFile(received.tables[name]).iter_batches(_BATCH):
        columns = {column: batch.column(column) for column in schema.names}
        place = pa.compute.fill_null(columns["locator"], "")
        theirs = pa.compute.cast(columns["exhibit"], pa.string())
        columns["locator"] = pa.compute.binary_join_element_wise(node, theirs, place, "/")
        columns["exhibit"] = pa.array(np.full(batch.num_rows, exhibit, np.int32))
        columns["obs"] = numbering.of(columns["obs"])
        if name == "link":
            columns["message"] = numbering.of(columns["message"])
        yield pa.RecordBatch.from_arrays([columns[column] for column in schema.names], schema=schema)


def _foreign(path: Path, schema: pa.Schema, exhibit: int) -> Iterator[pa.RecordBatch]:
    for batch in pq.ParquetFile(path).iter_batches(_BATCH):
        number = pa.array(np.full(batch.num_rows, exhibit, np.int32))
        columns = [number if name == "exhibit" else batch.column(name) for name in schema.names]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def write_for_lake(received: ReceivedPackage, exhibit: int, place: Callable[[str], Path]) -> dict[str, list[Path]]:
    """Write those tables as Parquet, for `LakeWriter.add_exhibit`.

    Args:
        received: a verified package.
        exhibit: its number in the receiver's register.
        place: file stem to path, as `LakeWriter.path`.

    Returns:
        Table to its files.
    """
    files = {}
    for name, schema, batches in tables_for_lake(received, exhibit):
        path = place(f"{name}-{exhibit}")
        with TableFile(path, schema) as file:
            for batch in batches:
                file.write(batch)
        files[name] = [path]
    return files
