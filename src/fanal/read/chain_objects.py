"""JSON of any layout as JSON lines: the objects of one large array, or one after the other, each on a line of its own.

It looks at brackets and quotes alone; what is no JSON stays none and is found out by whoever reads the lines.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from fanal.base.compiled import compiled
from fanal.read.cell_kernel import Bytes
from fanal.read.mapped_rows import pieces

State = npt.NDArray[np.int64]
_QUOTE, _BACKSLASH, _COMMA = ord('"'), ord("\\"), ord(",")
_OPEN, _CLOSE, _OPEN_LIST, _CLOSE_LIST = ord("{"), ord("}"), ord("["), ord("]")
_FEED, _RETURN, _BLANK, _TAB = ord("\n"), ord("\r"), ord(" "), ord("\t")
# Places in the state.
_DEPTH, _TEXT, _ESCAPED, _BEGUN, _DONE = range(5)


def to_lines(path: Path, target: Path, start: int, *, within: bool) -> None:
    """Write the objects of a file to another, one a line.

    Args:
        path: the file.
        target: where the lines go.
        start: the byte to begin at.
        within: True where that byte opens the array that holds them; what follows its end is left out.
    """
    state = np.zeros(5, np.int64)
    base = 1 if within else 0
    skip = start + base
    state[_DEPTH] = base
    with target.open("wb") as out:
        for piece in pieces(path):
            part = piece[skip:]
            skip = max(0, skip - len(piece))
            made = np.empty(2 * len(part) + 1, np.uint8)
            size = _cut(np.frombuffer(part, np.uint8), made, state, base)
            out.write(made[:size].tobytes())
            if state[_DONE]:
                break


@compiled
def _cut(raw: Bytes, out: Bytes, state: State, base: int) -> int:  # noqa: C901, PLR0912  one pass over bytes
    """Copy bytes, with a line feed behind each object at depth `base` and nowhere else. Returns the size of `out`."""
    at = 0
    for byte in raw:
        if state[_DONE]:
            break
        if state[_TEXT]:
            out[at] = byte
            at += 1
            if state[_ESCAPED]:
                state[_ESCAPED] = 0
            elif byte == _BACKSLASH:
                state[_ESCAPED] = 1
            elif byte == _QUOTE:
                state[_TEXT] = 0
            continue
        outside = state[_DEPTH] == base
        blank = byte in (_FEED, _RETURN, _BLANK, _TAB)
        if outside and (blank or byte == _COMMA):
            if byte == _COMMA and state[_BEGUN]:
                out[at] = _FEED
                at += 1
                state[_BEGUN] = 0
            continue
        if outside and byte == _CLOSE_LIST and base:
            state[_DONE] = 1
            continue
        out[at] = _BLANK if blank else byte
        at += 1
        state[_BEGUN] = 1
        if byte == _QUOTE:
            state[_TEXT] = 1
        elif byte in (_OPEN, _OPEN_LIST):
            state[_DEPTH] += 1
        elif byte in (_CLOSE, _CLOSE_LIST) and not outside:
            state[_DEPTH] -= 1
            if state[_DEPTH] == base:
                out[at] = _FEED
                at += 1
                state[_BEGUN] = 0
    return at
