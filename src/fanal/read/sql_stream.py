"""A dump's text as it stands in its file: plain, compressed with gzip or Zstandard, or in UTF-16.

Everything is undone while it is read, piece by piece; nothing is unpacked to a file. Knows no SQL.
"""

import codecs
import io
import zlib
from pathlib import Path
from typing import Protocol

import pyarrow as pa

_GZIP, _ZSTD = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"
_PIECE = 1 << 20
#: Where packed data breaks off, the piece that was asked for is lost.
_SMALL = 1 << 14
#: With a header of gzip's.
_WINDOW_BITS = 31
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
TAIL = 4096


class _Undone(Protocol):
    """Bytes of the text, piece by piece; none at the end."""

    broken: bool

    def read(self) -> bytes:
        """The next piece."""

    def close(self) -> None:
        """Close the file."""


class SqlStream(io.RawIOBase):
    """The text of a dump, for reading in order.

    Attributes:
        packing: `gzip`, `zstd` or None.
        utf16: whether the file is UTF-16, told by its byte order mark; what it cannot mean becomes U+FFFD.
        broken: set once the packed data breaks off or is damaged; what came before it was read.
        head: the first bytes of the text.
        tail: the last bytes read, at most TAIL of them.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        with path.open("rb") as f:
            head = f.read(4)
        self.packing = "gzip" if head.startswith(_GZIP) else "zstd" if head == _ZSTD else None
        self._undone = _undone(path, self.packing)
        self._waiting = b""
        self._fill()
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
        """Whether the packed data broke off."""
        return self._undone.broken

    def _fill(self) -> bool:
        raw = self._undone.read()
        self._waiting = raw
        return bool(raw)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as far as there is text; returns the number of bytes, less than its size at the end only."""
        at, size = 0, len(buffer)
        while at < size:
            if not self._waiting:
                if not self._fill():
                    break
                if self._decoder:
                    self._waiting = self._decoder.decode(self._waiting).encode()
            part = self._waiting[: size - at]
            buffer[at : at + len(part)] = part
            self._waiting = self._waiting[len(part) :]
            at += len(part)
        self.tail = (self.tail + bytes(buffer[max(0, at - TAIL) : at]))[-TAIL:]
        return at

    def close(self) -> None:
        """Close the file."""
        self._undone.close()
        super().close()


class _Plain:
    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self.broken = False

    def read(self) -> bytes:
        return self._file.read(_PIECE)

    def close(self) -> None:
        self._file.close()


class _Gunzip:
    """Gzip, also of several members one behind the other; what is behind the last one is left alone."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self._member = zlib.decompressobj(_WINDOW_BITS)
        self._raw = b""
        self.broken = False

    def read(self) -> bytes:
        while not self.broken:
            if self._member.eof:
                rest = self._member.unused_data or self._file.read(_PIECE)
                if not rest.lstrip(b"\0"):
                    return b""
                self._member, self._raw = zlib.decompressobj(_WINDOW_BITS), rest
            if not self._raw:
                self._raw = self._file.read(_PIECE)
                self.broken = not self._raw
            try:
                made = self._member.decompress(self._raw, _PIECE)
            except zlib.error:
                self.broken = True
                return b""
            self._raw = self._member.unconsumed_tail
            if made:
                return made
        return b""

    def close(self) -> None:
        self._file.close()


class _Unzstd:
    def __init__(self, path: Path) -> None:
        self._stream = pa.CompressedInputStream(pa.OSFile(str(path), "rb"), "zstd")
        self.broken = False

    def read(self) -> bytes:
        if self.broken:  # asked again, it would never end
            return b""
        try:
            return bytes(self._stream.read(_SMALL))
        except (OSError, pa.ArrowException):
            self.broken = True
            return b""

    def close(self) -> None:
        self._stream.close()


def _undone(path: Path, packing: str | None) -> _Undone:
    if packing == "gzip":
        return _Gunzip(path)
    return _Unzstd(path) if packing else _Plain(path)


def opened_head(head: bytes) -> bytes:
    """How the text begins, of how its file begins; what cannot be undone stays as it is."""
    try:
        if head.startswith(_GZIP):
            head = zlib.decompressobj(_WINDOW_BITS).decompress(head, 1 << 16)
        elif head.startswith(_ZSTD):
            head = pa.CompressedInputStream(pa.BufferReader(head), "zstd").read(1 << 12)
    except (zlib.error, OSError, pa.ArrowException):
        return head
    for mark, name in _UTF16.items():
        if head.startswith(mark):
            return head[2:].decode(name, "replace").encode()
    return head.removeprefix(codecs.BOM_UTF8)
