"""The scanner of COPY's text form: a compiled loop that finds rows and cells in a block of bytes.

It says where cells stand and how they are written, and where the block ends.
"""

# Bytes are compared with their codes, and one state machine stands in one loop: numba inlines neither
# named characters nor many small calls for free.
# ruff: noqa: PLR2004, C901, PLR0912, PLR0915

import numpy as np

from fanal.base.compiled import compiled
from fanal.base.lanes import LANES, at_most, equal, lowest
from fanal.read.byte_words import same_bytes
from fanal.read.cell_kernel import COPY_TEXT, NULL, PLAIN, Bytes, Places
from fanal.read.pg_lexer import NEED

#: What a scan stopped at: more bytes needed, the block full, the end of the rows, something else.
MORE, FULL, DONE, OTHER = range(4)
#: In place of a row's number of cells: an end mark stands in it, or its line does not end like the first one.
MARKED, LINE_END = -1, -2
#: How the lines of a block of COPY end.
UNKNOWN, LF, CRLF = 0, 1, 2
_NONE = np.uint64(0)


@compiled
def end_mark(buf: Bytes, p: int, end: int, last: bool) -> int:
    r"""The place behind `\.` alone on the line that begins at p, 0 where there is none, NEED where more is needed."""
    if buf[p] != 92:
        return 0
    if p + 1 >= end:
        return 0 if last else NEED
    if buf[p + 1] != 46:
        return 0
    if p + 2 >= end:
        return end if last else NEED
    if buf[p + 2] == 10:
        return p + 3
    if buf[p + 2] != 13:
        return 0
    if p + 3 >= end:
        return end if last else NEED
    return p + 4 if buf[p + 3] == 10 else 0


@compiled
def _plain_end(buf: Bytes, p: int, end: int, delimiter: int) -> int:
    """The place of the next backslash, delimiter or control character, `end` where there is none."""
    while p < end:
        if p + LANES > len(buf):
            while p < end and buf[p] > 13 and buf[p] != 92 and buf[p] != delimiter:
                p += 1
            return p
        bits = at_most(buf, p, 13) | equal(buf, p, 92) | equal(buf, p, delimiter)
        if bits != _NONE:
            return min(p + lowest(bits), end)
        p += LANES
    return end


@compiled
def scan_copy(
    buf: Bytes,
    p: int,
    end: int,
    last: bool,
    delimiter: int,
    null: Bytes,
    lines: int,
    starts: Places,
    ends: Places,
    kinds: Bytes,
    row_from: Places,
    row_to: Places,
    values: Places,
) -> tuple[int, int, int, int]:
    r"""Rows of a block of COPY in its text form.

    As psql and the server have it: a line with nothing but `\.` ends the block, even behind a line
    whose end is escaped; a `\.` at the end of a row ends what the server reads; any other is an error.

    Args:
        buf: the text.
        p: where to begin, at the beginning of a line.
        end: end of what is there yet.
        last: whether the file ends there.
        delimiter: the byte between cells.
        null: how NULL is written.
        lines: how the block's lines end, as the call before said; UNKNOWN at first.
        starts: (rows, columns) places to fill; the kinds of `cell_kernel` go to `kinds`.
        ends: the same for ends.
        kinds: the same for kinds.
        row_from: where each row begins.
        row_to: where it ends, without its line's end.
        values: how many cells it has, whatever the number of columns; or MARKED or LINE_END.

    Returns:
        The place behind the last whole row, the number of rows, what it stopped at (MORE, FULL, DONE:
        behind the end mark, OTHER: behind a row that ends the server's reading), and how lines end.
    """
    width = starts.shape[1]
    n = 0
    while True:
        if p >= end:
            return p, n, MORE, lines
        mark = end_mark(buf, p, end, last)
        if mark == NEED:
            return p, n, MORE, lines
        if mark > 0:
            return mark, n, DONE, lines
        if n == len(values):
            return p, n, FULL, lines
        begin = start = p
        cell, kind, odd, stopped, line_end = 0, PLAIN, 0, 0, UNKNOWN
        while True:
            p = _plain_end(buf, p, end, delimiter)
            if p >= end:
                return begin, n, MORE, lines
            c = buf[p]
            if c == 92:
                if p + 1 >= end:
                    return begin, n, MORE, lines
                kind = COPY_TEXT
                c = buf[p + 1]
                if c == 46:
                    # The server reads on to see what stands behind an end mark.
                    if p + 3 >= end and not last:
                        return begin, n, MORE, lines
                    after = buf[p + 2] if p + 2 < end else 0
                    if after == 10 or (after == 13 and p + 3 < end and buf[p + 3] == 10):
                        stopped = p
                        p += 2
                        continue
                    odd = MARKED
                elif c == 10:
                    if p + 2 >= end and not last:
                        return begin, n, MORE, lines
                    mark = end_mark(buf, p + 2, end, last) if p + 2 < end else 0
                    if mark == NEED:
                        return begin, n, MORE, lines
                    if mark > 0:
                        stop = p + 2
                        p = mark
                        line_end = lines
                        break
                p += 2
                continue
            if c == delimiter:
                if cell < width:
                    starts[n, cell], ends[n, cell], kinds[n, cell] = start, p, kind
                    if p - start == len(null) and same_bytes(buf, start, null):
                        kinds[n, cell] = NULL
                cell += 1
                p += 1
                start, kind = p, PLAIN
            elif c == 10:
                stop = stopped if stopped > 0 else p
                p += 1
                line_end = LF
                mark = 0
                break
            elif c == 13:
                if p + 1 >= end:
                    return begin, n, MORE, lines
                if buf[p + 1] == 10:
                    stop = stopped if stopped > 0 else p
                    p += 2
                    line_end = CRLF
                    mark = 0
                    break
                odd = LINE_END
                p += 1
            else:
                p += 1
        if cell < width:
            starts[n, cell], ends[n, cell], kinds[n, cell] = start, stop, kind
            if stop - start == len(null) and same_bytes(buf, start, null):
                kinds[n, cell] = NULL
        cell += 1
        for i in range(cell, width):
            kinds[n, i] = NULL
        if lines == UNKNOWN:
            lines = line_end
        if odd == 0 and line_end != lines:
            odd = LINE_END
        if odd == 0 and width == 0 and stop == begin:
            cell = 0
        row_from[n] = begin
        row_to[n] = stop
        values[n] = odd if odd != 0 else cell
        n += 1
        if mark > 0:
            return p, n, DONE, lines
        if stopped > 0 and odd == 0:
            return p, n, OTHER, lines
