"""The child that parses hash lists: NCMEC's XML, the NSRL's database, tables. VICS has one of its own in `read`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from fanal.base.language import translate
from fanal.evidence.row_child import rows_behind_walls
from fanal.evidence.row_child import serve as serve_rows
from fanal.media.hashlists.form import RAW, Parsed, refused
from fanal.media.hashlists.ncmec import parse_ncmec
from fanal.media.hashlists.nsrl import parse_nsrl
from fanal.media.hashlists.tables import parse_table

ENTRY = "fanal.media.hashlists.child:serve"


def parsed_by(entry: str, path: Path, form: str, scratch: Path) -> Parsed:
    """A list's rows, parsed by a child behind walls.

    Args:
        entry: the child's, "module:function".
        path: the file. form: its format. scratch: a folder of the child's own.

    Raises:
        BadHashList: it is none, or it ended the child.
    """
    answer = rows_behind_walls(entry, {"path": str(path.resolve()), "form": form}, scratch)
    if "refused" in answer:
        raise refused(path, form, answer["refused"])
    try:
        rows = pq.ParquetFile(answer["rows"])
    except (pa.ArrowException, OSError) as e:
        raise refused(path, form, translate("reading it broke off")) from e
    if not rows.schema_arrow.remove_metadata().equals(RAW):
        raise refused(path, form, translate("reading it broke off"))
    return Parsed(rows.iter_batches(), answer["told"])


def serve(_closed: str) -> None:
    """Entry of the child."""
    serve_rows(_parse, RAW)


def _parse(job: dict[str, Any]) -> tuple[Iterable[pa.RecordBatch], str]:
    path, form = Path(job["path"]), job["form"]
    if form == "ncmec":
        parsed = parse_ncmec(path)
    elif form == "nsrl":
        parsed = parse_nsrl(path, Path(job["out"]).parent)
    else:
        parsed = parse_table(path, form)
    return parsed.batches, parsed.context
