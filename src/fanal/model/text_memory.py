"""A column of text where it lies in memory, for loops that read it without making a Python string of each row."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int32] | npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_NOTHING: Flags = np.zeros(0, np.bool_)
# Not to be written to, as what Arrow lends is not: to compiled loops that is a type of its own.
_NO_BYTES: Bytes = np.zeros(0, np.uint8)
_NO_BYTES.flags.writeable = False


def text_parts(texts: pa.Array) -> tuple[Offsets, Bytes, Flags]:
    """A string array's own memory: where texts begin and end, their bytes, and which are not NULL (empty: all)."""
    _, ends, bytes_ = texts.buffers()
    offsets: Offsets = np.zeros(texts.offset + 1, np.int32)
    if ends is not None and ends.size:
        large = pa.types.is_large_string(texts.type)
        offsets = np.frombuffer(ends, np.int64) if large else np.frombuffer(ends, np.int32)
    offsets = offsets[texts.offset : texts.offset + len(texts) + 1]
    data: Bytes = np.frombuffer(bytes_, np.uint8) if bytes_ is not None else _NO_BYTES
    valid: Flags = np.asarray(texts.is_valid().to_numpy(zero_copy_only=False)) if texts.null_count else _NOTHING
    return offsets, data, valid
