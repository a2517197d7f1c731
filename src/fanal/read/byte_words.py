"""Single bytes and words in a text, for the scanners' compiled loops. It knows no format."""

# ruff: noqa: PLR2004, SIM110  bytes are compared with their codes

from fanal.base.compiled import compiled
from fanal.read.cell_kernel import Bytes


@compiled
def is_space(c: int) -> bool:
    """Whether a byte is white space."""
    return c == 32 or 9 <= c <= 13


@compiled
def word_is(buf: Bytes, p: int, q: int, word: Bytes) -> bool:
    """Whether the bytes are that lower-case word of letters, whatever their case."""
    if q - p != len(word):
        return False
    for i in range(q - p):
        if (buf[p + i] | 32) != word[i]:
            return False
    return True


@compiled
def same_bytes(buf: Bytes, p: int, wanted: Bytes) -> bool:
    """Whether these bytes stand at p; they must all be there."""
    for i in range(len(wanted)):
        if buf[p + i] != wanted[i]:
            return False
    return True
