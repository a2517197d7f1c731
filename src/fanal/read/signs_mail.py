"""How mails and reports of providers begin: what `detect` of their readers goes by. See `read/signs.py`."""

import re
from pathlib import PurePath

from fanal.read.cybertip_words import REPORTS, SECTIONS

#: A header field of a mail.
HEADER = re.compile(rb"^([A-Za-z][A-Za-z0-9-]{1,60}):", re.MULTILINE)
#: The start of a file of Outlook's, and of old workbooks.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TELLING = frozenset({b"from", b"date", b"received", b"message-id", b"return-path", b"delivered-to"})
_USUAL = _TELLING | {b"to", b"subject", b"mime-version", b"content-type", b"reply-to", b"cc", b"sender"}
#: Where the `From ` line of a mail in a mailbox may stand.
SEPARATOR = re.compile(rb"(?:\A|\n\r?\n)(?=(?P<line>From [^\r\n]{0,400}\r?\n)(?P<next>[^\r\n]{0,100}))")
# A time of day and a year: `From - Tue Oct 06 10:41:00 2020`. Prose that begins a paragraph with From has neither.
_DATED = re.compile(rb"\d{1,2}:\d{2}.{0,40}\b\d{4}\b")
_FIELD = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,60}:")
_MAILBOXES = (".mbox", ".mbx")
_PLAIN_MAILBOXES = frozenset({"mbox", "inbox"})
_OUTLOOK = tuple(
    word.encode("utf-16-le") for word in ("__properties_version1.0", "__substg1.0_", "__nameid_version1.0")
)
_ELEMENT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,60}:)?([A-Za-z_][\w.-]{0,60})[\s/>]")
_TIP_ELEMENTS = ("personOrUserReported", "incidentSummary", "espIdentifier", "ipCaptureEvent", "originalFileHash",
                 "internetDetails", "fileDetails", "viewedByEsp", "fileViewedByEsp", "incidentType", "reportingPerson",
                 "originalFileName", "industryClassification")  # fmt: skip
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def eml(head: bytes, name: str) -> float:
    """One mail: header fields, at least two of the usual ones, one of them telling."""
    block = re.split(rb"\r?\n\r?\n", head.lstrip(b"\r\n"), maxsplit=1)[0]
    found = {field.lower() for field in HEADER.findall(block)}
    if len(found & _USUAL) < 2 or not found & _TELLING:  # noqa: PLR2004  one field alone could be prose
        return 0.0
    return 0.95 if name.lower().endswith(".eml") else 0.6


def mbox(head: bytes, name: str) -> float:
    """A mailbox."""
    found = [hit for hit in SEPARATOR.finditer(head.lstrip(b"\r\n")) if separates(hit)]
    if not found or found[0].start() != 0:
        return 0.0
    path = PurePath(name.lower())
    if len(found) > 1 or path.suffix in _MAILBOXES or path.name in _PLAIN_MAILBOXES:
        return 0.97
    return 0.5 if path.suffix == ".eml" else 0.7


def separates(hit: re.Match[bytes]) -> bool:
    """Whether a hit of SEPARATOR begins a mail."""
    return bool(_DATED.search(hit["line"]) or _FIELD.match(hit["next"]))


def msg(head: bytes, name: str) -> float:
    """A message of Outlook's."""
    if not head.startswith(OLE):
        return 0.0
    if any(sign in head for sign in _OUTLOOK):
        return 0.95
    return 0.8 if name.lower().endswith(".msg") else 0.0


def cybertip(head: bytes, name: str) -> float:
    """A CyberTipline report."""
    text = head.decode("utf-16" if head.startswith(_UTF16) else "utf-8", "replace").lstrip("\ufeff \t\r\n")
    if not text.startswith("<"):
        return 0.0
    names = _ELEMENT.findall(text)
    told = {word for word in _TIP_ELEMENTS if word in names}
    if len(told) < 2:  # noqa: PLR2004  one name alone could be another schema's
        return 0.0
    known = names[0].lower() in REPORTS or names[0] in SECTIONS
    return 0.95 if known or name.lower().endswith(".xml") else 0.7
