"""The scanner of delimited text: a compiled loop that finds rows and cells in a block of bytes.

It says where cells stand and how they are written; `end` is the end of what is there yet, `last`
whether the file ends there.
"""

# Bytes are compared with their codes, and one state machine stands in one loop: numba inlines neither
# named characters nor many small calls for free.
# ruff: noqa: PLR2004, C901, PLR0912, PLR0915

from fanal.base.compiled import compiled
from fanal.read.cell_kernel import BACKSLASHED, BARE, DOUBLED, NULL, PLAIN, Bytes, Places

#: In place of a number of cells: a quote that does not close; a row that is too long to be looked at.
UNCLOSED, TOO_LONG = -1, -2
#: A quoted cell longer than this is taken for a stray quote.
LONGEST_CELL = 1 << 22
#: In place of a sign for quotes, or for what goes before a sign that is meant as such: there is none.
NO_SIGN = 256
_NEED = -1


@compiled
def _line_end(buf: Bytes, p: int, end: int) -> int:
    while p < end and buf[p] not in (10, 13):
        p += 1
    return p


@compiled
def _csv_row(
    buf: Bytes, p: int, end: int, last: bool, delimiter: int, quote: int, escape: int, row: int, starts: Places,
    ends: Places, kinds: Bytes,
) -> tuple[int, int]:  # fmt: skip
    """One row at p: the place of its line's end (_NEED where it is not there yet), and the number of cells."""
    width = starts.shape[1]
    begin, n = p, 0
    empty = False
    while True:
        start = p
        kind = BARE
        if p < end and buf[p] == quote:
            p += 1
            kind = PLAIN
            while p < end:
                if buf[p] == escape:
                    kind = BACKSLASHED
                    p += 2
                elif buf[p] != quote:
                    p += 1
                elif p + 1 < end and buf[p + 1] == quote:
                    kind = DOUBLED if kind == PLAIN else kind
                    p += 2
                else:
                    break
            if p >= end or (p + 1 == end and not last):
                if not last and end - start < LONGEST_CELL:
                    return _NEED, n
                if p >= end:
                    p = _line_end(buf, begin, end)
                    return (p if p < end or last else _NEED), UNCLOSED
            start += 1
            stop = p
            p += 1
            if p < end and buf[p] != delimiter and buf[p] not in (10, 13):
                start, kind = start - 1, BARE
        if kind == BARE:
            while p < end and buf[p] != delimiter and buf[p] not in (10, 13):
                if buf[p] == escape:
                    kind = BACKSLASHED
                    p += 1
                p += 1
            if p > end:
                if not last:
                    return _NEED, n
                p = end
            stop = p
            if stop == start or (kind == BACKSLASHED and stop - start == 2 and buf[start + 1] == 78):
                kind = NULL  # nothing there, or MySQL's \N
        if p >= end and not last:
            return _NEED, n
        empty = kind == NULL
        if n < width:
            starts[row, n] = start
            ends[row, n] = stop
            kinds[row, n] = kind
        n += 1
        if p >= end or buf[p] != delimiter:
            # Some programs end each row with a delimiter, and not the head.
            return p, (n - 1 if n == width + 1 and empty else n)
        p += 1


@compiled
def scan_csv(
    buf: Bytes,
    p: int,
    end: int,
    last: bool,
    delimiter: int,
    quote: int,
    escape: int,
    starts: Places,
    ends: Places,
    kinds: Bytes,
    row_from: Places,
    row_to: Places,
    values: Places,
) -> tuple[int, int]:
    """Rows of delimited text with cells in quotes; empty lines are none.

    Args:
        buf: the text.
        p: where to begin, at the start of a row.
        end: end of what is there yet.
        last: whether the file ends there.
        delimiter: the byte between cells.
        quote: the byte around cells, or NO_SIGN.
        escape: the byte before one that is meant as it stands, or NO_SIGN.
        starts: (rows, cells) places to fill; for cells in quotes, of what stands between them.
        ends: the same for ends.
        kinds: the same for kinds.
        row_from: where each row begins.
        row_to: where it ends.
        values: each row's number of cells, or UNCLOSED.

    Returns:
        The place behind the last whole row, and the number of rows.
    """
    n = 0
    while n < len(values):
        while p < end and buf[p] in (10, 13):
            p += 1
        if p >= end:
            return p, n
        q, count = _csv_row(buf, p, end, last, delimiter, quote, escape, n, starts, ends, kinds)
        if q == _NEED:
            return p, n
        row_from[n] = p
        row_to[n] = q
        values[n] = count
        n += 1
        p = q
    return p, n
