"""From the messages of a WhatsApp export, column by column, to rows of the canonical tables.

Most messages are plain text under a known sender: their columns are put together from distinct
values. Only what the scanner marked goes through SQL (`whatsapp.sql`). Knows nothing of files and zips.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fanal.base.language import mark
from fanal.engine.duck import Duck
from fanal.engine.statements import fill, load
from fanal.model.tables import UTC_INSTANT
from fanal.read import whatsapp_events as events
from fanal.read import whatsapp_scan as scanner
from fanal.read.contract import Sink, Source
from fanal.read.whatsapp_dates import Order, instants
from fanal.read.whatsapp_heads import MARKS, Style
from fanal.read.whatsapp_lines import LONGEST, Chunk, Preamble
from fanal.read.whatsapp_observed import Observed
from fanal.read.whatsapp_phrases import BY_SENDER, OWNER_SENDERS

LRM = MARKS[0]
BEFORE_FIRST = mark("stands before the first message")
NO_INSTANT = mark("no such date or time")
NO_UTF8 = mark("bytes that are no UTF-8 were replaced")
CUT = mark("a message longer than 16 MiB was cut")
#: What sends a message through SQL, besides having no sender or one with quotes in the name.
_SPECIAL = scanner.MARKED | scanner.NAMED_FILE | scanner.OPENING | scanner.ANGLE
_KINDS = ("text", "image", "video", "sticker", "audio", "file", "system", "system_unknown")

Numbers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]


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


@dataclass(frozen=True)
class _Messages:
    """The messages of a chunk as they become rows.

    Attributes:
        at: instant of each (UTC).
        sender: number of each one's sender in `accounts`, -1 where the messenger wrote the line.
        accounts: account of each distinct sender, NULL where it has none.
        kind: number of each one's kind in _KINDS.
        media: key of the file each names, mostly NULL.
        body: what was written.
    """

    at: pa.Array
    sender: Numbers
    accounts: pa.Array
    kind: npt.NDArray[np.int8]
    media: pa.Array
    body: pa.Array

    def account(self) -> pa.Array:
        """The account of each message, NULL where nobody wrote it."""
        return self.accounts.take(pa.array(self.sender, mask=self.sender < 0))


@dataclass(frozen=True)
class _Twins:
    """Messages of a chunk that say what an earlier one says, and are what that is, whoever wrote them.

    Attributes:
        places: of each.
        firsts: the place of the first that says the same.
    """

    places: Numbers
    firsts: Numbers


class Rows:
    """Takes the pieces of one export's text in order and gives the sink its rows."""

    def __init__(self, source: Source, sink: Sink, part: str, style: Style, order: Order, channel: Channel) -> None:
        """Open an engine for one export. `part` names the text among the exhibit's parts."""
        self._order_of_languages = channel.languages
        self._sink, self._part, self._order, self._zone = sink, part, order, source.time_zone
        self._channel, self._precision = f"{events.PLATFORM}:{channel.native_id}", style.precision
        self._media_prefix = media_prefix(source)
        self._statements = _statements(source, style, channel)
        self._engine = Duck(memory="1GB", threads=1)
        self._engine.define("known", "SELECT CAST(NULL AS VARCHAR) AS account WHERE false")
        whole, kinds = zip(*events.omitted_bodies(), strict=True)
        self._engine.bind("omitted_body", pa.table({"body": whole, "kind": kinds}))
        self._observed = Observed(self._engine, self._statements)

    @property
    def files(self) -> set[str]:
        """Names of files that messages name."""
        return self._observed.files

    @property
    def members(self) -> bool:
        """Whether any line changed a membership."""
        return self._observed.members

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
        count = len(chunk.line)
        sender = chunk.sender.dictionary_encode()
        numbers = pc.fill_null(sender.indices, -1).to_numpy().astype(np.int64)
        who = self._who(sender.dictionary)
        micros, there = instants(chunk.day, chunk.clock, self._order, self._zone, self._engine)
        at = pa.array(micros, mask=~there).cast(UTC_INSTANT)
        twins = _twins(chunk, numbers, _quoted(who))
        said = self._said(chunk, at, numbers, who, twins)
        messages = self._messages(chunk, at, numbers, who["account"], said, twins)
        self._accounts(chunk, messages)
        for table in ("account", "identifier", "membership"):
            self._sink.rows(table, self._engine.rows(self._statements[table]))
        self._sink.rows("message", self._message_rows(chunk, messages))
        self._links(chunk, messages)
        self._engine.execute("INSERT INTO known SELECT account FROM seen")
        self._rejects(chunk, messages, there)
        self._sink.count(self._part, source=count, read=count)
        self._observed.chunk(chunk, messages.sender, micros, there)

    def close(self) -> int:
        """Tell the sink what holds for the whole export; free the engine. Returns the number of accounts."""
        accounts = self._one("SELECT count(*) AS n FROM known")
        self._observed.close(self._sink)
        self._engine.close()
        return accounts

    def _one(self, sql: str) -> int:
        return int(self._engine.rows(sql)["n"][0].as_py())

    def _who(self, senders: pa.Array) -> pa.Table:
        """Name and account of each distinct sender; defines `who`."""
        self._engine.bind("spoken", pa.table({"sender_n": np.arange(len(senders), dtype=np.int64), "sender": senders}))
        self._engine.define("who", self._statements["who"])
        return self._engine.rows("SELECT account, quoted FROM who ORDER BY sender_n").combine_chunks()

    def _said(self, chunk: Chunk, at: pa.Array, sender: Numbers, who: pa.Table, twins: "_Twins") -> pa.Table:
        """What the messages are that the messenger may have written; defines odd, event, said and change."""
        odd = _quoted(who)[sender] | (chunk.flags & _SPECIAL != 0)
        odd[twins.places] = False
        picked = np.flatnonzero(odd)
        some, flags = pa.array(picked), chunk.flags[picked]
        self._engine.bind(
            "raw",
            pa.table(
                {
                    "n": some,
                    "line": chunk.line.take(some),
                    "at": at.take(some),
                    "opening": (flags & scanner.OPENING) != 0,
                    "named": (flags & scanner.NAMED_FILE) != 0,
                    "signed": (flags & (scanner.MARKED | scanner.ANGLE)) != 0,
                    "sender_n": pa.array(sender[picked], mask=sender[picked] < 0),
                    "body": chunk.body.take(some),
                }
            ),
        )
        self._engine.define("odd", self._statements["odd"])
        self._tell()
        for table in ("said", "change"):
            self._engine.define(table, self._statements[table])
        return self._engine.rows("SELECT * FROM said ORDER BY n").combine_chunks()

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

    def _messages(
        self,
        chunk: Chunk,
        at: pa.Array,
        numbers: Numbers,
        accounts: pa.ChunkedArray,
        said: pa.Table,
        twins: "_Twins",
    ) -> _Messages:
        """All messages of a chunk: text under their senders, but for what `said` says of some."""
        count, some = len(chunk.line), said["n"].to_numpy()
        sender = numbers.copy()
        sender[some[said["nobody"].to_numpy()]] = -1
        kind = np.zeros(count, np.int8)
        kind[some] = pc.index_in(said["kind"], pa.array(_KINDS)).to_numpy()
        files = np.flatnonzero(said["file"].is_valid().to_numpy())
        place = np.full(count, -1, np.int32)
        place[some[files]] = files
        for of_each in (kind, place):
            of_each[twins.places] = of_each[twins.firsts]
        media = pc.binary_join_element_wise(pa.scalar(self._media_prefix), said["file"], "")
        body, rejoined = chunk.body, np.flatnonzero(said["rejoined"].to_numpy())
        if len(rejoined):
            whole = pc.binary_join_element_wise(said["sender"].take(rejoined), body.take(some[rejoined]), ": ")
            mask = np.zeros(count, np.bool_)
            mask[some[rejoined]] = True
            body = pc.replace_with_mask(body, mask, whole.combine_chunks())
        return _Messages(
            at,
            sender,
            _whole(accounts),
            kind,
            _whole(media).take(pa.array(place, mask=place < 0)),
            body,
        )

    def _accounts(self, chunk: Chunk, messages: _Messages) -> None:
        """Define `seen`: the accounts that this chunk is the first to name."""
        first = _first_places(messages.sender, len(messages.accounts))
        numbers = np.flatnonzero(first >= 0)
        places = pa.array(first[numbers])
        spoke = {"sender_n": numbers, "line": chunk.line.take(places), "at": messages.at.take(places)}
        self._engine.bind("spoke", pa.table(spoke))
        self._engine.define("seen", self._statements["seen"])

    def _message_rows(self, chunk: Chunk, messages: _Messages) -> pa.Table:
        count = len(chunk.line)
        sender = pa.array(messages.sender.astype(np.int32), mask=messages.sender < 0)
        return pa.table(
            {
                "locator": _locators(chunk.line),
                "account": pa.DictionaryArray.from_arrays(sender, messages.accounts),
                "channel": _same(self._channel, count),
                "at": messages.at,
                "at_precision": _same(self._precision, count),
                "kind": pa.DictionaryArray.from_arrays(pa.array(messages.kind.astype(np.int32)), pa.array(_KINDS)),
                "media": messages.media,
                "body": messages.body,
            }
        )

    def _links(self, chunk: Chunk, messages: _Messages) -> None:
        places = pa.array(np.flatnonzero(chunk.flags & scanner.LINKED))
        if not len(places):
            return
        columns = {"line": chunk.line, "at": messages.at, "account": messages.account(), "body": messages.body}
        self._engine.bind("linked", pa.table({name: column.take(places) for name, column in columns.items()}))
        self._sink.rows("link", self._engine.rows(self._statements["link"]))

    def _rejects(self, chunk: Chunk, messages: _Messages, there: Truths) -> None:
        """Cells that could not be read as they stood."""
        lost = pa.array(np.flatnonzero(~there))
        if len(lost):
            day, clock = (part.take(lost).cast(pa.string()) for part in (chunk.day, chunk.clock))
            self._reject(chunk, lost, "at", NO_INSTANT, pc.binary_join_element_wise(day, clock, " "))
        if chunk.repaired:
            where = pc.or_kleene(*(pc.match_substring(text, "\ufffd") for text in (messages.body, chunk.sender)))
            mended = pc.indices_nonzero(pc.fill_null(where, fill_value=False))
            self._reject(chunk, mended, "body", NO_UTF8, messages.body.take(mended))
        if chunk.cut:
            short = pc.indices_nonzero(pc.greater_equal(pc.utf8_length(chunk.body), LONGEST))
            self._reject(chunk, short, "body", CUT, pc.utf8_slice_codeunits(messages.body.take(short), 0, 200))

    def _reject(self, chunk: Chunk, places: pa.Array, column: str, reason: str, excerpt: pa.Array) -> None:
        if len(places):
            rejects = {
                "locator": _locators(chunk.line.take(places)),
                "column": pa.repeat(column, len(places)),
                "reason": pa.repeat(reason, len(places)),
                "excerpt": excerpt,
            }
            self._sink.reject_rows(pa.table(rejects))


def _quoted(who: pa.Table) -> Truths:
    """Whether each sender has quotes in the name; true at the end, which is where number -1, no sender, looks."""
    return np.append(pc.fill_null(who["quoted"], fill_value=False).to_numpy(), np.bool_(1))


def _twins(chunk: Chunk, sender: Numbers, quoted: Truths) -> _Twins:
    """Of the messages that are special for nothing but a "<" at the beginning, those said before: "<Media omitted>".

    Under a sender without quotes in the name, what they are follows from their body alone.
    """
    angle = np.flatnonzero((chunk.flags & _SPECIAL == scanner.ANGLE) & ~quoted[sender])
    bodies = chunk.body.take(pa.array(angle)).dictionary_encode()
    numbers = bodies.indices.to_numpy()
    first = angle[_first_places(numbers, len(bodies.dictionary))][numbers]
    later = first != angle
    return _Twins(angle[later], first[later])


def owner_key(source: Source) -> str:
    """The account of the device's owner: the number the register knows, else one of the exhibit's own."""
    digits = "".join(c for c in str(source.options.get("owner") or "") if c.isdigit())
    return f"{events.PLATFORM}:+{digits}" if digits else f"{events.PLATFORM}:owner:{source.exhibit}"


def media_prefix(source: Source) -> str:
    """What stands before a file's name in a media key: names are unique in one export only."""
    return f"{events.PLATFORM}:{source.exhibit}/"


def _locators(lines: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise("line:", lines.cast(pa.string()), "")


def _same(value: str, count: int) -> pa.DictionaryArray:
    """One value for every row."""
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([value]))


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """A column as one array, also where it has no chunk."""
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def _first_places(numbers: Numbers, count: int) -> Numbers:
    """Where each number from 0 to count first stands, -1 for those that do not; negative numbers are passed over."""
    first = np.full(count, -1, np.int64)
    there = np.flatnonzero(numbers >= 0)[::-1]
    first[numbers[there]] = there  # of several the last assignment stands, which is the first place
    return first


def _statements(source: Source, style: Style, channel: Channel) -> dict[str, str]:
    """The statements of `whatsapp.sql` with what holds for one export filled in."""
    owner = owner_key(source)
    owner_name = source.options.get("owner_name")
    named = (str(owner_name),) if owner_name else ()
    places = {
        "sender_key": events.account_key("name", owner, OWNER_SENDERS + named),
        "name_key": events.account_key("name", owner, named),
        "by_key": events.account_key("by_name", owner, named),
        "plain_sender": events.plain("sender"),
        "plain_said": events.plain("said"),
        "mark": LRM,
        "bare": events.literal(events.BARE),
        "written_by_member": events.literal(events.WRITTEN),
        "bracketed": str(style.bracketed).lower(),
        "omitted_kind": events.omitted_kind("body"),
        "attached_name": events.attached_name("r.body"),
        "file_kind": events.file_kind("o.file"),
        "title": events.literal(channel.title) if channel.title else "CAST(NULL AS VARCHAR)",
        "owner": events.literal(owner),
        "owner_name": events.literal(str(owner_name)) if owner_name else "CAST(NULL AS VARCHAR)",
        "by_sender": ", ".join(map(events.literal, BY_SENDER)),
        "channel": events.literal(f"{events.PLATFORM}:{channel.native_id}"),
        "precision": events.literal(style.precision),
    }
    return {name: fill(statement, **places) for name, statement in load("fanal.read", "whatsapp.sql").items()}
