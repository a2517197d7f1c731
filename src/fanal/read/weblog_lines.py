"""Lines of a web-server log: the file in blocks of whole lines, and a quick look whether a line is a request."""

from collections.abc import Iterator

import numpy as np

from fanal.evidence.streams import PlainBytes
from fanal.read import stopping
from fanal.read.cell_kernel import Bytes
from fanal.read.weblog_kernel import LONGEST

CHUNK = 1 << 23


def blocks(stream: PlainBytes, chunk: int = CHUNK) -> Iterator[tuple[Bytes, int]]:
    """A log in whole lines: a buffer that holds until the next one is asked for, and how much of it is lines.

    They end in a line feed each. A line longer than LONGEST that one chunk does not hold is cut to that
    length, which makes it one that cannot be read. The buffer is a number of whole eight bytes. Where the process was
    asked to stop, the file ends.
    """
    buf: Bytes = np.zeros((LONGEST + chunk + 16) & ~7, np.uint8)
    left, skipping = 0, False
    while not stopping.take() and (read := stream.read(chunk)):
        start = 0
        if skipping:
            start = read.find(b"\n") + 1
            if not start:
                continue
            skipping = False
        size = len(read) - start
        buf[left : left + size] = np.frombuffer(read, np.uint8)[start:]
        last = read.rfind(b"\n", start)
        end = left + last + 1 - start if last >= 0 else 0
        left += size
        if end:
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
