"""Small benign databases of WhatsApp on Android, in both schemas; the conformance tests run them."""

from functools import cache

from fanal.read.contract import Example
from fanal.read.sqlite_examples import database, with_log

NEW_SCHEMA = """
CREATE TABLE jid (_id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, server TEXT NOT NULL, agent INTEGER,
  device INTEGER, type INTEGER, raw_string TEXT);
CREATE TABLE jid_map (lid_row_id INTEGER PRIMARY KEY NOT NULL, jid_row_id INTEGER NOT NULL, sort_id INTEGER);
CREATE TABLE lid_display_name (lid_row_id INTEGER PRIMARY KEY NOT NULL, display_name TEXT NOT NULL, username TEXT);
CREATE TABLE chat (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid_row_id INTEGER UNIQUE, hidden INTEGER, subject TEXT,
  created_timestamp INTEGER);
CREATE TABLE message (_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL, from_me INTEGER,
  key_id TEXT, sender_jid_row_id INTEGER, status INTEGER, timestamp INTEGER, message_type INTEGER, text_data TEXT);
CREATE TABLE message_media (message_row_id INTEGER PRIMARY KEY, file_path TEXT, media_name TEXT, mime_type TEXT,
  file_size INTEGER, file_hash TEXT, media_duration INTEGER, width INTEGER, height INTEGER, media_caption TEXT,
  media_key BLOB);
CREATE TABLE message_thumbnail (message_row_id INTEGER PRIMARY KEY, thumbnail BLOB);
CREATE TABLE message_system (message_row_id INTEGER PRIMARY KEY, action_type INTEGER NOT NULL);
CREATE TABLE message_system_group (message_row_id INTEGER PRIMARY KEY, is_me_joined INTEGER);
CREATE TABLE message_system_value_change (message_row_id INTEGER PRIMARY KEY, old_data TEXT);
CREATE TABLE message_system_number_change (message_row_id INTEGER PRIMARY KEY, old_jid_row_id INTEGER,
  new_jid_row_id INTEGER);
CREATE TABLE message_system_chat_participant (message_row_id INTEGER, user_jid_row_id INTEGER);
CREATE TABLE message_revoked (message_row_id INTEGER PRIMARY KEY, revoked_key_id TEXT NOT NULL,
  admin_jid_row_id INTEGER, revoke_timestamp INTEGER);
CREATE TABLE message_edit_info (message_row_id INTEGER PRIMARY KEY, original_key_id TEXT, edited_timestamp INTEGER,
  sender_timestamp INTEGER);
CREATE TABLE message_forwarded (message_row_id INTEGER PRIMARY KEY, forward_score INTEGER);
CREATE TABLE message_location (message_row_id INTEGER PRIMARY KEY, latitude REAL, longitude REAL);
CREATE TABLE group_participant_user (_id INTEGER PRIMARY KEY AUTOINCREMENT, group_jid_row_id INTEGER NOT NULL,
  user_jid_row_id INTEGER NOT NULL, rank INTEGER, pending INTEGER, add_timestamp INTEGER);
CREATE TABLE group_past_participant_user (_id INTEGER PRIMARY KEY AUTOINCREMENT, group_jid_row_id INTEGER NOT NULL,
  user_jid_row_id INTEGER NOT NULL, is_leave INTEGER, timestamp INTEGER);
CREATE TABLE receipt_user (_id INTEGER PRIMARY KEY AUTOINCREMENT, message_row_id INTEGER,
  receipt_user_jid_row_id INTEGER, receipt_timestamp INTEGER, read_timestamp INTEGER);
CREATE TABLE props (_id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE, value TEXT);
"""

#: A group with members by number, by a LID whose number is known, and by one whose number is not.
NEW_ROWS = """
INSERT INTO jid (_id, user, server, raw_string) VALUES
  (1, '120363000000000001', 'g.us', '120363000000000001@g.us'),
  (2, '34600000001', 's.whatsapp.net', '34600000001@s.whatsapp.net'),
  (3, '100000000000002', 'lid', '100000000000002@lid'),
  (4, '34600000002', 's.whatsapp.net', '34600000002@s.whatsapp.net'),
  (5, '100000000000003', 'lid', '100000000000003@lid'),
  (6, '100000000000003', 'lid', '100000000000003:7@lid'),
  (7, '34600000004', 's.whatsapp.net', '34600000004@s.whatsapp.net'),
  (8, 'status', 'broadcast', 'status@broadcast'),
  (9, '34600000077', 's.whatsapp.net', '34600000077@s.whatsapp.net');
INSERT INTO jid_map VALUES (3, 4, 1);
INSERT INTO lid_display_name VALUES (5, 'User 3', 'user.3');
INSERT INTO chat (_id, jid_row_id, subject, created_timestamp) VALUES
  (1, 1, 'Group 7', 1676283000000), (2, 2, NULL, 1676283000000), (3, 8, NULL, 0);
INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, timestamp, message_type, text_data)
VALUES
  (1, -1, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (2, 1, 0, 'K2', 2, 6, 1676283000000, 7, 'Group 7'),
  (3, 1, 0, 'K3', 2, 6, 1676283001000, 7, NULL),
  (4, 1, 0, 'K4', 3, 0, 1676283002000, 0, 'message 4 https://www.example.org/a'),
  (5, 1, 0, 'K5', 6, 0, 1676283003000, 0, 'message 5'),
  (6, 1, 1, 'K6', 0, 13, 1676283004000, 1, NULL),
  (7, 2, 0, 'K7', 0, 0, 1676283005000, 0, 'message 7'),
  (8, 1, 0, 'K8', 2, 0, 1676283006000, 15, NULL),
  (9, 1, 0, 'K9', 5, 6, 1676283007000, 7, NULL),
  (10, 1, 0, 'K10', 4, 6, 1676283008000, 7, NULL),
  (11, 1, 0, 'K11', 2, 6, 1676283009000, 7, NULL),
  (12, 77, 0, 'K12', 2, 0, 1676283010000, 0, 'message 12');
INSERT INTO message_media (message_row_id, file_path, mime_type, file_size, file_hash, width, height, media_key) VALUES
  (6, 'Media/WhatsApp Images/IMG-20230213-WA0001.jpg', 'image/jpeg', 1234,
   'iN4DQuHUqQhCUPv0Gch4XpmIZBWKSoTBiYaO+9rxyLE=', 640, 480, x'00010203');
INSERT INTO message_system VALUES (2, 11), (3, 12), (9, 20), (10, 28), (11, 83);
INSERT INTO message_system_chat_participant VALUES (3, 3), (3, 5), (9, 5), (11, 7);
INSERT INTO message_system_number_change VALUES (10, 4, 7);
INSERT INTO message_revoked VALUES (8, 'K8', NULL, 1676283006500);
INSERT INTO message_edit_info VALUES (5, 'K5', 1676283003500, 1676283003400);
INSERT INTO message_forwarded VALUES (4, 127);
INSERT INTO group_participant_user (group_jid_row_id, user_jid_row_id, rank, pending, add_timestamp) VALUES
  (1, 2, 2, 0, 1676283000000), (1, 3, 0, 0, NULL), (1, 5, 1, 0, NULL);
INSERT INTO group_past_participant_user (group_jid_row_id, user_jid_row_id, is_leave, timestamp) VALUES
  (1, 7, 0, 1676284000000);
INSERT INTO receipt_user (message_row_id, receipt_user_jid_row_id) VALUES (6, 2), (6, 3);
"""

OLD_SCHEMA = """
CREATE TABLE messages (_id INTEGER PRIMARY KEY AUTOINCREMENT, key_remote_jid TEXT NOT NULL, key_from_me INTEGER,
  key_id TEXT NOT NULL, status INTEGER, needs_push INTEGER, data TEXT, timestamp INTEGER, media_url TEXT,
  media_mime_type TEXT, media_wa_type TEXT, media_size INTEGER, media_name TEXT, media_caption TEXT, media_hash TEXT,
  media_duration INTEGER, latitude REAL, longitude REAL, thumb_image TEXT, remote_resource TEXT);
CREATE TABLE chat_list (_id INTEGER PRIMARY KEY AUTOINCREMENT, key_remote_jid TEXT UNIQUE, subject TEXT,
  creation INTEGER);
CREATE TABLE group_participants (_id INTEGER PRIMARY KEY AUTOINCREMENT, gjid TEXT NOT NULL, jid TEXT NOT NULL,
  admin INTEGER, pending INTEGER, sent_sender_key INTEGER);
CREATE TABLE group_participants_history (_id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp DATETIME NOT NULL,
  gjid TEXT NOT NULL, jid TEXT NOT NULL, action INTEGER NOT NULL, old_phash TEXT NOT NULL, new_phash TEXT NOT NULL);
"""
_TWO_MEMBERS = "aced0005" + "".join(
    f"74{len(jid):04x}{jid.encode().hex()}" for jid in ("34600000002@s.whatsapp.net", "100000000000003@lid")
)
OLD_ROWS = f"""
INSERT INTO messages (_id, key_remote_jid, key_from_me, key_id, status, data, timestamp, media_wa_type, media_size,
  media_mime_type, media_name, media_hash, media_caption, thumb_image, remote_resource) VALUES
  (1, '-1', 0, '-1', -1, NULL, 0, -1, -1, NULL, NULL, NULL, NULL, NULL, NULL),
  (2, '34600000001-1500000000@g.us', 1, 'K2', 6, 'Group 7', 1500000000000, '0', 11, NULL, NULL, NULL, NULL, NULL,
   '34600000001@s.whatsapp.net'),
  (3, '34600000001-1500000000@g.us', 1, 'K3', 6, NULL, 1500000001000, '0', 12, NULL, NULL, NULL, NULL,
   x'{_TWO_MEMBERS}', '34600000001@s.whatsapp.net'),
  (4, '34600000001-1500000000@g.us', 0, 'K4', 0, 'message 4', 1500000002000, '0', 0, NULL, NULL, NULL, NULL, NULL,
   '34600000002@s.whatsapp.net'),
  (5, '34600000001-1500000000@g.us', 1, 'K5', 5, NULL, 1500000003000, '1', 1234, 'image/jpeg', 'IMG-1.jpg',
   'iN4DQuHUqQhCUPv0Gch4XpmIZBWKSoTBiYaO+9rxyLE=', 'message 5', x'ffd8ff', NULL),
  (6, '34600000001-1500000000@g.us', 1, 'K6', 6, NULL, 1500000004000, '0', 5, NULL, NULL, NULL, NULL, NULL,
   '34600000002@s.whatsapp.net'),
  (7, '34600000001@s.whatsapp.net', 0, 'K7', 0, 'message 7', 1500000005000, '0', 0, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO chat_list (key_remote_jid, subject, creation) VALUES
  ('34600000001-1500000000@g.us', 'Group 7', 1500000000000), ('34600000001@s.whatsapp.net', NULL, NULL);
INSERT INTO group_participants (gjid, jid, admin, pending) VALUES
  ('34600000001-1500000000@g.us', '34600000001@s.whatsapp.net', 1, 0), ('34600000001-1500000000@g.us', '', 0, 0);
INSERT INTO group_participants_history (timestamp, gjid, jid, action, old_phash, new_phash) VALUES
  (1500000001000, '34600000001-1500000000@g.us', '34600000002@s.whatsapp.net', 1, 'a', 'b');
"""
CONTACTS = """
CREATE TABLE wa_contacts (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid TEXT NOT NULL, is_whatsapp_user BOOLEAN NOT NULL,
  number TEXT, display_name TEXT, wa_name TEXT);
INSERT INTO wa_contacts (jid, is_whatsapp_user, number, display_name, wa_name) VALUES
  ('34600000001@s.whatsapp.net', 1, '600 00 00 01', 'Contact 1', 'User 1'),
  ('100000000000003@lid', 1, NULL, NULL, 'User 3'),
  ('120363000000000001@g.us', 0, NULL, 'Group 7', NULL);
"""
_BAD = """
INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, timestamp, message_type, text_data) VALUES
  (20, 1, 0, 'K20', 2, 'yesterday', 0, 'message 20'),
  (21, 1, 0, 'K21', 999, 1676283011000, 'x', 'message 21'),
  (22, 1, 0, 'K22', 2, 1676283012000, 1, x'ffd8ff00');
INSERT INTO message_media (message_row_id, file_path, mime_type, file_hash, file_size) VALUES
  (22, '../../etc/x.jpg', 'image/jpeg', 'zzz', 'large');
INSERT INTO group_participant_user (group_jid_row_id, user_jid_row_id, rank) VALUES (1, 999, 0);
CREATE VIEW chat_view AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;
CREATE TRIGGER t AFTER INSERT ON message BEGIN DELETE FROM message; END;
"""


@cache
def examples() -> tuple[Example, ...]:
    """The examples; made once."""
    new = {"channel": 3, "account": 6, "identifier": 4, "message": 11, "membership": 9, "media": 1, "link": 1}
    logged, log = with_log(NEW_SCHEMA, NEW_ROWS)
    return (
        Example("msgstore.db", database(NEW_SCHEMA + NEW_ROWS), {**new, "remark": 31}),
        Example(
            "msgstore.db", logged, {**new, "account": 9, "identifier": 5, "remark": 32},
            beside={"msgstore.db-wal": log, "wa.db": database(CONTACTS)}, options={"owner": "+34 600 00 00 09"},
        ),
        Example(
            "msgstore-2017.db", database(OLD_SCHEMA + OLD_ROWS),
            {"channel": 2, "account": 4, "identifier": 2, "message": 6, "membership": 7, "media": 1, "remark": 14},
        ),
        Example("wa.db", database(CONTACTS), {"account": 5, "identifier": 1, "remark": 1}),
        Example(
            "msgstore.db", database(NEW_SCHEMA + NEW_ROWS + _BAD, broken="props"),
            {**new, "message": 14, "media": 2, "remark": 34}, rejects=7, hostile=True,
        ),
        Example("msgstore.db", b"\x8f" * 4096, {}, hostile=True, refused="F-SQLITE-01"),
    )  # fmt: skip
