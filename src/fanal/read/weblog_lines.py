"""Lines of a web-server log: the file in blocks of whole lines, and a quick look whether a line is a request."""

import json
import re
from collections.abc import Iterator

import numpy as np

from fanal.evidence.streams import PlainBytes
from fanal.read import stopping
from fanal.read.cell_kernel import Bytes
from fanal.read.weblog_fields import CLIENT, METHOD, PATH, REQUEST, STATUS, TS
from fanal.read.weblog_kernel import LONGEST, WITHIN
from fanal.read.weblog_keys import names

CHUNK = 1 << 23
_LOOK = re.compile(rb'^\0*\S+ (?:\S+ )?.{0,200}?\[[^\]\n]{10,40}\] "[^\n]*" (?:[0-9]{3}|-) (?:[0-9]+|-)(?: |\r?$)')
_WHO, _WHEN, _WHAT = names(CLIENT), names(TS), names(METHOD) | names(PATH) | names(REQUEST)
_WITHIN, _HOW = names(WITHIN), names(STATUS)


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


def is_request(line: bytes) -> bool:
    """Whether a line looks like a request: in combined or common form, or as a JSON object that tells of one."""
    if not line.lstrip().startswith(b"{"):
        return _LOOK.match(line) is not None
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return False
    keys = {key.lower(): value for key, value in told.items()} if isinstance(told, dict) else {}
    for key in keys.keys() & (_WITHIN | {"request"}):
        if isinstance(keys[key], dict):
            keys = {**keys, **{inner.lower(): value for inner, value in keys[key].items()}}
    return bool(keys.keys() & _WHO and keys.keys() & _WHAT and keys.keys() & _WHEN and keys.keys() & _HOW)
