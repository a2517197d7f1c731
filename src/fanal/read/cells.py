"""Blocks of scanned rows to Arrow columns: text where it is text, digest and length where it is not.

The scanners find rows and cells, `cell_kernel` writes them out; this module holds both together
and asks the engine for digests. No Python code runs for single cells, but for excerpts of rejects.
"""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fanal.base.digests import sha256_bytes
from fanal.base.lanes import BLOCK
from fanal.engine.duck import Duck
from fanal.evidence.media_columns import suspicious
from fanal.evidence.media_signs import LONG_RUN, free_columns, freed
from fanal.read import mysql_charset
from fanal.read.cell_kernel import (
    BACKSLASHED,
    BINARY,
    EXPRESSION,
    KIND,
    LATIN1,
    NULL,
    PLAIN,
    UTF8,
    Bytes,
    Places,
    mend_text,
    write_cells,
)

Mask = npt.NDArray[np.bool_]
_LATIN = ("latin1", "cp1252")
#: Digest and length stand in for these; what is shown of a row never has more than this of one cell.
SHOWN = 200
#: Binary values up to this many bytes, in columns declared no longer, are keys or addresses, not media.
SHORT_BINARY = 64

#: What can stand before a value in a statement, and cannot itself be bytes in disguise.
_PLAIN_START = re.compile(rb"[A-Za-z_$`.,;:=()*/!\s-]{0,200}(?<!0[xXbB])")
_DIGEST = "'sha256:' || sha256(v) || ':' || octet_length(v)"
#: How a column's values become text, with the SQL for those that are bytes: text (bytes in it by
#: digest), blob (all by digest), short (in hexadecimal, longer ones by digest), bit (as numbers).
FORMS = {
    "text": _DIGEST,
    "blob": _DIGEST,
    "short": f"CASE WHEN octet_length(v) <= {SHORT_BINARY} THEN '0x' || lower(hex(v)) ELSE {_DIGEST} END",
    "bit": "CAST(TRY_CAST('0x' || hex(v) AS UBIGINT) AS VARCHAR)",
}


class Cells:
    """Room for the places of one block of rows: `capacity` rows of `width` cells."""

    def __init__(self, width: int, capacity: int) -> None:
        self.width, self.capacity = width, capacity
        self.starts: Places = np.zeros((capacity, width), np.int32)
        self.ends: Places = np.zeros((capacity, width), np.int32)
        self.kinds: Bytes = np.zeros((capacity, width), np.uint8)
        self.row_from: Places = np.zeros(capacity, np.int32)
        self.row_to: Places = np.zeros(capacity, np.int32)
        self.values: Places = np.zeros(capacity, np.int32)


@dataclass(frozen=True)
class Column:
    r"""One column of a block.

    Attributes:
        text: string array; NULL also where the cell was no value.
        no_value: mask of cells that are expressions, or None.
        not_utf8: mask of cells with bytes that are no UTF-8 (written as `\xNN`), or None.
        not_read: mask of cells in a character set that cannot be read (NULL), or None.
    """

    text: pa.Array
    no_value: Mask | None
    not_utf8: Mask | None
    not_read: Mask | None = None


def column(
    engine: Duck,
    buf: Bytes,
    cells: Cells,
    rows: npt.NDArray[np.int64],
    place: int,
    form: str = "text",
    charset: str = "utf8",
) -> Column:
    """One column of the rows named, as text.

    Args:
        engine: computes digests.
        buf: the text that the places point into.
        cells: the block.
        rows: indices of the rows wanted.
        place: index of the column.
        form: one of FORMS.
        charset: of its text, by MySQL's name; cells with the flag LATIN1 are Latin-1 in UTF-8 text too.
    """
    together = len(rows) > 0 and int(rows[-1] - rows[0]) == len(rows) - 1
    at = slice(int(rows[0]), int(rows[-1]) + 1) if together else rows
    starts = np.ascontiguousarray(cells.starts[at, place])
    ends = np.ascontiguousarray(cells.ends[at, place])
    kinds = np.ascontiguousarray(cells.kinds[at, place])
    bare = kinds & KIND
    if form in ("blob", "short"):
        kinds = np.where(bare == NULL, kinds, kinds | BINARY).astype(np.uint8)
    elif form == "bit":
        kinds = np.where((bare == PLAIN) | (bare == BACKSLASHED), kinds | BINARY, kinds).astype(np.uint8)
    binary = (kinds & BINARY) != 0
    other = ~np.ones(len(kinds), np.bool_)
    if charset in mysql_charset.SINGLE:
        if charset not in _LATIN:
            other = (kinds & LATIN1) != 0
        kinds = np.where((kinds & (BINARY | UTF8)) == 0, kinds | LATIN1, kinds).astype(np.uint8)
    no_value = bare == EXPRESSION
    text, not_utf8, foreign = _text(buf, starts, ends, kinds, charset)
    not_read = other if foreign is None else other | foreign
    if not_read.any():
        text = pc.if_else(pa.array(not_read), pa.scalar(None, pa.string()), text)
        not_utf8 = None if not_utf8 is None else not_utf8 & ~not_read
    if binary.any():
        raw = _written(buf, starts, ends, kinds, binary=True)[0]
        text = pc.if_else(pa.array(binary), _stand_ins(engine, raw, form), text)
    return Column(text, *(x if x is not None and x.any() else None for x in (no_value, not_utf8, not_read)))


def _written(
    buf: Bytes, starts: Places, ends: Places, kinds: Bytes, *, binary: bool
) -> tuple[pa.Array, Bytes, Places, npt.NDArray[np.bool_]]:
    out = np.empty(int(np.maximum(ends - starts, 0).sum(dtype=np.int64)) + BLOCK + len(starts), np.uint8)
    offsets = np.empty(len(starts) + 1, np.int32)
    valid = np.empty(len(starts), np.bool_)
    size = write_cells(buf, starts, ends, kinds, binary, out, offsets, valid)
    return _arrow(out[:size], offsets, valid, pa.binary()), out, offsets, valid


def _arrow(data: Bytes, offsets: Places, valid: npt.NDArray[np.bool_], kind: pa.DataType) -> pa.Array:
    bits = pa.py_buffer(np.packbits(valid, bitorder="little"))
    return pa.Array.from_buffers(kind, len(valid), [bits, pa.py_buffer(offsets), pa.py_buffer(data)])


def _text(
    buf: Bytes, starts: Places, ends: Places, kinds: Bytes, charset: str
) -> tuple[pa.Array, Mask | None, Mask | None]:
    """The column as text, which cells have bytes that are no UTF-8, and which cannot be read at all."""
    raw, data, offsets, valid = _written(buf, starts, ends, kinds, binary=False)
    foreign = None if mysql_charset.readable(charset) else _foreign(raw, offsets, kinds, charset)
    if not (kinds & LATIN1).any():
        try:
            return raw.cast(pa.string()), None, foreign
        except pa.ArrowInvalid:
            pass
    size = int(offsets[-1])
    out = np.empty(4 * size, np.uint8)
    mended = np.empty(len(offsets), np.int32)
    bad = np.zeros(len(kinds), np.bool_)
    latin = mysql_charset.table(charset if charset in mysql_charset.SINGLE else "latin1")
    length = mend_text(data[:size], offsets, kinds, latin, out, mended, bad)
    return _arrow(out[:length], mended, valid, pa.string()), bad, foreign


def _foreign(raw: pa.Array, offsets: Places, kinds: Bytes, charset: str) -> Mask:
    """Cells of a character set that cannot be read, but for those that are ASCII in it too."""
    unsafe = pa.Array.from_buffers(pa.string(), len(raw), raw.buffers())
    plain = pc.fill_null(pc.string_is_ascii(unsafe), fill_value=True).to_numpy(zero_copy_only=False)
    if charset in mysql_charset.WIDE:
        plain = np.diff(offsets) == 0
    found: Mask = ~plain & ((kinds & (BINARY | UTF8)) == 0)
    return found


def _stand_ins(engine: Duck, raw: pa.Array, form: str) -> pa.Array:
    """What stands in text for each value of bytes."""
    engine.bind("fanal bytes", pa.table({"v": raw}))
    done = engine.rows(f'SELECT {FORMS[form]} AS v FROM "fanal bytes"')["v"]
    engine.drop("fanal bytes")
    return pa.concat_arrays([chunk.cast(pa.string()) for chunk in done.chunks])


def without_media(engine: Duck, rows: pa.Table) -> pa.Table:
    """The rows with encoded media in long text (data URIs, runs) replaced by digest and length.

    So that no SELECT can cut media into pieces that look like text. Short text goes on to the sink's own look.
    """
    touched = [field.name for field in rows.schema if field.type == pa.string() and _has_media(rows[field.name])]
    if not touched:
        return rows
    engine.bind("fanal texts", rows)
    done = engine.rows(free_columns('"fanal texts"', touched))
    engine.drop("fanal texts")
    return done.cast(rows.schema)


def _has_media(cells: pa.ChunkedArray) -> bool:
    longest = pc.max(pc.binary_length(cells)).as_py()
    return longest is not None and longest >= LONG_RUN and suspicious(cells)


def shown_row(buf: Bytes, cells: Cells, row: int, blobs: tuple[int, ...] = (), limit: int | None = SHOWN) -> str:
    """A row's own bytes as text, with digest and length in place of bytes, encoded media and what is not known.

    Args:
        buf: the text.
        cells: the block that the row is in.
        row: its index in the block.
        blobs: places of columns whose values are bytes.
        limit: characters of one cell, None for all of it.
    """
    parts: list[str] = []
    at, known = int(cells.row_from[row]), min(int(cells.values[row]), cells.width)
    for place in range(known):
        start, end, kind = (int(x[row, place]) for x in (cells.starts, cells.ends, cells.kinds))
        if kind & KIND == NULL or start < at:
            continue
        parts.append(_shown(buf[at:start].tobytes(), limit))
        if kind & BINARY or place in blobs:
            places = (np.array([start], np.int32), np.array([end], np.int32), np.array([kind | BINARY], np.uint8))
            parts.append(stand_in(_written(buf, *places, binary=True)[0][0].as_py() or b""))
        else:
            parts.append(_shown(buf[start:end].tobytes(), limit))
        at = end
    rest = buf[at : int(cells.row_to[row])].tobytes()
    # Beyond the last place that the scanner knows, nobody can say where bytes begin.
    parts.append(_shown(rest, limit) if int(cells.values[row]) == known and len(rest) < SHOWN else stand_in(rest))
    return "".join(parts)


def opening(raw: bytes) -> str:
    """How unreadable text begins: up to its first quote or byte that is no text, then digest and length."""
    plain = _PLAIN_START.match(raw)
    shown = plain[0] if plain else b""
    rest = raw[len(shown) :]
    return shown.decode() + (f" {stand_in(rest)}" if rest else "")


def stand_in(raw: bytes) -> str:
    """Digest and length of bytes, as they stand in every table and excerpt."""
    return f"sha256:{sha256_bytes(raw)}:{len(raw)}"


def _shown(raw: bytes, limit: int | None) -> str:
    text = freed(raw.decode("utf-8", "backslashreplace"))
    return text if limit is None or len(text) <= limit else text[:limit] + "…"
