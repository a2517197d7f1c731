"""Cells of SQLite files as Arrow text: bytes that are no UTF-8 made visible, BLOBs by digest and length."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fanal.engine.duck import Duck
from fanal.evidence.sqlite_blocks import Block
from fanal.read.cell_kernel import mend_text

_NO_LATIN = np.zeros(1024, np.uint8)
_NO_BYTES = pa.scalar(None, pa.binary())
_DIGEST = "'sha256:' || sha256(v) || ':' || octet_length(v)"
#: Digits, "@", and "s.whatsapp.net" or "lid", written in hexadecimal: a cast to text would show bytes as digits.
_IN_HEX = "(?:3[0-9]){5,20}40(?:732E77686174736170702E6E6574|6C6964)"
_ADDRESSES = (
    f"CASE WHEN v IS NOT NULL THEN array_to_string(list_transform(regexp_extract_all(hex(v), '{_IN_HEX}'), "
    "lambda hit: decode(unhex(hit))), ' ') END"
)

Flags = npt.NDArray[np.bool_]


def column_text(engine: Duck, block: Block, at: int, *, addresses: bool = False) -> tuple[pa.Array, Flags | None]:
    r"""One column of a block.

    Args:
        engine: makes digests.
        block: the rows.
        at: index of the column.
        addresses: give the WhatsApp addresses in a BLOB, with spaces between, instead of its digest.

    Returns:
        A string array, BLOBs as "sha256:<digest>:<length>"; and which cells held bytes that are no UTF-8
        (they stand as `\xNN`), None where there are none.
    """
    raw, blobs = block.cells[at], block.blobs[at]
    if blobs is None:
        return _text(raw)
    mask = pa.array(blobs)
    text, bad = _text(pc.if_else(mask, _NO_BYTES, raw))
    return pc.if_else(mask, _stand_ins(engine, pc.if_else(mask, raw, _NO_BYTES), addresses), text), bad


def _text(raw: pa.BinaryArray) -> tuple[pa.Array, Flags | None]:
    try:
        return raw.cast(pa.string()), None
    except pa.ArrowInvalid:
        pass
    raw = pa.concat_arrays([raw])
    valid, ends, data = raw.buffers()
    offsets = np.frombuffer(ends, np.int32)[raw.offset : raw.offset + len(raw) + 1]
    given = np.frombuffer(data, np.uint8)
    out = np.empty(4 * int(offsets[-1] - offsets[0]), np.uint8)
    mended = np.empty(len(raw) + 1, np.int32)
    bad = np.zeros(len(raw), np.bool_)
    length = mend_text(given, offsets, np.zeros(len(raw), np.uint8), _NO_LATIN, out, mended, bad)
    bits = None if valid is None else pa.py_buffer(np.packbits(raw.is_valid().to_numpy(False), bitorder="little"))
    buffers = [bits, pa.py_buffer(mended), pa.py_buffer(out[:length])]
    return pa.Array.from_buffers(pa.string(), len(raw), buffers), bad


def _stand_ins(engine: Duck, raw: pa.BinaryArray, addresses: bool) -> pa.Array:
    engine.bind("fanal bytes", pa.table({"v": raw}))
    done = engine.rows(f'SELECT {_ADDRESSES if addresses else _DIGEST} AS v FROM "fanal bytes"')["v"]
    engine.drop("fanal bytes")
    return pa.concat_arrays([chunk.cast(pa.string()) for chunk in done.chunks])
