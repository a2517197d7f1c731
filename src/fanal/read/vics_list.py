"""VICS JSON as a hash list: the hashes and categories of each medium, streamed. It writes no row of a case."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from fanal.engine.duck import Duck
from fanal.engine.statements import load
from fanal.evidence.row_child import serve as serve_rows
from fanal.read.contract import Source, Unreadable
from fanal.read.json_elements import Elements
from fanal.read.vics import context_of, media_of, statements_of

#: The child that parses such a list, and what its rows are.
ENTRY = "fanal.read.vics_list:serve"
_S = pa.string()
LISTED = pa.schema([("n", pa.int64()), ("kind", _S), ("value", _S), ("quality", pa.int64()), ("category", _S)])


def serve(_closed: str) -> None:
    """Entry of the child."""
    serve_rows(_parse, LISTED)


def _parse(job: dict[str, Any]) -> tuple[Iterator[pa.RecordBatch], str]:
    return listed_media(Path(job["path"]), Path(job["out"]).parent)


def listed_media(path: Path, scratch: Path) -> tuple[Iterator[pa.RecordBatch], str]:
    """Every hash of a VICS file, models 1.3 and 2.0: of a list of media, or of the media of its cases.

    Args:
        path: the file. scratch: a folder for what does not fit in memory.

    Returns:
        Batches of n (the medium's place, from 0), kind, value, quality (empty: the model has none), category, and the
        model and scale that the file names.

    Raises:
        Unreadable: as the batches are taken, where the file breaks off or holds no media.
    """
    source = Source(path, path.name, 0, scratch)
    return _batches(source, media_of(source)), context_of(source)


def _batches(source: Source, elements: Elements) -> Iterator[pa.RecordBatch]:
    sql = statements_of(source) | load("fanal.read", "vics_list.sql")
    with Duck(memory="1GB", spill=source.scratch) as engine:
        first = 0
        for batch in elements.batches():
            engine.bind("raw", batch.rows)
            for table in ("told", "alternative", "said"):
                engine.define(table, sql[table])
            yield from engine.batches(sql["listed"], first=first)
            first += batch.rows.num_rows
    if elements.failures:
        failure = elements.failures[0]
        raise Unreadable(path=source.name, detail=f"byte:{failure.offset}: {failure.reason}")
    if not first:
        raise Unreadable(path=source.name, detail="Media: 0")
