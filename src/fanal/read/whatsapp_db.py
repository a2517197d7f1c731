"""Hands the rows of a WhatsApp database to the sink, whatever its schema: what Android's and iOS's readers share.

A reader defines the tables that `whatsapp_db.sql` names at its top; here addresses become accounts and the
canonical tables are filled. It opens no file.
"""

from collections.abc import Iterable, Mapping

from fanal.base.instants import text
from fanal.base.language import mark
from fanal.engine.duck import Duck
from fanal.engine.statements import fill, load
from fanal.evidence.sqlite_door import SqliteDoor
from fanal.lake.parquet import TableFile
from fanal.read.contract import Sink, Source
from fanal.read.sqlite_tables import SqliteLoad, Wanted
from fanal.read.whatsapp_events import literal
from fanal.read.whatsapp_jids import account, fragments
from fanal.read.whatsapp_rows import owner_key

NOT_AN_INSTANT = mark("not an instant")
NOT_A_NUMBER = mark("not a whole number")
NOT_A_DIGEST = mark("not a SHA-256 in base64")
NO_ACCOUNT = mark("names an address that the database does not have")
MEMORY = "1500MB"

#: Canonical table to the statements that fill it, in the order in which rows are handed over.
_ROWS = (
    ("channel", "channel"),
    ("account", "account"),
    ("account", "contact_account"),
    ("identifier", "identifier"),
    ("identifier", "new_number"),
    ("message", "message"),
    ("membership", "membership"),
    ("media", "media"),
    ("link", "link"),
    ("remark", "lid_remark"),
    ("remark", "contact_remark"),
    ("remark", "chat_remark"),
    ("remark", "native_remark"),
    ("remark", "message_remark"),
    ("remark", "named_remark"),
    ("remark", "member_remark"),
    ("remark", "event_remark"),
)

Columns = Mapping[str, tuple[str, ...]]


def bind_columns(engine: Duck, door: SqliteDoor | None, wanted: Columns, prefix: str = "", alias: str = "s_") -> None:
    """Name each wanted table `s_<table>` with all wanted columns: NULL where the file's schema has not got them."""
    have = {} if door is None else {name.lower(): (name, table.columns) for name, table in door.tables.items()}
    for name, columns in wanted.items():
        own, there = have.get(name.lower(), (None, ()))
        low = {column.lower() for column in there}
        listed = ", ".join(c if own and c.lower() in low else f"CAST(NULL AS VARCHAR) AS {c}" for c in columns)
        if own is None:
            engine.name(alias + name, f"SELECT CAST(NULL AS BIGINT) AS _row, {listed} WHERE false")
        else:
            quoted = '"' + (prefix + own).replace('"', '""') + '"'
            engine.name(alias + name, f"SELECT _row, {listed} FROM {quoted}")


def load_columns(
    engine: Duck, source: Source, sink: Sink, door: SqliteDoor, wanted: Columns, prefix: str = "",
    searched: Mapping[str, frozenset[str]] | None = None,
) -> dict[str, int]:  # fmt: skip
    """Load the wanted tables of a file, bind them, and account for every row of the file.

    Args:
        engine: in which they stand as `s_<table>`.
        source: the exhibit.
        sink: takes counts, rejects and notes.
        door: the file.
        wanted: tables to columns.
        prefix: of locators and parts, for a file beside the exhibit.
        searched: tables to columns in whose BLOBs addresses are looked for.

    Returns:
        Every table of the file to its readable rows.
    """
    asked = {
        name: Wanted(frozenset(columns), by_rowid=True, searched=(searched or {}).get(name, frozenset()))
        for name, columns in wanted.items()
    }
    parts = SqliteLoad(engine, source, sink, door, prefix).run(asked)
    low = {(prefix + name).lower() for name in wanted}
    for part, rows in parts.items():
        if part.lower() in low:
            sink.count(part, source=rows, read=rows)
        else:
            sink.count(part, source=rows, unmapped=rows)
    bind_columns(engine, door, wanted, prefix)
    return parts


def keep(engine: Duck, source: Source, name: str, sql: str) -> None:
    """Run a SELECT once and bind what it gives under a name: in Parquet in the scratch folder, never in memory."""
    empty = engine.rows(f"SELECT * FROM ({sql}) LIMIT 0").schema
    with TableFile(source.scratch / f"kept-{name}.parquet", empty, lasting=False) as file:
        for batch in engine.batches(sql):
            file.write(batch)
    engine.bind(name, [file.path])


def hand_over(engine: Duck, source: Source, sink: Sink) -> None:
    """Fill the canonical tables from the tables that the reader defined, and tell what holds for the whole."""
    statements = load("fanal.read", "whatsapp_db.sql")
    owner, known_from = _owner(engine, source, statements["own_number"])
    places = {
        **fragments(source, owner),
        "account_of_canonical": account("canonical", owner),
        "channel_kind": fragments(source, owner)["channel_kind"].replace("jid", "p.canonical"),
        "created_text": "replace(CAST(c.created AS VARCHAR), ' ', 'T') || 'Z'",
        "not_an_instant": literal(NOT_AN_INSTANT),
        "not_a_number": literal(NOT_A_NUMBER),
        "not_a_digest": literal(NOT_A_DIGEST),
        "no_account": literal(NO_ACCOUNT),
    }
    filled = {name: fill(sql, **places) for name, sql in statements.items()}
    engine.name("mention", filled["mention"])
    engine.define("person", filled["person"])
    engine.define("used", filled["used"])
    for table, name in _ROWS:
        for batch in engine.batches(filled[name]):
            sink.rows(table, batch)
    for name in ("no_instant", "no_sender", "no_type", "no_hash", "no_member"):
        for batch in engine.batches(filled[name]):
            sink.reject_rows(batch)
    sink.note("owner", {"account": owner, "from": known_from, "open": known_from == "nowhere"})
    figures = engine.rows(filled["figures"]).to_pylist()[0]
    for key in ("first_at", "last_at"):
        sink.note(key.replace("_at", "_instant"), text(figures[key]) if figures[key] else None)
    lids = engine.rows(filled["lids"]).to_pylist()[0]
    sink.note("lids", lids)
    if figures["no_chat"]:
        sink.note("messages_without_chat", figures["no_chat"])
    if figures["unknown"]:
        actions = {row["action"]: row["n"] for row in engine.rows(filled["unknown_actions"]).to_pylist()}
        sink.note("system_unknown", {"n": figures["unknown"], "actions": actions})


def uncounted(sink: Sink, part: str, rows: int) -> None:
    """Rows of a part that were counted as read and are placeholders: they count as unmapped."""
    if rows:
        sink.count(part, read=-rows, unmapped=rows)


def _owner(engine: Duck, source: Source, own_number: str) -> tuple[str, str]:
    """The owner's account, and where it is known from."""
    if source.options.get("owner"):
        return owner_key(source), "exhibit"
    found = engine.rows(own_number).to_pylist()[0]
    digits = (found["jid"] or "").partition("@")[0]
    if found["n"] == 1 and digits.isdigit():
        return f"whatsapp:+{digits}", "database"
    return owner_key(source), "nowhere"


def first(table: str, key: str, columns: Iterable[str]) -> str:
    """A SELECT of one row for each whole-number key of a table, the first: `id` and the columns."""
    number = f"TRY_CAST({key} AS BIGINT)"
    return (
        f"SELECT {number} AS id, _row, {', '.join(columns)} FROM {table} WHERE {number} IS NOT NULL "
        f"QUALIFY row_number() OVER (PARTITION BY {number} ORDER BY _row) = 1"
    )
