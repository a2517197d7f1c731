"""WhatsApp on Android: the old schema, both at once, and plain SQL as the oracle."""

import sqlite3
from functools import cache

from whatsapp_db_case import read as read_db
from whatsapp_db_case import remarks

from fanal.read.msgstore import MSGSTORE
from fanal.read.msgstore_examples import NEW_ROWS, NEW_SCHEMA, OLD_ROWS, OLD_SCHEMA

ONE, TWO, THREE = "whatsapp:+34600000001", "whatsapp:+34600000002", "whatsapp:100000000000003@lid"
OWNER = "whatsapp:owner:7"


@cache
def old(rows=""):
    return read_db(MSGSTORE, OLD_SCHEMA + OLD_ROWS + rows, "msgstore.db")


def changes(outcome, number, part="message"):
    rows = [row for row in outcome.rows("membership") if row["locator"] == f"{part}:{number}"]
    return [(row["change"], row["account"], row["by_account"]) for row in rows]


OLD_GROUP = "whatsapp:34600000001-1500000000@g.us"


def test_the_old_schema_is_read_with_the_members_that_its_notices_name_in_bytes():
    outcome = old()
    assert outcome.notes["schema"] == "old"
    assert changes(outcome, 2, "messages") == [("created", ONE, None)]
    assert changes(outcome, 3, "messages") == [("added", TWO, ONE), ("added", THREE, ONE)]
    assert changes(outcome, 6, "messages") == [("left", TWO, None)]
    assert [row["account"] for row in outcome.rows("message")] == [None, None, TWO, OWNER, None, ONE]
    assert outcome.account["rows"]["messages"] == {"source": 7, "read": 6, "rejected": 0, "unmapped": 1}


def test_a_member_without_an_address_in_the_old_schema_is_the_owner():
    current = [r for r in old().rows("membership") if r["locator"].startswith("group_participants:")]
    assert [(r["account"], r["role"], r["channel"]) for r in current] == [
        (ONE, "admin", OLD_GROUP), (OWNER, "member", OLD_GROUP),
    ]  # fmt: skip


def test_the_old_history_of_members_keeps_its_numbers_untold():
    outcome = old()
    rows = [r for r in outcome.rows("membership") if r["locator"] == "group_participants_history:1"]
    assert [(r["account"], r["change"], r["role"]) for r in rows] == [(TWO, None, None)]
    assert remarks(outcome, "group_participants_history:1") == {"history_action": "1"}


def test_bytes_of_a_thumbnail_are_no_members():
    outcome = old("UPDATE messages SET thumb_image = x'ffd8ff3334363030303030303037' WHERE _id = 3;")
    assert changes(outcome, 3, "messages") == []


def test_where_both_schemas_stand_the_fuller_one_is_read():
    one = "INSERT INTO messages (_id, key_remote_jid, key_id) VALUES (1, '34600000001@s.whatsapp.net', 'K');"
    outcome = read_db(MSGSTORE, NEW_SCHEMA + NEW_ROWS + OLD_SCHEMA + one, "msgstore.db")
    assert outcome.notes["schema"] == "new"
    assert outcome.account["rows"]["messages"]["unmapped"] == 1


MANY = """
WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 1199)
INSERT INTO jid (_id, user, server, raw_string) SELECT i, 200000000000000 + i, 'lid', (200000000000000 + i) || '@lid' FROM n;
WITH RECURSIVE n(i) AS (SELECT 2000 UNION ALL SELECT i + 1 FROM n WHERE i < 2099)
INSERT INTO jid (_id, user, server, raw_string) SELECT i, 34600010000 + i, 's.whatsapp.net', (34600010000 + i) || '@s.whatsapp.net' FROM n;
INSERT INTO jid_map SELECT _id - 1000, _id, 0 FROM jid WHERE _id BETWEEN 2000 AND 2099;
INSERT INTO group_participant_user (group_jid_row_id, user_jid_row_id, rank) SELECT 1, _id, _id % 2 FROM jid
  WHERE _id BETWEEN 1000 AND 1199;
WITH RECURSIVE n(i) AS (SELECT 5000 UNION ALL SELECT i + 1 FROM n WHERE i < 7999)
INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, timestamp, message_type, text_data)
SELECT i, 1, 0, 'M' || i, 1000 + i % 200, 1676300000000 + i, 0, 'message ' || i FROM n;
"""  # noqa: E501


def test_counts_are_those_of_plain_sql():
    outcome = read_db(MSGSTORE, NEW_SCHEMA + NEW_ROWS + MANY, "msgstore.db")
    con = sqlite3.connect(":memory:")
    con.executescript(NEW_SCHEMA + NEW_ROWS + MANY)
    (members,) = con.execute(
        "SELECT count(DISTINCT coalesce(m.jid_row_id, p.user_jid_row_id)) FROM group_participant_user p "
        "LEFT JOIN jid_map m ON m.lid_row_id = p.user_jid_row_id"
    ).fetchone()
    current = [r for r in outcome.rows("membership") if r["locator"].startswith("group_participant_user")]
    assert len({row["account"] for row in current}) == members == 203
    by_sender = dict(
        con.execute(
            "SELECT 'whatsapp:' || CASE j.server WHEN 's.whatsapp.net' THEN '+' || j.user ELSE j.raw_string END, "
            "count(*) "
            "FROM message s LEFT JOIN jid_map m ON m.lid_row_id = s.sender_jid_row_id "
            "JOIN jid j ON j._id = coalesce(m.jid_row_id, s.sender_jid_row_id) WHERE s._id >= 5000 GROUP BY 1"
        )
    )
    con.close()
    found = [row["account"] for row in outcome.rows("message") if row["body"] and row["body"].startswith("message ")]
    assert {account: found.count(account) for account in by_sender if account not in (ONE, TWO)} == by_sender
    assert len(by_sender) == 200
