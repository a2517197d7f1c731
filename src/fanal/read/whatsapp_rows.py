"""From the messages of a WhatsApp export, column by column, to rows of the canonical tables.

All per-row work is SQL (`whatsapp.sql`) on one chunk at a time. Knows nothing of files and zips.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from fanal.base.instants import sql_instant, text
from fanal.base.language import mark
from fanal.engine.duck import Duck
from fanal.engine.statements import fill, load
from fanal.read import whatsapp_events as events
from fanal.read.contract import Sink, Source
from fanal.read.whatsapp_dates import PLAIN, Order, plain_stamps
from fanal.read.whatsapp_lines import LONGEST, MARKS, Chunk, Preamble, Style
from fanal.read.whatsapp_phrases import BY_SENDER, OWNER_SENDERS, OWNER_WORDS

LRM = MARKS[0]
BEFORE_FIRST = mark("stands before the first message")
NO_INSTANT = mark("no such date or time")
NO_UTF8 = mark("bytes that are no UTF-8 were replaced")
CUT = mark("a message longer than 16 MiB was cut")
_SHOWN = 20
_TABLES = ("account", "identifier", "membership", "message", "link")


@dataclass(frozen=True)
class Channel:
    """The chat that an export shows.

    Attributes:
        native_id: its title, or the file's name where none was found.
        title: as the messenger shows it.
        found: where the title was found.
        languages: in which order its system lines are tried.
    """

    native_id: str
    title: str | None
    found: str
    languages: tuple[str, ...]


class Rows:
    """Takes the pieces of one export's text in order and gives the sink its rows. A context manager closes it."""

    def __init__(self, source: Source, sink: Sink, part: str, style: Style, order: Order, channel: Channel) -> None:
        """Open an engine for one export. `part` names the text among the exhibit's parts."""
        self._order_of_languages = channel.languages
        self._sink, self._part, self._order, self._channel = sink, part, order, channel
        self._statements = _statements(source, style, channel)
        self._engine = Duck(memory="1GB")
        self._engine.define("known", "SELECT CAST(NULL AS VARCHAR) AS account WHERE false")
        self.files: set[str] = set()
        self.members = False
        self._notes: Counter[str] = Counter()
        self._lines: dict[str, list[int]] = {}
        self._languages: Counter[str] = Counter()
        self._segments: dict[str, Counter[str]] = {}
        self._first: Any = None
        self._last: Any = None
        self._ends: Any = None

    def preamble(self, piece: Preamble) -> None:
        """Reject what stands before the first message, line by line; blank lines are nothing."""
        self._engine.bind("before", pa.table({"said": [piece.text]}))
        rejects = self._engine.rows(
            "SELECT 'line:' || ($line + n - 1) AS locator, CAST(NULL AS VARCHAR) AS column, $reason AS reason, "
            "said AS excerpt FROM (SELECT unnest(string_split(said, chr(10))) AS said, "
            "unnest(range(1, len(string_split(said, chr(10))) + 1)) AS n FROM before) "
            "WHERE trim(said, ' ' || chr(13) || chr(9) || chr(65279)) <> '' ORDER BY n",
            line=piece.line, reason=BEFORE_FIRST,
        )  # fmt: skip
        self._sink.reject_rows(rejects)
        self._sink.count(self._part, source=rejects.num_rows, rejected=rejects.num_rows)

    def chunk(self, chunk: Chunk) -> None:
        """Rows of one chunk, table after table."""
        self._bind(chunk)
        for table in ("who", "odd"):
            self._engine.define(table, self._statements[table])
        self._tell()
        for table in ("said", "change", "seen"):
            self._engine.define(table, self._statements[table])
        for table in _TABLES:
            self._sink.rows(table, self._engine.rows(self._statements[table]))
        self._engine.execute("INSERT INTO known SELECT account FROM seen")
        self._sink.reject_rows(self._engine.rows(self._statements["no_instant"]))
        if chunk.repaired:
            self._sink.reject_rows(self._engine.rows(self._statements["mended"]))
        if chunk.cut:
            self._sink.reject_rows(self._engine.rows(self._statements["cut"]))
        self._sink.count(self._part, source=len(chunk.line), read=len(chunk.line))
        self._observe()

    def close(self) -> int:
        """Tell the sink what holds for the whole export; free the engine. Returns the number of accounts."""
        accounts = self._one("SELECT count(*) AS n FROM known")
        for key, n in sorted(self._notes.items()):
            self._sink.note(key, {"n": n, "lines": self._lines[key]})
        self._sink.note("languages", dict(sorted(self._languages.items())))
        self._sink.note("first_instant", text(self._first) if self._first else None)
        self._sink.note("last_instant", text(self._last) if self._last else None)
        colons = [
            f"{name}: {segment}"
            for name, segments in self._segments.items()
            for segment, n in segments.items()
            if segment and n > 1 and len(segments) == 1
        ]
        if colons:
            self._sink.note("senders_with_colon", sorted(colons)[:_SHOWN])
        self._engine.close()
        return accounts

    def _tell(self) -> None:
        """Define `event`: what the messenger's own lines say. Languages are tried until every line is told."""
        self._engine.define("untold", self._statements["untold"])
        parts: list[str] = []
        for language in self._order_of_languages:
            if parts and not self._one("SELECT count(*) AS n FROM untold"):
                break
            self._engine.define("told", events.told(language))
            self._engine.define("event_" + language, "SELECT * FROM told")
            parts.append("SELECT * FROM event_" + language)
            self._engine.define("rest", self._statements["still_untold"])
            self._engine.define("untold", "SELECT * FROM rest")
        self._engine.define("event", " UNION ALL ".join(parts))

    def _one(self, sql: str) -> int:
        return int(self._engine.rows(sql)["n"][0].as_py())

    def _bind(self, chunk: Chunk) -> None:
        sender = chunk.sender.dictionary_encode()
        self._engine.bind(
            "spoken",
            pa.table({"sender_n": pa.array(range(len(sender.dictionary)), pa.int32()), "sender": sender.dictionary}),
        )
        self._engine.bind(
            "raw",
            pa.table(
                {
                    "line": chunk.line,
                    "stamp": plain_stamps(chunk.day, chunk.clock, self._order),
                    "day": chunk.day,
                    "clock": chunk.clock,
                    "sender_n": sender.indices,
                    "body": chunk.body,
                }
            ),
        )

    def _observe(self) -> None:
        figures = self._engine.rows(self._statements["figures"]).to_pylist()[0]
        self.files.update(figures["files"] or ())
        self._first = min(filter(None, (self._first, figures["first_at"])), default=None)
        self._last = max(filter(None, (self._last, figures["last_at"])), default=None)
        if self._ends and figures["begins"] and figures["begins"] < self._ends:
            self._remark("backwards", 1, [figures["line"]])
        self._ends = figures["ends"] or self._ends
        for key in ("deleted", "system_unknown", "heads_inside", "backwards"):
            found = self._engine.rows(self._statements[key]).to_pylist()[0]
            if found["n"]:
                self._remark(key, found["n"], found["lines"])
        for row in self._engine.rows(self._statements["languages"]).to_pylist():
            self._languages[row["language"]] += row["n"]
        for row in self._engine.rows(self._statements["colon"]).to_pylist():
            self._segments.setdefault(row["name"], Counter())[row["segment"]] += row["n"]
        self.members = self.members or self._one("SELECT count(*) AS n FROM change") > 0

    def _remark(self, key: str, n: int, at_lines: list[int]) -> None:
        self._notes[key] += n
        self._lines[key] = (self._lines.get(key, []) + at_lines)[:_SHOWN]


def owner_key(source: Source) -> str:
    """The account of the device's owner: the number the register knows, else one of the exhibit's own."""
    digits = "".join(c for c in str(source.options.get("owner") or "") if c.isdigit())
    return f"{events.PLATFORM}:+{digits}" if digits else f"{events.PLATFORM}:owner:{source.exhibit}"


def media_prefix(source: Source) -> str:
    """What stands before a file's name in a media key: names are unique in one export only."""
    return f"{events.PLATFORM}:{source.exhibit}/"


def _statements(source: Source, style: Style, channel: Channel) -> dict[str, str]:
    """The statements of `whatsapp.sql` with what holds for one export filled in."""
    owner = owner_key(source)
    owner_name = source.options.get("owner_name")
    named = (str(owner_name),) if owner_name else ()
    title = events.literal(channel.title) if channel.title else "CAST(NULL AS VARCHAR)"
    places = {
        "sender_key": events.account_key("name", owner, OWNER_SENDERS + named),
        "name_key": events.account_key("name", owner, OWNER_WORDS + named),
        "by_key": events.account_key("by_name", owner, OWNER_WORDS + named),
        "plain_sender": events.plain("sender"),
        "plain_said": events.plain("said"),
        "instant": sql_instant("r.stamp", PLAIN, source.time_zone),
        "mark": LRM,
        "android_file": events.literal(events.ANDROID_FILE),
        "bare": events.literal(events.BARE),
        "written_by_member": events.literal(events.WRITTEN),
        "bracketed": str(style.bracketed).lower(),
        "omitted_kind": events.omitted_kind("body"),
        "attached_name": events.attached_name("body"),
        "file_kind": events.file_kind("o.file"),
        "title": title,
        "owner": events.literal(owner),
        "owner_name": events.literal(str(owner_name)) if owner_name else "CAST(NULL AS VARCHAR)",
        "by_sender": ", ".join(map(events.literal, BY_SENDER)),
        "channel": events.literal(f"{events.PLATFORM}:{channel.native_id}"),
        "precision": events.literal(style.precision),
        "media_prefix": events.literal(media_prefix(source)),
        "no_instant": events.literal(NO_INSTANT),
        "no_utf8": events.literal(NO_UTF8),
        "cut": events.literal(CUT),
        "longest": str(LONGEST),
    }
    return {name: fill(statement, **places) for name, statement in load("fanal.read", "whatsapp.sql").items()}
