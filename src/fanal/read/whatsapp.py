"""The reader of WhatsApp chat exports: a .txt, or a .zip that holds it beside its media.

Reads what "Export chat" writes on Android and iOS. It reads no WhatsApp database, and of languages
only those of `whatsapp_phrases`: lines of others stay as `system_unknown`, never dropped.
"""

from collections.abc import Iterable
from pathlib import PurePath

import numpy as np
import pyarrow as pa

from fanal.base.language import translate
from fanal.evidence.media_signs import freed
from fanal.read import signs_chats
from fanal.read import whatsapp_events as events
from fanal.read import whatsapp_files as files
from fanal.read import whatsapp_heads as heads
from fanal.read import whatsapp_lines as lines
from fanal.read import whatsapp_scan as scanner
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.whatsapp_dates import decide_order
from fanal.read.whatsapp_examples import EXAMPLES
from fanal.read.whatsapp_rows import Channel, Rows, owner_key
from fanal.read.whatsapp_titles import base_name, title_in

_EXCERPT = 2_000
#: With more accounts than these a chat is a group.
_SEVERAL = 2


class WhatsApp:
    """See `read.contract.Reader`. Options of the register: `owner` (number), `owner_name` (as the chat shows it)."""

    name = "whatsapp"
    version = 1
    mapped = False
    beside: tuple[str, ...] = ()

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_chats.whatsapp(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read: once for the order of dates, once for the rows, then the media."""
        with files.opened(source) as export:
            sample = export.sample()
            style = heads.sniff(sample)
            if style is None:
                raise Unreadable(path=source.name, detail=translate("no line begins like a WhatsApp message"))
            order = decide_order(lines.days(export.blocks, style), style)
            channel = _channel(source, export, sample, style)
            sink.note("form", "ios" if style.bracketed else "android")
            sink.note("date_order", order.fact())
            sink.note("calendar", {"calendar": order.calendar, "open": order.calendar != "gregorian"})
            sink.note("time_zone", {"zone": source.time_zone, "from": "exhibit", "open": True})
            sink.note("owner", {"account": owner_key(source), "open": not source.options.get("owner")})
            sink.note("title", {"title": channel.title, "from": channel.found})
            openings = events.openings() if not style.bracketed else np.zeros(scanner.OPENINGS, np.bool_)
            rows = Rows(source, sink, export.part, style, order, channel)
            for piece in lines.split(export.blocks, style, openings):
                if isinstance(piece, lines.Preamble):
                    rows.preamble(piece)
                else:
                    rows.chunk(piece)
            accounts = rows.close()
            sink.rows("channel", _channel_row(channel, group=rows.members or accounts > _SEVERAL))
            present = {base_name(member.name) for member in export.media}
            if missing := sorted(rows.files - present):
                sink.note("media_missing", {"n": len(missing), "names": missing[:20]})
            files.hand_over_media(export, source, sink)

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        return EXAMPLES

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt: the message that begins at "line:7", or length and digest of "member:NAME"."""
        where, _, which = locator.partition(":")
        with files.opened(source) as export:
            if where == "member" and which in {member.name for member in export.media}:
                return "[{bytes} bytes, sha256 {sha256}, md5 {md5}]".format(**files.digests(export.zip, which))
            if where == "line" and which.isdigit() and int(which) > 0:
                found = _message_at(export.blocks, int(which))
                if found is not None:
                    return freed(found)
        raise Unreadable(path=source.name, detail=translate("nothing stands at {locator}").format(locator=locator))


def _channel(source: Source, export: files.Export, sample: str, style: heads.Style) -> Channel:
    """The chat by its title: from a file name, the notice of encryption or the line of creation."""
    plain = events.plain_text(sample)
    languages = tuple(events.languages(plain))
    named = title_in(source.name, export.part)
    if named:
        return Channel(named, named, "file name", languages)
    if found := events.title_in_chat(plain, languages, bracketed=style.bracketed):
        title = found[0].strip(heads.MARKS + heads.SPACES)
        return Channel(title, title, found[1], languages)
    return Channel(PurePath(source.name).stem, None, "nowhere", languages)


def _channel_row(channel: Channel, *, group: bool) -> pa.Table:
    row = {
        "locator": "line:1",
        "channel": f"{events.PLATFORM}:{channel.native_id}",
        "platform": events.PLATFORM,
        "native_id": channel.native_id,
        "title": channel.title,
        "kind": "group" if group else "direct",
    }
    return pa.table({name: pa.array([value], pa.string()) for name, value in row.items()})


def _message_at(blocks: lines.Blocks, number: int) -> str | None:
    """The text from a line's beginning to the next message, at most 2,000 characters; None past the end."""
    before, got = number - 1, b""
    for block in blocks():
        if got:
            got += block
        elif before <= (here := block.count(b"\n")) and (before < here or not block.endswith(b"\n")):
            got = block.split(b"\n", before)[-1] if before else block
        else:
            before -= here
            continue
        if len(got) > 4 * _EXCERPT:
            break
    if not got:
        return None
    text = got[: 4 * _EXCERPT].decode("utf-8", "replace")
    following = [start for start in heads.heads(text) if start > 0]
    return text[: following[0] if following else None].rstrip("\r\n")[:_EXCERPT]


WHATSAPP = WhatsApp()
