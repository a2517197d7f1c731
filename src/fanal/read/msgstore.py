"""Reads WhatsApp's message database on Android, `msgstore.db`, with `wa.db` beside it; both schemas, by what is there.

It reads databases, not backups: `msgstore.db.crypt15` is decrypted first, with the agency's own tools.
"""

from collections.abc import Iterable

from fanal.base.instants import sql_instant
from fanal.base.language import translate
from fanal.engine.duck import Duck
from fanal.engine.statements import fill, load
from fanal.evidence.sqlite_door import SqliteDoor
from fanal.read import msgstore_codes as codes
from fanal.read import signs_chats
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.msgstore_examples import examples
from fanal.read.sqlite_tables import excerpt, note_facts, opened, rows_of
from fanal.read.whatsapp_db import MEMORY, Columns, bind_columns, first, hand_over, keep, load_columns, uncounted
from fanal.read.whatsapp_events import literal
from fanal.read.whatsapp_jids import bare

CONTACTS = signs_chats.WA_CONTACTS
_NEW: Columns = {
    "jid": ("_id", "user", "server", "raw_string"),
    "jid_map": ("lid_row_id", "jid_row_id"),
    "lid_display_name": ("lid_row_id", "display_name", "username"),
    "chat": ("_id", "jid_row_id", "subject", "created_timestamp"),
    "message": (
        "_id", "chat_row_id", "from_me", "key_id", "sender_jid_row_id", "timestamp", "message_type", "text_data",
    ),
    "message_media": (
        "message_row_id", "file_path", "media_name", "mime_type", "file_size", "file_hash", "media_duration", "width",
        "height", "media_caption",
    ),
    "message_system": ("message_row_id", "action_type"),
    "message_system_group": ("message_row_id", "is_me_joined"),
    "message_system_value_change": ("message_row_id", "old_data"),
    "message_system_number_change": ("message_row_id", "old_jid_row_id", "new_jid_row_id"),
    "message_system_chat_participant": ("message_row_id", "user_jid_row_id"),
    "message_revoked": ("message_row_id", "admin_jid_row_id", "revoke_timestamp"),
    "message_edit_info": ("message_row_id", "edited_timestamp", "sender_timestamp"),
    "message_forwarded": ("message_row_id", "forward_score"),
    "message_location": ("message_row_id", "latitude", "longitude"),
    "group_participant_user": ("group_jid_row_id", "user_jid_row_id", "rank", "pending", "add_timestamp"),
    "group_past_participant_user": ("group_jid_row_id", "user_jid_row_id", "is_leave", "timestamp"),
}  # fmt: skip
_OLD: Columns = {
    "messages": (
        "key_remote_jid", "key_from_me", "key_id", "status", "data", "timestamp", "media_mime_type", "media_wa_type",
        "media_size", "media_name", "media_caption", "media_hash", "media_duration", "latitude", "longitude",
        "thumb_image", "remote_resource", "forwarded",
    ),
    "chat_list": ("key_remote_jid", "subject", "creation"),
    "group_participants": ("gjid", "jid", "admin", "pending"),
    "group_participants_history": ("timestamp", "gjid", "jid", "action"),
    **{
        name: _NEW[name]
        for name in (
            "jid", "jid_map", "message_system", "message_system_group", "message_system_number_change",
            "message_system_chat_participant",
        )
    },
}  # fmt: skip
_CONTACTS: Columns = {"wa_contacts": ("jid", "display_name", "wa_name", "number")}


class Msgstore:
    """See `read.contract.Reader`. Option of the register: `owner`, the number of the device's owner."""

    name = "msgstore"
    version = 1
    mapped = False
    beside: tuple[str, ...] = ("{name}-wal", CONTACTS, f"{CONTACTS}-wal")

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_chats.msgstore(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        with opened(source) as door, Duck(memory=MEMORY) as engine:
            schema = _schema(door)
            if schema is None:
                raise Unreadable(path=source.name, detail=translate("no table of WhatsApp's messages in it"))
            sink.note("schema", schema)
            note_facts(door, sink)
            wanted = {"new": _NEW, "old": _OLD, "contacts": _CONTACTS}[schema]
            prefix = f"{CONTACTS}/" if schema == "contacts" else ""
            parts = load_columns(
                engine, source, sink, door, wanted, prefix, searched={"messages": frozenset({"thumb_image"})}
            )
            for other in (_NEW, _OLD, _CONTACTS):
                bind_columns(engine, None, {name: columns for name, columns in other.items() if name not in wanted})
            if schema != "contacts" and CONTACTS in source.beside:
                with opened(source, CONTACTS) as contacts:
                    note_facts(contacts, sink, f"{CONTACTS}/")
                    load_columns(engine, source, sink, contacts, _CONTACTS, f"{CONTACTS}/")
            _define(engine, source, "old" if schema == "old" else "new")
            part = "messages" if schema == "old" else "message"
            seeded = load("fanal.read", "msgstore.sql")[f"{'old' if schema == 'old' else 'new'}_placeholders"]
            found = engine.rows(fill(seeded, **_places("old" if schema == "old" else "new")))["n"][0].as_py()
            uncounted(sink, part, found if part in parts else 0)
            hand_over(engine, source, sink)
            if schema == "old":
                _hand_over_history(engine, sink)

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        return examples()

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt: the row's cells, one a line."""
        inner = locator
        if CONTACTS not in source.beside:
            inner = locator.removeprefix(f"{CONTACTS}/")
        return excerpt(source, inner, by_rowid=True, files=(CONTACTS,))


def _schema(door: SqliteDoor) -> str | None:
    """Which schema holds the messages: that of the table with more rows, where a database has both."""
    tables = {name.lower(): table for name, table in door.tables.items()}

    def has(name: str, column: str) -> bool:
        return name in tables and column in {c.lower() for c in tables[name].columns}

    found = {
        schema: rows
        for schema, name, column in (("new", "message", "chat_row_id"), ("old", "messages", "key_remote_jid"))
        if has(name, column)
        for rows in [_rows(door, name)]
    }
    if found:
        return max(found, key=lambda schema: (found[schema], schema == "new"))
    return "contacts" if has("wa_contacts", "jid") else None


def _rows(door: SqliteDoor, name: str) -> int:
    return next(rows_of(door, table) for own, table in door.tables.items() if own.lower() == name)


def _define(engine: Duck, source: Source, schema: str) -> None:
    """Define the tables that `whatsapp_db.sql` names, from one of the two schemas."""
    places = _places(schema)
    sql = {name: fill(text, **places) for name, text in load("fanal.read", "msgstore.sql").items()}
    engine.define("address_raw", sql["address_raw"])
    engine.define("address", sql[f"{schema}_address"])
    engine.define("alias", sql["alias"])
    engine.define("chat_row", sql[f"{schema}_chat_row"])
    engine.name("told", sql[f"{schema}_told"])
    keep(engine, source, "said", sql["said"])
    engine.define("named", sql[f"{schema}_named"])
    engine.define("number", sql[f"{schema}_number"])
    engine.define("rule", _rules())
    engine.define("happened", sql["happened"])
    engine.define("member", sql[f"{schema}_member"])
    engine.define("contact", f"{sql['new_contact']} UNION ALL {sql['wa_contact']}")


def _rules() -> str:
    rows = ", ".join(
        f"({action}, '{change}', {actor}, {alone}, {_or_null(via)})"
        for action, change, actor, alone, via in codes.RULES
    )
    return f"SELECT * FROM (VALUES {rows}) AS r(action, change, has_actor, alone, via)"


def _or_null(text: str | None) -> str:
    return "CAST(NULL AS VARCHAR)" if text is None else literal(text)


def _places(schema: str) -> dict[str, str]:
    """What fills the places of `msgstore.sql`."""
    instant = sql_instant("nullif(nullif(@, '0'), '-1')", "epoch_ms")

    def moment(column: str) -> str:
        return instant.replace("@", column)

    def written(column: str) -> str:
        return f"replace(CAST({moment(column)} AS VARCHAR), ' ', 'T') || 'Z'"

    ranks = "CASE p.rank WHEN '0' THEN 'member' WHEN '1' THEN 'admin' WHEN '2' THEN 'admin' END"
    seeded = {
        "new": "(m.key_id IS NULL OR m.key_id IN ('', '-1')) AND coalesce(m.chat_row_id, '-1') = '-1'",
        "old": "m.key_remote_jid = '-1' AND coalesce(m.key_id, '-1') = '-1'",
    }
    sides = {
        name: first(f"s_{table}", "message_row_id", _NEW[table][1:])
        for name, table in (
            ("system", "message_system"),
            ("group", "message_system_group"),
            ("value_change", "message_system_value_change"),
            ("media", "message_media"),
            ("revoked", "message_revoked"),
            ("edited", "message_edit_info"),
            ("forwarded", "message_forwarded"),
            ("location", "message_location"),
        )
    }
    return {
        **sides,
        "bare_raw": bare("raw"),
        "bare_key": bare("key_remote_jid"),
        "bare_sender": bare("m.remote_resource"),
        "bare_gjid": bare("gjid"),
        "bare_jid": bare("jid"),
        "created": moment("c.created_timestamp"),
        "creation": moment("creation"),
        "added": moment("p.add_timestamp"),
        "past": moment('p."timestamp"'),
        "moment": moment('"timestamp"'),
        "revoked_at": written("r.revoke_timestamp"),
        "edited_at": written("coalesce(e.edited_timestamp, e.sender_timestamp)"),
        "at": moment("stamp"),
        "role": ranks,
        "placeholder": f"({seeded[schema]})",
        "kind": _kind(),
        "plain_types": ", ".join(map(str, codes.PLAIN_TYPES)),
    }


def _kind() -> str:
    """SQL for the kind of a message: by its type, by its medium where the type is not known."""
    actions = ", ".join(map(str, (*codes.NUMBER_CHANGED, *codes.OTHER_ACTIONS, *(rule[0] for rule in codes.RULES))))
    cases = " ".join(
        f"WHEN type IN ({', '.join(map(str, types))}) THEN '{kind}'" for kind, types in codes.KINDS.items()
    )
    by_mime = " ".join(f"WHEN mime LIKE '{kind}/%' THEN '{kind}'" for kind in ("image", "video", "audio"))
    return (
        f"CASE WHEN type = {codes.SYSTEM} THEN CASE WHEN action IN ({actions}) THEN 'system' ELSE 'system_unknown' END "
        f"WHEN type IN ({', '.join(map(str, codes.NOTICES))}) THEN 'system' {cases} {by_mime} "
        "WHEN medium THEN 'file' WHEN body IS NOT NULL THEN 'text' ELSE 'system_unknown' END"
    )


def _hand_over_history(engine: Duck, sink: Sink) -> None:
    """The old schema's history of members: when something changed, with the number of what it was."""
    rows = fill(load("fanal.read", "msgstore.sql")["history"], **_places("old"))
    engine.define("history", rows)
    listed = (
        "SELECT h.locator, p.account, 'whatsapp:' || h.channel_jid AS channel, h.\"at\", "
        "CASE WHEN h.\"at\" IS NOT NULL THEN 'millisecond' END AS at_precision "
        "FROM history AS h JOIN split AS s ON s.n = h.n JOIN person AS p ON p.jid = s.jid ORDER BY h.n"
    )
    engine.name(
        "split", f"SELECT n, {bare('part')} AS jid FROM (SELECT n, unnest(string_split(jid, ',')) AS part FROM history)"
    )
    for batch in engine.batches(listed):
        sink.rows("membership", batch)
    told = "SELECT locator, 'history_action' AS key, \"action\" AS value FROM history "
    told += 'WHERE "action" IS NOT NULL ORDER BY n'
    for batch in engine.batches(told):
        sink.rows("remark", batch)


MSGSTORE = Msgstore()
