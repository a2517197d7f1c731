"""What every format of a hash list is brought to: one row for each hash of each entry.

An entry is what the list speaks of: one picture, one video. It may have several hashes of several kinds. A
hash is lower-case hexadecimal text here, whatever its kind; a row whose value is none is counted and left out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from fanal.base.errors import FanalError

_S = pa.string()
#: n: which entry, from 0 in the file's order; kind: md5, sha1, sha256 or pdq; quality: of a perceptual hash, 0 to 100.
RAW = pa.schema([("n", pa.int64()), ("kind", _S), ("value", _S), ("quality", pa.int64()), ("category", _S)])
#: Kinds of hashes, and how many hexadecimal digits each has.
DIGITS = {"md5": 32, "sha1": 40, "sha256": 64, "pdq": 64}
#: Names that files give to the columns.
COLUMNS = {
    "md5": "md5", "md-5": "md5", "md5hash": "md5", "hash_md5": "md5",
    "sha1": "sha1", "sha-1": "sha1", "sha1hash": "sha1",
    "sha256": "sha256", "sha-256": "sha256", "sha2-256": "sha256",
    "pdq": "pdq", "pdqhash": "pdq", "pdq_hash": "pdq", "pdna_pdq": "pdq",
    "quality": "quality", "pdq_quality": "quality",
    "category": "category", "classification": "category", "class": "category", "baseline": "category",
    "hash": "hash", "value": "hash",
}  # fmt: skip


class BadHashList(FanalError):
    """A file that is no hash list of its format."""

    code = "F-LIST-04"
    text = "{path} cannot be read as {format}: {detail}. Name its format with --format, or mend the file."
    exit_code = 2


@dataclass(frozen=True)
class Parsed:
    """A file, opened.

    Attributes:
        batches: rows of RAW, to be taken once.
        context: whose categories the file says it uses; empty where it says nothing.
    """

    batches: Iterable[pa.RecordBatch]
    context: str = ""


def refused(path: Path, form: str, detail: str) -> BadHashList:
    """The refusal of a file."""
    return BadHashList(path=path.name, format=form, detail=detail)


def melted(first: int, columns: dict[str, pa.Array], rows: int) -> Iterator[pa.RecordBatch]:
    """Columns of one row an entry as rows of RAW, one batch for each kind of hash that there is."""
    number = pa.array(range(first, first + rows), pa.int64())
    nothing = pa.nulls(rows, _S)
    for kind in DIGITS:
        if kind in columns:
            quality = columns.get("quality", nothing) if kind == "pdq" else nothing
            yield pa.record_batch(
                [
                    number,
                    pa.array([kind] * rows, _S),
                    columns[kind],
                    _whole(quality),
                    columns.get("category", nothing),
                ],
                schema=RAW,
            )


def _whole(texts: pa.Array) -> pa.Array:
    """Whole numbers; what is none is empty."""
    return pa.array([int(t) if t and t.strip().isdecimal() else None for t in texts.to_pylist()], pa.int64())
