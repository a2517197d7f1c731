"""The loop behind `bars`: compiled once, kept on disk, without Python inside."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def spread(lines, first, last, low, high):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Of each line the values at two ranks, the smallest value having rank 0.

    Args:
        lines: lines x values, uint8.
        first, last: the ranks.
        low, high: one value a line, int64: the results, each brought in where it goes beyond what stands there.
    """
    counts = np.empty(256, np.int64)
    for i in range(lines.shape[0]):
        counts[:] = 0
        for value in lines[i]:
            counts[value] += 1
        below, at = counts[0], 0
        while below <= first:
            at += 1
            below += counts[at]
        low[i] = min(low[i], at)
        while below <= last:
            at += 1
            below += counts[at]
        high[i] = max(high[i], at)
