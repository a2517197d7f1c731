"""The files of a WhatsApp export: the text, alone or in a zip, and the media beside it.

Media are read once, for their digests and lengths; no content is kept.
"""

import codecs
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from fanal.base.language import mark, translate
from fanal.evidence.zips import Member, SafeZip, ZipDamaged, open_zip
from fanal.read import whatsapp_heads as heads
from fanal.read import whatsapp_lines as lines
from fanal.read.contract import Sink, Source, Unreadable
from fanal.read.signs_chats import UTF16, ZIP
from fanal.read.whatsapp_events import PLATFORM, mime_of
from fanal.read.whatsapp_rows import media_prefix
from fanal.read.whatsapp_titles import base_name, title_in

SAMPLE = 1 << 18
_MEDIA_PART = "media files"
CANNOT_UNPACK = mark("the file cannot be unpacked whole")


@dataclass(frozen=True)
class Export:
    """An opened export.

    Attributes:
        part: name of the text, as the exhibit's accounts call it.
        blocks: the text as UTF-8 in blocks, anew at each call.
        zip: the zip it lies in, None for a plain text.
    """

    part: str
    blocks: lines.Blocks
    zip: SafeZip | None = None

    def sample(self, size: int = SAMPLE) -> str:
        """The beginning of the text; more of it where nothing there begins like a message."""
        got = b""
        for block in self.blocks():
            got += block
            text = got[:size].decode("utf-8", "replace")
            if len(got) >= size and heads.heads(text):
                return text
            size = max(size, len(got))
            got = got if len(got) < lines.LONGEST else got[-SAMPLE:]
        return got[:size].decode("utf-8", "replace")

    @property
    def media(self) -> list[Member]:
        """The zip's other members."""
        return [m for m in self.zip.members if m.name != self.part] if self.zip else []


@contextmanager
def opened(source: Source) -> Iterator[Export]:
    """The export of an exhibit. Raises Unreadable where a zip holds no text that is a chat, and the errors of zips."""
    with source.path.open("rb") as f:
        zipped = f.read(4) == ZIP
    if not zipped:
        yield Export(source.name, lambda: _as_utf8(_file_blocks(source.path)))
        return
    with open_zip(source.path) as archive:
        name = _chat_member(archive)
        if name is None:
            detail = translate("the zip holds no text that begins like a WhatsApp chat")
            raise Unreadable(path=source.name, detail=detail)
        yield Export(name, lambda: _as_utf8(_gathered(archive.stream(name))), archive)


def hand_over_media(export: Export, source: Source, sink: Sink) -> None:
    """One media row for each other member of the zip, in the zip's order; what cannot be read is a reject as well."""
    rows: list[dict[str, object]] = []
    for member in export.media:
        row: dict[str, object] = {"locator": f"member:{member.name}"}
        row |= {"media": media_prefix(source) + base_name(member.name), "platform": PLATFORM, "native_id": member.name}
        row |= {"mime": mime_of(member.name), "bytes": member.bytes}
        try:
            row |= digests(export.zip, member.name)
            sink.count(_MEDIA_PART, source=1, read=1)
        except ZipDamaged as e:
            row["status"] = "unreadable"
            sink.reject(str(row["locator"]), "sha256", CANNOT_UNPACK, str(e))
            sink.count(_MEDIA_PART, source=1, read=1)
        rows.append(row)
    if rows:
        names = ("locator", "media", "platform", "native_id", "md5", "sha256", "mime", "bytes", "status")
        columns = {name: pa.array([row.get(name) for row in rows]) for name in names}
        sink.rows("media", pa.table(columns))


def digests(archive: SafeZip | None, name: str) -> dict[str, object]:
    """Length, MD5 and SHA-256 of one member, read as a stream. Raises ZipDamaged where it breaks off."""
    md5, sha256, size = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0
    for chunk in archive.stream(name) if archive else ():
        md5.update(chunk)
        sha256.update(chunk)
        size += len(chunk)
    return {"bytes": size, "md5": md5.hexdigest(), "sha256": sha256.hexdigest(), "status": "whole"}


def _chat_member(archive: SafeZip) -> str | None:
    """The text member that is the chat: the one with most line heads in its first part, then the largest."""
    best: tuple[tuple[int, int, int], str] | None = None
    for member in archive.members:
        if not member.name.lower().endswith(".txt"):
            continue
        head = next(_as_utf8(archive.stream(member.name)), b"")[:SAMPLE].decode("utf-8", "replace")
        base = base_name(member.name)
        named = base == "_chat.txt" or title_in(base) is not None
        rank = (int(named), len(heads.heads(head)), member.bytes)
        if rank[1] and (best is None or rank > best[0]):
            best = (rank, member.name)
    return best[1] if best else None


def _file_blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as f:
        while block := f.read(lines.BLOCK):
            yield block


def _gathered(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Small chunks put together to blocks, so that each costs its engine work once."""
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= lines.BLOCK:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def _as_utf8(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """UTF-16 with a byte order mark as UTF-8, lines that end in CR alone as if in LF; all else as it is."""
    decoder: codecs.IncrementalDecoder | None = None
    old_mac = False
    for n, block in enumerate(blocks):
        if n == 0 and block[:2] in UTF16:
            decoder = codecs.getincrementaldecoder("utf-16")("replace")
        text = decoder.decode(block).encode("utf-8", "replace") if decoder else block
        old_mac = old_mac or (n == 0 and b"\r" in text and b"\n" not in text)
        yield text.replace(b"\r", b"\n") if old_mac else text
