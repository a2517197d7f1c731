"""What PostgreSQL's text stands for, byte by byte in compiled loops: COPY's cells, E'...' and U&'...', bytea.

They know nothing of rows and dumps; `cell_kernel` calls them for its kinds.
"""

# Bytes are compared with their codes, and one state machine stands in one loop: numba inlines neither
# named characters nor many small calls for free.
# ruff: noqa: PLR2004, C901, PLR0912

from fanal.base.compiled import compiled
from fanal.read.code_points import LOW_SURROGATES, SURROGATES, SURROGATES_END, Bytes, hex_digit, utf8


@compiled
def _hex_number(buf: Bytes, p: int, end: int, digits: int) -> int:
    """So many hexadecimal digits at p as a number, -1 where they are not there."""
    if p + digits > end:
        return -1
    value = 0
    for i in range(p, p + digits):
        digit = hex_digit(buf[i])
        if digit < 0:
            return -1
        value = value * 16 + digit
    return value


@compiled
def _code_point(buf: Bytes, p: int, end: int, wide: bool) -> tuple[int, int]:
    r"""The character of `\u0061` or `\U00000061`, whose digits begin at p (-1 for none), and where they end."""
    behind = p + (8 if wide else 4)
    point = _hex_number(buf, p, end, behind - p)
    if SURROGATES <= point < LOW_SURROGATES and not wide and behind + 6 <= end and buf[behind] == 92:
        low = _hex_number(buf, behind + 2, end, 4) if buf[behind + 1] == 117 else -1
        if LOW_SURROGATES <= low < SURROGATES_END:
            return 0x10000 + ((point - SURROGATES) << 10) + (low - LOW_SURROGATES), behind + 6
    if point > 0x10FFFF or SURROGATES <= point < SURROGATES_END:
        return -1, behind
    return point, behind


@compiled
def write_escaped(buf: Bytes, p: int, end: int, out: Bytes, o: int, quoted: bool) -> int:
    """A cell of COPY, or a string E'...' (quoted), in which quotes are doubled and code points are named."""
    while p < end:
        c = buf[p]
        p += 1
        if c != 92:
            out[o] = c
            o += 1
            p += 1 if quoted and c == 39 else 0
            continue
        if p == end:
            break
        c = buf[p]
        p += 1
        if 48 <= c <= 55:
            c -= 48
            for _ in range(2):
                if p < end and 48 <= buf[p] <= 55:
                    c = c * 8 + (buf[p] - 48)
                    p += 1
            c &= 255
        elif c == 120 and p < end and hex_digit(buf[p]) >= 0:
            c = hex_digit(buf[p])
            p += 1
            if p < end and hex_digit(buf[p]) >= 0:
                c = c * 16 + hex_digit(buf[p])
                p += 1
        elif quoted and c in (117, 85):
            point, behind = _code_point(buf, p, end, c == 85)
            if point >= 0:
                o = utf8(point, out, o)
                p = behind
                continue
        elif c == 118:
            c = 118 if quoted else 11
        elif c == 102:
            c = 12
        elif c == 98:
            c = 8
        elif c == 110:
            c = 10
        elif c == 114:
            c = 13
        elif c == 116:
            c = 9
        out[o] = c
        o += 1
    return o


@compiled
def write_unicode(buf: Bytes, p: int, end: int, out: Bytes, o: int) -> int:
    r"""A string U&'...': quotes and backslashes doubled, characters as `\0061` or `\+000061`."""
    while p < end:
        c = buf[p]
        if c == 92 and p + 1 < end and buf[p + 1] != 92:
            wide = buf[p + 1] == 43
            point = _hex_number(buf, p + 2, end, 6) if wide else _hex_number(buf, p + 1, end, 4)
            behind = p + (8 if wide else 5)
            if SURROGATES <= point < LOW_SURROGATES and behind < end and buf[behind] == 92:
                low = _hex_number(buf, behind + 1, end, 4)
                if LOW_SURROGATES <= low < SURROGATES_END:
                    point = 0x10000 + ((point - SURROGATES) << 10) + (low - LOW_SURROGATES)
                    behind += 5
            if 0 <= point <= 0x10FFFF and not SURROGATES <= point < SURROGATES_END:
                o = utf8(point, out, o)
                p = behind
                continue
        out[o] = c
        o += 1
        p += 2 if c in (39, 92) and p + 1 < end and buf[p + 1] == c else 1
    return o


@compiled
def undo_bytea(out: Bytes, p: int, end: int) -> int:
    r"""Undo, in place, how PostgreSQL writes bytes as text: `\x` and hexadecimal digits, or `\ooo` and `\\`.

    What is neither stays as it is. Returns where the output ends.
    """
    o = p
    if end - p >= 2 and out[p] == 92 and out[p + 1] == 120:
        if (end - p) % 2 == 1:
            return end
        for i in range(p + 2, end):
            if hex_digit(out[i]) < 0:
                return end
        for i in range(p + 2, end, 2):
            out[o] = hex_digit(out[i]) * 16 + hex_digit(out[i + 1])
            o += 1
        return o
    while p < end:
        c = out[p]
        p += 1
        if c == 92 and p < end and out[p] == 92:
            p += 1
        elif c == 92 and p + 2 < end and 48 <= out[p] <= 51 and 48 <= out[p + 1] <= 55 and 48 <= out[p + 2] <= 55:
            c = (out[p] - 48) * 64 + (out[p + 1] - 48) * 8 + (out[p + 2] - 48)
            p += 3
        out[o] = c
        o += 1
    return o
