"""The different numbers of a column that has few of them, without sorting it."""

import numpy as np
from numba import njit

from fanal.analyse.coherence import Ints
from fanal.analyse.interning import Codes

#: Up to so many different ones are looked up in a table; more are sorted.
_FEW = 1 << 15


def distinct(column: Ints) -> tuple[Ints, Ints]:
    """The different numbers, rising, and for each row the place of its own: what numpy's `unique` says."""
    slots, values = np.zeros(2 * _FEW, np.int32), np.empty(_FEW, np.int64)
    place = np.empty(len(column), np.int64)
    found = _numbered(column, slots, values, place)
    if found < 0:
        sorted_, inverse = np.unique(column, return_inverse=True)
        return sorted_, inverse.astype(np.int64)
    order = np.argsort(values[:found])
    back = np.empty(found, np.int64)
    back[order] = np.arange(found)
    return values[order], back[place]


@njit(cache=True, nogil=True)
def _numbered(column: Ints, slots: Codes, values: Ints, place: Ints) -> int:  # pragma: no cover  compiled
    """Number different values as they come. Returns how many there are, -1 where that is too many."""
    mask = np.uint64(len(slots) - 1)
    found = 0
    for i in range(len(column)):
        mixed = np.uint64(column[i]) * np.uint64(0x9E3779B97F4A7C15)
        slot = (mixed >> np.uint64(40)) & mask
        while slots[slot] and values[slots[slot] - 1] != column[i]:
            slot = (slot + np.uint64(1)) & mask
        if not slots[slot]:
            if found == len(values):
                return -1
            values[found] = column[i]
            found += 1
            slots[slot] = found
        place[i] = slots[slot] - 1
    return found
