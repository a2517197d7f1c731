"""The lexical forms of PostgreSQL's SQL as psql cuts it up: strings, comments, words, statements; compiled loops.

It executes nothing and allocates nothing. Every function takes `end` as the end of what is there
yet, and says NEED where it needs more.
"""

# Bytes are compared with their codes, and one state machine stands in one loop: numba inlines neither
# named characters nor many small calls for free.
# ruff: noqa: PLR2004

import numpy as np

from fanal.base.compiled import compiled
from fanal.read.byte_words import is_space, word_is
from fanal.read.cell_kernel import Bytes

#: In place of a place: more bytes are needed to know it.
NEED = -1
#: What a statement ended with: its semicolon, or the backslash of a command of psql's.
SEMICOLON, COMMAND = 0, 1


@compiled
def begins_word(c: int) -> bool:
    """Whether a byte can begin an identifier."""
    return 97 <= c <= 122 or 65 <= c <= 90 or c == 95 or c >= 128


@compiled
def word_end(buf: Bytes, p: int, end: int) -> int:
    """Where the identifier or keyword at p ends; `end` where it reaches so far."""
    while p < end and (begins_word(buf[p]) or 48 <= buf[p] <= 57 or buf[p] == 36):
        p += 1
    return p


@compiled
def skip_space(buf: Bytes, p: int, end: int, last: bool) -> int:
    """The place behind white space and comments; NEED where that cannot be known yet.

    A comment that never closes reaches to the file's end.
    """
    while p < end:
        c = buf[p]
        if is_space(c):
            p += 1
        elif c not in (45, 47):
            return p
        elif p + 1 >= end:
            return p if last else NEED
        elif c == 45 and buf[p + 1] == 45:
            while p < end and buf[p] not in (10, 13):
                p += 1
            if p == end and not last:
                return NEED
        elif c == 47 and buf[p + 1] == 42:
            q = _comment_end(buf, p, end)
            if q == NEED:
                return end if last else NEED
            p = q
        else:
            return p
    return p


@compiled
def _comment_end(buf: Bytes, p: int, end: int) -> int:
    """The place behind a block comment at p; such comments nest."""
    depth = 0
    while p + 1 < end:
        if buf[p] == 47 and buf[p + 1] == 42:
            depth += 1
            p += 2
        elif buf[p] == 42 and buf[p + 1] == 47:
            depth -= 1
            p += 2
            if depth == 0:
                return p
        else:
            p += 1
    return NEED


@compiled
def quoted_end(buf: Bytes, p: int, end: int, backslashes: bool) -> tuple[int, bool]:
    """From behind an opening quote to the closing one, and whether anything in between is escaped."""
    quote = buf[p - 1]
    escaped = False
    while p < end:
        c = buf[p]
        if c == 92 and backslashes:
            escaped = True
            p += 2
        elif c == quote:
            if p + 1 >= end:
                return NEED, escaped
            if buf[p + 1] != quote:
                return p, escaped
            escaped = True
            p += 2
        else:
            p += 1
    return NEED, escaped


@compiled
def dollar_body(buf: Bytes, p: int, end: int) -> tuple[int, int]:
    """Where the text in $tag$...$tag$ at p begins and ends; NEED first where more is needed, 0 where it is none."""
    q = p + 1
    while q < end and (begins_word(buf[q]) or (q > p + 1 and 48 <= buf[q] <= 57)):
        q += 1
    if q >= end:
        return NEED, 0
    if buf[q] != 36:
        return 0, 0
    size = q + 1 - p
    body = q + 1
    q = body
    while q + size <= end:
        if buf[q] == 36:
            same = True
            for i in range(1, size):
                if buf[q + i] != buf[p + i]:
                    same = False
                    break
            if same:
                return body, q
        q += 1
    return NEED, 0


@compiled
def has_backslashes(letter: int, standard: bool) -> bool:
    """Whether a string has escapes with backslashes; `letter` is its prefix in lower case, 0 for none or a word."""
    return letter == 101 or (not standard and letter not in (98, 120))


@compiled
def skip_token(buf: Bytes, p: int, end: int, standard: bool) -> int:
    """The place behind one string, comment, identifier or other character at p; NEED where it is not all there.

    Args:
        buf: the text.
        p: where to begin.
        end: end of what is there yet.
        standard: whether plain strings have no escapes with backslashes (standard_conforming_strings).
    """
    c = buf[p]
    if begins_word(c):
        q = word_end(buf, p, end)
        if q >= end:
            return NEED
        if buf[q] != 39:
            return q
        letter = c | 32 if q == p + 1 else 0
        stop, _ = quoted_end(buf, q + 1, end, has_backslashes(letter, standard))
        return stop + 1 if stop != NEED else NEED
    if c in (39, 34):
        stop, _ = quoted_end(buf, p + 1, end, c == 39 and not standard)
        return stop + 1 if stop != NEED else NEED
    if c == 36:
        body, stop = dollar_body(buf, p, end)
        if body == NEED:
            return NEED
        return stop + body - p if body > 0 else p + 1
    if c in (45, 47):
        q = skip_space(buf, p, end, False)
        return q if q == NEED or q > p else p + 1
    return p + 1


_W_BEGIN = np.frombuffer(b"begin", np.uint8)
_W_CASE = np.frombuffer(b"case", np.uint8)
_W_END = np.frombuffer(b"end", np.uint8)


@compiled
def skip_statement(buf: Bytes, p: int, end: int, standard: bool, routine: bool) -> tuple[int, int]:
    """The place behind the semicolon that ends the statement at p, or of the backslash that breaks it off.

    A semicolon in brackets, or in the BEGIN ... END of a routine's body, ends nothing.

    Args:
        buf: the text.
        p: where the statement begins.
        end: end of what is there yet.
        standard: see `skip_token`.
        routine: whether it creates a function or a procedure.

    Returns:
        The place (NEED where it is not there yet), and SEMICOLON or COMMAND.
    """
    brackets, blocks = 0, 0
    while p < end:
        c = buf[p]
        if c == 59 and brackets == 0 and blocks == 0:
            return p + 1, SEMICOLON
        if c == 92:
            return p, COMMAND
        if c == 40:
            brackets += 1
        elif c == 41 and brackets > 0:
            brackets -= 1
        q = skip_token(buf, p, end, standard)
        if q == NEED:
            return NEED, SEMICOLON
        if routine and brackets == 0 and begins_word(c):
            if word_is(buf, p, q, _W_BEGIN) or (blocks > 0 and word_is(buf, p, q, _W_CASE)):
                blocks += 1
            elif blocks > 0 and word_is(buf, p, q, _W_END):
                blocks -= 1
        p = q
    return NEED, SEMICOLON
