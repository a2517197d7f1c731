"""WhatsApp on Android: LIDs and numbers, members, notices, both schemas, and plain SQL as the oracle."""

from datetime import datetime
from functools import cache

import pytest
from whatsapp_db_case import read as read_db
from whatsapp_db_case import remarks

from fanal.read.contract import Source, Unreadable
from fanal.read.msgstore import MSGSTORE
from fanal.read.msgstore_examples import CONTACTS, NEW_ROWS, NEW_SCHEMA
from fanal.read.sqlite_examples import database

GROUP = "whatsapp:120363000000000001@g.us"
ONE, TWO, THREE, FOUR = (
    "whatsapp:+34600000001", "whatsapp:+34600000002", "whatsapp:100000000000003@lid", "whatsapp:+34600000004",
)  # fmt: skip
OWNER = "whatsapp:owner:7"


@cache
def new(rows="", contacts=None, owner=None):
    beside = {"wa.db": contacts} if contacts else None
    return read_db(MSGSTORE, NEW_SCHEMA + NEW_ROWS + rows, "msgstore.db", beside, **({"owner": owner} if owner else {}))


def notice(number, action, *named, sender=2, from_me=0, joined=None):
    """A notice in the group."""
    joining = f"INSERT INTO message_system_group VALUES ({number}, {joined});" if joined is not None else ""
    return (
        f"INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, timestamp, message_type) VALUES "
        f"({number}, 1, {from_me}, 'K{number}', {sender}, 1676290000000, 7);"
        f"INSERT INTO message_system VALUES ({number}, {action});{joining}"
        + "".join(f"INSERT INTO message_system_chat_participant VALUES ({number}, {jid});" for jid in named)
    )


def changes(outcome, number, part="message"):
    rows = [row for row in outcome.rows("membership") if row["locator"] == f"{part}:{number}"]
    return [(row["change"], row["account"], row["by_account"]) for row in rows]


def test_a_lid_whose_number_is_known_is_that_number_and_is_kept():
    outcome = new()
    assert [row["account"] for row in outcome.rows("message") if row["locator"] == "message:4"] == [TWO]
    assert remarks(outcome, "jid:4") == {"lid": "100000000000002@lid"}
    assert "whatsapp:100000000000002@lid" not in outcome.column("account", "account")


def test_a_lid_without_a_number_is_an_account_of_its_own_on_all_its_devices():
    outcome = new()
    assert [row["account"] for row in outcome.rows("message") if row["locator"] == "message:5"] == [THREE]
    assert outcome.notes["lids"] == {"mapped": 1, "unmapped": 1}


def test_members_known_by_lid_alone_are_not_lost():
    current = [row for row in new().rows("membership") if row["locator"].startswith("group_participant_user")]
    assert [(row["account"], row["role"], row["change"]) for row in current] == [
        (ONE, "admin", None), (TWO, "member", None), (THREE, "admin", None),
    ]  # fmt: skip


def test_the_groups_first_administrator_keeps_the_rank():
    assert remarks(new(), "group_participant_user:1") == {"rank": "2"}


def test_a_past_member_left_or_was_removed_at_an_instant():
    outcome = new("INSERT INTO group_past_participant_user VALUES (2, 1, 5, 1, 1676284001000);")
    rows = [row for row in outcome.rows("membership") if row["locator"].startswith("group_past")]
    assert [(row["account"], row["change"], row["at"]) for row in rows] == [
        (FOUR, "removed", datetime(2023, 2, 13, 10, 26, 40)), (THREE, "left", datetime(2023, 2, 13, 10, 26, 41)),
    ]  # fmt: skip


def told(*arguments, **given):
    return arguments, given


#: Notices, and the change, account and cause of each membership that they tell.
NOTICES = [
    (told(11), [("created", ONE, None)]),
    (told(12, 3, 5), [("added", TWO, ONE), ("added", THREE, ONE)]),
    (told(12, joined=1), [("added", OWNER, ONE)]),
    (told(12, 5, sender=0, from_me=1), [("added", THREE, OWNER)]),
    (told(4), [("added", ONE, None)]),
    (told(5), [("left", ONE, None)]),
    (told(5, sender=0, from_me=1), [("left", OWNER, None)]),
    (told(13, 5), [("left", THREE, None)]),
    (told(14, 5), [("removed", THREE, ONE)]),
    (told(14), []),
    (told(7, sender=0, from_me=1), [("removed", OWNER, None)]),
    (told(15, 5), [("promoted", THREE, ONE)]),
    (told(16, 5), [("demoted", THREE, ONE)]),
    (told(20, 5, sender=5), [("joined", THREE, None)]),
    (told(79, 5), [("joined", THREE, None)]),
    (told(1), []),
]
ALL_NOTICES = "".join(notice(50 + n, *given, **more) for n, ((given, more), _) in enumerate(NOTICES))


@pytest.mark.parametrize("n", range(len(NOTICES)))
def test_a_notice_tells_who_came_and_went_and_who_did_it(n):
    outcome = new(ALL_NOTICES)
    assert changes(outcome, 50 + n) == NOTICES[n][1]
    assert [row["kind"] for row in outcome.rows("message") if row["locator"] == f"message:{50 + n}"] == ["system"]


def test_how_a_member_joined_is_remarked():
    assert remarks(new(), "message:9")["via"] == "invite link"


@pytest.mark.parametrize("action", [10, 28])
def test_a_changed_number_ties_the_old_account_to_the_new_one(action):
    outcome = new(notice(50, action, sender=4) + "INSERT INTO message_system_number_change VALUES (50, 4, 7);")
    assert changes(outcome, 50) == [("number_changed", FOUR, TWO)]
    assert ("message:50", TWO, "+34600000004") in outcome.column("identifier", "locator", "account", "value")


def test_a_notice_that_no_rule_tells_keeps_its_number_and_whom_it_names():
    outcome = new()
    assert [row["kind"] for row in outcome.rows("message") if row["locator"] == "message:11"] == ["system_unknown"]
    assert remarks(outcome, "message:11") == {
        "native_id": "K11", "action_type": "83", "actor": ONE, "names": FOUR,
    }  # fmt: skip
    assert outcome.notes["system_unknown"] == {"n": 1, "actions": {"83": 1}}


def test_nobody_is_the_author_of_a_notice():
    outcome = new()
    assert {row["account"] for row in outcome.rows("message") if row["kind"].startswith("system")} == {None}


def test_what_is_sent_from_the_device_is_its_owners():
    assert [r["account"] for r in new().rows("message") if r["locator"] == "message:6"] == [OWNER]
    outcome = new(owner="+34 600 00 00 09")
    assert [r["account"] for r in outcome.rows("message") if r["locator"] == "message:6"] == ["whatsapp:+34600000009"]
    assert outcome.notes["owner"] == {"account": "whatsapp:+34600000009", "from": "exhibit", "open": False}


def test_the_owners_number_is_taken_from_the_database_where_it_tells_it():
    outcome = new("UPDATE message SET sender_jid_row_id = 9 WHERE _id = 6;")
    assert outcome.notes["owner"] == {"account": "whatsapp:+34600000077", "from": "database", "open": False}


def test_in_a_direct_chat_the_other_side_writes():
    assert [row["account"] for row in new().rows("message") if row["locator"] == "message:7"] == [ONE]


def test_a_direct_chat_under_a_lid_is_the_chat_with_its_number():
    outcome = new("INSERT INTO chat VALUES (9, 3, 0, NULL, NULL);")
    assert ("chat:9", "whatsapp:34600000002@s.whatsapp.net", "direct") in outcome.column(
        "channel", "locator", "channel", "kind"
    )
    assert remarks(outcome, "chat:9") == {"lid": "100000000000002@lid"}


KINDS = [
    (0, "text"),
    (1, "image"),
    (2, "audio"),
    (3, "video"),
    (4, "contact"),
    (5, "location"),
    (9, "file"),
    (10, "call"),
    (13, "video"),
    (15, "text"),
    (20, "sticker"),
    (42, "image"),
    (64, "text"),
    (66, "poll"),
    (90, "call"),
    (36, "system"),
    (118, "system_unknown"),
]
ALL_KINDS = "".join(
    f"INSERT INTO message (_id, chat_row_id, key_id, message_type) VALUES ({1000 + n}, 1, 'K', {n});" for n, _ in KINDS
)


@pytest.mark.parametrize(("number", "kind"), KINDS)
def test_the_type_of_a_message_is_its_kind(number, kind):
    rows = new(ALL_KINDS).rows("message")
    assert [row["kind"] for row in rows if row["locator"] == f"message:{1000 + number}"] == [kind]


def test_an_unknown_type_with_a_medium_is_told_by_the_medium_and_keeps_its_number():
    outcome = new(
        "INSERT INTO message (_id, chat_row_id, key_id, message_type) VALUES (50, 1, 'K', 999);"
        "INSERT INTO message_media (message_row_id, mime_type) VALUES (50, 'video/mp4');"
    )
    assert [(r["kind"], r["media"]) for r in outcome.rows("message") if r["locator"] == "message:50"] == [
        ("video", "whatsapp:7/message:50")
    ]
    assert remarks(outcome, "message:50")["message_type"] == "999"


def test_a_mediums_digest_is_what_the_messenger_says():
    assert new().column("media", "media", "sha256", "mime", "bytes", "width", "status") == [
        ("whatsapp:7/Media/WhatsApp Images/IMG-20230213-WA0001.jpg",
         "88de0342e1d4a9084250fbf419c8785e998864158a4a84c189868efbdaf1c8b1", "image/jpeg", 1234, 640, None),
    ]  # fmt: skip


def test_a_revoked_message_stays_its_senders_and_says_when_it_was_revoked():
    outcome = new()
    assert [(r["kind"], r["account"]) for r in outcome.rows("message") if r["locator"] == "message:8"] == [
        ("text", ONE)
    ]
    assert remarks(outcome, "message:8")["revoked"] == "2023-02-13T10:10:06.5Z"


def test_a_message_that_an_administrator_revoked_names_that_one():
    outcome = new(
        "INSERT INTO message (_id, chat_row_id, key_id, sender_jid_row_id, message_type) VALUES (50, 1, 'K', 4, 64);"
        "INSERT INTO message_revoked VALUES (50, 'K', 2, NULL);"
    )
    assert {"revoked": "true", "revoked_by": ONE}.items() <= remarks(outcome, "message:50").items()


def test_an_edited_and_a_forwarded_message_say_so():
    outcome = new()
    assert remarks(outcome, "message:5")["edited"] == "2023-02-13T10:10:03.5Z"
    assert remarks(outcome, "message:4")["forwarded"] == "127"


def test_a_message_without_its_chat_is_kept_with_the_chats_number():
    outcome = new()
    assert [row["channel"] for row in outcome.rows("message") if row["locator"] == "message:12"] == [None]
    assert remarks(outcome, "message:12")["chat_row_id"] == "77"
    assert outcome.notes["messages_without_chat"] == 1


def test_the_row_that_the_table_is_seeded_with_is_no_message():
    counts = new().account["rows"]["message"]
    assert counts == {"source": 12, "read": 11, "rejected": 0, "unmapped": 1}


def test_names_from_the_address_book_are_the_owners_and_push_names_their_own():
    outcome = new(contacts=CONTACTS)
    named = [row for row in outcome.rows("account") if row["locator"].startswith("wa.db/")]
    assert [(row["account"], row["stated_name"], row["name_source"]) for row in named] == [
        (ONE, "Contact 1", "owner's contacts"), (ONE, "User 1", "self"), (THREE, "User 3", "self"),
    ]  # fmt: skip
    assert remarks(outcome, "wa.db/wa_contacts:1") == {"number": "600 00 00 01"}


def test_the_contacts_alone_can_be_read():
    outcome = read_db(MSGSTORE, CONTACTS, "wa.db")
    assert outcome.notes["schema"] == "contacts"
    assert {ONE, THREE} == set(outcome.column("account", "account"))


def test_an_address_that_the_database_does_not_have_is_a_reject():
    outcome = new(
        "INSERT INTO group_participant_user (group_jid_row_id, user_jid_row_id) VALUES (1, 999);"
        "UPDATE message SET sender_jid_row_id = 998 WHERE _id = 4;" + notice(50, 12, 997)
    )
    assert {(row["locator"], row["column"]) for row in outcome.rows("reject")} == {
        ("group_participant_user:4", "account"), ("message:4", "account"), ("message:50", "account"),
    }  # fmt: skip


def test_a_row_written_twice_beside_a_message_does_not_double_it():
    script = (
        "DROP TABLE message_forwarded; CREATE TABLE message_forwarded (message_row_id INTEGER, forward_score INTEGER);"
    )
    outcome = new(script + "INSERT INTO message_forwarded VALUES (4, 1), (4, 2);")
    assert outcome.column("message", "locator").count("message:4") == 1
    assert remarks(outcome, "message:4")["forwarded"] == "1"


def test_columns_and_tables_of_other_versions_are_done_without():
    outcome = new(
        "DROP TABLE jid_map; DROP TABLE message_edit_info; DROP TABLE lid_display_name;"
        "ALTER TABLE group_participant_user DROP COLUMN add_timestamp; ALTER TABLE message_media DROP COLUMN width;"
    )
    assert len(outcome.rows("message")) == 11
    assert "whatsapp:100000000000002@lid" in outcome.column("account", "account")


def test_tables_that_say_nothing_to_us_are_counted():
    assert new().account["rows"]["receipt_user"] == {"source": 2, "read": 0, "rejected": 0, "unmapped": 2}


def test_links_are_told_with_their_sender():
    assert new().column("link", "locator", "url", "host", "account") == [
        ("message:4", "https://www.example.org/a", "www.example.org", TWO)
    ]


def test_another_database_is_refused():
    with pytest.raises(Unreadable, match="no table of WhatsApp's messages"):
        read_db(MSGSTORE, "CREATE TABLE t (a)", "msgstore.db")


def test_excerpts_show_the_row_of_the_file_that_the_locator_names(tmp_path):
    path, contacts = tmp_path / "m", tmp_path / "w"
    path.write_bytes(database(NEW_SCHEMA + NEW_ROWS))
    contacts.write_bytes(database(CONTACTS))
    source = Source(path, "msgstore.db", 1, tmp_path / "s", beside={"wa.db": contacts})
    assert "key_id: K4" in MSGSTORE.excerpt(source, "message:4")
    assert "display_name: Contact 1" in MSGSTORE.excerpt(source, "wa.db/wa_contacts:1")
    assert "media_key: sha256:" in MSGSTORE.excerpt(source, "message_media:6")
    with pytest.raises(Unreadable):
        MSGSTORE.excerpt(source, "message:4000")
