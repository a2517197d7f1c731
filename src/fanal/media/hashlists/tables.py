"""Hash lists as tables: ICSE's CSV, and plain CSV or text with a hash a line.

Columns are known by their names, whatever their order: md5, sha1, sha256, pdq, quality, and category (or
classification, class, baseline). ICSE's export has no published form; that it is a CSV file with a head of such names
is assumed. Without a head the first column is a hash, told by its length, the second a category.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from fanal.base.language import translate
from fanal.media.hashlists.form import COLUMNS, DIGITS, RAW, Parsed, melted, refused

_HASH = re.compile(r"[0-9A-Fa-f]{32}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}")
_S = pa.string()
_BLOCK = 8 << 20


def parse_table(path: Path, form: str) -> Parsed:
    """Open a CSV file.

    Args:
        path: the file. form: `icse`, `csv`, or `pdq` for a file without head whose hashes are perceptual.

    Raises:
        BadHashList: no column of hashes is in it.
    """
    with path.open("rb") as file:
        line = file.readline(1 << 16).decode("utf-8-sig", "replace").strip()
    delimiter = max(",;\t", key=line.count)
    cells = [cell.strip().strip('"').lower() for cell in line.split(delimiter)]
    headless = bool(_HASH.fullmatch(cells[0]))
    names = ["hash", "category"][: len(cells)] if headless else [COLUMNS.get(cell, "") for cell in cells]
    names += [""] * (len(cells) - len(names))
    if not {*DIGITS, "hash"} & {*names}:
        raise refused(path, form, translate("no column is named md5, sha1, sha256, pdq or hash"))
    return Parsed(_batches(path, form, delimiter, names, skip=0 if headless else 1))


def _batches(path: Path, form: str, delimiter: str, names: list[str], skip: int) -> Iterator[pa.RecordBatch]:
    unique = [name if name and names.index(name) == n else f"_{n}" for n, name in enumerate(names)]
    try:
        reader = pcsv.open_csv(
            path,
            read_options=pcsv.ReadOptions(column_names=unique, skip_rows=skip, block_size=_BLOCK),
            parse_options=pcsv.ParseOptions(delimiter=delimiter, invalid_row_handler=lambda _row: "skip"),
            convert_options=pcsv.ConvertOptions(column_types=dict.fromkeys(unique, _S), strings_can_be_null=True),
        )
        first = 0
        for batch in reader:
            columns = {name: pc.utf8_trim_whitespace(batch.column(n)) for n, name in enumerate(unique) if name in names}
            if "hash" in columns:
                yield from _by_length(first, columns, form)
            yield from melted(first, columns, batch.num_rows)
            first += batch.num_rows
    except pa.ArrowInvalid as e:
        raise refused(path, form, str(e).splitlines()[0]) from e


def _by_length(first: int, columns: dict[str, pa.Array], form: str) -> Iterator[pa.RecordBatch]:
    """A column of hashes of any kind: each is told by how long it is."""
    value = columns["hash"]
    size = pc.utf8_length(value)
    long = "pdq" if form == "pdq" else "sha256"
    kind = pc.case_when(
        pc.make_struct(*(pc.fill_null(pc.equal(size, n), fill_value=False) for n in (32, 40, 64))), "md5", "sha1", long
    )
    nothing = pa.nulls(len(value), _S)
    yield pa.record_batch(
        [
            pa.array(range(first, first + len(value)), pa.int64()),
            # A value of another length is counted as none.
            pc.fill_null(kind, fill_value="md5"),
            value,
            pa.nulls(len(value), pa.int64()),
            columns.get("category", nothing),
        ],
        schema=RAW,
    )
