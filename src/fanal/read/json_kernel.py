"""The scanner of JSON lines: compiled loops that check each line and find the wanted values in it.

It says where values stand and how they are written; `end` is the end of what is there yet, `last`
whether the file ends there. Every line is checked whole, wanted or not.
"""

# Bytes are compared with their codes, and one state machine stands in one loop: numba inlines neither
# named characters nor many small calls for free.
# ruff: noqa: PLR2004, C901, PLR0912

import numpy as np

from fanal.base.compiled import compiled
from fanal.read.cell_kernel import BARE, JSON_STRING, NULL, Bytes, Places, write_json_string
from fanal.read.code_points import hex_digit

#: In place of a number of keys: a line that is no JSON object.
BROKEN = -2
DEEPEST = 256
_NEED = -1


@compiled
def _line_end(buf: Bytes, p: int, end: int) -> int:
    while p < end and buf[p] not in (10, 13):
        p += 1
    return p


@compiled
def blank(buf: Bytes, p: int, end: int) -> int:
    """Past white space; line ends too, which stand in no line but in the elements of an array."""
    while p < end and (buf[p] == 32 or buf[p] == 9 or buf[p] == 10 or buf[p] == 13):
        p += 1
    return p


@compiled
def json_string_end(buf: Bytes, p: int, end: int) -> tuple[int, bool]:
    """From behind the opening quote to the closing one, and whether anything is escaped; _NEED where broken."""
    escaped = False
    while p < end:
        c = buf[p]
        if c == 34:
            return p, escaped
        if c == 92:
            escaped = True
            if p + 1 >= end:
                return _NEED, escaped
            c = buf[p + 1]
            if c == 117:
                if p + 6 > end:
                    return _NEED, escaped
                for i in range(2, 6):
                    if hex_digit(buf[p + i]) < 0:
                        return _NEED, escaped
                p += 4
            elif c not in (34, 47, 92, 98, 102, 110, 114, 116):
                return _NEED, escaped
            p += 1
        p += 1
    return _NEED, escaped


@compiled
def _digits(buf: Bytes, p: int, end: int) -> int:
    while p < end and 48 <= buf[p] <= 57:
        p += 1
    return p


@compiled
def _number_end(buf: Bytes, p: int, end: int) -> int:
    if buf[p] == 45:
        p += 1
    q = _digits(buf, p, end)
    if q == p or (buf[p] == 48 and q > p + 1):
        return _NEED
    if q < end and buf[q] == 46:
        p = q + 1
        q = _digits(buf, p, end)
        if q == p:
            return _NEED
    if q < end and buf[q] in (69, 101):
        p = q + 1
        if p < end and buf[p] in (43, 45):
            p += 1
        q = _digits(buf, p, end)
        if q == p:
            return _NEED
    return q


_TRUE = np.frombuffer(b"true", np.uint8)
_FALSE = np.frombuffer(b"false", np.uint8)
_NULL = np.frombuffer(b"null", np.uint8)


@compiled
def _word_end(buf: Bytes, p: int, end: int, word: Bytes) -> int:
    if p + len(word) > end:
        return _NEED
    for i in range(len(word)):
        if buf[p + i] != word[i]:
            return _NEED
    return p + len(word)


@compiled
def _scalar_end(buf: Bytes, p: int, end: int) -> int:
    """The place behind a value that is neither object nor array; _NEED where there is none."""
    c = buf[p]
    if c == 34:
        q, _ = json_string_end(buf, p + 1, end)
        return q + 1 if q != _NEED else _NEED
    if c == 116:
        return _word_end(buf, p, end, _TRUE)
    if c == 102:
        return _word_end(buf, p, end, _FALSE)
    if c == 110:
        return _word_end(buf, p, end, _NULL)
    if c == 45 or 48 <= c <= 57:
        return _number_end(buf, p, end)
    return _NEED


@compiled
def _key_end(buf: Bytes, p: int, end: int) -> int:
    """From a key's quote to the value behind its colon."""
    if p >= end or buf[p] != 34:
        return _NEED
    q, _ = json_string_end(buf, p + 1, end)
    if q == _NEED:
        return _NEED
    q = blank(buf, q + 1, end)
    if q >= end or buf[q] != 58:
        return _NEED
    return blank(buf, q + 1, end)


@compiled
def _value_end(buf: Bytes, p: int, end: int, stack: Bytes) -> int:
    """The place behind one JSON value of any form; _NEED where it is broken or nests too deep."""
    depth = 0
    while True:
        if p >= end:
            return _NEED
        c = buf[p]
        opened = c in (123, 91)
        if opened:
            if depth == len(stack):
                return _NEED
            stack[depth] = c
            depth += 1
            p = blank(buf, p + 1, end)
            if p < end and buf[p] == c + 2:
                opened = False
                depth -= 1
                p += 1
            elif c == 123:
                p = _key_end(buf, p, end)
                if p == _NEED:
                    return _NEED
        else:
            p = _scalar_end(buf, p, end)
            if p == _NEED:
                return _NEED
        if opened:
            continue
        while True:
            if depth == 0:
                return p
            p = blank(buf, p, end)
            if p >= end:
                return _NEED
            if buf[p] == stack[depth - 1] + 2:
                depth -= 1
                p += 1
                continue
            if buf[p] != 44:
                return _NEED
            p = blank(buf, p + 1, end)
            if stack[depth - 1] == 123:
                p = _key_end(buf, p, end)
                if p == _NEED:
                    return _NEED
            break


@compiled
def _which(name: Bytes, start: int, stop: int, keys: Bytes, offsets: Places) -> tuple[int, bool]:
    """The wanted column of a key, ASCII case ignored (-1 for none), and whether it is the same in case too."""
    found = -1
    for k in range(len(offsets) - 1):
        size = offsets[k + 1] - offsets[k]
        if size != stop - start:
            continue
        same, exact = True, True
        for i in range(size):
            a, b = name[start + i], keys[offsets[k] + i]
            if a != b:
                exact = False
                lower_a = a + 32 if 65 <= a <= 90 else a
                lower_b = b + 32 if 65 <= b <= 90 else b
                if lower_a != lower_b:
                    same = False
                    break
        if exact:
            return k, True
        if same:
            found = k
    return found, False


@compiled
def scan_object(
    buf: Bytes,
    p: int,
    end: int,
    keys: Bytes,
    offsets: Places,
    row: int,
    starts: Places,
    ends: Places,
    kinds: Bytes,
    stack: Bytes,
    name: Bytes,
) -> int:
    """One object from p to the end of its line: the number of its keys, or BROKEN."""
    for column in range(kinds.shape[1]):
        kinds[row, column] = NULL
    p = blank(buf, p, end)
    if p >= end or buf[p] != 123:
        return BROKEN
    p = blank(buf, p + 1, end)
    n = 0
    if p < end and buf[p] == 125:
        return 0 if blank(buf, p + 1, end) == end else BROKEN
    while True:
        value = _key_end(buf, p, end)
        if value == _NEED or value >= end:
            return BROKEN
        start = p + 1
        stop, escaped = json_string_end(buf, start, end)
        if escaped and stop - start <= len(name):
            column, exact = _which(name, 0, write_json_string(buf, start, stop, name, 0), keys, offsets)
        else:
            column, exact = _which(buf, start, stop, keys, offsets)
        p = _value_end(buf, value, end, stack)
        if p == _NEED:
            return BROKEN
        if column >= 0 and (exact or kinds[row, column] == NULL):
            first = buf[value]
            starts[row, column], ends[row, column] = value, p
            kinds[row, column] = NULL if first == 110 else BARE
            if first == 34:
                starts[row, column], ends[row, column] = value + 1, p - 1
                kinds[row, column] = JSON_STRING
        n += 1
        p = blank(buf, p, end)
        if p >= end:
            return BROKEN
        if buf[p] == 125:
            return n if blank(buf, p + 1, end) == end else BROKEN
        if buf[p] != 44:
            return BROKEN
        p = blank(buf, p + 1, end)


@compiled
def scan_json_lines(
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
    """One JSON object a line; lines of white space are none.

    Args:
        buf: the text.
        p: where to begin, at the start of a line.
        end: end of what is there yet.
        last: whether the file ends there.
        keys: the wanted keys, one behind the other.
        offsets: where each begins in `keys`, and the end.
        starts: (rows, wanted keys) places to fill.
        ends: the same for ends.
        kinds: the same for kinds; NULL where the key is not there.
        row_from: where each line begins.
        row_to: where it ends.
        values: number of keys in it, or BROKEN.
        stack: room for DEEPEST brackets.
        name: room for a key that is written with escapes.

    Returns:
        The place behind the last whole line, and the number of lines.
    """
    n = 0
    while n < len(values):
        q = _line_end(buf, p, end)
        if q >= end and not last:
            return p, n
        if blank(buf, p, q) < q:
            row_from[n] = p
            row_to[n] = q
            values[n] = scan_object(buf, p, q, keys, offsets, n, starts, ends, kinds, stack, name)
            n += 1
        p = min(q + 1, end)
        if p >= end:
            return p, n
    return p, n
