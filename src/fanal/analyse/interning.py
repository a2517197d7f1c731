"""Strings to dense numbers, each distinct one once, batch after batch: later work is on integers alone.

Numbers are given in the order in which strings first come. The table is seeded anew each time, so
that no evidence can be written to fill one slot; nothing that is kept depends on the seed.
"""

import secrets

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

from fanal.analyse.coherence import Ints
from fanal.model.text_memory import Bytes, Flags, Offsets, text_parts

Codes = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint64]

#: Words of one slot of the table: half a line of the processor's cache.
_SLOT = 4
#: Rows looked up together.
_BLOCK = 256


class Interner:
    """Gives strings numbers from 0.

    Attributes:
        size: how many distinct strings there are so far.
    """

    def __init__(self, room: int = 1 << 12) -> None:
        """An empty one. `room`: strings to expect; it grows as needed."""
        self.size = 0
        self._seed = np.uint64(secrets.randbits(64))
        self._slots: Words = np.zeros((1 << max(4, (2 * room - 1).bit_length()), _SLOT), np.uint64)
        self._ends: Ints = np.zeros(room + 1, np.int64)
        self._arena: Bytes = np.zeros(room * 16, np.uint8)

    def codes(self, texts: pa.Array) -> Codes:
        """The number of each text, -1 for NULL.

        Args:
            texts: of type string or large_string.
        """
        offsets, data, valid = text_parts(texts)
        out = np.empty(len(texts), np.int32)
        row = 0
        while True:
            row, self.size = _intern(
                offsets, data, valid, row, self._seed, self._slots, self._ends, self._arena, self.size, out
            )
            if row == len(texts):
                return out
            self._grow(int(offsets[row + 1] - offsets[row]))

    def texts(self) -> pa.Array:
        """The strings in the order of their numbers."""
        ends, end = self._ends[: self.size + 1], int(self._ends[self.size])
        small = end <= np.iinfo(np.int32).max
        buffers = [None, pa.py_buffer(ends.astype(np.int32 if small else np.int64)), pa.py_buffer(self._arena[:end])]
        return pa.Array.from_buffers(pa.string() if small else pa.large_string(), self.size, buffers)

    def _grow(self, more: int) -> None:
        """Make room for one text of so many bytes, and for as much again as there is."""
        if 2 * (self.size + 1) > len(self._slots):
            slots = np.zeros((2 * len(self._slots), _SLOT), np.uint64)
            _place(slots, self._slots, self._seed)
            self._slots = slots
        if self.size + 1 == len(self._ends):
            self._ends = np.concatenate((self._ends, np.zeros(len(self._ends), np.int64)))
        needed = int(self._ends[self.size]) + more
        if needed > len(self._arena):
            grown = np.zeros(2 * needed, np.uint8)
            grown[: len(self._arena)] = self._arena
            self._arena = grown


@njit(cache=True, nogil=True)
def _word(data: Bytes, at: np.uint64, end: np.uint64) -> np.uint64:  # pragma: no cover  compiled
    """Up to eight bytes as one number, filled with zero."""
    if at + np.uint64(8) <= end:
        return (
            np.uint64(data[at])
            | np.uint64(data[at + np.uint64(1)]) << np.uint64(8)
            | np.uint64(data[at + np.uint64(2)]) << np.uint64(16)
            | np.uint64(data[at + np.uint64(3)]) << np.uint64(24)
            | np.uint64(data[at + np.uint64(4)]) << np.uint64(32)
            | np.uint64(data[at + np.uint64(5)]) << np.uint64(40)
            | np.uint64(data[at + np.uint64(6)]) << np.uint64(48)
            | np.uint64(data[at + np.uint64(7)]) << np.uint64(56)
        )
    word, shift = np.uint64(0), np.uint64(0)
    while at < end:
        word |= np.uint64(data[at]) << shift
        shift += np.uint64(8)
        at += np.uint64(1)
    return word


@njit(cache=True, nogil=True)
def _mixed(x: np.uint64) -> np.uint64:  # pragma: no cover  compiled
    x ^= x >> np.uint64(32)
    x *= np.uint64(0xD6E8FEB86659FD93)
    x ^= x >> np.uint64(32)
    x *= np.uint64(0xD6E8FEB86659FD93)
    return x ^ (x >> np.uint64(32))


@njit(cache=True, nogil=True)
def _same(
    data: Bytes, start: np.uint64, end: np.uint64, arena: Bytes, other: np.uint64
) -> bool:  # pragma: no cover  compiled
    """Whether bytes are those that stand in the arena from `other` on."""
    stop = other + (end - start)
    at = start
    while at < end:
        if _word(data, at, end) != _word(arena, other, stop):
            return False
        at += np.uint64(8)
        other += np.uint64(8)
    return True


@njit(cache=True, nogil=True)
def _key(
    data: Bytes, start: np.uint64, end: np.uint64, seed: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64]:  # pragma: no cover  compiled
    """Two words that are the text where it has 16 bytes or fewer, else two hashes of it; and where to look for it."""
    one = _word(data, start, end)
    two = _word(data, start + np.uint64(8), end) if end - start > np.uint64(8) else np.uint64(0)
    at = start + np.uint64(16)
    while at < end:
        word = _word(data, at, end)
        one, two = _mixed(one ^ word) + seed, _mixed(two + word) ^ seed
        at += np.uint64(8)
    return one, two, _mixed(_mixed(one ^ seed) + two + (end - start))


@njit(cache=True, nogil=True)
def _intern(  # noqa: C901  one compiled loop; parts of it would pass ten arrays about
    offsets: Offsets,
    data: Bytes,
    valid: Flags,
    row: int,
    seed: np.uint64,
    slots: Words,
    ends: Ints,
    arena: Bytes,
    size: int,
    out: Codes,
) -> tuple[int, int]:  # pragma: no cover  compiled
    """Number rows from `row` on until they end or there is no room. Returns where it stopped and the new size.

    A slot holds both words of the key, the length in bytes, and the number plus one; 0 there is an empty slot.
    """
    mask = np.uint64(len(slots) - 1)
    n = len(out)
    keys = np.empty((_BLOCK, 3), np.uint64)
    touched = np.uint64(0)
    while row < n:
        rows = min(n - row, _BLOCK)
        # Slots lie anywhere in memory: asked for many at once, they come together.
        for i in range(rows):
            keys[i] = _key(data, np.uint64(offsets[row + i]), np.uint64(offsets[row + i + 1]), seed)
        for i in range(rows):
            touched ^= slots[keys[i, 2] & mask, 3]
        for i in range(rows):
            if len(valid) and not valid[row]:
                out[row] = -1
                row += 1
                continue
            start, end = np.uint64(offsets[row]), np.uint64(offsets[row + 1])
            one, two, length = keys[i, 0], keys[i, 1], end - start
            slot = keys[i, 2] & mask
            code = -1
            while slots[slot, 3]:
                if slots[slot, 0] == one and slots[slot, 1] == two and slots[slot, 2] == length:
                    c = int(slots[slot, 3]) - 1
                    if length <= np.uint64(16) or _same(data, start, end, arena, np.uint64(ends[c])):
                        code = c
                        break
                slot = (slot + np.uint64(1)) & mask
            if code < 0:
                first = ends[size]
                if 2 * (size + 1) > len(slots) or size + 1 == len(ends) or first + np.int64(length) > len(arena):
                    return row, size
                for b in range(np.int64(length)):
                    arena[first + b] = data[start + np.uint64(b)]
                code = size
                slots[slot, 0], slots[slot, 1], slots[slot, 2] = one, two, length
                slots[slot, 3] = np.uint64(code + 1)
                size += 1
                ends[size] = first + np.int64(length)
            out[row] = code
            row += 1
    # Never so: it keeps the compiler from leaving the first look out.
    if size < 0:
        slots[0, 0] = touched
    return row, size


@njit(cache=True, nogil=True)
def _place(slots: Words, before: Words, seed: np.uint64) -> None:  # pragma: no cover  compiled
    """Fill empty slots anew with what stood in fewer."""
    mask = np.uint64(len(slots) - 1)
    for i in range(len(before)):
        if before[i, 3]:
            one, two, length = before[i, 0], before[i, 1], before[i, 2]
            slot = _mixed(_mixed(one ^ seed) + two + length) & mask
            while slots[slot, 3]:
                slot = (slot + np.uint64(1)) & mask
            slots[slot] = before[i]


def text_order(texts: pa.Array) -> Ints:
    """The order that sorts texts by their bytes (in UTF-8: by their letters' numbers), as DuckDB and Spark do.

    Eight bytes are compared at a time as one number, and beyond them only what is still equal.
    """
    offsets, data, _ = text_parts(texts)
    order = np.arange(len(texts))
    # Rows of `order` that are equal so far stand together; `group` tells the runs apart.
    rows, group, at = order.copy(), np.zeros(len(texts), np.int64), 0
    while len(rows):
        words, ended = np.empty(len(rows), np.uint64), np.empty(len(rows), np.bool_)
        _words(offsets, data, order[rows], at, words, ended)
        by = np.argsort(words, kind="stable") if at == 0 else np.lexsort((words, group))
        order[rows] = order[rows][by]
        words, ended, group = words[by], ended[by], group[by]
        starts = np.ones(len(rows), np.bool_)
        starts[1:] = (words[1:] != words[:-1]) | (group[1:] != group[:-1])
        run = np.cumsum(starts) - 1
        # Texts that are at their end are told apart by their length alone: a zero byte may stand at the end of one.
        open_ = (np.bincount(run)[run] > 1) & ~np.logical_and.reduceat(ended, np.flatnonzero(starts))[run]
        shut = (np.bincount(run)[run] > 1) & ~open_
        if shut.any():
            at_rows = rows[shut]
            size = np.diff(offsets)[order[at_rows]]
            order[at_rows] = order[at_rows][np.lexsort((size, run[shut]))]
        rows, group, at = rows[open_], run[open_], at + 8
    return order


@njit(cache=True, nogil=True)
def _words(
    offsets: Offsets, data: Bytes, rows: Ints, at: int, words: Words, ended: Flags
) -> None:  # pragma: no cover  compiled
    """Of each text the eight bytes from `at` on, the first as the highest; and whether none come after."""
    for i in range(len(rows)):
        first, end = np.int64(offsets[rows[i]]) + at, np.int64(offsets[rows[i] + 1])
        word = np.uint64(0)
        for b in range(8):
            word <<= np.uint64(8)
            if first + b < end:
                word |= np.uint64(data[first + b])
        words[i] = word
        ended[i] = first + 8 >= end
