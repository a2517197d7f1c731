"""One mail and what is attached to it, as rows and notes, whatever format of mail it came in.

Attachments are never kept: each becomes a `media` row with digests and length. The sender cites
numbers and addresses, he does not own them: they stand in the exhibit's notes, not as identifiers.
A tip's attachments are no shares either, or every hotline would be a sharer. Knows no file format.
"""

import hashlib
import re
from datetime import datetime
from typing import Any

from fanal.base.instants import BadInstant, parse_mail_date, text
from fanal.base.language import mark
from fanal.evidence.media_signs import withheld
from fanal.read import mail_parts
from fanal.read.held_rows import HeldRows
from fanal.read.mail_parts import Mail, Part, Refused
from fanal.read.mail_text import TEXT_BYTES, cited, clean, from_html, links

PLATFORM = "mail"
#: What the notes tell of one mail at most: identifiers, lines of one header.
NOTED = 100
NAME_CHARS = 255
NO_DATE = mark("not a date")
NO_ADDRESS = mark("no e-mail address")
CUT = mark("longer than what is read of one text; what follows is left out")

_NAMING = ("Message-ID", "From", "Date", "Subject", "To", "Received")
_ADDRESS = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}")
#: Charsets that are no encodings of text, or take a time that grows with its square.
_NOT_TEXT = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"})


class MailReading:
    """One mail with what is attached to it, whatever its format. `scope` stands before each of its locators."""

    def __init__(self, rows: HeldRows, scope: str = "") -> None:
        self.scope = scope
        self.notes: dict[str, Any] = {}
        self._rows = rows
        self._senders: dict[int, str | None] = {}
        self._dates: dict[int, datetime | None] = {}
        self._named: dict[int, str] = {}
        self._last_message: dict[int, int] = {}
        self._plain: set[int] = set()
        self._cited: dict[tuple[str, str], str] = {}
        self._own: set[str] = set()

    def header(self, mail: int, field: str) -> str:
        """The locator of a header of the mail itself (0) or of one attached to it."""
        return f"{self.scope}header:{field}" if mail == 0 else f"{self.scope}mail:{mail}/header:{field}"

    def reject(self, locator: str, column: str | None, reason: str, excerpt: str) -> None:
        """One reject at a place below the scope."""
        self._rows.reject(self.scope + locator, column, reason, excerpt)

    def open(self, mail: int, at: datetime | None, subject: str, named: str = "Message-ID") -> None:
        """A mail begins; its senders follow. `named` is a header that it has: where it is found if it has no text."""
        self._dates[mail], self._senders[mail] = at, None
        self._named[mail] = self.header(mail, named)
        self._cite(subject, self.header(mail, "Subject"))
        if mail == 0:
            self.notes |= {"sent_at": text(at)} if at else {}
            self.notes |= {"subject": clean(subject)} if subject else {}

    def sender(self, mail: int, field: str, name: str, address: str) -> None:
        """An address that a mail says it comes from (field From) or wants its answer at."""
        if not _ADDRESS.fullmatch(address):
            return
        native, locator = address.lower(), self.header(mail, field)
        account = f"{PLATFORM}:{native}"
        if account not in self._own:
            self._own.add(account)
            self._rows.row(
                "account", locator, account=account, platform=PLATFORM, native_id=native,
                display_name=clean(name) or None, name_source="self" if name else None,
            )  # fmt: skip
            self._rows.row(
                "identifier", locator, account=account, kind="email", value=address, observed_at=self._dates[mail],
                relation="user",
            )  # fmt: skip
        if field == "From" and self._senders[mail] is None:
            self._senders[mail] = account
            if mail == 0:
                self.notes["from"] = clean(f"{name} <{address}>" if name else address)

    def no_sender(self, mail: int, said: str) -> None:
        """A reject where no address that can be used was given."""
        if self._senders[mail] is None:
            self._rows.reject(self.header(mail, "From"), "account", NO_ADDRESS, said)

    def words(self, number: int, mail: int, text: str, targets: list[str], *, html: bool, alternative: bool) -> None:
        """The text of one part, as it may be kept. HTML that repeats a plain text is no second message."""
        locator = f"{self.scope}part:{number}"
        self._cite(text, locator)
        at, sender = self._dates[mail], self._senders[mail]
        if not html:
            self._plain.add(mail)
        if text and not (html and alternative and mail in self._plain):
            self._last_message[mail] = self._message(locator, mail, "text", text)
        for link in links(text, targets):
            self._rows.row(
                "link", locator, url=clean(link.url), host=link.host, kind=link.kind, account=sender,
                message=self._last_message.get(mail), at=at, at_precision="second" if at else None,
            )  # fmt: skip

    def attachment(self, number: int, raw: bytes, mime: str, name: str | None, *, whole: bool) -> None:
        """One attached file: digests and length, and its name as a remark."""
        locator, sha256 = f"{self.scope}part:{number}", hashlib.sha256(raw).hexdigest()
        self._rows.row(
            "media", locator, media=f"{PLATFORM}:{sha256}", platform=PLATFORM, native_id=sha256, sha256=sha256,
            sha1=hashlib.sha1(raw, usedforsecurity=False).hexdigest(),
            md5=hashlib.md5(raw, usedforsecurity=False).hexdigest(), mime=clean(mime)[:NAME_CHARS], bytes=len(raw),
            status="whole" if whole else "truncated",
        )  # fmt: skip
        if name:
            self._rows.row("remark", locator, key="file_name", value=clean(name[:NAME_CHARS]))

    def finish(self) -> dict[str, Any]:
        """End the mail; one that says nothing in words is a message of the kind file. Returns its notes."""
        for mail in self._senders:
            if mail not in self._last_message:
                self._message(self._named[mail], mail, "file", None)
        found = [{"kind": k, "value": v, "locator": at} for (k, v), at in self._cited.items()]
        self.notes["cited"] = [c for c in found if f"{PLATFORM}:{c['value'].lower()}" not in self._own]
        return self.notes

    def _message(self, locator: str, mail: int, kind: str, body: str | None) -> int:
        at = self._dates[mail]
        return self._rows.row(
            "message", locator, account=self._senders[mail], at=at, at_precision="second" if at else None, kind=kind,
            body=body,
        )  # fmt: skip

    def _cite(self, text: str, locator: str) -> None:
        for kind, value in cited(text):
            if len(self._cited) < NOTED:
                self._cited.setdefault((kind, value), locator)


def take(reading: MailReading, piece: Mail | Part | Refused) -> None:
    """One piece of an Internet mail goes into its reading."""
    if isinstance(piece, Mail):
        _open(reading, piece)
    elif isinstance(piece, Refused):
        reading.reject(f"part:{piece.number}", None, piece.reason, piece.excerpt)
    elif piece.attached:
        raw, whole = piece.content()
        reading.attachment(piece.number, raw, piece.mime, piece.file_name, whole=whole)
    else:
        raw, _ = piece.content()
        if len(raw) > TEXT_BYTES:
            reading.reject(f"part:{piece.number}", "body", CUT, "")
        shown, targets = readable(piece, raw)
        html = piece.mime == "text/html"
        reading.words(piece.number, piece.mail, shown, targets, html=html, alternative=piece.alternative)


def readable(part: Part, raw: bytes) -> tuple[str, list[str]]:
    """The text of a part as it may be kept, and the targets of its links."""
    return said(raw, mail_parts.charset(part.headers) or "utf-8", html=part.mime == "text/html")


def said(raw: bytes, charset: str, *, html: bool) -> tuple[str, list[str]]:
    """Bytes of text or HTML in a charset that may be no charset: the text that may be kept, and its links' targets."""
    try:
        known = charset.lower().replace("-", "_") not in _NOT_TEXT
        told = raw[:TEXT_BYTES].decode(charset if known else "utf-8", "replace")
    except (LookupError, ValueError):
        told = raw[:TEXT_BYTES].decode("utf-8", "replace")
    if not html:
        return clean(told.replace("\r\n", "\n").strip()), []
    shown, targets = from_html(told)
    return clean(shown), targets


def shown_at(raw: bytes, locator: str) -> str:
    """The text of one Internet mail at a locator below it (`part:N`, `header:Name`, `mail:M/header:Name`)."""
    scope, _, tail = locator.rpartition("/")
    wanted, _, what = tail.partition(":")
    mail = int(scope.removeprefix("mail:") or 0)
    for piece in mail_parts.walk(raw):
        if wanted == "header" and isinstance(piece, Mail) and piece.number == mail:
            return clean("\n".join(f"{what}: {value}" for value in mail_parts.values(piece.headers, what)))
        if wanted == "part" and not isinstance(piece, Mail) and piece.number == int(what):
            return _shown(piece)
    return ""


def header_notes(headers: Any) -> dict[str, Any]:
    """What the notes tell of a mail's headers, by the note's key."""
    notes: dict[str, Any] = {}
    for key, field in (("message_id", "Message-ID"), ("date", "Date"), ("received", "Received"), ("to", "To")):
        told = [clean(value) for value in mail_parts.values(headers, field)[:NOTED]]
        if told:
            notes[key] = told if field == "Received" else told[0]
    return notes


def _open(reading: MailReading, mail: Mail) -> None:
    at = None
    dated = mail_parts.value(mail.headers, "Date")
    if dated is not None:
        try:
            at = parse_mail_date(dated)
        except BadInstant:
            reading.reject(reading.header(mail.number, "Date").removeprefix(reading.scope), "at", NO_DATE, dated)
    there = [field for field in _NAMING if mail_parts.value(mail.headers, field)]
    reading.open(mail.number, at, mail_parts.value(mail.headers, "Subject") or "", there[0] if there else _NAMING[0])
    for field in ("From", "Reply-To"):
        for name, address in mail_parts.addresses(mail.headers, field):
            reading.sender(mail.number, field, name, address)
    reading.no_sender(mail.number, mail_parts.value(mail.headers, "From") or "")
    if mail.number == 0:
        reading.notes |= header_notes(mail.headers)


def _shown(piece: Part | Refused) -> str:
    if isinstance(piece, Refused):
        return clean(piece.excerpt)
    raw, _ = piece.content()
    return f"{piece.mime} {withheld(raw)}" if piece.attached else readable(piece, raw)[0]
