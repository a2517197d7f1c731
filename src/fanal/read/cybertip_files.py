"""The files of a CyberTipline report: hashes, what the provider saw and says of each, and who uploaded it.

No file is here and none is fetched. PhotoDNA is never taken in; a PDQ hash becomes a fingerprint. A
share is made only where the report says that the file was uploaded, and only of the one user it names.
"""

import re
from collections.abc import Callable
from typing import Any

from fanal.base.instants import precision
from fanal.base.language import mark
from fanal.read import cybertip_words as words
from fanal.read.cybertip_xml import Node, Report
from fanal.read.held_rows import HeldRows
from fanal.read.mail_text import clean, links

NAME_CHARS = 255
NO_HASH = mark("no hash of that kind")

_HEX = re.compile(r"[0-9a-f]+")
_SIGNS = re.compile(r"[^a-z0-9]")
_PDQ_DIGITS = 64

Capture = Callable[[Node, str | None, str], None]


class FileRows:
    """The files of one report. `user` is the account of the one reported user, None where there is not one."""

    def __init__(self, report: Report, rows: HeldRows, platform: str, user: str | None, exhibit: int) -> None:
        self._report, self._rows, self._platform, self._user = report, rows, platform, user
        self._exhibit = exhibit
        self._withheld = 0

    def take(self, capture: Capture) -> dict[str, Any]:
        """Make all rows. Returns notes: how many files, and how many PhotoDNA hashes were left in the exhibit."""
        files = self._report.all("fileDetails")
        for section in files:
            self._file(section, capture)
        notes: dict[str, Any] = {"files": len(files)}
        return notes | ({"photodna_withheld": self._withheld} if self._withheld else {})

    def _file(self, section: Node, capture: Capture) -> None:
        hashes = self._hashes(section)
        native = section.take("fileId") or next(iter(hashes.values()), None)
        native = clean(native)[:NAME_CHARS] if native else f"{self._exhibit}/{section.place}"
        media = f"{self._platform}:{native}"
        self._rows.row(
            "media", section.place, media=media, platform=self._platform, native_id=native,
            bytes=section.take("fileSize"),
            **{column: hashes.get(column) for column in words.HASHES},
        )  # fmt: skip
        self._fingerprints(section, media)
        self._remarks(section)
        for node in section.all("locationOfFile"):
            for link in links(node.read()):
                self._rows.row("link", node.place, url=clean(link.url), host=link.host, kind=link.kind)
        for node in section.all("ipCaptureEvent"):
            self._uploaded(node, media, capture)

    def _remarks(self, section: Node) -> None:
        """What the provider says of the file: who looked at it, its class, what its metadata tell."""
        for node in section.kids:
            key = words.FILE_REMARKS.get(node.name)
            if key and node.text:
                self._rows.row("remark", section.place, key=key, value=clean(node.read())[:NAME_CHARS])
            for tag in node.kids if node.name == "fileAnnotations" else ():
                tag.state = "read"
                self._rows.row("remark", section.place, key="file_annotation", value=tag.name)
            if node.name == "additionalInfo" and node.text:
                self._rows.row("remark", section.place, key="additional_info", value=clean(node.read()))
        for pair in (pair for details in section.all("details") for pair in details.all("nameValuePair")):
            name, value = pair.take("name"), pair.take("value")
            pair.take("type")
            if name and value:
                told = clean(value)[:NAME_CHARS]
                self._rows.row("remark", pair.place, key=f"detail:{clean(name)[:40]}", value=told)

    def _uploaded(self, node: Node, media: str, capture: Capture) -> None:
        at, event = node.take("dateTime"), (node.take("eventName") or "").lower()
        if self._user and event == "upload":
            self._rows.row(
                "share", node.place, account=self._user, media=media, at=at,
                at_precision=precision("iso", at) if at else None, action="upload",
            )  # fmt: skip
        if self._user:
            capture(node, self._user, "file ipCaptureEvent")
        else:
            for kid in node.kids:
                kid.state = "unmapped"

    def _hashes(self, section: Node) -> dict[str, str]:
        """Hex digests by column, and whatever is none rejected."""
        found: dict[str, str] = {}
        for node in (*section.all("originalFileHash"), *section.all("originalBinaryHash")):
            kind, value = _kind(node), node.text.lower()
            column = words.HASHES.get(kind)
            if kind in words.WITHHELD_HASHES:
                self._withheld += 1
            elif column and len(value) == words.HASH_DIGITS[column] and _HEX.fullmatch(value):
                found.setdefault(column, value)
                node.state = "read"
            elif column:
                node.state = "rejected"
                self._rows.reject(node.place, column, NO_HASH, value[:NAME_CHARS])
        return found

    def _fingerprints(self, section: Node, media: str) -> None:
        for node in (*section.all("originalFileHash"), *section.all("originalBinaryHash")):
            if _kind(node) != words.PDQ:
                continue
            value = node.text.lower()
            if len(value) == _PDQ_DIGITS and _HEX.fullmatch(value):
                node.state = "read"
                self._rows.row("fingerprint", node.place, media=media, pdq=bytes.fromhex(value), variant="plain")
            else:
                node.state = "rejected"
                self._rows.reject(node.place, "pdq", NO_HASH, "")


def is_withheld_hash(node: Node) -> bool:
    """Whether an element is a robust hash that is not to be shown."""
    return _kind(node) in words.WITHHELD_HASHES


def _kind(node: Node) -> str:
    told = node.attributes.get("hashType") or node.attributes.get("hashtype") or ""
    return _SIGNS.sub("", told.lower())
