"""A bag as one tar stream, always the same bytes; and the strict way back.

Plain ustar: regular files only, sorted, owner 0, time 0, mode 0600. The way back is not a general tar
reader: links, devices, folders, long-name extensions, unsafe or repeated names, anything after the end
and anything over the limits are refused.
"""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fanal.base.language import translate
from fanal.exchange.bag import SAFE_NAME
from fanal.exchange.refusals import ApprovalVoid, Damaged, TooBig, UnsafeEntry

_BLOCK = 512
_CHUNK = 1 << 20
#: Bytes that are hashed and encrypted before the next ones are read.
_CACHED = 1 << 16
_ZERO = bytes(_BLOCK)
_ENDING = 2 * _BLOCK
# tar programs fill up the last record of 20 blocks with zeros.
_LONGEST_ENDING = 40 * _BLOCK


@dataclass(frozen=True)
class Limits:
    """What a node takes in one sealed file."""

    files: int = 2_000
    total_bytes: int = 8 << 30


def header(name: str, size: int) -> bytes:
    """The ustar header of one file: 512 bytes that depend on name and size alone."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict")


def stream(folder: Path, digests: Mapping[str, str]) -> Iterator[bytes]:
    """The tar of a folder in pieces, each file checked against its digest as it goes by.

    Args:
        folder: the bag.
        digests: every file that goes in, with its SHA-256.

    Raises:
        ApprovalVoid: a file is not there, or its bytes are not those of the digest.
    """
    for name in sorted(digests):
        try:
            with (folder / name).open("rb", buffering=0) as f:
                size = f.seek(0, io.SEEK_END)
                f.seek(0)
                yield header(name, size)
                yield from _checked(f, digests[name], folder)
        except FileNotFoundError as e:
            raise ApprovalVoid(path=folder) from e
        yield bytes(-size % _BLOCK)
    yield bytes(_ENDING)


def _checked(source: io.RawIOBase, digest: str, folder: Path) -> Iterator[bytes]:
    """A file in pieces that stay in the processor's cache while they are hashed and then encrypted."""
    seen = hashlib.sha256()
    while piece := source.read(_CACHED):
        seen.update(piece)
        yield piece
    if seen.hexdigest() != digest:
        raise ApprovalVoid(path=folder)


def extract(source: BinaryIO, folder: Path, path: object, limits: Limits) -> list[str]:
    """Unpack a tar strictly into an empty folder: files 0600, folders 0700.

    Args:
        source: the tar, from its first byte.
        folder: where to.
        path: what to call the sealed file in an error.
        limits: how many files and bytes at most.

    Returns:
        The names, in the order they stood.

    Raises:
        Refused: UnsafeEntry, TooBig or Damaged. What was already unpacked is the caller's to delete.
    """
    names: list[str] = []
    for name, pieces in entries(source, path, limits):
        _unpack(pieces, folder / name, path)
        names.append(name)
    return names


def entries(source: BinaryIO, path: object, limits: Limits) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The files of a tar, strictly, each with its bytes in pieces; take them before the next file is asked for.

    Args, Raises: as `extract`.
    """
    folded: set[str] = set()
    left = limits.total_bytes
    while (block := _block(source, path)) != _ZERO:
        info = _entry(block, path)
        # Where case does not count, two such names are one file.
        if info.name.lower() in folded:
            raise UnsafeEntry(path=path, name=info.name, detail=translate("there twice"))
        folded.add(info.name.lower())
        left -= info.size
        if left < 0:
            raise TooBig(path=path, limit=translate("{n} bytes").format(n=limits.total_bytes))
        if len(folded) > limits.files:
            raise TooBig(path=path, limit=translate("{n} files").format(n=limits.files))
        yield info.name, _pieces(source, info.size, path)
    rest = source.read(_LONGEST_ENDING + 1)
    if len(rest) < _BLOCK or len(rest) > _LONGEST_ENDING or rest.strip(b"\0"):
        raise Damaged(path=path, detail=translate("its archive does not end where it says"))


def _block(source: BinaryIO, path: object) -> bytes:
    block = source.read(_BLOCK)
    if len(block) != _BLOCK:
        raise Damaged(path=path, detail=translate("its archive is cut short"))
    return block


def _entry(block: bytes, path: object) -> tarfile.TarInfo:
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError as e:
        raise Damaged(path=path, detail=translate("an entry of its archive cannot be read")) from e
    if info.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
        raise UnsafeEntry(path=path, name=info.name, detail=translate("not a regular file"))
    if not SAFE_NAME.fullmatch(info.name):
        raise UnsafeEntry(path=path, name=info.name, detail=translate("unsafely named"))
    if info.size < 0:
        raise Damaged(path=path, detail=translate("an entry of its archive has no size"))
    return info


def _pieces(source: BinaryIO, size: int, path: object) -> Iterator[bytes]:
    left = size
    while left:
        piece = source.read(min(_CHUNK, left))
        if not piece:
            raise Damaged(path=path, detail=translate("its archive is cut short"))
        left -= len(piece)
        yield piece
    if source.read(-size % _BLOCK).strip(b"\0"):
        raise Damaged(path=path, detail=translate("something is hidden between its files"))


def _unpack(pieces: Iterator[bytes], target: Path, path: object) -> None:
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with target.open("xb") as f:
            target.chmod(0o600)
            for piece in pieces:
                f.write(piece)
            f.flush()
            os.fsync(f.fileno())
    except (FileExistsError, NotADirectoryError) as e:
        raise UnsafeEntry(path=path, name=target.name, detail=translate("there twice")) from e
