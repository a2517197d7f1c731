"""Looks for signs of media in bytes that stream by, to decide whether Fanal may keep a copy of them.

The answer errs on one side: what looks like media, or cannot be looked into, stays where the agency
keeps it. Nothing is decoded and nothing is kept of what passes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np

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
# GIF, WebP, Ogg, JPEG, PNG, Matroska: as they stand in a file, and in a dump that escapes zero bytes; and where in
# each two neighbours stand that are rare in text.
_RARE = {b"GIF87a": 2, b"GIF89a": 2, b"WEBPVP8": 3, b"OggS": 2}
_HIGH = {b"\xff\xd8\xff": 0, b"\x89PNG": 0, b"E\xdf\xa3": 1}
_ISO_MEDIA = re.compile(rb"ftyp(?:isom|iso[2-6]|mp4|M4|qt|3g|heic|mif1|avif|avc1)")
_BLOB = re.compile(rb"_binary '[^']")
_URI = re.compile(rb"data:[a-z0-9.+-]+/[a-z0-9.+-]+[;,]")
_ENCODED = re.compile(ENCODED.encode())
_DIGIT = re.compile(rb"[0-9]")
_MAIL_START = re.compile(rb"(?:From |(?:Received|Return-Path|Delivered-To|MIME-Version|Date|From|To|Subject):)")
_MAIL_PART = re.compile(rb"(?im)^content-(?:disposition:\s*attachment|type:\s*(?:image|video|audio|application)/)")

#: The neighbours that are asked for, in one order for all windows.
_ASKED = tuple(
    dict.fromkeys(
        [
            *(magic[at : at + 2] for magic, at in [*_RARE.items(), *_HIGH.items()]),
            b"ty", b"_b", b"a:", b"A:",
        ]
    )
)  # fmt: skip

_RUN_BYTES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-=\r\n"
#: By byte: whether it may be part of a long run; and that of eight bytes which all may.
_RUN = np.isin(np.arange(256), list(_RUN_BYTES))
_ALL_RUN = np.uint64(0x0101010101010101)
# Control characters that no text holds become one and the same.
_CONTROL = b"\1"
_CONTROL_BYTES = bytes(b for b in range(1, 32) if b not in b"\t\n\x0b\x0c\r\x1a\x1b")
_CONTROLS = bytes.maketrans(_CONTROL_BYTES, _CONTROL * len(_CONTROL_BYTES))


@dataclass(frozen=True)
class Clues:
    """What a window has of that without which there is no sign.

    Attributes:
        neighbours: those of _ASKED that stand beside each other in it.
        controls: whether a control character that no text holds stands in it.
    """

    neighbours: frozenset[bytes]
    controls: bool


class Look:
    """Takes bytes in order and remembers the first sign of media."""

    def __init__(self, *, large: bool = False) -> None:
        """Args: large: whether so much will come that it is worth the time to load a compiled loop."""
        self.sign: str | None = None
        self._clues = clues_by_loop if large else clues
        self._tail = b""
        self._is_mail: bool | None = None

    def feed(self, chunk: bytes) -> None:
        """The next bytes."""
        if self.sign or not chunk:
            return
        if self._is_mail is None:
            self._is_mail = bool(_MAIL_START.match(chunk))
        window = self._tail + chunk
        self.sign = _sign(window, self._clues(window), is_mail=self._is_mail)
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


def clues(window: bytes) -> Clues:
    """The clues of a window, pass after pass: two bytes are compared at a time, from even places and from odd ones."""
    halves = [np.frombuffer(window, "<u2", (len(window) - at) // 2, at) for at in (0, 1)]
    asked = [two for two in _ASKED if two.isascii()] if window.isascii() else _ASKED
    found = (two for two in asked if any(bool((half == (two[0] | two[1] << 8)).any()) for half in halves))
    raw = np.frombuffer(window, np.uint8)
    controls = raw.min() < ord("\t") or (raw - np.uint8(0x0E)).min() < 18  # noqa: PLR2004  one stands there
    return Clues(frozenset(found), bool(controls))


def clues_by_loop(window: bytes) -> Clues:
    """The same in one pass."""
    from fanal.evidence.look_kernel import find_neighbours  # noqa: PLC0415  its library takes long to load

    found = np.zeros(len(_ASKED), np.bool_)
    asked = np.frombuffer(b"".join(_ASKED), np.uint8).reshape(-1, 2)
    controls = find_neighbours(np.frombuffer(window, np.uint8), asked, found)
    return Clues(frozenset(two for two, there in zip(_ASKED, found, strict=True) if there), bool(controls))


def compile_loop() -> None:
    """Compile the loop of `clues_by_loop`, or load it where that was done."""
    clues_by_loop(b"\n")


def _sign(window: bytes, found: Clues, *, is_mail: bool) -> str | None:
    if _has_magic(window, found.neighbours):
        return SIGNATURE
    if found.controls and (b"\0" in window or _CONTROL * 3 in window.translate(_CONTROLS)):
        return BINARY
    if b"_b" in found.neighbours and _BLOB.search(window):
        return BLOB
    if is_mail and _MAIL_PART.search(window):
        return ATTACHMENT
    if _has_uri(window, found.neighbours) or (_has_long_run(window) and _is_encoded(window)):
        return ENCODED_RUN
    return None


def _has_magic(window: bytes, neighbours: frozenset[bytes]) -> bool:
    starts = [*_RARE.items(), *_HIGH.items()]
    if any(magic[at : at + 2] in neighbours and magic in window for magic, at in starts):
        return True
    return b"ty" in neighbours and bool(_ISO_MEDIA.search(window))


def _has_uri(window: bytes, neighbours: frozenset[bytes]) -> bool:
    if not neighbours & {b"a:", b"A:"}:
        return False
    lowered = window.lower()
    return b"data:" in lowered and bool(_URI.search(lowered))


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
