"""WhatsApp on iOS: members name the messages of a group, events, contacts, and plain SQL as the oracle."""

import sqlite3
from datetime import datetime
from functools import cache

import pytest
from whatsapp_db_case import read as read_db
from whatsapp_db_case import remarks

from fanal.read.chatstorage import CHATSTORAGE
from fanal.read.chatstorage_examples import CONTACTS, ROWS, SCHEMA
from fanal.read.contract import Unreadable

ONE, TWO, THREE = "whatsapp:+34600000001", "whatsapp:+34600000002", "whatsapp:100000000000003@lid"
OWNER = "whatsapp:owner:7"


@cache
def ios(rows="", contacts=None):
    beside = {"ContactsV2.sqlite": contacts} if contacts else None
    return read_db(CHATSTORAGE, SCHEMA + ROWS + rows, "ChatStorage.sqlite", beside)


def message(number, kind, event=0, member="NULL", text="NULL", from_me=0):
    return (
        "INSERT INTO ZWAMESSAGE (Z_PK, ZISFROMME, ZMESSAGETYPE, ZGROUPEVENTTYPE, ZCHATSESSION, ZGROUPMEMBER, "
        f"ZMESSAGEDATE, ZFROMJID, ZSTANZAID, ZTEXT) VALUES ({number}, {from_me}, {kind}, {event}, 1, {member}, "
        f"697976000, '120363000000000001@g.us', 'S{number}', {text});"
    )


def of(outcome, table, number, *names):
    return [tuple(r[n] for n in names) for r in outcome.rows(table) if r["locator"] == f"ZWAMESSAGE:{number}"]


def test_a_groups_message_is_its_members_and_not_the_groups():
    outcome = ios()
    assert of(outcome, "message", 3, "account", "kind") == [(TWO, "text")]
    assert of(outcome, "message", 4, "account", "kind") == [(THREE, "image")]


def test_a_group_message_without_its_member_has_no_author():
    outcome = ios(message(50, 0, text="'message 50'") + message(51, 0, member=999, text="'message 51'"))
    assert of(outcome, "message", 50, "account") == of(outcome, "message", 51, "account") == [(None,)]
    assert [(row["locator"], row["column"]) for row in outcome.rows("reject")] == [("ZWAMESSAGE:51", "account")]


def test_instants_count_from_2001():
    outcome = ios()
    assert of(outcome, "message", 1, "at", "at_precision") == [(datetime(2023, 2, 13, 10, 10), "second")]
    assert of(outcome, "message", 3, "at", "at_precision") == [
        (datetime(2023, 2, 13, 10, 10, 2, 500_000), "millisecond")
    ]


def test_members_stand_with_their_rank_and_whether_they_are_active():
    outcome = ios()
    listed = [r for r in outcome.rows("membership") if r["locator"].startswith("ZWAGROUPMEMBER")]
    assert [(r["account"], r["role"], r["change"]) for r in listed] == [
        (ONE, "admin", None), (TWO, "member", None), (THREE, None, None),
    ]  # fmt: skip
    assert remarks(outcome, "ZWAGROUPMEMBER:3") == {"active": "0"}


def told(*arguments, **given):
    return arguments, given


#: Events, and the change, account and cause of each membership that they tell.
EVENTS = [
    (told(6, 12, member=1), [("created", ONE, None)]),
    (told(6, 12, from_me=1), [("created", OWNER, None)]),
    (told(6, 2, member=2, text="'34600000001@s.whatsapp.net'"), [("added", TWO, ONE)]),
    (told(6, 2, member=2), [("added", TWO, None)]),
    (told(6, 3, member=3), [("left", THREE, None)]),
    (told(6, 7, member=3, text="'34600000001@s.whatsapp.net'"), [("removed", THREE, ONE)]),
    (told(6, 10), [("promoted", OWNER, None)]),
    (
        told(6, 50, member=1, text="'34600000002@s.whatsapp.net,100000000000003@lid'"),
        [("added", TWO, ONE), ("added", THREE, ONE)],
    ),
    (told(6, 1, member=1, text="'Group 8'"), []),
]
ALL_EVENTS = "".join(message(50 + n, *given, **more) for n, ((given, more), _) in enumerate(EVENTS))


@pytest.mark.parametrize("n", range(len(EVENTS)))
def test_an_event_tells_who_came_and_went_and_who_did_it(n):
    outcome = ios(ALL_EVENTS)
    found = of(outcome, "membership", 50 + n, "change", "account", "by_account")
    assert sorted(found, key=str) == sorted(EVENTS[n][1], key=str)
    assert of(outcome, "message", 50 + n, "kind", "account") == [("system", None)]


def test_an_event_that_no_rule_tells_keeps_its_number_and_its_member():
    outcome = ios()
    assert of(outcome, "message", 9, "kind") == [("system_unknown",)]
    assert remarks(outcome, "ZWAMESSAGE:9") == {"native_id": "S9", "action_type": "99", "names": ONE}


KINDS = [
    (0, 0, "text"),
    (1, 0, "image"),
    (2, 0, "video"),
    (3, 0, "audio"),
    (4, 0, "contact"),
    (5, 0, "location"),
    (7, 0, "text"),
    (8, 0, "file"),
    (11, 0, "video"),
    (14, 0, "text"),
    (15, 0, "sticker"),
    (59, 0, "call"),
    (10, 1, "call"),
    (10, 2, "system"),
    (10, 77, "system_unknown"),
    (999, 0, "text"),
]
ALL_KINDS = "".join(
    message(100 + n, kind, event, member=1, text="'message 1'") for n, (kind, event, _) in enumerate(KINDS)
)


@pytest.mark.parametrize("n", range(len(KINDS)))
def test_the_type_of_a_message_is_its_kind(n):
    assert of(ios(ALL_KINDS), "message", 100 + n, "kind") == [(KINDS[n][2],)]


def test_a_chat_that_tells_both_addresses_ties_the_lid_to_its_number():
    outcome = ios()
    assert ("ZWACHATSESSION:2", "whatsapp:34600000002@s.whatsapp.net", "direct") in outcome.column(
        "channel", "locator", "channel", "kind"
    )
    assert remarks(outcome, "ZWACHATSESSION:2") == {"deleted": "1", "lid": "100000000000002@lid"}
    assert of(outcome, "message", 6, "account") == [(TWO,)]


def test_contacts_beside_it_name_people_and_tie_lids_to_numbers():
    outcome = ios(contacts=CONTACTS)
    assert of(outcome, "message", 4, "account") == [("whatsapp:+34600000003",)]
    named = [r for r in outcome.rows("account") if r["locator"].startswith("ContactsV2") and r["stated_name"]]
    assert [(r["account"], r["stated_name"], r["name_source"]) for r in named] == [
        ("whatsapp:+34600000003", "Contact 3", "owner's contacts"),
        ("whatsapp:+34600000008", "Contact 8", "owner's contacts"),
    ]


def test_a_name_that_somebody_gave_himself_is_told_apart_from_the_address_books():
    outcome = ios()
    assert {(r["stated_name"], r["name_source"]) for r in outcome.rows("account") if r["account"] == THREE} == {
        (None, None), ("Three", "owner's contacts"), ("User 3", "self"),
    }  # fmt: skip


def test_a_mediums_caption_is_the_text_and_its_digest_what_the_messenger_says():
    outcome = ios()
    assert of(outcome, "media", 4, "mime", "bytes", "sha256") == [
        ("image/jpeg", 1234, "88de0342e1d4a9084250fbf419c8785e998864158a4a84c189868efbdaf1c8b1")
    ]
    assert of(outcome, "message", 4, "body") == [("message 4",)]


def test_columns_of_other_versions_are_done_without():
    outcome = ios(
        "ALTER TABLE ZWACHATSESSION DROP COLUMN ZCONTACTIDENTIFIER; ALTER TABLE ZWAMEDIAITEM DROP COLUMN ZTITLE;"
        "DROP TABLE ZWAPROFILEPUSHNAME; DROP TABLE ZWAGROUPINFO;"
    )
    assert len(outcome.rows("message")) == 9
    assert "whatsapp:100000000000002@lid" in outcome.column("account", "account")


def test_another_database_is_refused():
    with pytest.raises(Unreadable, match="no table of WhatsApp's messages"):
        read_db(CHATSTORAGE, "CREATE TABLE t (a)", "ChatStorage.sqlite")


MANY = """
WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 299)
INSERT INTO ZWAGROUPMEMBER (Z_PK, ZCHATSESSION, ZISACTIVE, ZMEMBERJID)
SELECT i, 1, i % 2, CASE i % 3 WHEN 0 THEN (34600020000 + i) || '@s.whatsapp.net'
                    ELSE (300000000000000 + i) || '@lid' END
FROM n;
WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 3999)
INSERT INTO ZWAMESSAGE (Z_PK, ZISFROMME, ZMESSAGETYPE, ZCHATSESSION, ZGROUPMEMBER, ZMESSAGEDATE, ZTEXT)
SELECT i, 0, 0, 1, 100 + i % 200, 697980000 + i, 'message ' || i FROM n;
"""


def test_counts_are_those_of_plain_sql():
    outcome = ios(MANY)
    con = sqlite3.connect(":memory:")
    con.executescript(SCHEMA + ROWS + MANY)
    by_member = dict(
        con.execute(
            "SELECT 'whatsapp:' || CASE WHEN ZMEMBERJID LIKE '%@lid' THEN ZMEMBERJID ELSE "
            "'+' || substr(ZMEMBERJID, 1, instr(ZMEMBERJID, '@') - 1) END, count(*) FROM ZWAMESSAGE m "
            "JOIN ZWAGROUPMEMBER g ON g.Z_PK = m.ZGROUPMEMBER WHERE m.Z_PK >= 1000 GROUP BY 1"
        )
    )
    con.close()
    found = [row["account"] for row in outcome.rows("message")]
    assert {account: found.count(account) for account in by_member} == by_member
    assert len(by_member) == 200
