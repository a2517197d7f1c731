"""Lines of a web-server log: the file in blocks of whole lines, and a quick look whether a line is a request."""

from collections.abc import Iterator

import numpy as np

from fanal.base.lanes import LANES
from fanal.evidence.streams import PlainBytes
from fanal.read import stopping
from fanal.read.cell_kernel import Bytes
from fanal.read.weblog_kernel import LONGEST

CHUNK = 1 << 23
_PIECE = 1 << 16


def blocks(stream: PlainBytes, chunk: int = CHUNK) -> Iterator[tuple[Bytes, int]]:
    """A log in whole lines: a buffer that holds until the next one is asked for, and how much of it is lines.

    They end in a line feed each. A line longer than LONGEST that one chunk does not hold is cut to that
    length, which makes it one that cannot be read. Where the process was asked to stop, the file ends.
    """
    buf: Bytes = np.zeros(LONGEST + chunk + LANES, np.uint8)
    room = buf.data
    left, skipping = 0, False
    while not stopping.take() and (size := stream.readinto(room[left : left + chunk])):
        if skipping:
            start = buf[:size].tobytes().find(b"\n") + 1
            if not start:
                continue
            skipping, size = False, size - start
            buf[:size] = buf[start : start + size].copy()
        end = left + _last_feed(buf[left : left + size]) + 1
        left += size
        if end > left - size:
            yield buf, end
            left -= end
            buf[:left] = buf[end : end + left].copy()
        if left > LONGEST:
            buf[LONGEST] = ord("\n")
            yield buf, LONGEST + 1
            left, skipping = 0, True
    if left:
        buf[left] = ord("\n")
        yield buf, left + 1


def _last_feed(part: Bytes) -> int:
    """Where the last line feed stands, -1 where there is none; it is looked for from the end."""
    for begin in range(len(part) - 1 & -_PIECE, -1, -_PIECE):
        found = part[begin : begin + _PIECE].tobytes().rfind(b"\n")
        if found >= 0:
            return begin + found
    return -1
