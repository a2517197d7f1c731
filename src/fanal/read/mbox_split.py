"""A mailbox file cut into its mails, one after the other, in bounded memory: where each begins and ends.

Knows the four customs of mailboxes: `From ` lines after a blank line, such lines quoted with `>` in
the text (mboxo, mboxrd), and mails that tell their own length (mboxcl, mboxcl2). Knows nothing of
what a mail holds (`read/mail_parts.py`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fanal.read.mail_parts import HEADER_BYTES, MAIL_BYTES
from fanal.read.signs_mail import SEPARATOR, separates

BLOCK = 1 << 22
#: The longest `From ` line that is looked at, and what is looked at after it.
_LINE = 400
_BEYOND = 200
_LENGTH = re.compile(rb"^Content-Length:[ \t]{0,8}(\d{1,15})[ \t]{0,8}\r?$", re.IGNORECASE | re.MULTILINE)
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_BETWEEN = re.compile(rb"(?:\r?\n){0,3}(?:From |\Z)")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(frozen=True)
class Span:
    """One mail: its number from 1, where its bytes begin (after the `From ` line) and end, and how it is kept.

    Attributes:
        measured: it tells its own length, and that is where the next one begins: nothing in it is quoted.
    """

    number: int
    start: int
    end: int
    measured: bool


def spans(path: Path) -> Iterator[Span]:
    """The mails of a mailbox in order. What stands before the first `From ` line is in none of them."""
    size = path.stat().st_size
    with path.open("rb") as f:
        starts = _starts(path)
        here, number = next(starts, None), 0
        while here is not None:
            number += 1
            line = _line_after(f, here)
            following = next(starts, None)
            told = _told_end(f, line, following or size, size)
            while told is not None and following is not None and following < told:
                following = next(starts, None)
            yield Span(number, line, following or size if told is None else told, told is not None)
            here = following


def content(path: Path, span: Span) -> bytes:
    """The bytes of a mail, cut at MAIL_BYTES, without the blank line before the next and without quoting."""
    with path.open("rb") as f:
        f.seek(span.start)
        raw = f.read(min(span.end - span.start, MAIL_BYTES))
    if span.measured:
        return raw
    for ending in (b"\r\n\r\n", b"\n\n"):
        if raw.endswith(ending):
            raw = raw[: -len(ending) // 2]
            break
    return _QUOTED.sub(rb"\1", raw) if b">From " in raw else raw


def _starts(path: Path) -> Iterator[int]:
    """Where `From ` lines begin that separate mails, over the whole file, block by block."""
    base, seen = 0, -1
    with path.open("rb") as f:
        while window := f.read(BLOCK + _LINE + _BEYOND):
            for hit in SEPARATOR.finditer(window):
                at = base + hit.start("line")
                # \A is the file's beginning in the first window alone.
                if (at > base or base == 0) and at > seen and hit.start() < BLOCK and separates(hit):
                    seen = at
                    yield at
            base += BLOCK
            f.seek(base)


def _line_after(f: BinaryIO, at: int) -> int:
    f.seek(at)
    return at + f.read(_LINE + _BEYOND).find(b"\n") + 1


def _told_end(f: BinaryIO, start: int, following: int, size: int) -> int | None:
    """Where a mail ends by its own Content-Length; None where it tells none, or one that is not true."""
    f.seek(start)
    head = f.read(min(HEADER_BYTES, following - start))
    end = _END_OF_HEADERS.search(head)
    found = _LENGTH.search(head, 0, end.start()) if end else None
    if end is None or found is None:
        return None
    told = start + end.end() + int(found[1])
    if told > size:
        return None
    f.seek(told)
    return told if _BETWEEN.match(f.read(16)) else None
