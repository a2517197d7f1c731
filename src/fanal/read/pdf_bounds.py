"""Bounds around the PDF library, which has none: what a stream may unpack to, how long one page may take.

The library unpacks with zlib, LZW and run lengths wherever it likes; here those doors are narrowed for
as long as a document is open. References that lead back to themselves and tables that never end keep it
busy for ever; a clock of processor time breaks them off.
"""

import signal
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from types import FrameType
from typing import Any

from pdfminer import pdftypes
from pdfminer.lzw import LZWDecoder
from pdfminer.runlength import rldecode

#: Bytes that one stream may become, and all streams of one page together.
STREAM, PAGE = 64 << 20, 256 << 20
#: Seconds of processor time for opening a document, and for one page.
SECONDS = 60.0
_RUN = 128
_LIBRARY = ("zlib", "lzwdecode", "rldecode")


class TooMuch(Exception):
    """A stream unpacks to more than it may, or the clock ran out."""


class Inflater:
    """Stands in for the library's zlib, and for its other unpackers.

    Attributes:
        error: what the library catches; here nothing raises it, since what a broken stream gives is taken.
        left: bytes that the page may still become.
        damaged: streams that broke off.
    """

    error = zlib.error

    def __init__(self) -> None:
        self.left = PAGE
        self.damaged = 0

    def decompress(self, data: bytes) -> bytes:
        """The bytes of a deflated stream, up to its damage."""
        engine = zlib.decompressobj()
        parts: list[bytes] = []
        size, step = 0, 1 << 16
        try:
            waiting = data
            while waiting and not engine.eof:
                part = engine.decompress(waiting, step)
                waiting = engine.unconsumed_tail
                size += len(part)
                self._spend(len(part), size)
                parts.append(part)
        except zlib.error:
            self.damaged += 1
        return b"".join(parts)

    def lzw(self, data: bytes) -> bytes:
        """The bytes of an LZW stream."""
        out = bytearray()
        for part in LZWDecoder(BytesIO(data)).run():
            out += part
            self._spend(len(part), len(out))
        return bytes(out)

    def run_lengths(self, data: bytes) -> bytes:
        """The bytes of a run-length stream: at most 64 for one."""
        self._spend(0, len(data) * _RUN // 2)
        return rldecode(data)

    def _spend(self, more: int, size: int) -> None:
        self.left -= more
        if size > STREAM or self.left < 0:
            raise TooMuch


@contextmanager
def narrowed() -> Iterator[Inflater]:
    """The library unpacks only through the Inflater that is given, for as long as the block lasts."""
    inflater = Inflater()
    before: dict[str, Any] = {name: getattr(pdftypes, name) for name in _LIBRARY}
    for name, door in zip(_LIBRARY, (inflater, inflater.lzw, inflater.run_lengths), strict=True):
        setattr(pdftypes, name, door)
    try:
        yield inflater
    finally:
        for name, door in before.items():
            setattr(pdftypes, name, door)


@contextmanager
def clock(seconds: float | None = None) -> Iterator[None]:
    """Raise TooMuch in the block after so much processor time, default SECONDS; no bound outside of the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGPROF, _ring)
    # Again and again: the library lets some errors of its own pass, and one bell might be among them.
    signal.setitimer(signal.ITIMER_PROF, seconds or SECONDS, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _ring(_number: int, _frame: FrameType | None) -> None:
    raise TooMuch
