"""An Outlook message cut into its parts, as `read/mail_parts.py` cuts an Internet mail: without recursion.

Knows MAPI properties ([MS-OXMSG], [MS-OXPROPS]): where sender, dates, bodies and attachments stand. What
a part means is the reader's business (`read/msg.py`).
"""

import struct
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from itertools import chain

from fanal.base.instants import BadInstant, from_filetime, text
from fanal.base.language import mark
from fanal.read import mail_parts, msg_rtf
from fanal.read.mail_parts import DEPTH, PARTS, TOO_DEEP, TOO_MANY, Refused
from fanal.read.msg_file import Storage

NO_RTF = mark("compressed text that cannot be read")
NO_MESSAGE = mark("an embedded object that is no message")
NOT_HERE = mark("a file that is named and not in the message")
BROKEN = mark("a stream that breaks off, runs in a circle or is longer than the file")

PROPERTIES = "__properties_version1.0"
_ATTACHMENT, _RECIPIENT = "__attach_version1.0_", "__recip_version1.0_"
_EMBEDDED = "__substg1.0_3701000D"
_TEXT_TYPES = (0x001F, 0x001E)
_BINARY = 0x0102
# Identifiers of properties.
_SUBJECT, _BODY, _HTML, _RTF, _HEADERS, _MESSAGE_ID, _TO = 0x0037, 0x1000, 0x1013, 0x1009, 0x007D, 0x1035, 0x0E04
_SENT, _DELIVERED, _BODY_PAGE, _TEXT_PAGE = 0x0039, 0x0E06, 0x3FDE, 0x3FFD
_NAMES = (0x0C1A, 0x0042)
_ADDRESSES = (0x5D01, 0x5D02, 0x0C1F, 0x0065)
_RECIPIENT_ADDRESSES = (0x39FE, 0x3003)
_DATA, _LONG_NAME, _SHORT_NAME, _MIME = 0x3701, 0x3707, 0x3704, 0x370E
_PAGES = {65001: "utf-8", 20127: "ascii", 1200: "utf-16-le", 50220: "iso-2022-jp", 51949: "euc-kr", 20866: "koi8-r"}
_PARSER = BytesHeaderParser(policy=default)
_VALUE_CHARS = 8 << 10
_UNKNOWN = "application/octet-stream"


@dataclass(frozen=True)
class Message:
    """The message itself (number 0) or one embedded in it: who sent it, when, what about.

    Attributes:
        fields: what its headers would say: From, Subject, Message-ID, To, Date, Received; those that it has.
        headers: the headers of the mail that it was, where it came over the Internet.
    """

    number: int
    name: str
    address: str
    at: datetime | None
    fields: dict[str, str]
    headers: EmailMessage


@dataclass(frozen=True)
class Text:
    """One body: plain text, HTML or text from compressed RTF; `raw` in `charset`."""

    number: int
    message: int
    raw: bytes
    charset: str
    html: bool
    alternative: bool


@dataclass(frozen=True)
class File:
    """One attached file: its bytes, what the message says they are, its name, and whether they are all there."""

    number: int
    mime: str
    name: str | None
    raw: bytes
    whole: bool


@dataclass
class _Properties:
    """The properties of one storage: strings and bytes on demand, numbers from the fixed stream."""

    storage: Storage
    head: int
    page: str = "cp1252"
    fixed: dict[int, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = self.storage.stream(PROPERTIES)
        data = found.data[self.head :] if found else b""
        for at in range(0, len(data) - 15, 16):
            tag = struct.unpack_from("<I", data, at)[0]
            self.fixed.setdefault(tag >> 16, data[at + 8 : at + 16])

    def text(self, *properties: int) -> str:
        """The first of these properties that says something, as text, cut; empty without one."""
        for one in properties:
            for kind in _TEXT_TYPES:
                found = self.storage.stream(f"__substg1.0_{one:04X}{kind:04X}")
                if found and found.data:
                    charset = "utf-16-le" if kind == _TEXT_TYPES[0] else self.page
                    said = decoded(found.data[: 4 * _VALUE_CHARS], charset).replace("\0", "").strip()
                    if said:
                        return " ".join(said[:_VALUE_CHARS].split()) if one != _HEADERS else said
        return ""

    def number(self, one: int) -> int | None:
        """A property that is a number of 32 bits."""
        return struct.unpack_from("<i", self.fixed[one])[0] if one in self.fixed else None

    def instant(self, *properties: int) -> datetime | None:
        """The first of these properties that is an instant."""
        for one in properties:
            try:
                ticks = struct.unpack_from("<Q", self.fixed[one])[0] if one in self.fixed else 0
                if ticks:
                    return from_filetime(ticks)
            except BadInstant:
                continue
        return None


@dataclass
class _Open:
    storage: Storage
    depth: int


def walk(root: Storage) -> Iterator[Message | Text | File | Refused]:
    """Messages, bodies, files and refused parts; an embedded message comes after what stands beside it."""
    waiting = deque([_Open(root, 0)])
    messages = parts = 0
    while waiting:
        here = waiting.popleft()
        properties = _Properties(here.storage, 32 if here.depth == 0 else 24)
        properties.page = _charset(properties.number(_TEXT_PAGE))
        yield _message(properties, messages)
        for made in chain(_bodies(properties, messages), _attached(here, waiting)):
            if parts >= PARTS:
                yield Refused(parts, TOO_MANY, "")
                return
            yield replace(made, number=parts)
            parts += 1
        messages += 1


def _message(properties: _Properties, number: int) -> Message:
    block = properties.text(_HEADERS)
    headers = _PARSER.parsebytes(block.encode("utf-8", "surrogateescape")[: mail_parts.HEADER_BYTES] + b"\n\n")
    name = properties.text(*_NAMES)
    address = next((a for one in _ADDRESSES if "@" in (a := properties.text(one))), "")
    if not address:
        name, address = next(iter(mail_parts.addresses(headers, "From")), (name, ""))
    at = properties.instant(_SENT, _DELIVERED)
    recipients = [_Properties(found, 8) for found in properties.storage.storages(_RECIPIENT)[:PARTS]]
    told = {
        "From": f"{name} <{address}>".lstrip() if address else name,
        "Subject": properties.text(_SUBJECT),
        "Message-ID": properties.text(_MESSAGE_ID) or mail_parts.value(headers, "Message-ID") or "",
        "Date": text(at) if at else mail_parts.value(headers, "Date") or "",
        "To": ", ".join(filter(None, (one.text(*_RECIPIENT_ADDRESSES) for one in recipients))) or properties.text(_TO),
    }
    fields = {field: said[:_VALUE_CHARS] for field, said in told.items() if said}
    return Message(number, name, address, at, fields, headers)


def _bodies(properties: _Properties, message: int) -> Iterator[Text | Refused]:
    """Plain text and HTML, two forms of one text; without either, the text of the RTF."""
    said: list[Text | Refused] = []
    for one, html in ((_BODY, False), (_HTML, True)):
        for kind in (*_TEXT_TYPES, _BINARY):
            found = properties.storage.stream(f"__substg1.0_{one:04X}{kind:04X}")
            if found and not found.whole and not found.data:
                said.append(Refused(0, BROKEN, ""))
            elif found and found.data.strip(b"\0\r\n "):
                page = _charset(properties.number(_BODY_PAGE)) if kind == _BINARY else properties.page
                charset = "utf-16-le" if kind == _TEXT_TYPES[0] else page
                said.append(Text(0, message, found.data, charset, html=html, alternative=True))
                break
    packed = properties.storage.stream(f"__substg1.0_{_RTF:04X}{_BINARY:04X}") if not said else None
    if packed and packed.data:
        rtf, _ = msg_rtf.unpacked(packed.data)
        shown = msg_rtf.plain(rtf)
        if not rtf:
            said.append(Refused(0, NO_RTF, ""))
        elif shown:
            said.append(Text(0, message, shown.encode("utf-8", "replace"), "utf-8", html=False, alternative=True))
    yield from said


def _attached(here: _Open, waiting: deque[_Open]) -> Iterator[File | Refused]:
    """The files of a message; messages embedded in it are put in line."""
    for storage in here.storage.storages(_ATTACHMENT):
        properties = _Properties(storage, 8)
        name = properties.text(_LONG_NAME, _SHORT_NAME) or None
        embedded = storage.storage(_EMBEDDED)
        data = storage.stream(f"__substg1.0_{_DATA:04X}{_BINARY:04X}")
        if data is not None and not data.whole and not data.data:
            yield Refused(0, BROKEN, name or "")
        elif data is not None:
            yield File(0, properties.text(_MIME).lower() or _UNKNOWN, name, data.data, data.whole)
        elif embedded is None:
            yield Refused(0, NOT_HERE, name or "")
        elif not embedded.has(PROPERTIES):
            yield Refused(0, NO_MESSAGE, name or "")
        elif here.depth >= DEPTH:
            yield Refused(0, TOO_DEEP, name or "")
        else:
            waiting.append(_Open(embedded, here.depth + 1))


def decoded(raw: bytes, charset: str) -> str:
    """Bytes in a charset that may be no charset."""
    try:
        return raw.decode(charset, "replace")
    except LookupError:
        return raw.decode("cp1252", "replace")


def _charset(page: int | None) -> str:
    if page is None or page <= 0:
        return "cp1252"
    if 28591 <= page <= 28606:  # noqa: PLR2004  ISO 8859-1 to -16
        return f"iso-8859-{page - 28590}"
    return _PAGES.get(page, f"cp{page}")
