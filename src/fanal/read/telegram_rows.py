"""From the elements of a Telegram export, batch by batch, to rows of the canonical tables.

All per-row work is SQL (`telegram.sql`). Knows nothing of files.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Self

import pyarrow as pa

from fanal.base.instants import sql_instant, text
from fanal.base.language import mark
from fanal.engine.duck import Duck
from fanal.engine.statements import fill, load
from fanal.read.contract import Sink, Source
from fanal.read.json_elements import NOT_JSON, Batch, mended_rows

PLATFORM = "telegram"
NO_INSTANT = mark("no such date or time")
_MEMORY = "1GB"
#: Fields of a message that become columns of the same name; where another name is given, that is the column.
_FIELDS = {
    **{
        name: name
        for name in (
            "id", "type", "text", "date", "date_unixtime", "edited", "edited_unixtime", "from", "from_id", "actor",
            "actor_id", "action", "title", "forwarded_from", "forwarded_from_id", "saved_from", "reply_to_message_id",
            "message_id", "via_bot", "author", "file", "file_name", "file_size", "media_type", "mime_type",
            "duration_seconds", "duration", "width", "height", "photo", "photo_file_size",
            "self_destruct_period_seconds", "discard_reason", "information_text", "place_name",
        )
    },
    "poll.question": "poll",
    "location_information.latitude": "latitude",
    "location_information.longitude": "longitude",
    "contact_information.first_name": "contact_first_name",
    "contact_information.last_name": "contact_last_name",
    "contact_information.phone_number": "contact_phone",
}  # fmt: skip
_SESSION_FIELDS = {
    name: name
    for name in (
        "last_active", "last_active_unixtime", "last_ip", "last_country", "last_region", "application_name",
        "application_version", "device_model", "platform", "system_version", "created", "created_unixtime",
        "bot_username", "domain_name", "browser",
    )
}  # fmt: skip
#: What service messages tell; others stay as system_unknown.
ACTIONS = (
    "create_group", "create_channel", "edit_group_title", "edit_group_photo", "delete_group_photo", "invite_members",
    "remove_members", "join_group_by_link", "join_group_by_request", "migrate_to_supergroup", "migrate_from_group",
    "pin_message", "clear_history", "score_in_game", "send_payment", "phone_call", "take_screenshot",
    "allow_sending_messages", "attach_menu_bot_allowed", "send_passport_values", "joined_telegram",
    "proximity_reached", "requested_phone_number", "group_call", "invite_to_group_call", "set_messages_ttl",
    "group_call_scheduled", "edit_chat_theme", "send_webview_data", "send_premium_gift", "topic_created", "topic_edit",
    "suggest_profile_photo", "requested_peer", "set_chat_wallpaper", "set_same_chat_wallpaper", "giveaway_launch",
    "giveaway_results", "boost_apply", "send_star_gift", "paid_messages_refund", "conference_call",
)  # fmt: skip
_MIME = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp",
    "tgs": "application/x-tgsticker", "webm": "video/webm", "mp4": "video/mp4", "ogg": "audio/ogg", "mp3": "audio/mpeg",
}  # fmt: skip
#: The kind of peer that a chat's number counts, by the chat's type.
_PEERS = {"personal_chat": "user", "bot_chat": "user", "saved_messages": "user", "private_group": "chat"}


def literal(value: str) -> str:
    """Text as a SQL string."""
    return "'" + value.replace("'", "''") + "'"


def account_of(column: str) -> str:
    """SQL for the account of a peer's id: user12, channel34, or a number as exports wrote until 2021.

    In such a number the upper half tells users (0), groups (1) and channels (2) apart.
    """
    number = f"TRY_CAST({column} AS BIGINT)"
    return (
        f"CASE WHEN starts_with({column}, 'user') AND TRY_CAST(substr({column}, 5) AS BIGINT) > 0 "
        f"THEN '{PLATFORM}:' || substr({column}, 5) "
        f"WHEN starts_with({column}, 'ch') AND regexp_full_match({column}, '(channel|chat)[0-9]+') "
        f"THEN '{PLATFORM}:' || {column} "
        f"WHEN {number} > 0 THEN '{PLATFORM}:' || CASE {number} >> 32 WHEN 1 THEN 'chat' || ({number} & 4294967295) "
        f"WHEN 2 THEN 'channel' || ({number} & 4294967295) ELSE {column} END END"
    )


def channel_of(chat: Mapping[str, Any]) -> str | None:
    """The key of a chat; in a personal chat it is the other person's number."""
    number = chat.get("id")
    if number is None or isinstance(number, bool | list | dict):
        return None
    return f"{PLATFORM}:{_PEERS.get(str(chat.get('type')), 'channel')}{number}"


class Rows:
    """Takes batches and gives the sink its rows. A context manager frees the engine."""

    def __init__(
        self, source: Source, sink: Sink, chats: Sequence[Mapping[str, Any]], owner: str, *, with_contacts: bool
    ) -> None:
        """Open an engine.

        Args:
            source: the exhibit.
            sink: takes the rows.
            chats: list (the path of its messages), parent (its place there), channel.
            owner: the account whose export it is.
            with_contacts: whether the export lists the owner's contacts.
        """
        self._sink = sink
        self._sql = _statements(source, owner, with_contacts=with_contacts)
        self._engine = Duck(memory=_MEMORY, spill=source.scratch)
        self._engine.bind("chat", pa.Table.from_pylist([dict(c) for c in chats], _CHAT))
        for table in ("known", "contact"):
            self._engine.define(table, "SELECT CAST(NULL AS VARCHAR) AS account WHERE false")
        self._engine.define("known_media", "SELECT CAST(NULL AS VARCHAR) AS media WHERE false")
        self._figures: Counter[str] = Counter()
        self._unknown: set[str] = set()
        self._span: list[Any] = []

    def know(self, account: str) -> None:
        """An account whose row the caller wrote."""
        self._engine.execute("INSERT INTO known VALUES ($account)", account=account)

    def messages(self, batch: Batch) -> None:
        """Messages of one list of chats."""
        rows = self._bind(batch)
        for table in ("told", "said"):
            self._engine.define(table, self._sql[table])
        self._new_accounts("seen", "account")
        for table in ("message", "media", "remark", "link"):
            self._give(table, table)
        self._engine.execute(
            "INSERT INTO known_media SELECT DISTINCT media FROM said "
            "WHERE media IS NOT NULL AND media NOT IN (SELECT media FROM known_media)"
        )
        self._sink.reject_rows(self._engine.rows(self._sql["no_instant"], reason=NO_INSTANT))
        self._gather("naming")
        self._gather("change")
        self._account_for(batch, rows)
        self._observe()

    def contacts(self, batch: Batch) -> None:
        """The owner's address book. Who has no account at Telegram is counted, and not kept."""
        rows = self._bind(batch)
        self._engine.define("contact_told", self._sql["contact_told"])
        self._engine.define("contact_said", self._sql["contact_said"])
        self._give("account", "contact_account")
        self._give("identifier", "contact_identifier")
        self._give("remark", "contact_remark")
        kept = self._engine.rows("SELECT account FROM contact_said WHERE account IS NOT NULL")
        self._engine.bind("kept", kept)
        for table in ("contact", "known"):
            self._engine.execute(f"INSERT INTO {table} SELECT account FROM kept")
        without = rows - kept.num_rows
        self._figures["contacts_without_account"] += without
        self._account_for(batch, rows, unmapped=without)

    def sessions(self, batch: Batch) -> None:
        """Where the owner was logged in."""
        rows = self._bind(batch)
        self._engine.define("session_told", self._sql["session_told"])
        rule = literal(batch.path.partition(".")[0].removesuffix("s"))
        self._sink.rows("login", self._engine.rows(self._sql["login"].replace("'rule'", rule)))
        self._give("remark", "session_remark")
        self._account_for(batch, rows)

    def frequent(self, batch: Batch) -> None:
        """Whom the owner dealt with most."""
        rows = self._bind(batch)
        self._engine.define("frequent_told", self._sql["frequent_told"])
        self._new_accounts("frequent_new", "frequent_account")
        self._give("remark", "frequent_remark")
        self._account_for(batch, rows)

    def close(self) -> Counter[str]:
        """Give what waits for the whole export; say what holds for it. Returns figures by name."""
        if self._has("change"):
            if not self._has("naming"):
                self._engine.define(
                    "all naming", "SELECT '' AS list, 0 AS parent, '' AS name, '' AS account WHERE false"
                )
            self._engine.name("naming", 'SELECT DISTINCT * FROM "all naming"')
            self._engine.name("change", 'SELECT * FROM "all change"')
            for table in ("named", "member"):
                self._engine.define(table, self._sql[table])
            self._give("membership", "membership")
            self._give("remark", "member_remark")
            found = self._engine.rows(
                "SELECT count(*) FILTER (resolved) AS resolved, count(*) FILTER (account IS NULL) AS open FROM member"
            ).to_pylist()[0]
            self._sink.note("members_by_name", found)
        if self._unknown:
            self._sink.note("unknown_actions", {"n": self._figures["unknown"], "actions": sorted(self._unknown)[:20]})
        self._sink.note("first_instant", text(min(self._span)) if self._span else None)
        self._sink.note("last_instant", text(max(self._span)) if self._span else None)
        return self._figures

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.close()

    def _bind(self, batch: Batch) -> int:
        """The batch as `raw`; what is no JSON object is a reject. Returns the number of the others."""
        listed = pa.repeat(pa.scalar(batch.path), batch.rows.num_rows)
        self._engine.bind("raw", batch.rows.append_column("list", listed))
        bad = self._engine.rows(self._sql["bad"], reason=NOT_JSON)
        self._sink.reject_rows(bad)
        self._sink.count(batch.path, source=bad.num_rows, rejected=bad.num_rows)
        if batch.mended is not None:
            self._sink.reject_rows(mended_rows(batch))
        return int(batch.rows.num_rows - bad.num_rows)

    def _give(self, table: str, statement: str) -> None:
        rows = self._engine.rows(self._sql[statement])
        if rows.num_rows:
            self._sink.rows(table, rows)

    def _new_accounts(self, seen: str, statement: str) -> None:
        self._engine.define(seen, self._sql[seen])
        self._give("account", statement)
        self._engine.execute(f"INSERT INTO known SELECT account FROM {seen}")

    def _gather(self, table: str) -> None:
        """Keep the rows of a statement until all is read."""
        name = f'"all {table}"'
        if self._has(table):
            self._engine.execute(f"INSERT INTO {name} {self._sql[table]}")
        else:
            self._engine.execute(f"CREATE TABLE {name} AS {self._sql[table]}")

    def _has(self, table: str) -> bool:
        found = self._engine.rows("SELECT count(*) AS n FROM duckdb_tables() WHERE table_name = $t", t=f"all {table}")
        return bool(found["n"][0].as_py())

    def _account_for(self, batch: Batch, rows: int, unmapped: int = 0) -> None:
        self._sink.count(batch.path, source=rows, read=rows - unmapped, unmapped=unmapped)

    def _observe(self) -> None:
        found = self._engine.rows(self._sql["figures"]).to_pylist()[0]
        self._span += [found[key] for key in ("first_at", "last_at") if found[key] is not None]
        self._span = [min(self._span), max(self._span)] if self._span else []
        self._unknown.update(filter(None, found["unknown_actions"] or ()))
        for key in ("rows", "files", "left_out", "unknown", "local_times", "nobody"):
            self._figures[key] += found[key]


_CHAT = pa.schema([("list", pa.string()), ("parent", pa.int64()), ("channel", pa.string())])


def _picked(fields: Mapping[str, str]) -> dict[str, str]:
    paths = ", ".join(literal(f"$.{path}") for path in fields)
    columns = ", ".join(f'f[{n}] AS "{column}"' for n, column in enumerate(fields.values(), start=1))
    return {"paths": f"[{paths}]", "fields": columns}


def _statements(source: Source, owner: str, *, with_contacts: bool) -> dict[str, str]:
    """The statements of `telegram.sql` with what holds for one export filled in."""
    message, session = _picked(_FIELDS), _picked(_SESSION_FIELDS)

    def instant(unix: str, local: str) -> str:
        return f"coalesce({sql_instant(unix, 'epoch_s')}, {sql_instant(local, 'iso', source.time_zone)})"

    endings = " ".join(f"WHEN {literal(ending)} THEN {literal(mime)}" for ending, mime in _MIME.items())
    ending = r"lower(regexp_extract(file_said, '\.([A-Za-z0-9]+)$', 1))"
    places = {
        **message,
        "session_paths": session["paths"],
        "session_fields": session["fields"],
        "instant": instant("date_unixtime", "date"),
        "edited_instant": instant("edited_unixtime", "edited"),
        "session_instant": instant("last_active_unixtime", "last_active"),
        "contact_instant": instant("unix", "day"),
        "account_of_sender": account_of("sender_id"),
        "forwarded_account": account_of("forwarded_from_id"),
        "actions": ", ".join(map(literal, ACTIONS)),
        "media_prefix": literal(f"{PLATFORM}:{source.exhibit}/"),
        "mime_by_ending": f"CASE {ending} {endings} END",
        "with_contacts": str(with_contacts).lower(),
        "owner": literal(owner),
        "rule": "'rule'",
    }
    return {name: fill(statement, **places) for name, statement in load("fanal.read", "telegram.sql").items()}
