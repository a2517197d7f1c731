"""Zips from the other side, opened safely: refused before anything is read where they could harm.

Nothing is ever unpacked to disk here. Headers are believed for refusing only: sizes are checked
again while bytes stream. Members that are zips are opened to the depth that the limits allow.
"""

import io
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from fanal.base.errors import FanalError
from fanal.base.language import translate

CHUNK = 1 << 20
_LOCAL_HEADER = 30
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DRIVE = re.compile(r"^[A-Za-z]:")
_END = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_IN_ZIP64 = 0xFFFFFFFF
#: More than an entry of the listing takes, in bytes, with a path and times in its extra field.
_ENTRY_BYTES = 512
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


class ZipDamaged(FanalError):
    """Not a zip, or one that breaks off."""

    code = "F-ZIP-01"
    text = "{path} cannot be read as a zip: {detail}. Ask for the file again."


class ZipUnsafeName(FanalError):
    """A member's name points outside the zip."""

    code = "F-ZIP-02"
    text = "{path} is refused: the name of member {member} leads outside the zip. Examine it by hand."


class ZipLink(FanalError):
    """A member is a link or a device."""

    code = "F-ZIP-03"
    text = "{path} is refused: member {member} is a link or a special file. Examine it by hand."


class ZipEncrypted(FanalError):
    """A member is encrypted or packed by a method that Fanal does not open."""

    code = "F-ZIP-04"
    text = "{path} is refused: member {member} is encrypted or packed in an unknown way. Decrypt it first."


class ZipDuplicate(FanalError):
    """Two members share one name, so that two programs may see two contents."""

    code = "F-ZIP-05"
    text = "{path} is refused: two members are named {member}. Examine it by hand."


class ZipTooMany(FanalError):
    """More members than the limit."""

    code = "F-ZIP-06"
    text = "{path} is refused: it lists more than {limit} members."


class ZipBomb(FanalError):
    """It unpacks to far more than any export does, or its members overlap."""

    code = "F-ZIP-07"
    text = "{path} is refused: member {member} unpacks to too much for its size, as a zip bomb does."


class ZipTooDeep(FanalError):
    """Zips within zips beyond the limit."""

    code = "F-ZIP-08"
    text = "{path} is refused: it holds zips in zips more than {limit} deep. Unpack it in parts."


class ZipNoMember(FanalError):
    """No member of that name."""

    code = "F-ZIP-09"
    text = "{path} has no member {member}."


@dataclass(frozen=True)
class ZipLimits:
    """What a zip may be.

    Attributes:
        members: how many entries it may list.
        total: bytes that all members may unpack to, declared or streamed.
        ratio: how many bytes one packed byte may become, beyond a first MiB.
        depth: how many zips may lie within one another, the outermost included.
        inner: bytes of a zip within a zip.
    """

    members: int = 200_000
    total: int = 1 << 40
    ratio: int = 250
    depth: int = 2
    inner: int = 64 << 20


@dataclass(frozen=True)
class Member:
    """One file in a zip: its name, its unpacked and its packed size in bytes."""

    name: str
    bytes: int
    packed: int


class SafeZip:
    """An opened zip whose listing has passed every check. Made by `open_zip`; a context manager."""

    def __init__(self, file: BinaryIO, path: str, limits: ZipLimits, depth: int) -> None:
        self._path, self._limits, self._depth = path, limits, depth
        self._streamed = 0
        try:
            _check_listing_size(file, path, limits)
            self._zip = zipfile.ZipFile(file)
        except _DAMAGE as e:
            raise ZipDamaged(path=path, detail=e) from e
        self._infos = _checked(self._zip.infolist(), path, limits)
        self._file = file

    @property
    def members(self) -> tuple[Member, ...]:
        """Every file, in the order of the zip's listing; folders left out."""
        return tuple(Member(name, i.file_size, i.compress_size) for name, i in self._infos.items())

    def stream(self, name: str) -> Iterator[bytes]:
        """The unpacked bytes of one member in chunks of at most 1 MiB. Raises ZipBomb, ZipDamaged, ZipNoMember."""
        info = self._infos.get(name)
        if info is None:
            raise ZipNoMember(path=self._path, member=name)
        out = 0
        try:
            with self._zip.open(info) as member:
                while chunk := member.read(CHUNK):
                    out += len(chunk)
                    self._streamed += len(chunk)
                    if _swollen(out, info.compress_size, self._limits) or self._streamed > self._limits.total:
                        raise ZipBomb(path=self._path, member=name)
                    yield chunk
        except _DAMAGE as e:
            raise ZipDamaged(path=self._path, detail=e) from e

    def read(self, name: str, limit: int) -> bytes:
        """All bytes of one member. Raises ZipBomb where they are more than `limit`."""
        parts, size = [], 0
        for chunk in self.stream(name):
            size += len(chunk)
            if size > limit:
                raise ZipBomb(path=self._path, member=name)
            parts.append(chunk)
        return b"".join(parts)

    def inner(self, name: str) -> "SafeZip":
        """A member that is a zip itself, under the same limits. Raises ZipTooDeep."""
        if self._depth >= self._limits.depth:
            raise ZipTooDeep(path=self._path, limit=self._limits.depth)
        data = self.read(name, self._limits.inner)
        return SafeZip(io.BytesIO(data), f"{self._path}/{name}", self._limits, self._depth + 1)

    def close(self) -> None:
        """Close the file."""
        self._zip.close()
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_zip(path: Path, limits: ZipLimits | None = None) -> SafeZip:
    """Open a zip of unknown intent.

    Raises:
        ZipDamaged, ZipUnsafeName, ZipLink, ZipEncrypted, ZipDuplicate, ZipTooMany, ZipBomb: see each.
    """
    try:
        file = path.open("rb")
    except OSError as e:
        raise ZipDamaged(path=path.name, detail=translate(e.strerror or str(e))) from e
    try:
        return SafeZip(file, path.name, limits or ZipLimits(), 1)
    except BaseException:
        file.close()
        raise


def _check_listing_size(file: BinaryIO, path: str, limits: ZipLimits) -> None:
    """Refuse a listing longer than the allowed members could need: the library would load all of it."""
    size = file.seek(0, io.SEEK_END)
    tail_size = min(size, 22 + 0xFFFF)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    at = tail.rfind(_END)
    listing = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if listing == _IN_ZIP64 and tail[max(at - 20, 0) : at].startswith(_ZIP64_LOCATOR):
        file.seek(int.from_bytes(tail[at - 12 : at - 4], "little"))
        listing = int.from_bytes(file.read(56)[40:48], "little")
    if listing > limits.members * _ENTRY_BYTES:
        raise ZipTooMany(path=path, limit=limits.members)
    if size > limits.total:
        raise ZipBomb(path=path, member="*")
    file.seek(0)


def _checked(infos: list[zipfile.ZipInfo], path: str, limits: ZipLimits) -> dict[str, zipfile.ZipInfo]:
    if len(infos) > limits.members:
        raise ZipTooMany(path=path, limit=limits.members)
    files: dict[str, zipfile.ZipInfo] = {}
    seen: set[str] = set()
    total = 0
    for info in infos:
        shown = info.orig_filename
        _check_entry(info, path)
        name = unicodedata.normalize("NFC", shown.replace("\\", "/")).rstrip("/")
        if name in seen:
            raise ZipDuplicate(path=path, member=shown)
        seen.add(name)
        total += info.file_size
        if total > limits.total or _swollen(info.file_size, info.compress_size, limits):
            raise ZipBomb(path=path, member=shown)
        if not info.is_dir():
            files[info.filename] = info
    _check_overlap(infos, path)
    return files


def _check_entry(info: zipfile.ZipInfo, path: str) -> None:
    shown = info.orig_filename
    parts = shown.replace("\\", "/").split("/")
    if not shown or parts[0] == "" or ".." in parts or "\0" in shown or _DRIVE.match(shown):
        raise ZipUnsafeName(path=path, member=shown)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ZipLink(path=path, member=shown)
    if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
        raise ZipEncrypted(path=path, member=shown)


def _check_overlap(infos: list[zipfile.ZipInfo], path: str) -> None:
    end = 0
    for info in sorted(infos, key=lambda i: i.header_offset):
        if info.header_offset < end:
            raise ZipBomb(path=path, member=info.orig_filename)
        end = info.header_offset + _LOCAL_HEADER + info.compress_size


def _swollen(unpacked: int, packed: int, limits: ZipLimits) -> bool:
    return unpacked > CHUNK + packed * limits.ratio
