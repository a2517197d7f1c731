"""Finds values that are PostgreSQL's bytes by their looks alone, where no CREATE TABLE says so: a compiled loop."""

# Bytes are compared with their codes, and one state machine stands in one loop: numba inlines neither
# named characters nor many small calls for free.
# ruff: noqa: PLR2004, SIM110

from fanal.base.compiled import compiled
from fanal.read.cell_kernel import BINARY, BYTEA, COPY_TEXT, DOUBLED, ESCAPED, KIND, PLAIN, Bytes, Places
from fanal.read.code_points import hex_digit

#: Values with so many octal escapes are bytes.
_OCTALS = 8


@compiled
def _looks_like_bytes(buf: Bytes, p: int, end: int, backslashes: int) -> bool:
    r"""Whether a cell is `\x` and pairs of hexadecimal digits, or has many octal escapes."""
    if end - p > backslashes and buf[p] == 92 and buf[p + backslashes - 1] == 92 and buf[p + backslashes] == 120:
        begin = p + backslashes + 1
        if (end - begin) % 2 == 1:
            return False
        for i in range(begin, end):
            if hex_digit(buf[i]) < 0:
                return False
        return True
    octals = 0
    while p + 2 + backslashes < end and octals < _OCTALS:
        if buf[p] == 92 and buf[p + backslashes - 1] == 92:
            p += backslashes
            if 48 <= buf[p] <= 51 and 48 <= buf[p + 1] <= 55 and 48 <= buf[p + 2] <= 55:
                octals += 1
                p += 3
        else:
            p += 1
    return octals >= _OCTALS


@compiled
def mark_bytes(buf: Bytes, starts: Places, ends: Places, kinds: Bytes, values: Places) -> None:
    r"""Set BINARY and BYTEA on the cells of a block that look like bytes in PostgreSQL's hexadecimal or octal form.

    Args:
        buf: the text.
        starts: (rows, columns) places of the cells.
        ends: where they end.
        kinds: how they are written; changed.
        values: how many cells each row has.
    """
    for r in range(len(values)):
        for n in range(min(values[r], starts.shape[1])):
            kind = kinds[r, n] & KIND
            if kind not in (PLAIN, DOUBLED, COPY_TEXT, ESCAPED):
                continue
            backslashes = 1 if kind in (PLAIN, DOUBLED) else 2
            if _looks_like_bytes(buf, starts[r, n], ends[r, n], backslashes):
                kinds[r, n] |= BINARY | BYTEA
