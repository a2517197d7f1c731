"""A window that moves over a file: scanners look at a block of bytes and ask for more behind it.

Compressed files are opened on the way (evidence.streams): every place is one in the plain bytes.
"""

from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np

from fanal.base.language import translate
from fanal.evidence.streams import PlainBytes, opened
from fanal.read import stopping
from fanal.read.cell_kernel import Bytes
from fanal.read.contract import Unreadable

CHUNK = 8 << 20
#: One row or statement larger than this is not read: everything in it would have to be in memory.
LARGEST = 256 << 20
#: A line longer than this can be passed over by `skip_line`.
LONGEST_LINE = 64 << 20


class Stream(Protocol):
    """Bytes in order."""

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer; fewer bytes than it has room for only at the end."""

    def close(self) -> None:
        """Close it."""


class Window:
    """Bytes `at` to `end` of `buf` are the file's from `offset` on.

    Attributes:
        buf: the block; its content moves when `more` is called.
        at: where the scanner stands.
        end: behind the last byte that is there.
        last: True once the file's end is in the block.
    """

    def __init__(self, path: Path, chunk: int = CHUNK, stream: Stream | None = None) -> None:
        """Open a file.

        Args:
            path: the file.
            chunk: bytes that are read together.
            stream: its text, where that is not the file's own plain bytes; closed with the window.
        """
        self._file: Stream = stream or opened(path)
        self._name = path.name
        self._chunk = chunk
        self.buf: Bytes = np.empty(2 * chunk, np.uint8)
        self.at, self.end, self.last = 0, 0, False
        self._base = 0
        self.more()

    def more(self) -> None:
        """Bring the next chunk in behind what is unread, which moves to the front of `buf`.

        Where the process was asked to stop, the file ends here.
        """
        if self.last:
            return
        if stopping.take():
            self.last = True
            return
        left = self.end - self.at
        if left + self._chunk > len(self.buf):
            if 2 * len(self.buf) > LARGEST:
                detail = translate("one row or statement is larger than {n} MiB; split the file and add the parts")
                raise Unreadable(path=self._name, detail=detail.format(n=LARGEST >> 20))
            grown: Bytes = np.empty(2 * len(self.buf), np.uint8)
            grown[:left] = self.buf[self.at : self.end]
            self.buf = grown
        elif self.at:
            self.buf[:left] = self.buf[self.at : self.end].copy()
        self._base += self.at
        self.at, self.end = 0, left
        got = self._file.readinto(self.buf.data[left : left + self._chunk])
        self.end += got
        self.last = not got

    @property
    def is_too_long(self) -> bool:
        """Whether more is there from `at` on than a line may have."""
        return self.end - self.at > LONGEST_LINE

    def skip_line(self) -> None:
        """Move behind the next line feed, or to the file's end."""
        while True:
            found = np.flatnonzero(self.buf[self.at : self.end] == ord("\n"))
            if len(found):
                self.at += int(found[0]) + 1
                return
            self.at = self.end
            if self.last:
                return
            self.more()

    @property
    def facts(self) -> dict[str, Any]:
        """What is to be noted of the file once it is read; see PlainBytes.facts."""
        return self._file.facts() if isinstance(self._file, PlainBytes) else {}

    @property
    def offset(self) -> int:
        """Where in the file the scanner stands."""
        return self._base + self.at

    def text(self, size: int) -> bytes:
        """At most `size` bytes from where the scanner stands."""
        return self.buf[self.at : min(self.end, self.at + size)].tobytes()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
