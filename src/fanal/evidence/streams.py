"""Files that are one compressed stream (gzip, zstd), opened safely as the plain bytes within.

What a stream says of its own size is never believed: how far it unpacks is checked while it does.
A stream that breaks off or is damaged gives what can be read, and says so in the end. Zips, which
hold many files, are opened by `evidence.zips`.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from fanal.base.errors import FanalError

#: How a compressed stream begins, and the endings that names of such files have.
MAGIC = {"gzip": b"\x1f\x8b\x08", "zstd": b"\x28\xb5\x2f\xfd"}
_SUFFIXES = (".gz", ".gzip", ".zst", ".zstd")
_HEAD = 1 << 16
#: Neither library gives anything of a piece in which the stream breaks off: pieces are small.
_PACKED, _PIECE = 1 << 15, 1 << 14
_FREE = 1 << 20
_GZIP = 31
WHOLE, CUT_OFF, DAMAGED = "whole", "cut off", "damaged"


class StreamBomb(FanalError):
    """It unpacks to far more than any log or export does."""

    code = "F-STREAM-01"
    text = "{path} is refused: it unpacks to too much for its size, as a bomb does. Unpack it by hand and add the text."


@dataclass(frozen=True)
class StreamLimits:
    """What a compressed file may be.

    Attributes:
        total: bytes that it may unpack to.
        ratio: how many bytes one packed byte may become, beyond a first MiB.
    """

    total: int = 1 << 40
    ratio: int = 250


class PlainBytes:
    """The bytes within a file, whether it is compressed or not; a context manager.

    Attributes:
        form: "gzip", "zstd", or None where the file is not compressed.
        ending: "whole", "cut off" or "damaged"; known once `read` has given nothing more.
    """

    def __init__(self, path: Path, limits: StreamLimits) -> None:
        self._file = path.open("rb")
        self._name, self._limits = path.name, limits
        self.form = form_of(self._file.read(4))
        self._file.seek(0)
        self.ending = WHOLE
        self._out = 0
        self._waiting = b""
        self._stream: Any = None  # kept: it would close the file
        self._pieces = self._zstd() if self.form == "zstd" else self._gzip()

    def read(self, size: int) -> bytes:
        """The next `size` bytes; fewer only at the end, none behind it. Raises StreamBomb."""
        if self.form is None:
            return self._file.read(size)
        parts, have = [self._waiting], len(self._waiting)
        while have < size and (piece := next(self._pieces, b"")):
            self._out += len(piece)
            if self._out > _FREE + self._file.tell() * self._limits.ratio or self._out > self._limits.total:
                raise StreamBomb(path=self._name)
            parts.append(piece)
            have += len(piece)
        joined = b"".join(parts)
        self._waiting = joined[size:]
        return joined[:size]

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill a buffer; fewer bytes than it has room for only at the end. Raises StreamBomb."""
        if self.form is None:
            return self._file.readinto(buffer)
        got = self.read(len(buffer))
        buffer[: len(got)] = got
        return len(got)

    def facts(self) -> dict[str, Any]:
        """What is to be noted of the file: nothing of a plain one; `compression`, and where it is so `truncated`."""
        if self.form is None:
            return {}
        told: dict[str, Any] = {"compression": self.form}
        return told if self.ending == WHOLE else {**told, "truncated": True, "compression_ends": self.ending}

    def _gzip(self) -> Iterator[bytes]:
        """Member after member. Zeros behind the last one are padding; other bytes there are damage."""
        inflate = zlib.decompressobj(_GZIP)
        begun, packed = False, b""
        try:
            while packed := packed or self._file.read(_PACKED):
                if not begun and not (packed := self._next_member(packed)):
                    break
                begun = True
                if piece := inflate.decompress(packed, _PIECE):
                    yield piece
                packed = inflate.unconsumed_tail
                if inflate.eof:
                    begun, packed, inflate = False, inflate.unused_data, zlib.decompressobj(_GZIP)
            if begun:
                self.ending = CUT_OFF
                yield inflate.flush()
        except zlib.error:
            self.ending = DAMAGED

    def _next_member(self, packed: bytes) -> bytes:
        """The bytes from where a member begins; none where no more follows."""
        while not (packed := packed.lstrip(b"\0")):
            packed = self._file.read(_PACKED)
            if not packed:
                return b""
        magic = MAGIC["gzip"]
        while len(packed) < len(magic) and (more := self._file.read(_PACKED)):
            packed += more
        if packed.startswith(magic):
            return packed
        self.ending = CUT_OFF if magic.startswith(packed) else DAMAGED
        return b""

    def _zstd(self) -> Iterator[bytes]:
        try:
            self._stream = pa.CompressedInputStream(pa.PythonFile(self._file, "r"), "zstd")
            while piece := self._stream.read(_PIECE):
                yield piece
        except OSError as e:
            self.ending = CUT_OFF if "Truncated" in str(e) else DAMAGED

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def opened(path: Path, limits: StreamLimits | None = None) -> PlainBytes:
    """Open a file for its plain bytes, unpacking them on the way where it is compressed."""
    return PlainBytes(path, limits or StreamLimits())


def form_of(head: bytes) -> str | None:
    """How a file that begins so is compressed: "gzip", "zstd" or None."""
    return next((form for form, magic in MAGIC.items() if head.startswith(magic)), None)


def plain_head(head: bytes, size: int = _HEAD) -> bytes:
    """At most `size` plain bytes from the first bytes of a file, for a reader's `detect`."""
    form = form_of(head)
    if form == "gzip":
        try:
            return zlib.decompressobj(_GZIP).decompress(head, size)
        except zlib.error:
            return b""
    if form != "zstd":
        return head[:size]
    found = b""
    try:
        with pa.CompressedInputStream(pa.BufferReader(head), "zstd") as stream:
            while len(found) < size and (piece := stream.read(_PIECE)):
                found += piece
    except OSError:
        pass  # the head breaks off: that much of it is plain
    return found[:size]


def plain_name(name: str) -> str:
    """A file's name without the ending that says it is compressed: `access.log.gz` is `access.log`."""
    lowered = name.lower()
    return next((name[: -len(s)] for s in _SUFFIXES if lowered.endswith(s) and len(name) > len(s)), name)
