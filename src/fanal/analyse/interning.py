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
#: Up to so many texts are sorted by insertion.
_FEW = 24


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
    """The order that sorts different texts by their bytes (in UTF-8: by their letters' numbers), as engines do.

    They are sorted by their first eight bytes as one number, and those that are equal so far by the rest.
    """
    offsets, data, _ = text_parts(texts)
    words = np.empty(len(texts), np.uint64)
    _first_words(offsets, data, words)
    order = np.argsort(words)
    _order_equal(offsets, data, words[order], order)
    return order


@njit(cache=True, nogil=True)
def _first_words(offsets: Offsets, data: Bytes, words: Words) -> None:  # pragma: no cover  compiled
    """Of each text the first eight bytes, the first as the highest; zero for those that it has not."""
    for i in range(len(words)):
        first, end = np.int64(offsets[i]), np.int64(offsets[i + 1])
        word = np.uint64(0)
        for b in range(8):
            word <<= np.uint64(8)
            if first + b < end:
                word |= np.uint64(data[first + b])
        words[i] = word


@njit(cache=True, nogil=True)
def _comes_before(offsets: Offsets, data: Bytes, one: int, other: int) -> bool:  # pragma: no cover  compiled
    """Whether a text comes before another with the same first word. One that is all of the other's beginning does."""
    start, start_too = np.int64(offsets[one]), np.int64(offsets[other])
    size, size_too = np.int64(offsets[one + 1]) - start, np.int64(offsets[other + 1]) - start_too
    for b in range(8, min(size, size_too)):
        if data[start + b] != data[start_too + b]:
            return bool(data[start + b] < data[start_too + b])
    return bool(size < size_too)


@njit(cache=True, nogil=True)
def _order_equal(offsets: Offsets, data: Bytes, words: Words, order: Ints) -> None:  # pragma: no cover  compiled
    """Put runs of one first word in order: few by insertion, many as a heap, which no order of them makes slow."""
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and words[end] == words[start]:
            end += 1
        if end - start > _FEW:
            size = end - start
            for root in range(size // 2 - 1, -1, -1):
                _sift(offsets, data, order, start, root, size)
            for last in range(size - 1, 0, -1):
                order[start], order[start + last] = order[start + last], order[start]
                _sift(offsets, data, order, start, 0, last)
        else:
            for i in range(start + 1, end):
                held, j = order[i], i - 1
                while j >= start and _comes_before(offsets, data, held, order[j]):
                    order[j + 1] = order[j]
                    j -= 1
                order[j + 1] = held
        start = end


@njit(cache=True, nogil=True)
def _sift(
    offsets: Offsets, data: Bytes, order: Ints, start: int, root: int, size: int
) -> None:  # pragma: no cover  compiled
    """Let a text of a heap sink to where it belongs."""
    held = order[start + root]
    while True:
        child = 2 * root + 1
        if child >= size:
            break
        if child + 1 < size and _comes_before(offsets, data, order[start + child], order[start + child + 1]):
            child += 1
        if not _comes_before(offsets, data, held, order[start + child]):
            break
        order[start + root] = order[start + child]
        root = child
    order[start + root] = held
