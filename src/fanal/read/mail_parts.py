"""An e-mail cut into its parts, however deep and however broken, without recursion.

Knows MIME (what stands before the first and after the last boundary is no part), no case work: what
a part means is the reader's business (`read/eml.py`). The standard library parses each header block
and decodes each body; the tree is walked here, because the library's own parser recurses once a
level and so can be made to fail by nesting.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from functools import partial
from typing import TypeVar

from fanal.base.language import mark

#: What one mail may hold. Beyond these a part is refused, and what stands before it is kept.
DEPTH = 20
PARTS = 1_000
MAIL_BYTES = 128 << 20
HEADER_BYTES = 64 << 10
VALUE_CHARS = 8 << 10

TOO_DEEP = mark("nested too deep")
TOO_MANY = mark("too many parts")
TOO_LONG = mark("longer than what is read of one mail")
NO_BOUNDARY = mark("parts without a boundary between them")

T = TypeVar("T")
_ATTACHED_MAIL = frozenset({"message/rfc822", "message/global"})
_PARSER = BytesHeaderParser(policy=default)
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
# What the library's header parser is known to raise on hostile values.
_HEADER_FAILURES = (ValueError, IndexError, AttributeError, TypeError, LookupError, RecursionError)


@dataclass(frozen=True)
class Mail:
    """The header block of the mail itself (number 0) or of one attached to it (1, 2, ...)."""

    number: int
    headers: EmailMessage


@dataclass(frozen=True)
class Part:
    """One leaf: its number in the order of the file, the mail it belongs to, its own headers, its raw body.

    Attributes:
        alternative: whether it is one of several forms of the same text.
    """

    number: int
    mail: int
    headers: EmailMessage
    body: bytes
    alternative: bool

    @property
    def mime(self) -> str:
        """The content type, lower case."""
        return _guarded(self.headers.get_content_type) or "application/octet-stream"

    @property
    def attached(self) -> bool:
        """Whether it is handed over as a file, not shown as text."""
        if self.mime not in {"text/plain", "text/html"}:
            return True
        return _guarded(self.headers.get_content_disposition) == "attachment" or bool(self.file_name)

    @property
    def file_name(self) -> str | None:
        """The name that the mail gives the file, as it stands: signs that turn writing round included."""
        return _guarded(self.headers.get_filename)

    def content(self) -> tuple[bytes, bool]:
        """The decoded bytes, and whether the encoding was whole."""
        known = len(self.headers.defects)
        self.headers.set_payload(self.body.decode("ascii", "surrogateescape"))
        try:
            raw = self.headers.get_payload(decode=True)
        except _HEADER_FAILURES:
            return self.body, False
        return (raw if isinstance(raw, bytes) else self.body), len(self.headers.defects) == known


@dataclass(frozen=True)
class Refused:
    """A part that is not read: its number, why, and how it begins."""

    number: int
    reason: str
    excerpt: str


@dataclass
class _Open:
    """Bytes still to be looked at."""

    raw: bytes
    depth: int
    mail: int
    alternative: bool
    is_mail: bool


def walk(raw: bytes) -> Iterator[Mail | Part | Refused]:
    """Mails, leaves and refused parts in the order of the file. `raw` is cut at MAIL_BYTES by the caller."""
    waiting = [_Open(raw, 0, 0, alternative=False, is_mail=True)]
    mails = leaves = 0
    while waiting:
        here = waiting.pop()
        if here.depth > DEPTH or leaves >= PARTS:
            yield Refused(leaves, TOO_DEEP if here.depth > DEPTH else TOO_MANY, _excerpt(here.raw))
            leaves += 1
            if leaves > PARTS:
                return
            continue
        headers, body = _split(here.raw)
        mail = here.mail
        if here.is_mail:
            mail, mails = mails, mails + 1
            yield Mail(mail, headers)
        kind = _guarded(headers.get_content_type) or ""
        part = Part(leaves, mail, headers, body, here.alternative)
        inside: list[bytes] = []
        if kind in _ATTACHED_MAIL:
            inside = [part.content()[0]]
        elif kind.startswith("multipart/"):
            boundary = _guarded(headers.get_boundary)
            if not boundary:
                yield Refused(leaves, NO_BOUNDARY, _excerpt(body))
                leaves += 1
                continue
            inside = _between(body, boundary)
        else:
            yield part
            leaves += 1
        alternative = kind == "multipart/alternative" or (here.alternative and kind == "multipart/related")
        waiting += [
            _Open(piece, here.depth + 1, mail, alternative, is_mail=kind in _ATTACHED_MAIL)
            for piece in reversed(inside)
        ]


def value(headers: EmailMessage, name: str) -> str | None:
    """A header's first value, decoded, on one line; None where it is missing. Never raises."""
    found = values(headers, name)
    return found[0] if found else None


def values(headers: EmailMessage, name: str) -> list[str]:
    """All values of a header, decoded, on one line each, cut at VALUE_CHARS. Never raises."""
    found = []
    for plain in _raw_values(headers, name):
        made = _guarded(partial(_decoded, name, plain))
        found.append(" ".join((plain if made is None else made).split()))
    return found


def addresses(headers: EmailMessage, name: str) -> list[tuple[str, str]]:
    """(display name, address) of every mailbox in a header. Never raises."""
    found: list[tuple[str, str]] = []
    for plain in _raw_values(headers, name):
        found += _guarded(partial(_mailboxes, name, plain)) or []
    return found


def charset(headers: EmailMessage) -> str | None:
    """The charset that a part names, None where it names none. Never raises."""
    return _guarded(headers.get_content_charset)


def _raw_values(headers: EmailMessage, name: str) -> Iterator[str]:
    for key, raw in headers.raw_items():
        if key.lower() == name.lower():
            unfolded = "".join(str(raw)[:VALUE_CHARS].splitlines())
            yield unfolded.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _decoded(name: str, plain: str) -> str:
    return str(default.header_factory(name, plain))


def _mailboxes(name: str, plain: str) -> list[tuple[str, str]]:
    return [(box.display_name, box.addr_spec) for box in default.header_factory(name, plain).addresses]


def _guarded(call: Callable[[], T]) -> T | None:
    """What the call returns, None where the library fails on a hostile value."""
    try:
        return call()
    except _HEADER_FAILURES:
        return None


def _split(raw: bytes) -> tuple[EmailMessage, bytes]:
    """Header block and body. A body without headers has an empty header block."""
    if raw.startswith((b"\n", b"\r\n")):
        return EmailMessage(policy=default), raw.lstrip(b"\r").removeprefix(b"\n")
    end = _END_OF_HEADERS.search(raw)
    block, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    return _PARSER.parsebytes(block[:HEADER_BYTES] + b"\n\n"), body


def _between(body: bytes, boundary: str) -> list[bytes]:
    """What stands between the lines that are the boundary; an end that is missing is the end of the body."""
    delimiter = re.escape(b"--" + boundary.encode("ascii", "surrogateescape"))
    pieces: list[bytes] = []
    start = None
    for line in re.finditer(rb"(?:\A|\r?\n)" + delimiter + rb"(--)?[ \t]*(?=\r?\n|\Z)", body):
        if start is not None:
            pieces.append(body[start : line.start()])
        start = None
        if line[1]:
            break
        start = body.find(b"\n", line.end()) + 1 or len(body)
        if len(pieces) > PARTS:
            break
    if start is not None and start < len(body):
        pieces.append(body[start:])
    return pieces


def _excerpt(raw: bytes) -> str:
    return raw[:400].decode("utf-8", "replace")
