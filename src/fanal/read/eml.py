"""E-mailed tips (.eml): who sent them, what they say, what they link to and cite.

One mail a file; mailboxes are read by `read/mbox.py`, rows are made in `read/mail_rows.py`.
"""

from collections.abc import Iterable

from fanal.base.language import translate
from fanal.read import mail_parts, signs_mail
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.held_rows import HeldRows
from fanal.read.mail_parts import MAIL_BYTES, Mail, Part, Refused
from fanal.read.mail_rows import MailReading, shown_at, take


class Eml:
    """Reads one e-mail with all its parts."""

    name = "eml"
    version = 2
    mapped = False
    beside: tuple[str, ...] = ()

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_mail.eml(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        raw = _bytes(source)
        if not raw.strip():
            raise Unreadable(path=source.name, detail=translate("the file is empty"))
        if source.path.stat().st_size > MAIL_BYTES:
            sink.reject(f"byte:{MAIL_BYTES}", None, mail_parts.TOO_LONG, "")
        if not signs_mail.HEADER.match(raw):
            raise Unreadable(path=source.name, detail=translate("it does not begin with a header of an e-mail"))
        rows = HeldRows(source, sink)
        reading = MailReading(rows)
        for piece in mail_parts.walk(raw):
            if not isinstance(piece, Mail):
                sink.count("parts", source=1, read=isinstance(piece, Part), rejected=isinstance(piece, Refused))
            take(reading, piece)
        for key, value in reading.finish().items():
            sink.note(key, value)
        rows.hand_over()

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
            b'Content-Type: application/octet-stream; name="file 1.bin"\nContent-Transfer-Encoding: base64\n\n'
            b"AAECAwQ=\n--b--\n",
            {"account": 1, "identifier": 1, "message": 1, "media": 1, "remark": 1},
            rejects=1,
            hostile=True,
        )

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt. Locators: `part:N`, `header:Name`, `mail:M/header:Name` of an attached mail."""
        return shown_at(_bytes(source), locator)


def _bytes(source: Source) -> bytes:
    with source.path.open("rb") as f:
        raw = f.read(MAIL_BYTES)
    # Mailboxes begin a mail with a line of their own that is no header.
    return raw.split(b"\n", 1)[-1] if raw.startswith(b"From ") else raw.lstrip(b"\r\n")


EML = Eml()
