"""A dump's text as it stands in its file: plain, compressed (evidence.streams), or in UTF-16.

Everything is undone while it is read, piece by piece; nothing is unpacked to a file. Knows no SQL.
"""

import codecs
import io
from pathlib import Path

from fanal.evidence.streams import WHOLE, opened, plain_head

_PIECE = 1 << 20
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
TAIL = 4096


class SqlStream(io.RawIOBase):
    """The text of a dump, for reading in order.

    Attributes:
        packing: `gzip`, `zstd` or None.
        utf16: whether the file is UTF-16, told by its byte order mark; what it cannot mean becomes U+FFFD.
        head: the first bytes of the text.
        tail: the last bytes read, at most TAIL of them.
    """

    def __init__(self, path: Path) -> None:
        """Open a dump. Reading raises StreamBomb where it unpacks to too much."""
        super().__init__()
        self._plain = opened(path)
        self.packing = self._plain.form
        self._waiting = self._plain.read(_PIECE)
        mark = next((m for m in _UTF16 if self._waiting.startswith(m)), None)
        self.utf16 = mark is not None
        self._decoder = codecs.getincrementaldecoder(_UTF16[mark])("replace") if mark else None
        if self._decoder:
            self._waiting = self._decoder.decode(self._waiting[2:]).encode()
        elif self._waiting.startswith(codecs.BOM_UTF8):
            self._waiting = self._waiting[len(codecs.BOM_UTF8) :]
        self.head = self._waiting[:64]
        self.tail = b""

    @property
    def broken(self) -> bool:
        """Whether the packed data broke off or is damaged; what came before it was read."""
        return self._plain.ending != WHOLE

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as far as there is text; returns the number of bytes, less than its size at the end only."""
        at, size = 0, len(buffer)
        while at < size:
            if not self._waiting:
                raw = self._plain.read(_PIECE)
                if not raw:
                    break
                self._waiting = self._decoder.decode(raw).encode() if self._decoder else raw
            part = self._waiting[: size - at]
            buffer[at : at + len(part)] = part
            self._waiting = self._waiting[len(part) :]
            at += len(part)
        self.tail = (self.tail + bytes(buffer[max(0, at - TAIL) : at]))[-TAIL:]
        return at

    def close(self) -> None:
        """Close the file."""
        self._plain.close()
        super().close()


def opened_head(head: bytes) -> bytes:
    """How the text begins, of how its file begins."""
    plain = plain_head(head)
    for mark, name in _UTF16.items():
        if plain.startswith(mark):
            return plain[2:].decode(name, "replace").encode()
    return plain.removeprefix(codecs.BOM_UTF8)
