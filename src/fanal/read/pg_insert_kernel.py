"""The scanner of PostgreSQL's INSERTs: compiled loops that find rows and values in a block of bytes.

It executes nothing and allocates nothing: it says where values stand and how they are written.
"""

# Bytes are compared with their codes, and one state machine stands in one loop: numba inlines neither
# named characters nor many small calls for free.
# ruff: noqa: PLR2004, C901, PLR0912

import numpy as np

from fanal.base.compiled import compiled
from fanal.read.byte_words import is_space, same_bytes, word_is
from fanal.read.cell_kernel import BARE, DOUBLED, ESCAPED, EXPRESSION, LETTER, NULL, PLAIN, UNICODE, Bytes, Places
from fanal.read.pg_copy_kernel import DONE, FULL, MORE, OTHER
from fanal.read.pg_lexer import (
    NEED,
    begins_word,
    dollar_body,
    has_backslashes,
    quoted_end,
    skip_space,
    skip_token,
    word_end,
)

#: Where in a statement's rows it stands: before a row, or behind one.
BEFORE, BEHIND = 0, 1

_W_NULL = np.frombuffer(b"null", np.uint8)
_W_TRUE = np.frombuffer(b"true", np.uint8)
_W_FALSE = np.frombuffer(b"false", np.uint8)
_W_DEFAULT = np.frombuffer(b"default", np.uint8)
_ON_CONFLICT = np.frombuffer(b"ON CONFLICT DO NOTHING", np.uint8)


@compiled
def _number(buf: Bytes, p: int, end: int) -> tuple[int, int]:
    """The place behind a number at p, and its kind."""
    q = p
    digits = False
    while q < end:
        c = buf[q]
        if 48 <= c <= 57:
            digits = True
        elif not (c == 46 or (c in (43, 45) and (q == p or buf[q - 1] | 32 == 101)) or (digits and c | 32 == 101)):
            break
        q += 1
    if q >= end:
        return NEED, 0
    return q, BARE if digits else EXPRESSION


@compiled
def _string(buf: Bytes, q: int, end: int, backslashes: bool) -> tuple[int, int, int, int]:
    """A string whose opening quote is at q: the place behind it, its start, end and kind."""
    stop, escaped = quoted_end(buf, q + 1, end, backslashes)
    if stop == NEED:
        return NEED, 0, 0, 0
    kind = PLAIN
    if escaped:
        kind = ESCAPED if backslashes else DOUBLED
    return stop + 1, q + 1, stop, kind


@compiled
def _value(buf: Bytes, p: int, end: int, standard: bool) -> tuple[int, int, int, int]:
    """One value at p, without casts: the place behind it (or NEED), its start, end and kind."""
    c = buf[p]
    if c == 39:
        return _string(buf, p, end, not standard)
    if c == 36:
        body, stop = dollar_body(buf, p, end)
        if body == NEED:
            return NEED, 0, 0, 0
        if body > 0:
            return stop + body - p, body, stop, PLAIN
        return p + 1, p, p + 1, EXPRESSION
    if not begins_word(c):
        if not (48 <= c <= 57 or c in (43, 45, 46)):
            return p + 1, p, p + 1, EXPRESSION
        q, kind = _number(buf, p, end)
        return q, p, q, kind
    q = word_end(buf, p, end)
    if q >= end or (buf[q] == 38 and q + 1 >= end):
        return NEED, 0, 0, 0
    letter = c | 32 if q == p + 1 else 0
    if letter == 117 and buf[q] == 38 and buf[q + 1] == 39:
        behind, start, stop, kind = _string(buf, q + 1, end, False)
        for i in range(start, stop):
            if buf[i] == 92:
                kind = UNICODE
        return behind, start, stop, kind
    if buf[q] == 39:
        behind, start, stop, kind = _string(buf, q, end, has_backslashes(letter, standard))
        if letter != 0 and letter not in (98, 101, 110):
            return behind, p, behind, EXPRESSION
        return behind, start, stop, kind
    if word_is(buf, p, q, _W_NULL) or word_is(buf, p, q, _W_DEFAULT):
        return q, p, q, NULL
    if word_is(buf, p, q, _W_TRUE) or word_is(buf, p, q, _W_FALSE):
        return q, p, p + 1, LETTER
    behind = q
    while behind < end and is_space(buf[behind]):
        behind += 1
    if behind >= end:
        return NEED, 0, 0, 0
    if behind > q and buf[behind] == 39:  # a type and its text, as in date '2022-04-01'
        return _string(buf, behind, end, not standard)
    return q, p, q, EXPRESSION


@compiled
def _cast_end(buf: Bytes, p: int, end: int) -> int:
    """From a value's `::` to the comma or bracket behind the type's name; 0 where there is more than a type."""
    depth = 0
    while p < end:
        c = buf[p]
        if c == 41 and depth == 0:
            return p
        if c == 44 and depth == 0:
            return p
        if c == 40:
            depth += 1
        elif c == 41:
            depth -= 1
        elif c == 34:
            q, _ = quoted_end(buf, p + 1, end, False)
            if q == NEED:
                return NEED
            p = q
        elif c in (45, 47):
            q = skip_space(buf, p, end, False)
            if q == NEED:
                return NEED
            if q == p:
                return 0
            p = q
            continue
        elif not (begins_word(c) or 48 <= c <= 58 or is_space(c) or c in (44, 46, 91, 93)):
            return 0
        p += 1
    return NEED


@compiled
def _expression_end(buf: Bytes, p: int, end: int, standard: bool) -> int:
    """The comma or bracket that ends a value of any form."""
    depth = 0
    while p < end:
        c = buf[p]
        if depth == 0 and c in (44, 41):
            return p
        if c in (40, 91):
            depth += 1
        elif c in (41, 93) and depth > 0:
            depth -= 1
        p = skip_token(buf, p, end, standard)
        if p == NEED:
            return NEED
    return NEED


@compiled
def scan_row(
    buf: Bytes, p: int, end: int, standard: bool, row: int, starts: Places, ends: Places, kinds: Bytes
) -> tuple[int, int]:
    """One row from behind its bracket: the place behind the closing one (or NEED), the number of values."""
    width = starts.shape[1]
    n = 0
    while True:
        p = skip_space(buf, p, end, False)
        if p == NEED or p >= end:
            return NEED, n
        if n == 0 and buf[p] == 41:
            return p + 1, 0
        begin = p
        p, start, stop, kind = _value(buf, p, end, standard)
        if p == NEED:
            return NEED, n
        p = skip_space(buf, p, end, False)
        if p == NEED or p >= end:
            return NEED, n
        if kind != EXPRESSION and buf[p] == 58:
            q = _cast_end(buf, p, end)
            if q == NEED:
                return NEED, n
            p = q if q > 0 else p
        if buf[p] not in (44, 41):
            p = _expression_end(buf, begin, end, standard)
            if p == NEED:
                return NEED, n
            start, stop, kind = begin, p, EXPRESSION
        if n < width:
            starts[row, n] = start
            ends[row, n] = stop
            kinds[row, n] = kind
        n += 1
        if buf[p] == 41:
            for i in range(n, width):
                kinds[row, i] = NULL
            return p + 1, n
        p += 1


@compiled
def scan_rows(
    buf: Bytes,
    p: int,
    end: int,
    state: int,
    standard: bool,
    head: Bytes,
    starts: Places,
    ends: Places,
    kinds: Bytes,
    row_from: Places,
    row_to: Places,
    values: Places,
) -> tuple[int, int, int, int]:
    """Rows of an INSERT statement, and of the statements behind it that begin with the same bytes.

    Args:
        buf: the text.
        p: where to begin, in the rows of a statement.
        end: end of what is there yet.
        state: BEFORE a row or BEHIND one.
        standard: see `pg_lexer.skip_token`.
        head: the statement's bytes up to its rows.
        starts: (rows, columns) places to fill; the kinds of `cell_kernel` go to `kinds`.
        ends: the same for ends.
        kinds: the same for kinds.
        row_from: where each row begins, bracket included.
        row_to: where it ends.
        values: how many values it has, whatever the number of columns.

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
            if c == 79:
                if p + len(_ON_CONFLICT) > end:
                    return p, n, MORE, state
                if not same_bytes(buf, p, _ON_CONFLICT):
                    return p, n, OTHER, state
                p += len(_ON_CONFLICT)
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
        q, count = scan_row(buf, p + 1, end, standard, n, starts, ends, kinds)
        if q == NEED:
            return p, n, MORE, state
        row_from[n] = p
        row_to[n] = q
        values[n] = count
        n += 1
        p = q
        state = BEHIND
