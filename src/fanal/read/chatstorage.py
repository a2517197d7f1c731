"""Reads WhatsApp's database on iOS, `ChatStorage.sqlite`, with `ContactsV2.sqlite` beside it.

Who wrote in a group stands in ZWAGROUPMEMBER: ZFROMJID of a group's message is the group itself.
"""

from collections.abc import Iterable

from fanal.base.instants import sql_instant
from fanal.base.language import translate
from fanal.engine.duck import Duck
from fanal.engine.statements import fill, load
from fanal.read import chatstorage_codes as codes
from fanal.read import signs_chats
from fanal.read.chatstorage_examples import examples
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.sqlite_tables import excerpt, note_facts, opened
from fanal.read.whatsapp_db import MEMORY, Columns, bind_columns, first, hand_over, keep, load_columns
from fanal.read.whatsapp_events import literal
from fanal.read.whatsapp_jids import bare

CONTACTS = signs_chats.IOS_CONTACTS
_TABLES: Columns = {
    "ZWACHATSESSION": ("Z_PK", "ZCONTACTJID", "ZCONTACTIDENTIFIER", "ZPARTNERNAME", "ZGROUPINFO", "ZREMOVED"),
    "ZWAGROUPINFO": ("Z_PK", "ZCHATSESSION", "ZCREATIONDATE", "ZCREATORJID"),
    "ZWAGROUPMEMBER": ("Z_PK", "ZCHATSESSION", "ZMEMBERJID", "ZCONTACTNAME", "ZFIRSTNAME", "ZISADMIN", "ZISACTIVE"),
    "ZWAMESSAGE": (
        "Z_PK", "ZCHATSESSION", "ZGROUPMEMBER", "ZMEDIAITEM", "ZISFROMME", "ZFROMJID", "ZSTANZAID", "ZMESSAGEDATE",
        "ZMESSAGETYPE", "ZGROUPEVENTTYPE", "ZTEXT", "ZFLAGS",
    ),
    "ZWAMEDIAITEM": (
        "Z_PK", "ZMEDIALOCALPATH", "ZTITLE", "ZVCARDSTRING", "ZVCARDNAME", "ZFILESIZE", "ZMOVIEDURATION", "ZLATITUDE",
        "ZLONGITUDE",
    ),
    "ZWAPROFILEPUSHNAME": ("Z_PK", "ZJID", "ZPUSHNAME"),
}  # fmt: skip
_CONTACTS: Columns = {"ZWAADDRESSBOOKCONTACT": ("Z_PK", "ZWHATSAPPID", "ZLID", "ZFULLNAME", "ZPHONENUMBER")}


class ChatStorage:
    """See `read.contract.Reader`. Option of the register: `owner`, the number of the device's owner."""

    name = "chatstorage"
    version = 1
    mapped = False
    beside: tuple[str, ...] = ("{name}-wal", CONTACTS, f"{CONTACTS}-wal")

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_chats.chatstorage(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        with opened(source) as door, Duck(memory=MEMORY) as engine:
            if "zwamessage" not in {name.lower() for name in door.tables}:
                raise Unreadable(path=source.name, detail=translate("no table of WhatsApp's messages in it"))
            note_facts(door, sink)
            load_columns(engine, source, sink, door, _TABLES)
            bind_columns(engine, None, _CONTACTS)
            if CONTACTS in source.beside:
                with opened(source, CONTACTS) as contacts:
                    note_facts(contacts, sink, f"{CONTACTS}/")
                    load_columns(engine, source, sink, contacts, _CONTACTS, f"{CONTACTS}/")
            _define(engine, source)
            hand_over(engine, source, sink)

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        return examples()

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt: the row's cells, one a line."""
        return excerpt(source, locator, by_rowid=True, files=(CONTACTS,))


def _define(engine: Duck, source: Source) -> None:
    """Define the tables that `whatsapp_db.sql` names."""
    places = _places()
    sql = {name: fill(text, **places) for name, text in load("fanal.read", "chatstorage.sql").items()}
    for name in ("address", "alias", "session", "info", "chat_row", "group_member"):
        engine.define(name, sql[name])
    engine.name("told", sql["told"])
    keep(engine, source, "said", sql["said"])
    rows = ", ".join(
        f"({t}, {action}, '{change}', {actor}, {own}, {many})" for t, action, change, actor, own, many in codes.RULES
    )
    engine.define("rule", f"SELECT * FROM (VALUES {rows}) AS r(type, action, change, has_actor, of_owner, lists)")
    for name in ("happened", "member", "contact"):
        engine.define(name, sql[name])


def _places() -> dict[str, str]:
    """What fills the places of `chatstorage.sql`."""
    address = r"[0-9]{5,20}@(?:s\.whatsapp\.net|lid)"
    return {
        "bare_contact": bare("ZCONTACTJID"),
        "bare_identifier": bare("ZCONTACTIDENTIFIER"),
        "bare_member": bare("ZMEMBERJID"),
        "bare_creator": bare("ZCREATORJID"),
        "bare_from": bare("m.ZFROMJID"),
        "bare_body": bare("s.body"),
        "bare_jid": bare("ZJID"),
        "bare_whatsapp": bare(
            "CASE WHEN contains(ZWHATSAPPID, '@') THEN ZWHATSAPPID ELSE ZWHATSAPPID || '@s.whatsapp.net' END"
        ),
        "bare_lid": bare("CASE WHEN contains(ZLID, '@') THEN ZLID ELSE ZLID || '@lid' END"),
        "creation": sql_instant("nullif(ZCREATIONDATE, '0')", "apple_s"),
        "at": sql_instant("nullif(stamp, '0')", "apple_s"),
        "items": first("s_ZWAMEDIAITEM", "Z_PK", _TABLES["ZWAMEDIAITEM"][1:]),
        "notices": ", ".join(map(str, codes.NOTICES)),
        "media_types": ", ".join(map(str, codes.MEDIA_TYPES)),
        "plain_types": ", ".join(map(str, codes.PLAIN_TYPES)),
        "one_address": literal(address),
        "addresses": literal(address),
        "kind": _kind(),
    }


def _kind() -> str:
    """SQL for the kind of a message: by its type and event, by its medium where the type is not known."""
    known = [f"(type = {t} AND action = {action})" for t, action, *_ in codes.RULES]
    known += [f"(type = {t} AND action IN ({', '.join(map(str, events))}))" for t, events in codes.OTHER]
    cases = " ".join(
        f"WHEN type IN ({', '.join(map(str, types))}) THEN '{kind}'" for kind, types in codes.KINDS.items()
    )
    by_mime = " ".join(f"WHEN mime LIKE '{kind}/%' THEN '{kind}'" for kind in ("image", "video", "audio"))
    return (
        f"CASE WHEN type = {codes.CHAT} AND action IN ({', '.join(map(str, codes.CALLS))}) THEN 'call' "
        f"WHEN {' OR '.join(known)} THEN 'system' "
        f"WHEN type IN ({', '.join(map(str, codes.OTHER_NOTICES))}) THEN 'system' "
        f"WHEN type IN ({', '.join(map(str, codes.NOTICES))}) THEN 'system_unknown' {cases} {by_mime} "
        "WHEN medium THEN 'file' WHEN body IS NOT NULL THEN 'text' ELSE 'system_unknown' END"
    )


CHATSTORAGE = ChatStorage()
