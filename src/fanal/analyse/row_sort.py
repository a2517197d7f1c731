"""Few rows in their place sorted, for compiled loops that have dealt rows out to accounts."""

from numba import njit

from fanal.analyse.coherence import Ints

#: Up to so many rows are sorted by insertion.
_FEW = 24


@njit(cache=True, nogil=True)
def sort_rows(rows: Ints, start: int, end: int) -> None:  # pragma: no cover  compiled
    """Sort rows of two columns by the first: few by insertion, many as a heap, which no order of them makes slow."""
    if end - start > _FEW:
        size = end - start
        for root in range(size // 2 - 1, -1, -1):
            _sift(rows, start, root, size)
        for last in range(size - 1, 0, -1):
            for column in range(2):
                rows[start, column], rows[start + last, column] = rows[start + last, column], rows[start, column]
            _sift(rows, start, 0, last)
        return
    for i in range(start + 1, end):
        key, held = rows[i, 0], rows[i, 1]
        j = i - 1
        while j >= start and rows[j, 0] > key:
            rows[j + 1, 0], rows[j + 1, 1] = rows[j, 0], rows[j, 1]
            j -= 1
        rows[j + 1, 0], rows[j + 1, 1] = key, held


@njit(cache=True, nogil=True)
def _sift(rows: Ints, start: int, root: int, size: int) -> None:  # pragma: no cover  compiled
    """Let a row of a heap sink to where it belongs."""
    key, held = rows[start + root, 0], rows[start + root, 1]
    while True:
        child = 2 * root + 1
        if child >= size:
            break
        if child + 1 < size and rows[start + child + 1, 0] > rows[start + child, 0]:
            child += 1
        if rows[start + child, 0] <= key:
            break
        rows[start + root, 0], rows[start + root, 1] = rows[start + child, 0], rows[start + child, 1]
        root = child
    rows[start + root, 0], rows[start + root, 1] = key, held
