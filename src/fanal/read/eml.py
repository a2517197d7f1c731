"""E-mailed tips (.eml): who sent them, what they say, what they link to and cite.

Attachments are never kept: each becomes a `media` row with digests and length. The sender cites
numbers and addresses, he does not own them: they stand in the exhibit's notes, not as identifiers.
A tip's attachments are no shares either, or every hotline would be a sharer.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from email.message import EmailMessage
from typing import Any

import pyarrow as pa

from fanal.base.instants import BadInstant, parse_mail_date
from fanal.base.language import mark, translate
from fanal.evidence.media_signs import withheld
from fanal.model.tables import BY_NAME, obs_base
from fanal.read import mail_parts
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.mail_parts import MAIL_BYTES, Mail, Part, Refused
from fanal.read.mail_text import TEXT_BYTES, cited, clean, from_html, links

PLATFORM = "mail"
_TABLES = ("account", "identifier", "message", "media", "link")
_HEADER = re.compile(rb"^([A-Za-z][A-Za-z0-9-]{1,60}):", re.MULTILINE)
_TELLING = frozenset({b"from", b"date", b"received", b"message-id", b"return-path", b"delivered-to"})
_USUAL = _TELLING | {b"to", b"subject", b"mime-version", b"content-type", b"reply-to", b"cc", b"sender"}
_ADDRESS = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}")
#: Charsets that are no encodings of text, or take a time that grows with its square.
_NOT_TEXT = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"})
_NOTED = 100
_NO_DATE = mark("not a date")
_NO_ADDRESS = mark("no e-mail address")
_CUT = mark("longer than what is read of one text; what follows is left out")


class Eml:
    """Reads one e-mail with all its parts."""

    name = "eml"
    version = 1
    mapped = False
    beside: tuple[str, ...] = ()

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        block = re.split(rb"\r?\n\r?\n", head.lstrip(b"\r\n"), maxsplit=1)[0]
        found = {field.lower() for field in _HEADER.findall(block)}
        if len(found & _USUAL) < 2 or not found & _TELLING:  # noqa: PLR2004  one field alone could be prose
            return 0.0
        return 0.95 if name.lower().endswith(".eml") else 0.6

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        raw = _bytes(source)
        if not raw.strip():
            raise Unreadable(path=source.name, detail=translate("the file is empty"))
        if source.path.stat().st_size > MAIL_BYTES:
            sink.reject(f"byte:{MAIL_BYTES}", None, mail_parts.TOO_LONG, "")
        if not _HEADER.match(raw):
            raise Unreadable(path=source.name, detail=translate("it does not begin with a header of an e-mail"))
        reading = _Reading(source, sink)
        for piece in mail_parts.walk(raw):
            reading.take(piece)
        reading.finish()

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        yield Example(
            "plain.eml",
            b"From: Sender 1 <sender1@example.org>\r\nReply-To: other1@example.org\r\n"
            b"Date: Tue, 06 Oct 2020 10:41:00 +0200\r\nMessage-ID: <1@example.org>\r\nSubject: note 1\r\n\r\n"
            b"message 1 about https://www.example.org/a and +34 612 34 51 00\r\n",
            {"account": 2, "identifier": 2, "message": 1, "link": 1},
        )
        yield Example(
            "parts.eml",
            b"From: sender2@example.org\nDate: no date\nMIME-Version: 1.0\n"
            b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/html\n\n'
            b"<p>message 2 <img src='data:image/png;base64,AAAA'></p>\n--b\n"
            b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\nAAECAwQ=\n--b--\n",
            {"account": 1, "identifier": 1, "message": 1, "media": 1},
            rejects=1,
            hostile=True,
        )

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt. Locators: `part:N`, `header:Name`, `mail:M/header:Name` of an attached mail."""
        scope, _, tail = locator.rpartition("/")
        wanted, _, what = tail.partition(":")
        mail = int(scope.removeprefix("mail:") or 0)
        for piece in mail_parts.walk(_bytes(source)):
            if wanted == "header" and isinstance(piece, Mail) and piece.number == mail:
                return clean("\n".join(f"{what}: {value}" for value in mail_parts.values(piece.headers, what)))
            if wanted == "part" and not isinstance(piece, Mail) and piece.number == int(what):
                return _shown(piece)
        return ""


class _Reading:
    """One mail on its way into the sink: rows by table, handed over at the end in a fixed order."""

    def __init__(self, source: Source, sink: Sink) -> None:
        self._source, self._sink = source, sink
        self._rows: dict[str, list[dict[str, Any]]] = {table: [] for table in _TABLES}
        self._senders: dict[int, str | None] = {}
        self._dates: dict[int, datetime | None] = {}
        self._last_message: dict[int, int] = {}
        self._plain: set[int] = set()
        self._cited: dict[tuple[str, str], str] = {}
        self._own: set[str] = set()

    def take(self, piece: Mail | Part | Refused) -> None:
        if isinstance(piece, Mail):
            self._open(piece)
            return
        self._sink.count("parts", source=1, read=isinstance(piece, Part), rejected=isinstance(piece, Refused))
        if isinstance(piece, Refused):
            self._sink.reject(f"part:{piece.number}", None, piece.reason, clean(piece.excerpt))
        elif piece.attached:
            self._attachment(piece)
        else:
            self._text(piece)

    def _open(self, mail: Mail) -> None:
        at = self._date(mail)
        self._dates[mail.number] = at
        self._senders[mail.number] = None
        for field in ("From", "Reply-To"):
            for name, address in mail_parts.addresses(mail.headers, field):
                account = self._account(mail, field, name, address, at)
                if field == "From" and self._senders[mail.number] is None:
                    self._senders[mail.number] = account
        if self._senders[mail.number] is None:
            said = mail_parts.value(mail.headers, "From")
            self._sink.reject(_header(mail, "From"), "account", _NO_ADDRESS, clean(said or ""))
        subject = mail_parts.value(mail.headers, "Subject") or ""
        self._cite(subject, _header(mail, "Subject"))
        if mail.number == 0:
            self._note(mail.headers, subject)

    def _date(self, mail: Mail) -> datetime | None:
        said = mail_parts.value(mail.headers, "Date")
        if said is None:
            return None
        try:
            return parse_mail_date(said)
        except BadInstant:
            self._sink.reject(_header(mail, "Date"), "at", _NO_DATE, clean(said))
            return None

    def _account(self, mail: Mail, field: str, name: str, address: str, at: datetime | None) -> str | None:
        if not _ADDRESS.fullmatch(address):
            return None
        native, locator = address.lower(), _header(mail, field)
        account = f"{PLATFORM}:{native}"
        if account not in self._own:
            self._own.add(account)
            self._rows["account"].append(
                {
                    "locator": locator, "account": account, "platform": PLATFORM, "native_id": native,
                    "display_name": clean(name) or None, "name_source": "self" if name else None,
                }
            )  # fmt: skip
            self._rows["identifier"].append(
                {
                    "locator": locator, "account": account, "kind": "email", "value": address, "observed_at": at,
                    "relation": "user",
                }
            )  # fmt: skip
        return account

    def _note(self, headers: EmailMessage, subject: str) -> None:
        for key, field in (("message_id", "Message-ID"), ("date", "Date"), ("received", "Received"), ("to", "To")):
            said = [clean(value) for value in mail_parts.values(headers, field)[:_NOTED]]
            if said:
                self._sink.note(key, said if field == "Received" else said[0])
        if subject:
            self._sink.note("subject", clean(subject))

    def _text(self, part: Part) -> None:
        raw, _ = part.content()
        locator = f"part:{part.number}"
        if len(raw) > TEXT_BYTES:
            self._sink.reject(locator, "body", _CUT, "")
        text, targets = _readable(part, raw)
        self._cite(text, locator)
        at, sender = self._dates[part.mail], self._senders[part.mail]
        if part.mime == "text/plain":
            self._plain.add(part.mail)
        repeated = part.mime == "text/html" and part.alternative and part.mail in self._plain
        if text and not repeated:
            self._message(locator, sender, at, "text", text)
            self._last_message[part.mail] = len(self._rows["message"])
        for link in links(text, targets):
            self._rows["link"].append(
                {
                    "locator": locator, "url": clean(link.url), "host": link.host, "kind": link.kind, "account": sender,
                    "message": self._last_message.get(part.mail), "at": at, "at_precision": "second" if at else None,
                }
            )  # fmt: skip

    def _message(self, locator: str, sender: str | None, at: datetime | None, kind: str, body: str | None) -> None:
        self._rows["message"].append(
            {
                "locator": locator, "account": sender, "at": at, "at_precision": "second" if at else None,
                "kind": kind, "body": body,
            }
        )  # fmt: skip

    def _cite(self, text: str, locator: str) -> None:
        for kind, value in cited(text):
            if len(self._cited) < _NOTED:
                self._cited.setdefault((kind, value), locator)

    def _attachment(self, part: Part) -> None:
        raw, whole = part.content()
        sha256 = hashlib.sha256(raw).hexdigest()
        self._rows["media"].append(
            {
                "locator": f"part:{part.number}", "media": f"{PLATFORM}:{sha256}", "platform": PLATFORM,
                "native_id": sha256, "sha256": sha256, "sha1": hashlib.sha1(raw, usedforsecurity=False).hexdigest(),
                "md5": hashlib.md5(raw, usedforsecurity=False).hexdigest(), "mime": part.mime, "bytes": len(raw),
                "status": "whole" if whole else "truncated",
            }
        )  # fmt: skip

    def finish(self) -> None:
        """Hand over all rows. A mail that says nothing in words is a message of the kind file."""
        for mail, sender in self._senders.items():
            if mail not in self._last_message:
                locator = "header:Message-ID" if mail == 0 else f"mail:{mail}/header:Message-ID"
                self._message(locator, sender, self._dates[mail], "file", None)
        before = obs_base(self._source.exhibit) + len(self._rows["account"]) + len(self._rows["identifier"])
        for link in self._rows["link"]:
            link["message"] = before + link["message"] if link["message"] else None
        for table in _TABLES:
            if self._rows[table]:
                types = dict(BY_NAME[table].columns)
                columns = list(self._rows[table][0])
                schema = pa.schema([(name, types.get(name, pa.string())) for name in columns])
                self._sink.rows(table, pa.Table.from_pylist([_naive(row) for row in self._rows[table]], schema))
        found = [{"kind": k, "value": v, "locator": at} for (k, v), at in self._cited.items()]
        self._sink.note("cited", [c for c in found if f"{PLATFORM}:{c['value'].lower()}" not in self._own])


def _naive(row: dict[str, Any]) -> dict[str, Any]:
    """Instants as the lake holds them: UTC without saying so."""
    return {k: v.replace(tzinfo=None) if isinstance(v, datetime) else v for k, v in row.items()}


def _header(mail: Mail, field: str) -> str:
    return f"header:{field}" if mail.number == 0 else f"mail:{mail.number}/header:{field}"


def _bytes(source: Source) -> bytes:
    with source.path.open("rb") as f:
        raw = f.read(MAIL_BYTES)
    # Mailboxes begin a mail with a line of their own that is no header.
    return raw.split(b"\n", 1)[-1] if raw.startswith(b"From ") else raw.lstrip(b"\r\n")


def _readable(part: Part, raw: bytes) -> tuple[str, list[str]]:
    """The text of a part as it may be kept, and the targets of its links."""
    charset = mail_parts.charset(part.headers) or "utf-8"
    try:
        known = charset.lower().replace("-", "_") not in _NOT_TEXT
        text = raw[:TEXT_BYTES].decode(charset if known else "utf-8", "replace")
    except (LookupError, ValueError):
        text = raw[:TEXT_BYTES].decode("utf-8", "replace")
    if part.mime == "text/plain":
        return clean(text.replace("\r\n", "\n").strip()), []
    shown, targets = from_html(text)
    return clean(shown), targets


def _shown(piece: Part | Refused) -> str:
    if isinstance(piece, Refused):
        return clean(piece.excerpt)
    raw, _ = piece.content()
    return f"{piece.mime} {withheld(raw)}" if piece.attached else _readable(piece, raw)[0]


EML = Eml()
