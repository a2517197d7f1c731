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

#: What is looked at together stays in the processor's cache.
CHUNK = 1 << 19
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
_HIGH_MAGIC = {b"\xff\xd8\xff": 0, b"\x89PNG": 0, b"E\xdf\xa3": 1}
_ISO_MEDIA = re.compile(rb"ftyp(?:isom|iso[2-6]|mp4|M4|qt|3g|heic|mif1|avif|avc1)")
_BLOB = re.compile(rb"_binary '[^']")
_URI = re.compile(rb"data:[a-z0-9.+-]+/[a-z0-9.+-]+[;,]")
_ENCODED = re.compile(ENCODED.encode())
_DIGIT = re.compile(rb"[0-9]")
_MAIL_START = re.compile(rb"(?:From |(?:Received|Return-Path|Delivered-To|MIME-Version|Date|From|To|Subject):)")
_MAIL_PART = re.compile(rb"(?im)^content-(?:disposition:\s*attachment|type:\s*(?:image|video|audio|application)/)")

_Pairs = tuple[npt.NDArray[np.uint16], ...]

_RUN_BYTES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-=\r\n"
#: By byte: whether it may be part of a long run; and that of eight bytes which all may.
_RUN = np.isin(np.arange(256), list(_RUN_BYTES))
_ALL_RUN = np.uint64(0x0101010101010101)
# Control characters that no text holds become one and the same.
_CONTROL = b"\1"
_CONTROL_BYTES = bytes(b for b in range(1, 32) if b not in b"\t\n\x0b\x0c\r\x1a\x1b")
_CONTROLS = bytes.maketrans(_CONTROL_BYTES, _CONTROL * len(_CONTROL_BYTES))


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
    """A file's bytes, half a MiB at a time."""
    with path.open("rb") as f:
        while chunk := f.read(CHUNK):
            yield chunk


def _sign(window: bytes, *, is_mail: bool) -> str | None:
    pairs = _pairs(window)
    if _has_magic(window, pairs):
        return SIGNATURE
    if _is_binary(window):
        return BINARY
    if _has(pairs, b"_b") and _BLOB.search(window):
        return BLOB
    if is_mail and _MAIL_PART.search(window):
        return ATTACHMENT
    if _has_uri(window, pairs) or (_has_long_run(window) and _is_encoded(window)):
        return ENCODED_RUN
    return None


def _has_magic(window: bytes, pairs: _Pairs) -> bool:
    if any(_has(pairs, magic[_RARE[magic] :]) and magic in window for magic in _MAGIC):
        return True
    if not window.isascii() and any(_has(pairs, magic[at:]) and magic in window for magic, at in _HIGH_MAGIC.items()):
        return True
    return _has(pairs, b"ty") and bool(_ISO_MEDIA.search(window))


def _is_binary(window: bytes) -> bool:
    raw = np.frombuffer(window, np.uint8)
    if raw.min() >= ord("\t") and (raw - np.uint8(0x0E)).min() >= 18:  # noqa: PLR2004  no control character stands there
        return False
    return b"\0" in window or _CONTROL * 3 in window.translate(_CONTROLS)


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


def _has_long_run(window: bytes) -> bool:
    """A run of LONG_RUN characters fills at least one aligned block of half that length, wherever it begins.

    Of each block one word is looked at, and another only where that one may be part of a run.
    """
    blocks = np.frombuffer(window, np.uint64, len(window) // 8 // _WORDS * _WORDS).reshape(-1, _WORDS)
    at = np.arange(len(blocks))
    for place in range(_WORDS):
        words = np.ascontiguousarray(blocks[at, place] if place else blocks[:, 0])
        at = at[_RUN.take(words.view(np.uint8)).view(np.uint64) == _ALL_RUN]
        if not len(at):
            return False
    return True


def _is_encoded(window: bytes) -> bool:
    return any(_DIGIT.search(hit[0]) for hit in _ENCODED.finditer(window))
