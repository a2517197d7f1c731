"""Telegram exports: what messages, service lines, contacts and sessions become, and what stays open."""

import json

import pyarrow.parquet as pq
import pytest

from fanal.read.contract import Source, Unreadable
from fanal.read.sink import LakeSink
from fanal.read.telegram import TELEGRAM, Telegram


class Read:
    """One export, read into a folder of its own."""

    def __init__(self, folder, document, reader=TELEGRAM, time_zone="UTC", **options):
        path = folder / "result.json"
        path.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
        (folder / "scratch").mkdir(exist_ok=True)
        self.source = Source(path, path.name, 3, folder / "scratch", time_zone=time_zone, options=options)
        with LakeSink(3, folder / "out") as sink:
            reader.read(self.source, sink)
            self.account = sink.close()
        self.tables = {table: pq.read_table(paths[0]).to_pylist() for table, paths in sink.files.items()}
        self.notes, self.rows = self.account["notes"], self.account["rows"]

    def __getitem__(self, table):
        return self.tables.get(table, [])

    def remarks(self, key):
        return [row["value"] for row in self["remark"] if row["key"] == key]


@pytest.fixture
def read(tmp_path):
    return lambda document, **more: Read(tmp_path, document, **more)


def chat(*messages, **more):
    return {"name": "Group 7", "type": "private_supergroup", "id": 700, "messages": list(messages), **more}


def message(number=1, **more):
    told = {"id": number, "type": "message", "date_unixtime": "1648807200", "from": "user 3", "from_id": "user3"}
    return {**told, "text": f"message {number}", **more}


def service(action, number=1, **more):
    told = {"id": number, "type": "service", "date_unixtime": "1648807200", "actor": "user 5", "actor_id": "user5"}
    return {**told, "action": action, "text": "", **more}


def test_unix_times_are_taken_before_wall_clocks(read):
    (row,) = read(chat(message(date="2000-01-01T00:00:00")), time_zone="Europe/Madrid")["message"]
    assert row["at"].isoformat() == "2022-04-01T10:00:00"


def test_a_wall_clock_alone_is_in_the_exhibits_time_zone(read):
    got = read(chat(message(date="2020-07-01T12:00:00", date_unixtime=None)), time_zone="Europe/Madrid")
    assert got["message"][0]["at"].isoformat() == "2020-07-01T10:00:00"
    assert got.notes["time_zone"]["messages"] == 1


def test_pieces_of_a_text_are_joined(read):
    pieces = ["message ", {"type": "bold", "text": "12"}, " for ", {"type": "phone", "text": "+34 600 00 00 01"}]
    assert read(chat(message(text=pieces)))["message"][0]["body"] == "message 12 for +34 600 00 00 01"


def test_text_that_begins_with_a_bracket_is_text(read):
    assert read(chat(message(text='["message 12"]')))["message"][0]["body"] == '["message 12"]'


def test_marked_links_are_rows_with_host_and_kind(read):
    entities = [
        {"type": "plain", "text": "see https://unmarked.example.org"},
        {"type": "link", "text": "t.me/group7"},
        {"type": "text_link", "text": "here", "href": "https://user@Www.Example.org:8080/a"},
    ]
    links = read(chat(message(text="see", text_entities=entities)))["link"]
    assert [(row["host"], row["kind"]) for row in links] == [("t.me", "invite"), ("www.example.org", "web")]


@pytest.mark.parametrize(
    ("told", "kind", "mime"),
    [
        ({"photo": "photos/a.jpg"}, "image", "image/jpeg"),
        ({"file": "stickers/a.webp", "media_type": "sticker"}, "sticker", "image/webp"),
        ({"file": "a.mp4", "media_type": "video_message", "mime_type": "video/mp4"}, "video", "video/mp4"),
        ({"file": "a", "media_type": "voice_message", "mime_type": "audio/ogg"}, "audio", "audio/ogg"),
        ({"file": "a.png", "mime_type": "image/png"}, "image", "image/png"),
        ({"file": "a.pdf", "mime_type": "application/pdf"}, "file", "application/pdf"),
    ],
)
def test_a_medium_has_its_kind_and_a_row(read, told, kind, mime):
    got = read(chat(message(text="", duration_seconds=7, width=8, height=9, file_size=10, **told)))
    assert got["message"][0]["kind"] == kind
    (row,) = got["media"]
    assert row["media"] == got["message"][0]["media"] == f"telegram:3/{told.get('file') or told.get('photo')}"
    assert (row["mime"], row["duration_s"], row["width"], row["height"], row["bytes"]) == (mime, 7.0, 8, 9, 10)


def test_one_file_in_two_messages_is_one_medium(read):
    got = read(chat(message(1, photo="photos/a.jpg"), message(2, photo="photos/a.jpg")))
    assert len(got["media"]) == 1
    assert got.notes["files_named"]["n"] == 2


def test_a_file_left_out_of_the_export_has_a_key_of_its_message(read):
    left_out = "(File not included. Change data exporting settings to download.)"
    got = read(chat(message(1, file=left_out), message(2, file=left_out)))
    assert [row["media"] for row in got["message"]] == ["telegram:3/channel700/1", "telegram:3/channel700/2"]
    assert got.notes["files_left_out"] == 2


def test_a_deleted_account_keeps_its_number(read):
    (row,) = read(chat(message(**{"from": None})))["account"]
    assert (row["account"], row["display_name"], row["name_source"]) == ("telegram:3", None, None)


@pytest.mark.parametrize(
    ("sender", "account"),
    [("channel700", "telegram:channel700"), (5, "telegram:5"), ((1 << 32) + 7, "telegram:chat7"),
     ((2 << 32) + 7, "telegram:channel7"), ("user8123456789", "telegram:8123456789")],
)  # fmt: skip
def test_peers_of_all_forms_are_accounts(read, sender, account):
    assert read(chat(message(from_id=sender)))["message"][0]["account"] == account


@pytest.mark.parametrize(
    ("kind", "key"),
    [("personal_chat", "user9"), ("bot_chat", "user9"), ("saved_messages", "user9"), ("private_group", "chat9"),
     ("private_supergroup", "channel9"), ("public_channel", "channel9")],
)  # fmt: skip
def test_a_chat_is_keyed_by_the_peer_that_its_number_counts(read, kind, key):
    got = read(chat(message(), type=kind, id=9))
    assert got["channel"][0]["channel"] == got["message"][0]["channel"] == f"telegram:{key}"
    assert got["channel"][0]["kind"] == kind


def test_who_creates_a_group_is_its_first_administrator_and_adds_the_others(read):
    got = read(chat(service("create_group", members=["user 5", "user 3"]), message(2)))
    assert [(r["account"], r["change"], r["role"], r["by_account"]) for r in got["membership"]] == [
        ("telegram:5", "created", "admin", None),
        ("telegram:3", "added", "member", "telegram:5"),
    ]
    assert got.remarks("resolved_by_name") == ["user 3"]


@pytest.mark.parametrize(
    ("action", "members", "change"),
    [("invite_members", ["user 5"], "joined"), ("remove_members", ["user 5"], "left"),
     ("join_group_by_request", None, "joined"), ("join_group_by_link", None, "joined")],
)  # fmt: skip
def test_who_comes_and_goes_by_himself_is_the_actor(read, action, members, change):
    (row,) = read(chat(service(action, members=members)))["membership"]
    assert (row["account"], row["change"], row["by_account"]) == ("telegram:5", change, None)


def test_a_name_that_two_accounts_bear_is_no_account(read):
    got = read(chat(message(1), message(2, from_id="user4"), service("remove_members", 3, members=["user 3"])))
    assert [(r["account"], r["change"], r["by_account"]) for r in got["membership"]] == [
        (None, "removed", "telegram:5")
    ]
    assert got.remarks("member_name") == ["user 3"]
    assert got.notes["members_by_name"] == {"resolved": 0, "open": 1}


def test_a_name_from_another_chat_is_no_account(read):
    listed = [chat(message(1)), chat(service("invite_members", members=["user 3"]), id=701)]
    got = read({"chats": {"list": listed}})
    assert [row["account"] for row in got["membership"]] == [None]


def test_a_member_without_a_name_is_still_a_change(read):
    got = read(chat(service("create_group", members=[None])))
    assert [(r["account"], r["change"]) for r in got["membership"]] == [("telegram:5", "created"), (None, "added")]


def test_an_unknown_action_is_kept_as_such(read):
    got = read(chat(service("dance"), {"id": 2, "type": "unsupported"}))
    assert [(row["kind"], row["body"]) for row in got["message"]] == [
        ("system_unknown", "dance"),
        ("system_unknown", None),
    ]
    assert got.notes["unknown_actions"] == {"n": 2, "actions": ["dance", "unsupported"]}


def test_what_is_said_of_a_message_stands_in_remarks(read):
    got = read(
        chat(
            message(
                12, edited_unixtime="1648807260", forwarded_from=None, forwarded_from_id="channel9",
                reply_to_message_id=7, via_bot="@bot",
                reactions=[{"emoji": "a", "count": 2}, {"emoji": "b", "count": 3}],
                location_information={"latitude": 1.5, "longitude": 2.5},
                contact_information={"first_name": "user", "last_name": "9", "phone_number": "+34 600 00 00 09"},
            )
        )
    )  # fmt: skip
    assert {row["key"]: row["value"] for row in got["remark"]} == {
        "native_id": "12", "edited": "2022-04-01T10:01:00Z", "forwarded_from": "(deleted account)",
        "forwarded_from_id": "telegram:channel9", "reply_to": "7", "via_bot": "@bot", "place": "1.5,2.5",
        "shared_contact": "user 9 +34 600 00 00 09", "reactions": "5",
    }  # fmt: skip
    assert not got["identifier"]


def test_contacts_name_accounts_from_the_owners_address_book(read):
    got = read(
        {
            "personal_information": {
                "user_id": 1,
                "first_name": "user",
                "last_name": "1",
                "phone_number": "+34600000001",
            },
            "contacts": {"list": [{"user_id": 3, "first_name": "user three", "phone_number": "+34600000003"}]},
            "chats": {
                "list": [
                    chat(message(), message(2, **{"from": "user 4", "from_id": "user4"}), message(3, from_id="user1"))
                ]
            },
        }
    )
    assert [(r["account"], r["display_name"], r["name_source"]) for r in got["account"]] == [
        ("telegram:1", "user 1", "self"),
        ("telegram:3", "user three", "owner's contacts"),
        ("telegram:4", "user 4", "self"),
    ]
    assert [(r["account"], r["norm"]) for r in got["identifier"]] == [
        ("telegram:1", "+34600000001"),
        ("telegram:3", "+34600000003"),
    ]


def test_without_contacts_nobody_knows_whose_names_they_are(read):
    assert [row["name_source"] for row in read(chat(message()))["account"]] == [None]


def test_sessions_are_logins_of_the_owner(read):
    session = {
        "last_active_unixtime": "1648807200",
        "last_ip": "192.0.2.1",
        "last_country": "ES",
        "application_name": "app",
    }
    got = read(
        {"personal_information": {"user_id": 1}, "web_sessions": {"list": [session]}, "sessions": {"list": [session]}}
    )
    assert {(r["account"], r["ip"], r["rule"]) for r in got["login"]} == {
        ("telegram:1", "192.0.2.1", "web_session"),
        ("telegram:1", "192.0.2.1", "session"),
    }
    assert got.remarks("country") == ["ES", "ES"]


def test_the_register_can_name_the_owner(read):
    assert read(chat(message()), owner="9").notes["owner"] == {"account": "telegram:9", "open": False}


def test_chats_that_were_left_are_read_too(read):
    got = read({"chats": {"list": [chat(message())]}, "left_chats": {"list": [chat(message(), id=8)]}})
    assert [row["channel"] for row in got["message"]] == ["telegram:channel700", "telegram:channel8"]


def test_a_chat_told_after_its_messages_is_the_same_chat(read):
    got = read(b'{"messages": [%s], "id": 700, "type": "private_supergroup"}' % json.dumps(message()).encode())
    assert got["message"][0]["channel"] == "telegram:channel700"


def test_blocks_of_any_size_give_the_same_rows(read, tmp_path):
    document = chat(
        *(message(n, photo=f"photos/{n}.jpg") for n in range(50)), service("create_group", 60, members=["user 3"])
    )
    (tmp_path / "other").mkdir()
    small = Read(tmp_path / "other", document, reader=Telegram(chunk=100))
    apart = [
        {t: [{**row, "obs": 0} for row in rows] for t, rows in got.tables.items()} for got in (small, read(document))
    ]
    assert apart[0] == apart[1]


def test_encoded_media_in_a_text_is_replaced_by_digest_and_length(read):
    got = read(chat(message(text="data:image/png;base64,AAAA", thumbnail_data="A1" * 300)))
    assert "AAAA" not in str(got.tables)
    assert "A1A1A1" not in TELEGRAM.excerpt(got.source, got["message"][0]["locator"])


def test_a_file_that_is_something_else_is_refused(read):
    with pytest.raises(Unreadable, match="nothing in it looks like an export of Telegram"):
        read({"a": 1})


@pytest.mark.parametrize("form", [{"indent": 1}, {}])
def test_it_is_recognised_by_its_bytes(form):
    for document in (chat(message()), {"about": "x", "personal_information": {"user_id": 1}}):
        assert TELEGRAM.detect(json.dumps(document, **form).encode(), "x.json") > 0.9
    assert TELEGRAM.detect(b'{"id": 1}', "result.json") == 0
