"""Mailboxes (.mbox): each mail is read as `read/eml.py` reads one, one after the other.

A mailbox is a file of tips here, not somebody's seized mail: whoever writes in it is a witness
(decision 8). A mail that is none is a reject, and the others are read.
"""

import json
from collections.abc import Iterable
from typing import Any

from fanal.base.digests import sha256_bytes
from fanal.base.language import mark, translate
from fanal.read import mail_parts, mbox_split, signs_mail
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.held_rows import HeldRows
from fanal.read.mail_parts import MAIL_BYTES, Mail, Part, Refused
from fanal.read.mail_rows import MailReading, shown_at, take
from fanal.read.mail_text import clean

NO_MAIL = mark("does not begin with a header of an e-mail")
#: Rows and bytes of mails after which the sink is given what waits.
ROWS = 2_000
BYTES = 16 << 20
#: What the notes on the single mails may take in all, in characters; the rows of the others are read all the same.
NOTE_CHARS = 4 << 20
_RECEIVED = 5
_EXCERPT = 400


class Mbox:
    """Reads a file of several e-mails."""

    name = "mbox"
    version = 1
    mapped = False
    beside: tuple[str, ...] = ()

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_mail.mbox(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        rows = HeldRows(source, sink)
        noted: list[dict[str, Any]] = []
        mails = chars = taken = 0
        for span in mbox_split.spans(source.path):
            mails += 1
            raw = mbox_split.content(source.path, span)
            notes = _mail(rows, sink, span, raw)
            chars += len(json.dumps(notes, ensure_ascii=False)) if notes else 0
            if notes and chars <= NOTE_CHARS:
                noted.append(notes)
            taken += len(raw)
            if rows.waiting() >= ROWS or taken >= BYTES:
                rows.hand_over()
                taken = 0
        rows.hand_over()
        if not mails:
            raise Unreadable(path=source.name, detail=translate("it does not begin as a mailbox does"))
        sink.note("mail_count", mails)
        sink.note("mails", noted)
        if chars > NOTE_CHARS:
            sink.note("mails_without_note", mails - len(noted))

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        one = (
            b"From sender1@example.org Tue Oct  6 10:41:00 2020\nFrom: Sender 1 <sender1@example.org>\n"
            b"Date: Tue, 06 Oct 2020 10:41:00 +0200\nMessage-ID: <1@example.org>\nSubject: note 1\n\n"
            b"message 1 about +34 612 34 51 00\n>From here on: message 2\n\n"
        )
        two = (
            b"From sender2@example.org Tue Oct  6 10:42:00 2020\nFrom: sender2@example.org\n"
            b'Date: Tue, 06 Oct 2020 10:42:00 +0200\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nmessage 3\n'
            b'--b\nContent-Type: application/octet-stream; name="file 1.bin"\n\nmessage 4\n--b--\n\n'
        )
        yield Example("tips.mbox", one + two, {"account": 2, "identifier": 2, "message": 2, "media": 1, "remark": 1})
        broken = b"From nobody Tue Oct  6 10:43:00 2020\nno header here\n\n"
        undated = b"From - Tue Oct  6 10:44:00 2020\nFrom: sender3@example.org\nDate: no date\nSubject: note 3\n\n\n"
        yield Example(
            "broken.mbox",
            one + broken + undated,
            {"account": 2, "identifier": 2, "message": 2},
            rejects=2,
            hostile=True,
        )

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt. Locators: `mail:N`, and below it those of the reader `eml`."""
        first, _, below = locator.partition("/")
        number = int(first.removeprefix("mail:"))
        for span in mbox_split.spans(source.path):
            if span.number == number:
                raw = mbox_split.content(source.path, span)
                return shown_at(raw, below) if below else clean(raw[:_EXCERPT].decode("utf-8", "replace"))
        return ""


def _mail(rows: HeldRows, sink: Sink, span: mbox_split.Span, raw: bytes) -> dict[str, Any] | None:
    """Read one mail. Returns its notes, None where it is none."""
    here = f"mail:{span.number}"
    if not signs_mail.HEADER.match(raw):
        sink.count("mails", source=1, rejected=1)
        rows.reject(here, None, NO_MAIL, raw[:_EXCERPT].decode("utf-8", "replace"))
        return None
    sink.count("mails", source=1, read=1)
    if span.end - span.start > MAIL_BYTES:
        rows.reject(f"{here}/byte:{MAIL_BYTES}", None, mail_parts.TOO_LONG, "")
    reading = MailReading(rows, f"{here}/")
    counts = {"parts": 0, "rejected": 0}
    for piece in mail_parts.walk(raw):
        if not isinstance(piece, Mail):
            counts["parts"] += 1
            counts["rejected"] += isinstance(piece, Refused)
            sink.count("parts", source=1, read=isinstance(piece, Part), rejected=isinstance(piece, Refused))
        take(reading, piece)
    notes = {"part": here, "bytes": span.end - span.start, "sha256": sha256_bytes(raw), **counts, **reading.finish()}
    if "received" in notes:
        notes["received"] = notes["received"][:_RECEIVED]
    return notes


MBOX = Mbox()
