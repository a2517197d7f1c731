"""Looks through a received package's tables behind walls, before a row of it is believed.

A peer's signature says who made a file, not that it is harmless: Parquet has room for bombs, for bytes that break
what decodes them, and for media. So every page of every table is decoded once in a child process that has no
network, may start nothing, and has bounded memory and time, as the readers of evidence do; what its footers claim is
held against the limits before that. Only what came through whole is read by the node itself. It writes nothing.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fanal.base.language import translate
from fanal.evidence.isolation import GIB, Limits, command, environment
from fanal.evidence.media_columns import suspicious
from fanal.evidence.media_signs import freed
from fanal.exchange.refusals import Malformed, Refused, TooBig
from fanal.exchange.tables import CANONICAL, RECEIVED
from fanal.model.tables import BY_NAME, GRADE

WALLS = Limits(address_space=8 * GIB, cpu_s=1800, wall_s=3600, grace_s=0, file_bytes=0)
#: A name of a table that may stand in the lake under `received_`.
_TABLE = re.compile(r"[a-z][a-z0-9_]{0,60}")
#: `received_obs` is the receiver's own.
_OURS = "obs"
_BATCH = 65_536
_NESTED = 3


@dataclass(frozen=True)
class Most:
    """What a package's tables may hold in all: far above the largest country's, far below what a bomb claims.

    Attributes:
        rows: rows of all tables.
        decoded: bytes of all columns once they are unpacked.
        columns: columns of one table.
    """

    rows: int = 500_000_000
    decoded: int = 256 * GIB
    columns: int = 100


def vet(tables: Mapping[str, Path], folder: Path, path: object, most: Most | None = None) -> dict[str, int]:
    """Decode every table in a child process.

    Args:
        tables: name to Parquet file, out of a bag that was verified.
        folder: the bag's; the child's place.
        path: what to call the package in an error.
        most: what they may hold.

    Returns:
        Table to rows.

    Raises:
        Malformed: a table is not what packages carry, or cannot be decoded to its end.
        TooBig: they claim to hold, or do hold, more than this node takes.
    """
    for name in tables:
        if not _TABLE.fullmatch(name) or name == _OURS or name.startswith(RECEIVED):
            raise Malformed(path=path, name=tables[name].name, detail=translate("packages do not carry this table"))
    job = {
        "tables": {name: str(file.resolve()) for name, file in sorted(tables.items())},
        "path": str(path),
        "most": asdict(most or Most()),
    }
    try:
        done = subprocess.run(
            command("fanal.exchange.vetting:serve", WALLS),
            input=json.dumps(job).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(folder),
            cwd=folder,
            check=False,
            timeout=WALLS.wall_s,
        )
        told = json.loads(done.stdout)
    except subprocess.TimeoutExpired as e:
        raise TooBig(path=path, limit=translate("{n} seconds of work").format(n=WALLS.wall_s)) from e
    except ValueError as e:
        detail = translate("decoding its tables broke off")
        raise Malformed(path=path, name="data/tables", detail=detail) from e
    if "refused" in told:
        raise {"TooBig": TooBig, "Malformed": Malformed}[told["refused"]](**told["fields"])
    return {str(name): int(rows) for name, rows in told["rows"].items()}


def serve(_closed: str) -> None:
    """Entry of the child: one JSON job on its input, one JSON answer on its output."""
    job = json.load(sys.stdin)
    tables = {name: Path(path) for name, path in job["tables"].items()}
    try:
        answer: dict[str, Any] = {"rows": look(tables, job["path"], Most(**job["most"]))}
    except Refused as e:
        answer = {"refused": type(e).__name__, "fields": {key: str(value) for key, value in e.fields.items()}}
    sys.stdout.write(json.dumps(answer))


def look(tables: Mapping[str, Path], path: object, most: Most) -> dict[str, int]:
    """Decode tables in this process. Returns table to rows; raises as `vet`."""
    rows = decoded = 0
    opened: dict[str, pq.ParquetFile] = {}
    for name, file in tables.items():
        try:
            opened[name] = parquet = pq.ParquetFile(file, memory_map=False)
            schema = parquet.schema_arrow.remove_metadata()
            footer = parquet.metadata
            decoded += sum(footer.row_group(n).total_byte_size for n in range(footer.num_row_groups))
        except (pa.ArrowException, OSError, ValueError) as e:
            raise Malformed(path=path, name=file.name, detail=translate("it is not a Parquet file")) from e
        rows += footer.num_rows
        if rows > most.rows:
            raise TooBig(path=path, limit=translate("{n} rows").format(n=most.rows))
        if decoded > most.decoded:
            raise TooBig(path=path, limit=translate("{n} bytes").format(n=most.decoded))
        if len(schema) > most.columns:
            raise TooBig(path=path, limit=translate("{n} columns").format(n=most.columns))
        _check_schema(name, schema, file, path)
    return {name: _decoded(parquet, tables[name], path) for name, parquet in opened.items()}


def _check_schema(name: str, schema: pa.Schema, file: Path, path: object) -> None:
    if name in BY_NAME and name not in CANONICAL:
        raise Malformed(path=path, name=file.name, detail=translate("packages do not carry this table"))
    if schema != {"grade": GRADE}.get(name, BY_NAME[name].schema if name in CANONICAL else schema):
        raise Malformed(path=path, name=file.name, detail=translate("its columns are not those of the table"))
    for column in schema:
        if _holds_bytes(column.type):
            raise Malformed(path=path, name=file.name, detail=translate("it holds bytes; packages carry none"))
        if not _TABLE.fullmatch(column.name) or not _plain(column.type, _NESTED):
            raise Malformed(path=path, name=file.name, detail=translate("a column of it is none of Fanal's"))
    if len(set(schema.names)) < len(schema):
        raise Malformed(path=path, name=file.name, detail=translate("a column of it is none of Fanal's"))


def _inner(kind: pa.DataType) -> list[pa.DataType]:
    if pa.types.is_dictionary(kind):
        return [kind.value_type]
    return [kind.field(n).type for n in range(kind.num_fields)]


def _holds_bytes(kind: pa.DataType) -> bool:
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        return True
    return pa.types.is_fixed_size_binary(kind) or any(map(_holds_bytes, _inner(kind)))


def _plain(kind: pa.DataType, deep: int) -> bool:
    """Numbers, text, truth, days and instants, and lists and records of these, not nested without end."""
    if pa.types.is_nested(kind) or pa.types.is_dictionary(kind):
        return deep > 0 and all(_plain(inner, deep - 1) for inner in _inner(kind))
    known = (
        pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_string, pa.types.is_large_string,
        pa.types.is_date, pa.types.is_timestamp, pa.types.is_decimal, pa.types.is_null,
    )  # fmt: skip
    return any(is_one(kind) for is_one in known)


def _decoded(parquet: pq.ParquetFile, file: Path, path: object) -> int:
    rows = 0
    try:
        for batch in parquet.iter_batches(_BATCH, use_threads=False):
            batch.validate(full=True)
            rows += batch.num_rows
            for column in batch.columns:
                if pa.types.is_string(column.type) and _carries(column):
                    raise Malformed(path=path, name=file.name, detail=translate("it holds bytes; packages carry none"))
    except (pa.ArrowException, OSError, ValueError) as e:
        raise Malformed(path=path, name=file.name, detail=translate("it cannot be read to its end")) from e
    if rows != parquet.metadata.num_rows:
        raise Malformed(path=path, name=file.name, detail=translate("it cannot be read to its end"))
    return rows


def _carries(column: pa.Array) -> bool:
    """Whether a cell holds encoded bytes: a sender's readers had replaced those."""
    if not suspicious(column):
        return False
    return any(freed(text) != text for text in pc.unique(column).to_pylist() if text is not None)
