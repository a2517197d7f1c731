"""The scanner of delimited text: a compiled loop that finds rows and cells in a block of bytes.

It says where cells stand and how they are written; `end` is the end of what is there yet, `last`
whether the file ends there.
"""

# Bytes are compared with their codes, and one state machine stands in one loop: numba inlines neither
# named characters nor many small calls for free.
# ruff: noqa: PLR2004, C901, PLR0912

from fanal.read.cell_kernel import BARE, DOUBLED, NULL, PLAIN, Bytes, Places
from fanal.read.compiled import compiled

#: In place of a number of cells: a quote that does not close.
UNCLOSED = -1
#: A quoted cell longer than this is taken for a stray quote.
LONGEST_CELL = 1 << 22
_NEED = -1


@compiled
def _line_end(buf: Bytes, p: int, end: int) -> int:
    while p < end and buf[p] not in (10, 13):
        p += 1
    return p


@compiled
def _csv_row(
    buf: Bytes, p: int, end: int, last: bool, delimiter: int, row: int, starts: Places, ends: Places, kinds: Bytes
) -> tuple[int, int]:
    """One row at p: the place of its line's end (_NEED where it is not there yet), and the number of cells."""
    width = starts.shape[1]
    begin, n = p, 0
    while True:
        start = p
        kind = BARE
        if p < end and buf[p] == 34:
            p += 1
            kind = PLAIN
            while p < end:
                if buf[p] != 34:
                    p += 1
                elif p + 1 < end and buf[p + 1] == 34:
                    kind = DOUBLED
                    p += 2
                else:
                    break
            if p >= end or (p + 1 == end and not last):
                if not last and end - start < LONGEST_CELL:
                    return _NEED, n
                if p >= end:
                    return _line_end(buf, begin, end), UNCLOSED
            start += 1
            stop = p
            p += 1
            if p < end and buf[p] != delimiter and buf[p] not in (10, 13):
                start, kind = start - 1, BARE
        if kind == BARE:
            while p < end and buf[p] != delimiter and buf[p] not in (10, 13):
                p += 1
            stop = p
            if stop == start:
                kind = NULL
        if p >= end and not last:
            return _NEED, n
        if n < width:
            starts[row, n] = start
            ends[row, n] = stop
            kinds[row, n] = kind
        n += 1
        if p >= end or buf[p] != delimiter:
            return p, n
        p += 1


@compiled
def scan_csv(
    buf: Bytes,
    p: int,
    end: int,
    last: bool,
    delimiter: int,
    starts: Places,
    ends: Places,
    kinds: Bytes,
    row_from: Places,
    row_to: Places,
    values: Places,
) -> tuple[int, int]:
    """Rows of delimited text with cells in double quotes; empty lines are none.

    Returns:
        The place behind the last whole row, and the number of rows; `values` has each row's number
        of cells, or UNCLOSED.
    """
    n = 0
    while n < len(values):
        while p < end and buf[p] in (10, 13):
            p += 1
        if p >= end:
            return p, n
        q, count = _csv_row(buf, p, end, last, delimiter, n, starts, ends, kinds)
        if q == _NEED:
            return p, n
        row_from[n] = p
        row_to[n] = q
        values[n] = count
        n += 1
        p = q
    return p, n
