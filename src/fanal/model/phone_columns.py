"""Whole columns of telephone numbers: to their normal forms, and from these to their countries.

Loads what compiles loops, and makes the arrays of all numbering plans when first asked.
"""

from functools import cache

import numpy as np
import phonenumbers
import pyarrow as pa

from fanal.model.kind import SPACES, UNSEEN
from fanal.model.kinds_phone import SEPARATORS
from fanal.model.phone_loops import HIDDEN, LEFT_OUT, SPACE, regions_of, write_norms
from fanal.model.phone_plans import DIGITS, REGIONS, plans
from fanal.model.text_memory import Bytes, text_parts

#: Bytes of the longest norm: a plus, three digits of a calling code and 17 more.
_WIDTH = 21
_NOWHERE = phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY
_COUNTRIES = pa.array([None if region == _NOWHERE else region for region in REGIONS], pa.string())


def norms(values: pa.Array) -> pa.Array:
    """Normal forms of written numbers, in their order; NULL where there is none.

    Args:
        values: of type string or large_string.
    """
    n = len(values)
    ends, out = np.empty(n + 1, np.int32), np.empty(n * _WIDTH, np.uint8)
    room = np.zeros((3, DIGITS), np.uint8)
    offsets, data, valid = text_parts(values)
    found = write_norms(offsets.astype(np.int64), data, valid, plans(), _counts(), room, ends, out)
    known = None if found == n else pa.py_buffer(np.packbits(np.diff(ends) > 0, bitorder="little"))
    buffers = [known, pa.py_buffer(ends), pa.py_buffer(out[: ends[-1]].copy())]
    return pa.Array.from_buffers(pa.string(), n, buffers, n - found)


def countries(numbers: pa.Array) -> pa.Array:
    """The countries of normal forms, in their order; NULL for numbers of no country.

    Args:
        numbers: of type string or large_string, without NULLs.
    """
    offsets, data, _ = text_parts(numbers)
    found = np.empty(len(numbers), np.int32)
    regions_of(offsets.astype(np.int64), data, plans(), np.zeros(DIGITS, np.uint8), found)
    return _COUNTRIES.take(pa.array(found, mask=found < 0))


@cache
def _counts() -> Bytes:
    """How each character counts in a written number, by its code up to 0xFFFF."""
    counts = np.zeros(0x10000, np.uint8)
    for ranges, meaning in ((SEPARATORS, LEFT_OUT), (SPACES, SPACE), (UNSEEN, HIDDEN)):
        for first, last in ranges:
            counts[first : last + 1] = meaning
    return counts
