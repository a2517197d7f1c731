"""The scanner of SQL dumps: compiled loops that find statements, rows and values in a block of bytes.

It executes nothing and allocates nothing: it says where values stand and how they are written.
Every function takes `end` as the end of what is there yet, and says so when it needs more.
"""

# Bytes are compared with their codes, and one state machine stands in one loop: numba inlines neither
# named characters nor many small calls for free.
# ruff: noqa: PLR2004, C901, PLR0912, SIM110

import numpy as np

from fanal.base.compiled import compiled
from fanal.base.lanes import next_of
from fanal.read.byte_words import is_space, same_bytes, word_is
from fanal.read.cell_kernel import (
    BACKSLASHED,
    BARE,
    BINARY,
    BITS,
    DOUBLED,
    EXPRESSION,
    FALSE,
    HEX,
    KIND,
    LATIN1,
    NULL,
    PLAIN,
    TRUE,
    UTF8,
    Bytes,
    Places,
)
from fanal.read.code_points import hex_digit

#: What `scan_rows` stopped at: more bytes needed, the block full, the statement's end, something else.
MORE, FULL, DONE, OTHER = range(4)
#: Where in a statement's rows it stands: before a row, or behind one.
BEFORE, BEHIND = 0, 1
#: Flags of `mode`: backslashes are characters like others; characters of two bytes, the second of which
#: can look like a backslash; of these, those whose first bytes are Shift JIS's.
NO_BACKSLASH, SECOND_BYTES, SJIS_BYTES = 1, 2, 4
_NEED = -1


@compiled
def skip_space(buf: Bytes, p: int, end: int, last: bool) -> int:
    """The place behind white space and comments; _NEED (-1) where that cannot be known yet.

    What stands in a conditional comment is code: only its opening and its closing are skipped.
    """
    while p < end:
        c = buf[p]
        if is_space(c):
            p += 1
            continue
        if c not in (35, 45, 47, 42):
            return p
        if p + 3 > end and not last:
            return _NEED
        second = buf[p + 1] if p + 1 < end else 0
        third = buf[p + 2] if p + 2 < end else 10
        if c == 35 or (c == 45 and second == 45 and (is_space(third))):
            while p < end and buf[p] != 10:
                p += 1
            if p == end and not last:
                return _NEED
        elif c == 42 and second == 47:
            p += 2
        elif c == 47 and second == 42 and (third == 33 or (third == 77 and p + 3 < end and buf[p + 3] == 33)):
            q = p + (3 if third == 33 else 4)
            while q < end and 48 <= buf[q] <= 57:
                q += 1
            if q == end and not last:
                return _NEED
            p = q
        elif c == 47 and second == 42:
            if p + 3 == end and not last:
                return _NEED
            q = p + 2
            while q + 1 < end and not (buf[q] == 42 and buf[q + 1] == 47):
                q += 1
            if q + 1 >= end:
                return end if last else _NEED
            p = q + 2
        else:
            return p
    return p


@compiled
def _string_end(buf: Bytes, p: int, end: int, mode: int) -> tuple[int, bool]:
    """From behind an opening quote to the closing one, and whether anything is escaped; _NEED without one."""
    quote = buf[p - 1]
    escaped = False
    backslash = 92 if quote != 96 and mode & NO_BACKSLASH == 0 else 256
    stop = 92 if backslash == 92 else quote
    while p < end:
        if mode & SECOND_BYTES == 0:
            p = next_of(buf, p, end, quote, stop)
            if p == end:
                break
        c = buf[p]
        if c == backslash:
            escaped = True
            p += 2
        elif c == quote:
            if p + 1 >= end:
                return _NEED, escaped
            if buf[p + 1] != quote:
                return p, escaped
            escaped = True
            p += 2
        elif mode & SECOND_BYTES and c > 128 and not (mode & SJIS_BYTES and 160 <= c < 224):
            p += 2
        else:
            p += 1
    return _NEED, escaped


@compiled
def skip_statement(buf: Bytes, p: int, end: int, delimiter: Bytes, mode: int = 0) -> int:
    """The place behind the delimiter that ends the statement at p; _NEED where it is not there yet."""
    size = len(delimiter)
    while p < end:
        c = buf[p]
        if c in (39, 34, 96):
            q, _ = _string_end(buf, p + 1, end, mode)
            if q == _NEED:
                return _NEED
            p = q + 1
        elif c == delimiter[0]:
            if p + size > end:
                return _NEED
            same = True
            for i in range(size):
                if buf[p + i] != delimiter[i]:
                    same = False
            if same:
                return p + size
            p += 1
        elif c in (35, 45, 47):
            q = skip_space(buf, p, end, False)
            if q == _NEED:
                return _NEED
            p = q if q > p else p + 1
        else:
            p += 1
    return _NEED


@compiled
def _expression_end(buf: Bytes, p: int, end: int, mode: int) -> int:
    """The comma or bracket that ends a value of any form."""
    depth = 0
    while p < end:
        c = buf[p]
        if c in (39, 34, 96):
            q, _ = _string_end(buf, p + 1, end, mode)
            if q == _NEED:
                return _NEED
            p = q
        elif c == 40:
            depth += 1
        elif c == 41:
            if depth == 0:
                return p
            depth -= 1
        elif c == 44 and depth == 0:
            return p
        p += 1
    return _NEED


_W_NULL = np.frombuffer(b"null", np.uint8)
_W_TRUE = np.frombuffer(b"true", np.uint8)
_W_FALSE = np.frombuffer(b"false", np.uint8)
# The underscore is set by the comparison's lower-casing (0x5f | 0x20 = 0x7f), so it stands so here.
_W_BINARY = np.frombuffer(b"\x7fbinary", np.uint8)
_W_LATIN1 = np.frombuffer(b"\x7flatin1", np.uint8)
_W_UTF8 = np.frombuffer(b"\x7futf8", np.uint8)
_W_ASCII = np.frombuffer(b"\x7fascii", np.uint8)


@compiled
def _introduced(buf: Bytes, p: int, q: int) -> int:
    """What a word such as _binary makes of the value behind it: flags, or EXPRESSION for a set that is not read."""
    if word_is(buf, p, q, _W_BINARY):
        return BINARY
    if word_is(buf, p, q, _W_LATIN1):
        return LATIN1
    if word_is(buf, p, min(q, p + len(_W_UTF8)), _W_UTF8) or word_is(buf, p, q, _W_ASCII):
        return UTF8
    return EXPRESSION


@compiled
def _all_hex(buf: Bytes, p: int, q: int) -> bool:
    for i in range(p, q):
        if hex_digit(buf[i]) < 0:
            return False
    return True


@compiled
def _all_bits(buf: Bytes, p: int, q: int) -> bool:
    for i in range(p, q):
        if buf[i] not in (48, 49):
            return False
    return True


@compiled
def _word_end(buf: Bytes, p: int, end: int) -> int:
    while p < end:
        c = buf[p]
        if c in (44, 41, 40, 39, 34, 59) or is_space(c):
            return p
        p += 1
    return _NEED


@compiled
def _bare(buf: Bytes, p: int, q: int) -> tuple[int, int, int]:
    """A word that is a whole value: its start, end and kind."""
    if q == p:
        return p, q, EXPRESSION
    if word_is(buf, p, q, _W_NULL):
        return p, q, NULL
    if word_is(buf, p, q, _W_TRUE):
        return p, q, TRUE
    if word_is(buf, p, q, _W_FALSE):
        return p, q, FALSE
    if q - p > 1 and buf[p] == 48 and buf[p + 1] | 32 == 120 and _all_hex(buf, p + 2, q):
        return p + 2, q, HEX | BINARY
    if q - p > 2 and buf[p] == 48 and buf[p + 1] | 32 == 98 and _all_bits(buf, p + 2, q):
        return p + 2, q, BITS
    for i in range(p, q):
        c = buf[i]
        if not (48 <= c <= 57 or c in (43, 45, 46) or (c in (69, 101) and i > p)):
            return p, q, EXPRESSION
    return p, q, BARE


@compiled
def _number_end(buf: Bytes, p: int, end: int) -> int:
    """The place behind a plain number that is a whole value, p where it is none: most values are plain numbers."""
    q = p + 1 if buf[p] == 45 else p
    digits = q
    while q < end and (48 <= buf[q] <= 57 or (buf[q] == 46 and q > digits)):
        q += 1
    return q if digits < q < end and buf[q] in (44, 41) else p


@compiled
def _value(buf: Bytes, p: int, end: int, mode: int) -> tuple[int, int, int, int]:
    """One value at p: the place behind it, its start, end and kind. The first is _NEED where it is not all there."""
    begin = p
    flags = 0
    written = DOUBLED if mode & NO_BACKSLASH else BACKSLASHED
    if buf[p] in (39, 34):
        q, escaped = _string_end(buf, p + 1, end, mode)
        if q == _NEED:
            return _NEED, 0, 0, 0
        return q + 1, p + 1, q, written if escaped else PLAIN
    q = _number_end(buf, p, end)
    if q > p:
        return q, p, q, BARE
    q = _word_end(buf, p, end)
    if q == _NEED:
        return _NEED, 0, 0, 0
    if buf[p] == 95:
        flags = _introduced(buf, p, q)
        while q < end and is_space(buf[q]):
            q += 1
        if q == end:
            return _NEED, 0, 0, 0
        p = q
        if buf[p] not in (39, 34):
            q = _word_end(buf, p, end)
            if q == _NEED:
                return _NEED, 0, 0, 0
    if buf[q] not in (39, 34):
        start, stop, kind = _bare(buf, p, q)
        if flags == EXPRESSION or kind & KIND == EXPRESSION:
            return q, begin, q, EXPRESSION
        # Behind a character set, hexadecimal digits are text.
        return q, start, stop, (kind & KIND if flags & (LATIN1 | UTF8) else kind) | flags
    stop, escaped = _string_end(buf, q + 1, end, mode)
    if stop == _NEED:
        return _NEED, 0, 0, 0
    start = q + 1
    kind = written if escaped else PLAIN
    if q - p == 1:
        letter = buf[p] | 32
        if letter == 120 and _all_hex(buf, start, stop):
            kind = HEX if flags & (LATIN1 | UTF8) else HEX | BINARY
        elif letter == 98 and _all_bits(buf, start, stop):
            kind = BITS
        elif letter != 110:
            kind = EXPRESSION
    elif q > p:
        kind = EXPRESSION
    if EXPRESSION in (kind, flags):
        return stop + 1, begin, stop + 1, EXPRESSION
    return stop + 1, start, stop, kind | flags


@compiled
def _gap(buf: Bytes, p: int, end: int) -> int:
    """The place behind white space and comments before or behind a value; _NEED where it is not there yet."""
    while p < end and is_space(buf[p]):
        p += 1
    if p < end and buf[p] not in (35, 42, 45, 47):
        return p
    p = skip_space(buf, p, end, False)
    return p if p < end else _NEED


@compiled
def scan_row(
    buf: Bytes, p: int, end: int, row: int, starts: Places, ends: Places, kinds: Bytes, mode: int = 0
) -> tuple[int, int]:
    """One row from behind its bracket: the place behind the closing one (or _NEED), the number of values."""
    width = starts.shape[1]
    n = 0
    while True:
        p = _gap(buf, p, end)
        if p == _NEED:
            return _NEED, n
        if n == 0 and buf[p] == 41:
            return p + 1, 0
        begin = p
        p, start, stop, kind = _value(buf, p, end, mode)
        if p == _NEED:
            return _NEED, n
        p = _gap(buf, p, end)
        if p == _NEED:
            return _NEED, n
        if buf[p] not in (44, 41):
            p = _expression_end(buf, begin, end, mode)
            if p == _NEED:
                return _NEED, n
            start, stop, kind = begin, p, EXPRESSION
        if n < width:
            starts[row, n] = start
            ends[row, n] = stop
            kinds[row, n] = kind
        n += 1
        if buf[p] == 41:
            return p + 1, n
        p += 1


@compiled
def scan_rows(
    buf: Bytes,
    p: int,
    end: int,
    state: int,
    head: Bytes,
    starts: Places,
    ends: Places,
    kinds: Bytes,
    row_from: Places,
    row_to: Places,
    values: Places,
    mode: int = 0,
) -> tuple[int, int, int, int]:
    """Rows of an INSERT statement, and of the statements behind it that begin with the same bytes.

    Args:
        buf: the text.
        p: where to begin, in the rows of a statement.
        end: end of what is there yet.
        state: BEFORE a row or BEHIND one.
        head: the statement's bytes up to its rows.
        starts: (rows, columns) places to fill; the kinds of `cell_kernel` go to `kinds`.
        ends: the same for ends.
        kinds: the same for kinds.
        row_from: where each row begins, bracket included.
        row_to: where it ends.
        values: how many values it has, whatever the number of columns.
        mode: how strings are written, flags.

    Returns:
        The place behind the last whole row or separator, the number of rows, what it stopped at
        (MORE, FULL, DONE, OTHER), and the state there.
    """
    n = 0
    while True:
        while p < end and is_space(buf[p]):
            p += 1
        if p >= end:
            return p, n, MORE, state
        c = buf[p]
        if state == BEHIND:
            if c == 44:
                state = BEFORE
                p += 1
                continue
            if c != 59:
                return p, n, OTHER, state
            q = p + 1
            while q < end and is_space(buf[q]):
                q += 1
            if q + len(head) >= end or not same_bytes(buf, q, head):
                return p + 1, n, DONE, state
            p = q + len(head)
            state = BEFORE
            continue
        if c != 40:
            return p, n, OTHER, state
        if n == len(values):
            return p, n, FULL, state
        q, count = scan_row(buf, p + 1, end, n, starts, ends, kinds, mode)
        if q == _NEED:
            return p, n, MORE, state
        row_from[n] = p
        row_to[n] = q
        values[n] = count
        n += 1
        p = q
        state = BEHIND
