"""Looks for signs of media in bytes that stream by, to decide whether Fanal may keep a copy of them.

The answer errs on one side: what looks like media, or cannot be looked into, stays where the agency
keeps it. Nothing is decoded and nothing is kept of what passes.
"""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np
import numpy.typing as npt

from fanal.base.language import mark
from fanal.evidence.media_signs import ENCODED, LONG_RUN
from fanal.evidence.zips import open_zip

CHUNK = 1 << 20
_OVERLAP = 4096
_WORDS = LONG_RUN // 2 // 8

BINARY: Final = mark("bytes that are not text")
SIGNATURE: Final = mark("the first bytes of a media file")
BLOB: Final = mark("a binary value in a database dump")
ENCODED_RUN: Final = mark("a long run of base64 or hexadecimal text")
ATTACHMENT: Final = mark("an attachment of a mail")
ZIP_MEMBER: Final = mark("a zip with other members than text")

#: Names of zip members that hold text; what they hold is looked at all the same.
TEXT_SUFFIXES = frozenset({".txt", ".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".log", ".sql", ".md", ".yaml"})
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# JPEG, PNG, GIF, WebP, Matroska, Ogg: as they stand in a file, and in a dump that escapes zero bytes.
_MAGIC = (b"GIF87a", b"GIF89a", b"WEBPVP8", b"OggS")
#: Where in a signature two neighbours stand that are rare in text.
_RARE = {b"GIF87a": 2, b"GIF89a": 2, b"WEBPVP8": 3, b"OggS": 2}
_HIGH_MAGIC = (b"\xff\xd8\xff", b"\x89PNG", b"E\xdf\xa3")
_ISO_MEDIA = re.compile(rb"ftyp(?:isom|iso[2-6]|mp4|M4|qt|3g|heic|mif1|avif|avc1)")
_BLOB = re.compile(rb"_binary '[^']")
_URI = re.compile(rb"data:[a-z0-9.+-]+/[a-z0-9.+-]+[;,]")
_ENCODED = re.compile(ENCODED.encode())
_DIGIT = re.compile(rb"[0-9]")
_MAIL_START = re.compile(rb"(?:From |(?:Received|Return-Path|Delivered-To|MIME-Version|Date|From|To|Subject):)")
_MAIL_PART = re.compile(rb"(?im)^content-(?:disposition:\s*attachment|type:\s*(?:image|video|audio|application)/)")

_Pairs = tuple[npt.NDArray[np.uint16], ...]

# Classes of bytes: 1 may be part of a long run, 2 is a control character that no text holds.
_RUN, _CONTROL = b"\x01", b"\x02"
_RUN_BYTES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-=\r\n"
_CONTROL_BYTES = bytes(b for b in range(1, 32) if b not in b"\t\n\x0b\x0c\r\x1a\x1b")
_CLASSES = bytes(_RUN[0] if b in _RUN_BYTES else _CONTROL[0] if b in _CONTROL_BYTES else 0 for b in range(256))
_ALL_RUN = int.from_bytes(_RUN * 8, "little")


class Look:
    """Takes bytes in order and remembers the first sign of media."""

    def __init__(self) -> None:
        self.sign: str | None = None
        self._tail = b""
        self._is_mail: bool | None = None

    def feed(self, chunk: bytes) -> None:
        """The next bytes."""
        if self.sign or not chunk:
            return
        if self._is_mail is None:
            self._is_mail = bool(_MAIL_START.match(chunk))
        window = self._tail + chunk
        self.sign = _sign(window, is_mail=self._is_mail)
        self._tail = window[-_OVERLAP:]


def sign_in_zip(path: Path) -> str | None:
    """The first sign of media in a zip. Raises what `open_zip` and its streams raise."""
    with open_zip(path) as z:
        if any(PurePosixPath(m.name.lower()).suffix not in TEXT_SUFFIXES for m in z.members):
            return ZIP_MEMBER
        for member in z.members:
            look = Look()
            for chunk in z.stream(member.name):
                look.feed(chunk)
                if look.sign:
                    return look.sign
    return None


def is_zip(head: bytes) -> bool:
    """Whether a file that begins so is a zip."""
    return head.startswith(_ZIP)


def chunks(path: Path) -> Iterator[bytes]:
    """A file's bytes, 1 MiB at a time."""
    with path.open("rb") as f:
        while chunk := f.read(CHUNK):
            yield chunk


def _sign(window: bytes, *, is_mail: bool) -> str | None:
    classes = window.translate(_CLASSES)
    pairs = _pairs(window)
    if _has_magic(window, pairs):
        return SIGNATURE
    if b"\0" in window or (_CONTROL in classes and _CONTROL * 3 in classes):
        return BINARY
    if _BLOB.search(window):
        return BLOB
    if is_mail and _MAIL_PART.search(window):
        return ATTACHMENT
    if _has_uri(window, pairs) or (_has_long_run(classes) and _is_encoded(window)):
        return ENCODED_RUN
    return None


def _has_magic(window: bytes, pairs: _Pairs) -> bool:
    if any(_has(pairs, magic[_RARE[magic] :]) and magic in window for magic in _MAGIC):
        return True
    if not window.isascii() and any(magic in window for magic in _HIGH_MAGIC):
        return True
    return _has(pairs, b"ty") and bool(_ISO_MEDIA.search(window))


def _has_uri(window: bytes, pairs: _Pairs) -> bool:
    if not (_has(pairs, b"a:") or _has(pairs, b"A:")):
        return False
    lowered = window.lower()
    return b"data:" in lowered and bool(_URI.search(lowered))


def _pairs(window: bytes) -> _Pairs:
    """All neighbours in a window as numbers of 16 bits: those that begin at even places, and those at odd ones."""
    return tuple(np.frombuffer(window, "<u2", (len(window) - at) // 2, at) for at in (0, 1))


def _has(pairs: _Pairs, two: bytes) -> bool:
    """Whether two bytes stand beside each other: many times faster than a search, so it goes before one."""
    number = two[0] | two[1] << 8
    return any(bool((half == number).any()) for half in pairs)


def _has_long_run(classes: bytes) -> bool:
    """A run of LONG_RUN characters fills at least one aligned block of half that length, wherever it begins."""
    blocks = np.frombuffer(classes, np.uint64, len(classes) // 8 // _WORDS * _WORDS).reshape(-1, _WORDS)
    return bool((np.bitwise_and.reduce(blocks, axis=1) == _ALL_RUN).any())


def _is_encoded(window: bytes) -> bool:
    return any(_DIGIT.search(hit[0]) for hit in _ENCODED.finditer(window))
