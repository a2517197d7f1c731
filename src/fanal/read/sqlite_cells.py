"""Cells of SQLite files as Arrow text: bytes that are no UTF-8 made visible, BLOBs by digest and length."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fanal.engine.duck import Duck
from fanal.evidence.sqlite_rows import Block
from fanal.read.cell_kernel import mend_text

_NO_LATIN = np.zeros(1024, np.uint8)
_NO_BYTES = pa.scalar(None, pa.binary())

Flags = npt.NDArray[np.bool_]


def column_text(engine: Duck, block: Block, at: int) -> tuple[pa.Array, Flags | None]:
    r"""One column of a block.

    Args:
        engine: makes digests.
        block: the rows.
        at: index of the column.

    Returns:
        A string array, BLOBs as "sha256:<digest>:<length>"; and which cells held bytes that are no UTF-8
        (they stand as `\xNN`), None where there are none.
    """
    raw, blobs = block.cells[at], block.blobs[at]
    if blobs is None:
        return _text(raw)
    mask = pa.array(blobs)
    text, bad = _text(pc.if_else(mask, _NO_BYTES, raw))
    return pc.if_else(mask, _stand_ins(engine, pc.if_else(mask, raw, _NO_BYTES)), text), bad


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


def _stand_ins(engine: Duck, raw: pa.BinaryArray) -> pa.Array:
    engine.bind("fanal bytes", pa.table({"v": raw}))
    done = engine.rows("SELECT 'sha256:' || sha256(v) || ':' || octet_length(v) AS v FROM \"fanal bytes\"")["v"]
    engine.drop("fanal bytes")
    return pa.concat_arrays([chunk.cast(pa.string()) for chunk in done.chunks])
