"""Characters by their numbers, in compiled loops: hexadecimal digits, UTF-8, surrogates."""

# Bytes are compared with their codes: numba inlines no named characters for free.
# ruff: noqa: PLR2004

import numpy as np
import numpy.typing as npt

from fanal.base.compiled import compiled

Bytes = npt.NDArray[np.uint8]

SURROGATES, LOW_SURROGATES, SURROGATES_END = 0xD800, 0xDC00, 0xE000


@compiled
def hex_digit(c: int) -> int:
    """The value of a hexadecimal digit's byte, -1 where it is none."""
    if 48 <= c <= 57:
        return c - 48
    if 97 <= c <= 102:
        return c - 87
    if 65 <= c <= 70:
        return c - 55
    return -1


@compiled
def utf8(point: int, out: Bytes, o: int) -> int:
    """Write a character's UTF-8 at o; returns where it ends."""
    if point < 0x80:
        out[o] = point
        return o + 1
    if point < 0x800:
        out[o] = 0xC0 | (point >> 6)
        out[o + 1] = 0x80 | (point & 63)
        return o + 2
    if point < 0x10000:
        out[o] = 0xE0 | (point >> 12)
        out[o + 1] = 0x80 | ((point >> 6) & 63)
        out[o + 2] = 0x80 | (point & 63)
        return o + 3
    out[o] = 0xF0 | (point >> 18)
    out[o + 1] = 0x80 | ((point >> 12) & 63)
    out[o + 2] = 0x80 | ((point >> 6) & 63)
    out[o + 3] = 0x80 | (point & 63)
    return o + 4
