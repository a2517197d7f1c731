"""Cells of a text format to the bytes they stand for: compiled loops over one column at a time.

A scanner (of dumps, CSV, JSON lines) says where each cell begins and ends and how it is written;
these loops undo the writing. They know no table and no format beyond the kinds named here.
"""

# Bytes are compared with their codes, and one state machine stands in one loop: numba inlines neither
# named characters nor many small calls for free.
# ruff: noqa: PLR2004, C901, PLR0912

import numpy as np
import numpy.typing as npt

from fanal.base.compiled import compiled
from fanal.base.lanes import BLOCK, copy_block
from fanal.read.code_points import LOW_SURROGATES, SURROGATES, SURROGATES_END, hex_digit, utf8
from fanal.read.postgres_text import undo_bytea, write_escaped, write_unicode

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

# How a cell is written. The place of a quoted cell is what stands between its quotes.
NULL, BARE, PLAIN, BACKSLASHED, HEX, BITS, EXPRESSION, TRUE, FALSE, DOUBLED, JSON_STRING = range(11)
# PostgreSQL's: a cell of COPY, strings E'...' and U&'...', and true or false as t and f.
COPY_TEXT, ESCAPED, UNICODE, LETTER = range(11, 15)
#: Set on a kind: the bytes are no text (a _binary or hexadecimal literal); text in Latin-1 (or in the one character set
#: of one byte that the column has); UTF-8 whatever the others are; PostgreSQL's bytea, of which the text is once more
#: written in hexadecimal or with backslashes.
BINARY, LATIN1, UTF8, BYTEA = 16, 32, 64, 128
KIND = 15

_MAX_BITS = 63


@compiled
def _unescaped(c: int) -> int:
    """The byte that a backslash and `c` stand for in MySQL's strings."""
    if c == 48:
        return 0
    if c == 110:
        return 10
    if c == 114:
        return 13
    if c == 116:
        return 9
    if c == 98:
        return 8
    if c == 90:
        return 26
    return c


@compiled
def _backslashed(buf: Bytes, p: int, end: int, out: Bytes, o: int) -> int:
    """A string with backslashes and doubled quotes; returns where the output ends."""
    quote = buf[p - 1]
    while p < end:
        c = buf[p]
        if c == 92 and p + 1 < end:
            c = buf[p + 1]
            if c in (37, 95):  # \% and \_ keep their backslash
                out[o] = 92
                o += 1
            out[o] = _unescaped(c)
            p += 2
        else:
            out[o] = c
            p += 2 if c == quote else 1
        o += 1
    return o


@compiled
def _doubled(buf: Bytes, p: int, end: int, out: Bytes, o: int) -> int:
    """A quoted CSV cell, in which a quote stands for two."""
    quote = buf[p - 1]
    while p < end:
        out[o] = buf[p]
        o += 1
        p += 2 if buf[p] == quote else 1
    return o


@compiled
def _code_unit(buf: Bytes, p: int) -> int:
    """The four hexadecimal digits at p, -1 where there are none."""
    value = 0
    for i in range(4):
        digit = hex_digit(buf[p + i])
        if digit < 0:
            return -1
        value = value * 16 + digit
    return value


@compiled
def write_json_string(buf: Bytes, p: int, end: int, out: Bytes, o: int) -> int:
    """A JSON string, unescaped; half of a surrogate pair alone is no character and stays as it is written."""
    while p < end:
        c = buf[p]
        if c != 92:
            out[o] = c
            p += 1
            o += 1
            continue
        c = buf[p + 1]
        if c != 117:
            out[o] = 12 if c == 102 else (_unescaped(c) if c in (98, 110, 114, 116) else c)
            p += 2
            o += 1
            continue
        point = _code_unit(buf, p + 2)
        used = 6
        if SURROGATES <= point < LOW_SURROGATES and p + 12 <= end and buf[p + 6] == 92 and buf[p + 7] == 117:
            low = _code_unit(buf, p + 8)
            if LOW_SURROGATES <= low < SURROGATES_END:
                point = 0x10000 + ((point - SURROGATES) << 10) + (low - LOW_SURROGATES)
                used = 12
        if SURROGATES <= point < SURROGATES_END:
            for i in range(6):
                out[o + i] = buf[p + i]
            o += 6
        else:
            o = utf8(point, out, o)
        p += used
    return o


@compiled
def _hex_bytes(buf: Bytes, p: int, end: int, out: Bytes, o: int) -> int:
    """Hexadecimal digits to bytes; an odd number of them begins with half a byte, as MySQL has it."""
    if (end - p) % 2 == 1:
        out[o] = hex_digit(buf[p])
        p += 1
        o += 1
    while p < end:
        out[o] = hex_digit(buf[p]) * 16 + hex_digit(buf[p + 1])
        p += 2
        o += 1
    return o


@compiled
def _bit_number(buf: Bytes, p: int, end: int, out: Bytes, o: int) -> int:
    """Binary digits to a decimal number; more than 63 of them stay as they are written."""
    if end - p > _MAX_BITS or end == p:
        for i in range(end - p):
            out[o + i] = buf[p + i]
        return o + end - p
    value = 0
    while p < end:
        value = value * 2 + (buf[p] - 48)
        p += 1
    digits = 1
    rest = value // 10
    while rest > 0:
        digits += 1
        rest //= 10
    for i in range(digits - 1, -1, -1):
        out[o + i] = 48 + value % 10
        value //= 10
    return o + digits


@compiled
def _copied(buf: Bytes, p: int, end: int, out: Bytes, o: int) -> int:
    """Bytes as they are. Copied in whole blocks, beyond the end: what is too much is written over by the next."""
    size = end - p
    if p + size + BLOCK > len(buf) or o + size + BLOCK > len(out):
        for i in range(size):
            out[o + i] = buf[p + i]
        return o + size
    i = 0
    while i < size:
        copy_block(buf, p + i, out, o + i)
        i += BLOCK
    return o + size


@compiled
def write_cells(
    buf: Bytes, starts: Places, ends: Places, kinds: Bytes, binary: bool, out: Bytes, offsets: Places, valid: Flags
) -> int:
    """One column's cells, unescaped, one behind the other.

    Args:
        buf: the text.
        starts: place of each cell, one a row.
        ends: where it ends.
        kinds: how it is written.
        binary: take the cells with the flag BINARY, or those without; the others become NULL.
        out: room for all of it and a BLOCK more; cells in Latin-1 are written as they are.
        offsets: rows + 1 places in `out`.
        valid: one a row, False for NULL.

    Returns:
        The number of bytes written.
    """
    o = 0
    for r in range(len(starts)):
        offsets[r] = o
        kind = kinds[r] & KIND
        p, end = starts[r], ends[r]
        if kind in (NULL, EXPRESSION) or ((kinds[r] & BINARY) != 0) != binary:
            valid[r] = False
            continue
        valid[r] = True
        if kind in (BARE, PLAIN):
            o = _copied(buf, p, end, out, o)
        elif kind == BACKSLASHED:
            o = _backslashed(buf, p, end, out, o)
        elif kind == DOUBLED:
            o = _doubled(buf, p, end, out, o)
        elif kind == JSON_STRING:
            o = write_json_string(buf, p, end, out, o)
        elif kind == HEX:
            o = _hex_bytes(buf, p, end, out, o)
        elif kind == BITS:
            o = _bit_number(buf, p, end, out, o)
        elif kind in (COPY_TEXT, ESCAPED):
            o = write_escaped(buf, p, end, out, o, kind == ESCAPED)
        elif kind == UNICODE:
            o = write_unicode(buf, p, end, out, o)
        elif kind == LETTER:
            out[o] = buf[p] | 32
            o += 1
        else:
            out[o] = 49 if kind == TRUE else 48
            o += 1
        if kinds[r] & BYTEA:
            o = undo_bytea(out, offsets[r], o)
    offsets[len(starts)] = o
    return o


@compiled
def _valid_length(data: Bytes, p: int, end: int) -> int:
    """How many bytes at p are one UTF-8 character, 0 where they are none."""
    c = data[p]
    if c < 0x80:
        return 1
    length, least = 0, 0
    if 0xC2 <= c <= 0xDF:
        length, least, point = 2, 0x80, c & 31
    elif 0xE0 <= c <= 0xEF:
        length, least, point = 3, 0x800, c & 15
    elif 0xF0 <= c <= 0xF4:
        length, least, point = 4, 0x10000, c & 7
    if length == 0 or p + length > end:
        return 0
    for i in range(1, length):
        if data[p + i] & 0xC0 != 0x80:
            return 0
        point = (point << 6) | (data[p + i] & 63)
    if point < least or point > 0x10FFFF or SURROGATES <= point < SURROGATES_END:
        return 0
    return length


@compiled
def mend_text(
    data: Bytes, offsets: Places, kinds: Bytes, latin: Bytes, out: Bytes, out_offsets: Places, bad: Flags
) -> int:
    r"""Make every cell UTF-8: Latin-1 cells by table, bytes that are no UTF-8 as `\xNN`.

    Args:
        data: the bytes of all cells.
        offsets: rows + 1 places in `data`.
        kinds: how each cell was written; LATIN1 is the flag that counts here.
        latin: 256 times length and three bytes of UTF-8; length 0 where there is no character.
        out: room for four times the bytes.
        out_offsets: rows + 1 places in `out`.
        bad: set True where a byte was no UTF-8.

    Returns:
        The number of bytes written.
    """
    o = 0
    for r in range(len(kinds)):
        out_offsets[r] = o
        p, end = offsets[r], offsets[r + 1]
        as_latin = kinds[r] & LATIN1 != 0
        while p < end:
            length = 0 if as_latin else _valid_length(data, p, end)
            if length > 0:
                for i in range(length):
                    out[o + i] = data[p + i]
                p += length
                o += length
                continue
            c = data[p]
            if as_latin and latin[4 * c] > 0:
                for i in range(latin[4 * c]):
                    out[o + i] = latin[4 * c + 1 + i]
                o += latin[4 * c]
            else:
                bad[r] = True
                out[o], out[o + 1] = 92, 120
                for i in range(2):
                    digit = (c >> 4) if i == 0 else (c & 15)
                    out[o + 2 + i] = digit + (48 if digit < 10 else 87)
                o += 4
            p += 1
    out_offsets[len(kinds)] = o
    return o
