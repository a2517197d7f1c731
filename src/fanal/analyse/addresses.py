"""Addresses to dense numbers, batch after batch, and what the packed lists know of each distinct one."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from fanal.analyse.coherence import Ints
from fanal.analyse.interning import Codes, Interner, Words
from fanal.model.places import numbers, placed
from fanal.model.text_memory import Bytes, Flags, Offsets, text_parts

_NOT_A_QUAD = np.iinfo(np.int64).max
_DOT, _ZERO, _NINE = ord("."), ord("0"), ord("9")
#: Of a quad: values of an octet, digits of one, and the dots between them.
_VALUES, _DIGITS, _DOTS = 256, 3, 3
#: Rows looked up together.
_BLOCK = 256


class Addresses:
    """Gives addresses numbers: dotted quads by their 32 bits from 0, any other text from -2 downwards."""

    def __init__(self) -> None:
        self._slots: Words = np.zeros(1 << 12, np.uint64)
        self._quads: Words = np.zeros(1 << 11, np.uint64)
        self._size = 0
        self._others = Interner()

    def codes(self, ips: pa.Array) -> Codes:
        """The number of each address, -1 for NULL."""
        parts = text_parts(ips)
        number = np.empty(len(ips), np.int64)
        _quads(*parts, number)
        out = np.empty(len(ips), np.int32)
        row = 0
        while True:
            row, self._size = _number(number, row, self._slots, self._quads, self._size, out)
            if row == len(ips):
                break
            self._slots = np.zeros(2 * len(self._slots), np.uint64)
            self._quads = np.concatenate((self._quads, np.zeros_like(self._quads)))
            _renumber(self._slots, self._quads, self._size)
        rest = np.flatnonzero(number == _NOT_A_QUAD)
        if len(rest):
            other = self._others.codes(ips.take(pa.array(rest)))
            out[rest] = np.where(other < 0, -1, -2 - other)
        return out

    def located(self) -> tuple[pa.Table, Codes]:
        """What the packed lists know of the addresses, and which row is whose.

        Returns:
            See `places.located`, ordered by family, number and text; and for each number that `codes` gave its row:
            an array to be indexed with that number, negative ones from its end.
        """
        quads = self._quads[: self._size].astype(np.uint32)
        others = self._others.texts()
        family, number = numbers(others.cast(pa.string()))
        n = len(quads)
        text_rank = np.zeros(n + len(others), np.int64)
        # Of one number, "1.2.3.4" stands before "::ffff:1.2.3.4": a digit before a colon.
        text_rank[n + pc.sort_indices(others).to_numpy()] = np.arange(1, len(others) + 1)
        families = np.concatenate((np.full(n, 4, np.int8), family))
        points = np.concatenate((quads.astype(np.uint64), number))
        order = np.lexsort((text_rank, points, families))
        texts = pa.concat_arrays([_written(quads).cast(pa.large_string()), others.cast(pa.large_string())]).take(
            pa.array(order)
        )
        row_of = np.empty(len(order) + 1, np.int32)
        row_of[np.where(order < n, order, n - 2 - order)] = np.arange(len(order))
        return placed(texts, families[order], points[order]), row_of


def _written(quads: npt.NDArray[np.uint32]) -> pa.Array:
    """Numbers as dotted quads."""
    offsets, data = np.zeros(len(quads) + 1, np.int32), np.empty(15 * len(quads), np.uint8)
    end = _write(quads, offsets, data)
    return pa.Array.from_buffers(
        pa.string(), len(quads), [None, pa.py_buffer(offsets), pa.py_buffer(data[:end].copy())]
    )


@njit(cache=True, nogil=True)
def _write(quads: npt.NDArray[np.uint32], offsets: Codes, data: Bytes) -> int:  # pragma: no cover  compiled
    at = 0
    for i in range(len(quads)):
        for octet in range(4):
            value = (quads[i] >> np.uint32(24 - 8 * octet)) & np.uint32(255)
            if octet:
                data[at] = _DOT
                at += 1
            for worth in (np.uint32(100), np.uint32(10), np.uint32(1)):
                if value >= worth or worth == np.uint32(1):
                    data[at] = _ZERO + value // worth % np.uint32(10)
                    at += 1
        offsets[i + 1] = at
    return at


@njit(cache=True, nogil=True)
def _quads(offsets: Offsets, data: Bytes, valid: Flags, number: Ints) -> None:  # pragma: no cover  compiled
    """Dotted quads without leading zeros as 32 bits; -1 for NULL, _NOT_A_QUAD for any other text."""
    for row in range(len(number)):
        if len(valid) and not valid[row]:
            number[row] = -1
            continue
        found, octet, digits, dots = np.int64(0), np.int64(0), 0, 0
        for at in range(np.int64(offsets[row]), np.int64(offsets[row + 1])):
            c = data[at]
            if _ZERO <= c <= _NINE and digits < _DIGITS and (octet or not digits):
                octet = octet * 10 + (c - _ZERO)
                digits += 1
            elif c == _DOT and digits and dots < _DOTS and octet < _VALUES:
                found = found << 8 | octet
                octet, digits = np.int64(0), 0
                dots += 1
            else:
                dots = _DOTS + 1
                break
        number[row] = found << 8 | octet if dots == _DOTS and digits and octet < _VALUES else _NOT_A_QUAD


@njit(cache=True, nogil=True)
def _spread(x: np.uint64) -> np.uint64:  # pragma: no cover  compiled
    x *= np.uint64(0x9E3779B97F4A7C15)
    return x ^ (x >> np.uint64(29))


@njit(cache=True, nogil=True)
def _number(
    number: Ints, row: int, slots: Words, quads: Words, size: int, out: Codes
) -> tuple[int, int]:  # pragma: no cover  compiled
    """Number quads from `row` on. A slot holds the quad and, below it, its number plus one; 0 is empty."""
    mask = np.uint64(len(slots) - 1)
    half = np.uint64(0xFFFFFFFF)
    n = len(out)
    touched = np.uint64(0)
    while row < n:
        stop = min(n, row + _BLOCK)
        # Slots lie anywhere in memory: asked for many at once, they come together.
        for i in range(row, stop):
            touched ^= slots[_spread(np.uint64(number[i])) & mask]
        for i in range(row, stop):
            if number[i] < 0 or number[i] == _NOT_A_QUAD:
                out[i] = -1
                continue
            quad = np.uint64(number[i])
            slot = _spread(quad) & mask
            while slots[slot] and slots[slot] >> np.uint64(32) != quad:
                slot = (slot + np.uint64(1)) & mask
            if not slots[slot]:
                if size == len(quads):
                    return i, size
                quads[size] = quad
                size += 1
                slots[slot] = quad << np.uint64(32) | np.uint64(size)
            out[i] = np.int64(slots[slot] & half) - 1
        row = stop
    # Never so: it keeps the compiler from leaving the first look out.
    if size < 0:
        slots[0] = touched
    return row, size


@njit(cache=True, nogil=True)
def _renumber(slots: Words, quads: Words, size: int) -> None:  # pragma: no cover  compiled
    mask = np.uint64(len(slots) - 1)
    for i in range(size):
        slot = _spread(quads[i]) & mask
        while slots[slot]:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = quads[i] << np.uint64(32) | np.uint64(i + 1)
