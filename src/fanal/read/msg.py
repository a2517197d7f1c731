"""Outlook messages (.msg): who sent them, what they say, what they link to and cite, as `read/eml.py` reads a mail.

The message is a compound file (`read/msg_file.py`) of MAPI properties (`read/msg_parts.py`); rows are made
in `read/mail_rows.py`. Attachments become digest and length.
"""

from collections.abc import Iterable

from fanal.base.instants import BadInstant, parse_mail_date
from fanal.base.language import translate
from fanal.evidence.media_signs import withheld
from fanal.read import mail_parts, signs_mail
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.held_rows import HeldRows
from fanal.read.mail_parts import Refused
from fanal.read.mail_rows import CUT, NO_DATE, NOTED, MailReading, said
from fanal.read.mail_text import TEXT_BYTES, clean
from fanal.read.msg_examples import broken, plain
from fanal.read.msg_file import Damaged, opened
from fanal.read.msg_parts import PROPERTIES, File, Message, Text, walk

_NAMING = ("Message-ID", "From", "Subject", "Date", "To")


class Msg:
    """Reads one Outlook message with all its parts."""

    name = "msg"
    version = 1
    mapped = False
    beside: tuple[str, ...] = ()

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_mail.msg(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        rows = HeldRows(source, sink)
        reading = MailReading(rows)
        sink.count("parts")
        try:
            with opened(source.path) as root:
                if not root.has(PROPERTIES):
                    raise Unreadable(path=source.name, detail=translate("it holds no Outlook message"))
                for piece in walk(root):
                    if not isinstance(piece, Message):
                        refused = isinstance(piece, Refused)
                        sink.count("parts", source=1, read=not refused, rejected=refused)
                    _take(reading, piece)
        except Damaged as e:
            raise Unreadable(path=source.name, detail=translate("it is no compound file, or a damaged one")) from e
        for key, value in reading.finish().items():
            sink.note(key, value)
        rows.hand_over()

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        yield Example(
            "plain.msg",
            plain(),
            {"account": 2, "identifier": 2, "message": 2, "link": 1, "media": 1, "remark": 1},
        )
        yield Example("broken.msg", broken(), {"message": 1}, rejects=3, hostile=True)
        yield Example("cut.msg", plain()[:700], {}, hostile=True, refused="F-READ-01")

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt. Locators as those of `eml`; a header is what the message says in its place."""
        scope, _, tail = locator.rpartition("/")
        wanted, _, what = tail.partition(":")
        message = int(scope.removeprefix("mail:") or 0)
        with opened(source.path) as root:
            for piece in walk(root):
                if isinstance(piece, Message):
                    if wanted == "header" and piece.number == message:
                        return clean(f"{what}: {piece.fields.get(what, '')}") if what in piece.fields else ""
                elif wanted == "part" and piece.number == int(what):
                    return _shown(piece)
        return ""


def _take(reading: MailReading, piece: Message | Text | File | Refused) -> None:
    if isinstance(piece, Message):
        _open(reading, piece)
    elif isinstance(piece, Refused):
        reading.reject(f"part:{piece.number}", None, piece.reason, piece.excerpt)
    elif isinstance(piece, File):
        reading.attachment(piece.number, piece.raw, piece.mime, piece.name, whole=piece.whole)
    else:
        if len(piece.raw) > TEXT_BYTES:
            reading.reject(f"part:{piece.number}", "body", CUT, "")
        shown, targets = said(piece.raw, piece.charset, html=piece.html)
        reading.words(piece.number, piece.message, shown, targets, html=piece.html, alternative=piece.alternative)


def _open(reading: MailReading, message: Message) -> None:
    at = message.at
    if at is None and "Date" in message.fields:
        try:
            at = parse_mail_date(message.fields["Date"])
        except BadInstant:
            reading.reject(reading.header(message.number, "Date"), "at", NO_DATE, message.fields["Date"])
    there = [field for field in _NAMING if field in message.fields]
    reading.open(message.number, at, message.fields.get("Subject", ""), there[0] if there else _NAMING[0])
    reading.sender(message.number, "From", message.name, message.address)
    for name, address in mail_parts.addresses(message.headers, "Reply-To"):
        reading.sender(message.number, "Reply-To", name, address)
    reading.no_sender(message.number, message.name)
    if message.number == 0:
        for key, field in (("message_id", "Message-ID"), ("date", "Date"), ("to", "To")):
            if field in message.fields:
                reading.notes[key] = clean(message.fields[field])
        received = [clean(one) for one in mail_parts.values(message.headers, "Received")[:NOTED]]
        if received:
            reading.notes["received"] = received


def _shown(piece: Text | File | Refused) -> str:
    if isinstance(piece, Refused):
        return clean(piece.excerpt)
    if isinstance(piece, File):
        return f"{clean(piece.mime)} {withheld(piece.raw)}"
    return said(piece.raw, piece.charset, html=piece.html)[0]


MSG = Msg()
