"""The scanner of a file that is one JSON array: compiled loops that find its elements, one row each."""

# ruff: noqa: PLR2004  bytes are compared with their codes in compiled loops

from fanal.base.compiled import compiled
from fanal.read.cell_kernel import Bytes, Places
from fanal.read.json_kernel import blank, scan_object


@compiled
def _element_end(buf: Bytes, p: int, end: int) -> int:
    """From the start of an array's element to the comma or bracket behind it, as strings and brackets tell."""
    depth = 0
    while p < end:
        c = buf[p]
        if c == 34:
            p += 1
            while p < end and buf[p] != 34:
                p += 2 if buf[p] == 92 else 1
        elif c in (123, 91):
            depth += 1
        elif c in (125, 93):
            if depth == 0:
                return p
            depth -= 1
        elif c == 44 and depth == 0:
            return p
        p += 1
    return end


@compiled
def scan_json_array(
    buf: Bytes,
    p: int,
    end: int,
    last: bool,
    keys: Bytes,
    offsets: Places,
    starts: Places,
    ends: Places,
    kinds: Bytes,
    row_from: Places,
    row_to: Places,
    values: Places,
    stack: Bytes,
    name: Bytes,
) -> tuple[int, int]:
    """The elements of one JSON array, behind its opening bracket; see scan_json_lines.

    Returns:
        The place behind the last whole element, and the number of elements; what stands behind the
        closing bracket is one more, broken one.
    """
    n = 0
    while n < len(values):
        q = blank(buf, p, end)
        if q >= end:
            return q, n
        e = _element_end(buf, q, end)
        if e >= end and not last:
            return q, n
        stop = e
        while stop > q and buf[stop - 1] in (9, 10, 13, 32):
            stop -= 1
        p = min(e + 1, end)
        closing = e < end and buf[e] == 93
        if stop > q or not closing:
            row_from[n] = q
            row_to[n] = stop
            values[n] = scan_object(buf, q, stop, keys, offsets, n, starts, ends, kinds, stack, name)
            n += 1
    return p, n
