"""Whether columns of text carry media: a look that most of them pass, so that `media_signs` need not see each cell.

Apart from it, because who looks at files or at single values needs no Arrow for that.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fanal.evidence.media_signs import ENCODED, LONG_RUN

_CONTROLS = bytes.maketrans(b"\1\2\3\4\5\6\7\x08" + bytes(range(0x0E, 0x1B)) + bytes(range(0x1C, 0x20)), b"\1" * 25)
_LOST = "\ufffd".encode()
_PIECE, _OVERLAP = 1 << 16, 16


def suspicious(column: pa.ChunkedArray | pa.Array) -> bool:
    """Whether any cell of a string column (or a dictionary of strings) may need `freed_sql`: errs towards yes.

    Looks at the column's bytes as one run of text, which is several times faster than a pattern per
    cell; most columns end here.
    """
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return any(_suspicious(chunk) for chunk in chunks if len(chunk))


def _suspicious(chunk: pa.Array) -> bool:
    if pa.types.is_dictionary(chunk.type):
        return suspicious(chunk.dictionary)
    _, ends, data = chunk.buffers()
    if data is None:
        return False
    offsets = np.frombuffer(ends, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
    if _suspicious_bytes(np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]]):
        return True
    if np.diff(offsets).max() < LONG_RUN:
        return False
    long = chunk.filter(pc.greater_equal(pc.binary_length(chunk), LONG_RUN))
    return bool(pc.any(pc.match_substring_regex(long, ENCODED)).as_py())


def _suspicious_bytes(raw: npt.NDArray[np.uint8]) -> bool:
    """Whether text as one run of bytes holds a data URI, or what only binary content has.

    Pieces that stay in the processor's cache are asked for the single bytes, or two beside each other,
    without which there is nothing to find; only where they stand is the piece searched. Pieces overlap by what is
    searched for.
    """
    for begin in range(0, len(raw), _PIECE):
        piece = raw[max(begin - _OVERLAP, 0) : begin + _PIECE]
        if _has_data(piece) and b"data:" in piece.tobytes().lower():
            return True
        if piece.min() < ord("\t") or (piece - np.uint8(0x0E)).min() < 18:  # noqa: PLR2004  a control character
            text = piece.tobytes()
            if b"\0" in text or b"\1\1\1" in text.translate(_CONTROLS):
                return True
        if piece.max() >= _LOST[0] and _LOST * 4 in piece.tobytes():
            return True
    return False


def _has_data(piece: npt.NDArray[np.uint8]) -> bool:
    """Whether "a:" stands in it, in either case: two bytes are compared at a time, from even places and odd ones."""
    for at in (0, 1):
        pairs = piece[at : at + (len(piece) - at) // 2 * 2].view("<u2")
        # The fourth bit of a byte is all that sets A from a; nothing else becomes ":" by it.
        if ((pairs & 0xFFDF) == 0x3A41).any():  # noqa: PLR2004  ":" before "A", the low byte first
            return True
    return False
