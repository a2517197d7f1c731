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
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from fanal.base.language import translate
from fanal.exchange.bag import listing
from fanal.exchange.heading import LONGEST_NAME, LONGEST_TEXT, Heading, is_text, read_json
from fanal.exchange.opening import Opened
from fanal.exchange.refusals import Malformed, Unwanted
from fanal.exchange.tables import CANONICAL, RECEIVED
from fanal.exchange.vetting import Most, vet
from fanal.lake.parquet import TableFile
from fanal.model.tables import BY_NAME, obs_base

#: Endings of the files that packages hold; none of them is a medium or a program.
KNOWN_ENDINGS = frozenset((".json", ".jsonld", ".ttl", ".csv", ".parquet", ".html", ".pdf", ".txt", ".xml"))
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


def read_package(opened: Opened, most: Most | None = None) -> ReceivedPackage:
    """Read an opened package, after every page of its tables was decoded behind walls.

    Args:
        opened: a verified bag.
        most: what its tables may hold.

    Raises:
        Malformed: a file, package.json or a table is not what the format says.
        TooBig: the tables hold more than this node takes.
    """
    name = opened.heading.file_name
    package = read_json(opened.folder, "data/package.json", name)
    tables: dict[str, Path] = {}
    for file in listing(opened.folder):
        path = opened.folder / file
        if file.startswith("data/") and path.suffix not in KNOWN_ENDINGS:
            raise Unwanted(path=name, name=file)
        if path.suffix == ".parquet":
            if path.parent != opened.folder / "data/tables":
                raise Unwanted(path=name, name=file)
            tables[path.stem] = path
    check_package(package, name)
    if vet(tables, opened.folder, name, most) != package["counts"]["rows"]:
        detail = translate("its tables do not have the rows that it counts")
        raise Malformed(path=name, name="data/package.json", detail=detail)
    received = ReceivedPackage(opened.heading, opened.package_digest, package, tables)
    _Numbering(received, 1)
    return received


def check_package(package: dict[str, Any], name: str) -> None:
    """What a receiver takes out of package.json is there, of its kind and of a sane length. Raises Malformed."""
    try:
        counts = package["counts"]
        right = (
            all(is_text(package[key], LONGEST_TEXT) for key in ("title", "legal_basis"))
            and is_text(package["checkpoint"], LONGEST_TEXT)
            and all(type(counts[key]) is int and counts[key] >= 0 for key in ("included", "accounts"))
            and all(type(n) is int and n >= 0 for n in counts["rows"].values())
            and all(_plain(value) for value in _leaves(counts))
            and all(
                is_text(code["code"], LONGEST_TEXT) and is_text(code["text"], LONGEST_TEXT)
                for code in package["handling"]
            )
        )
    except KeyError as e:
        detail = translate("{name} is missing").format(name=e.args[0])
        raise Malformed(path=name, name="data/package.json", detail=detail) from e
    except (TypeError, AttributeError):
        right = False
    if not right:
        raise Malformed(path=name, name="data/package.json", detail=translate("a field is missing or wrong"))


def _leaves(value: Any) -> Iterator[Any]:
    """Names and values of a JSON value, however deep."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
        else:
            yield one


def _plain(value: object) -> bool:
    """What a figure of a package is: a whole number, a name or a day, or nothing."""
    return value is None or type(value) in (int, bool) or is_text(value, LONGEST_NAME)


class _Numbering:
    """The receiver's observation for each of the sender's: n in the order of CANONICAL and of the rows."""

    def __init__(self, received: ReceivedPackage, exhibit: int) -> None:
        olds = [self._obs(received, name) for name in CANONICAL if name in received.tables]
        self.old = np.concatenate(olds) if olds else np.empty(0, np.int64)
        self.new = np.arange(1, len(self.old) + 1, dtype=np.int64) + obs_base(exhibit)
        self._order = np.argsort(self.old, kind="stable")
        self._sorted = self.old[self._order]
        if (np.diff(self._sorted) == 0).any():
            detail = translate("an observation is there twice")
            raise Malformed(path=received.heading.file_name, name="data/tables", detail=detail)

    @staticmethod
    def _obs(received: ReceivedPackage, table: str) -> npt.NDArray[np.int64]:
        column = pq.read_table(received.tables[table], columns=["obs"]).column("obs")
        if column.null_count:
            detail = translate("an observation has no number")
            raise Malformed(path=received.heading.file_name, name=f"data/tables/{table}.parquet", detail=detail)
        numbers: npt.NDArray[np.int64] = column.to_numpy()
        return numbers

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
