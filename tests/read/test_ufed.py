"""UFED reports: rows with how sure the tool was, streamed from XML and zips that may be hostile."""

import io
import zipfile

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.evidence.zips import ZipBomb, ZipDamaged
from fanal.read import ufed_xml
from fanal.read.contract import Source, Unreadable
from fanal.read.sink import LakeSink
from fanal.read.ufed import UFED
from fanal.read.ufed_examples import field, model, models, party, ufdr
from fanal.read.ufed_keys import key_of

HEAD = '<?xml version="1.0"?><project id="p" xmlns="http://pa.cellebrite.com/report/2.0">'
AT = field("TimeStamp", "2022-04-01T10:00:00.000+02:00", "TimeStampKnown")


def report(*decoded, files="", head=HEAD):
    tagged = f"<taggedFiles>{files}</taggedFiles>"
    return f"{head}{tagged}<decodedData>{''.join(decoded)}</decodedData></project>"


def chat(*messages, people="", number="c1"):
    told = (field("Source", "WhatsApp"), field("Id", "100-200@g.us"), models("Participants", "Party", people))
    return model("Chat", number, *told, models("Messages", "InstantMessage", *messages))


def message(number, *more):
    return model(
        "InstantMessage", f"m{number}", models("From", "Party", party(1)), field("Body", f"message {number}"), *more
    )


class Read:
    """One report, read into a folder of its own."""

    def __init__(self, folder, content, name="report.xml", **more):
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.source = Source(path, path.name, 3, folder, **more)
        with LakeSink(3, folder / "out", self.source.time_zone) as sink:
            UFED.read(self.source, sink)
            self.account = sink.close()
        self.tables = {table: pq.read_table(paths[0]).to_pylist() for table, paths in sink.files.items()}
        self.notes, self.rows = self.account["notes"], self.account["rows"]

    def __getitem__(self, table):
        return self.tables.get(table, [])

    def remarks(self, key):
        return [row["value"] for row in self["remark"] if row["key"] == key]


@pytest.fixture
def read(tmp_path):
    return lambda content, **more: Read(tmp_path, content, **more)


def test_a_message_is_its_senders_in_its_chat_at_its_instant(read):
    (row,) = read(report(chat(message(12, AT))))["message"]
    assert (row["account"], row["channel"], row["body"]) == (
        "whatsapp:+34600000001",
        "whatsapp:100-200@g.us",
        "message 12",
    )
    assert (row["at"].isoformat(), row["at_precision"]) == ("2022-04-01T08:00:00", "millisecond")


@pytest.mark.parametrize(
    ("said", "form", "expected"),
    [
        ("2022-07-01T10:00:00", "TimeStampUTC", "2022-07-01T10:00:00"),
        ("2022-07-01T10:00:00", "TimeStampUnknown", "2022-07-01T08:00:00"),
        ("2022-07-01T10:00:00+05:00", "TimeStampUTC", "2022-07-01T05:00:00"),
    ],
)
def test_an_instant_without_offset_is_utc_or_in_the_exhibits_zone(read, said, form, expected):
    got = read(report(chat(message(1, field("TimeStamp", said, form)))), time_zone="Europe/Madrid")
    assert got["message"][0]["at"].isoformat() == expected


def test_an_instant_that_is_none_is_a_reject_of_its_cell(read):
    got = read(report(chat(message(1, field("TimeStamp", "N/A")))))
    assert (got["message"][0]["at"], got["reject"][0]["column"], got["reject"][0]["excerpt"]) == (None, "at", "N/A")


def test_how_sure_the_tool_was_stands_in_remarks(read):
    source = "<sourceInfo><nodeInfos><nodeInfo path='/d/msg.db' offset='7'/></nodeInfos></sourceInfo>"
    told = model("SMS", "s1", field("Body", "message 1"), source, deleted="Deleted")
    got = read(report(told))
    assert {row["key"]: row["value"] for row in got["remark"]} == {
        "native_id": "s1", "deleted": "Deleted", "confidence": "High", "source_index": "2", "source": "/d/msg.db@7",
    }  # fmt: skip


def test_what_is_intact_has_no_remark_of_deletion(read):
    assert read(report(model("SMS", "s1", field("Body", "message 1")))).remarks("deleted") == []


def test_members_have_roles_and_the_owner_is_noted(read):
    people = party(1, field("IsGroupAdmin", "True")) + party(2, field("IsPhoneOwner", "True"), field("Name", "user 2"))
    got = read(report(chat(people=people)))
    assert [(r["account"], r["role"]) for r in got["membership"]] == [
        ("whatsapp:+34600000001", "admin"),
        ("whatsapp:+34600000002", "member"),
    ]
    assert got.notes["owner"] == {"accounts": ["whatsapp:+34600000002"], "open": False}
    assert [(r["display_name"], r["name_source"]) for r in got["account"]] == [(None, None), ("user 2", "self")]


def test_a_name_that_is_told_later_is_not_lost(read):
    named = model("InstantMessage", "m2", models("From", "Party", party(1, field("Name", "user 1"))))
    got = read(report(chat(message(1), named, named)))
    assert [row["display_name"] for row in got["account"]] == [None, "user 1"]
    assert len(got["identifier"]) == 1


def test_a_message_and_the_file_that_it_carries_have_one_key(read):
    file = (
        '<file path="/a.mp4" size="7" id="f1" deleted="Intact"><metadata section="File"><item name="SHA256">'
        f'{"0A" * 32}</item><item name="Tags">Video</item></metadata></file>'
    )
    target = "<jumptargets><targetid ismodel='false'>f1</targetid></jumptargets>"
    attached = [model("Attachment", f"a{n}", field("ContentType", "video/mp4"), target if n else "") for n in (1, 0)]
    got = read(report(chat(message(1, models("Attachments", "Attachment", *attached))), files=file))
    assert [(r["media"], r["sha256"], r["bytes"], r["mime"]) for r in got["media"]] == [
        ("ufed:3/f1", "0a" * 32, 7, "video/mp4"),
        ("ufed:3/a0", None, None, "video/mp4"),
    ]
    assert [(r["media"], r["kind"]) for r in got["message"]] == [("ufed:3/f1", "video")]
    assert got.remarks("more_media") == ["ufed:3/a0"]


def test_files_of_the_system_are_counted_and_left(read):
    file = '<file path="/a.db" id="f1"><metadata section="File"><item name="Tags">Database</item></metadata></file>'
    got = read(report(files=file))
    assert got.rows["tagged files"] == {"source": 1, "read": 0, "rejected": 0, "unmapped": 1}


def entry(kind, value):
    return model(kind, value, field("Value", value))


def test_a_contact_is_an_account_for_each_way_to_reach_him(read):
    entries = models(
        "Entries", "ContactEntry", entry("PhoneNumber", "+34 600 00 00 03"), entry("EmailAddress", "u3@example.org")
    )
    got = read(report(model("Contact", "k1", field("Name", "user 3"), entries)))
    assert [(r["account"], r["display_name"], r["name_source"]) for r in got["account"]] == [
        ("phone:+34600000003", "user 3", "owner's contacts"),
        ("mail:u3@example.org", "user 3", "owner's contacts"),
    ]
    assert got.remarks("same_card") == ["mail:u3@example.org"]


def test_a_contact_of_an_application_is_one_account_with_identifiers(read):
    entries = models("Entries", "ContactEntry", entry("UserID", "777"), entry("PhoneNumber", "+34600000003"))
    got = read(report(model("Contact", "k1", field("Source", "Telegram"), field("Name", "user 3"), entries)))
    assert [row["account"] for row in got["account"]] == ["telegram:777"]
    assert [(r["account"], r["kind"], r["norm"]) for r in got["identifier"]] == [
        ("telegram:777", "phone", "+34600000003")
    ]


def test_an_account_on_the_device_is_the_owners_and_its_password_stays_there(read):
    told = (
        field("Source", "Forum"),
        field("Username", "user9"),
        field("Password", "secret-9"),
        field("Name", "user 9"),
    )
    got = read(report(model("UserAccount", "u1", *told)))
    (row,) = got["account"]
    assert (row["account"], row["name_source"]) == ("forum:user9", "self")
    assert "secret-9" not in str(got.tables) + str(got.account) + UFED.excerpt(got.source, row["locator"])
    assert got.remarks("on_device") == ["true"]


def test_calls_and_mail_are_messages_with_whom_they_went_to(read):
    role_to, role_from = field("Role", "To"), field("Role", "From")
    call = model(
        "Call",
        "l1",
        models("Parties", "Party", party(1, role_from), party(2, role_to)),
        field("Duration", "00:01:02"),
        AT,
    )
    mail = model(
        "Email", "e1", models("From", "Party", model("Party", "p", field("Identifier", "A@example.org"))),
        models("To", "Party", model("Party", "q", field("Identifier", "b@example.org"))), field("Subject", "note 1"),
    )  # fmt: skip
    got = read(report(call, mail))
    assert [(r["account"], r["kind"], r["body"]) for r in got["message"]] == [
        ("whatsapp:+34600000001", "system", "call"),
        ("mail:a@example.org", "text", "note 1"),
    ]
    assert got.remarks("to") == ["whatsapp:+34600000002", "mail:b@example.org"]


def test_other_models_are_listed_with_their_number(read):
    got = read(report(model("Location", "x", model("Coordinate", "y")), model("Location", "z")))
    assert got.notes["unmapped_models"] == {"Location": 2}
    assert got.rows["Location"] == {"source": 2, "read": 0, "rejected": 0, "unmapped": 2}


def test_a_quoted_message_in_a_message_is_no_message_of_its_own(read):
    assert len(read(report(chat(message(1, models("Quoted", "InstantMessage", message(2))))))["message"]) == 1


def test_names_of_examiners_are_left_out_of_the_notes(read):
    head = (
        HEAD
        + '<caseInformation><field name="Examiner name">officer 1</field>'
        + '<field name="Case number">12</field></caseInformation>'
    )
    got = read(report(head=head))
    assert got.notes["extraction"]["caseInformation"] == {"Case number": "12"}
    assert "officer 1" not in str(got.account)


def test_a_chat_that_breaks_off_keeps_its_messages_and_itself(read):
    text = report(chat(message(1), message(2), message(3), people=party(2)))
    got = read(text[: text.index("message 3")])
    assert [row["body"] for row in got["message"]] == ["message 1", "message 2"]
    assert [row["channel"] for row in got["channel"]] == ["whatsapp:100-200@g.us"]
    assert got.rows["InstantMessage"] == {"source": 3, "read": 2, "rejected": 1, "unmapped": 0}
    assert got.notes["truncated"]


@given(st.data())
def test_wherever_a_report_breaks_off_what_stands_before_is_kept(tmp_path_factory, data):
    raw = report(chat(*(message(n, AT) for n in range(5)))).encode()
    cut = data.draw(st.integers(len(HEAD), len(raw) - 1))
    got = Read(tmp_path_factory.mktemp("cut"), raw[:cut])
    whole = [n for n in range(5) if raw.find(b"</model>", raw.find(b"message %d" % n)) + 8 <= cut]
    assert [row["body"] for row in got["message"]] == [f"message {n}" for n in whole]
    assert [row["reason"] for row in got["reject"]] == [ufed_xml.BROKEN_OFF]


@pytest.mark.parametrize(
    "declared",
    ['<!DOCTYPE a [<!ENTITY x "y">]>', '<!DOCTYPE a SYSTEM "file:///etc/passwd">', "<!DOCTYPE a>"],
)
def test_document_types_are_refused(read, declared):
    with pytest.raises(Unreadable, match="document type"):
        read('<?xml version="1.0"?>' + declared + report(head=HEAD.split("?>")[1]))


@pytest.mark.parametrize("content", ["", "no xml", "<html xmlns='x'/>", '<project xmlns="http://example.org/"/>'])
def test_what_is_no_report_is_refused(read, content):
    with pytest.raises(Unreadable, match="does not begin like a UFED report"):
        read(content)


def test_nesting_without_end_stops_the_reading_there(read):
    got = read(report(chat(message(1)), "<model type='Chat'>" * 100_000))
    assert len(got["message"]) == 1
    assert [row["reason"] for row in got["reject"]] == [ufed_xml.TOO_DEEP]


def test_a_model_that_grows_without_end_is_given_up_and_the_next_is_read(read, monkeypatch):
    monkeypatch.setattr(ufed_xml, "LARGEST", 20_000)
    crowd = "".join(party(1, field("Name", "n" * 50)) for _ in range(200))
    got = read(report(chat(people=crowd), model("SMS", "s1", field("Body", "message 1"))))
    assert [row["body"] for row in got["message"]] == ["message 1"]
    assert [(row["reason"], row["excerpt"]) for row in got["reject"]] == [(ufed_xml.TOO_LARGE, "Chat")]


def test_a_chat_of_any_number_of_messages_is_read(read, monkeypatch):
    monkeypatch.setattr(ufed_xml, "LARGEST", 20_000)
    assert len(read(report(chat(*(message(n) for n in range(300)))))["message"]) == 300


def test_a_value_that_is_too_long_is_cut_and_told(read, monkeypatch):
    monkeypatch.setattr(ufed_xml, "LONGEST", 100)
    got = read(report(model("SMS", "s1", field("Body", "m" * 500))))
    assert len(got["message"][0]["body"]) == 100
    assert [row["column"] for row in got["reject"]] == ["body"]


def test_a_report_in_a_zip_gives_the_same_rows_and_excerpts(tmp_path):
    text = report(chat(message(1, AT), people=party(2)))
    (tmp_path / "zip").mkdir()
    plain, packed = Read(tmp_path, text), Read(tmp_path / "zip", ufdr(text), name="device.ufdr")
    assert plain.tables == packed.tables
    locator = plain["message"][0]["locator"]
    assert UFED.excerpt(plain.source, locator) == UFED.excerpt(packed.source, locator)
    assert UFED.excerpt(plain.source, locator).endswith("</model>")


def test_a_zip_bomb_is_refused(read):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("report.xml", HEAD + " " * (4 << 20))
    with pytest.raises(ZipBomb):
        read(packed.getvalue(), name="device.ufdr")


def stored(text):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as z:
        z.writestr("report.xml", text)
    return packed.getvalue()


def test_a_zip_whose_report_is_damaged_is_read_up_to_there(read):
    # Stored, so that damage to a byte is seen only by the checksum at the end.
    text = report(chat(*(message(n) for n in range(1, 6000))))
    got = read(stored(text).replace(b"message 5999", b"message 0000", 1), name="device.ufdr")
    assert got["message"][0]["body"] == "message 1"
    assert got.notes["truncated"]
    assert "cannot be read as a zip" in got.notes["damage"]


def test_a_zip_whose_report_cannot_be_read_at_all_is_refused_as_damaged(read):
    with pytest.raises(ZipDamaged):
        read(stored(report()).replace(b"taggedFiles", b"xaggedFiles", 1), name="device.ufdr")


@given(st.text(max_size=40), st.sampled_from(["WhatsApp", "Telegram", "", "Forum", None]))
def test_any_identifier_has_one_key_that_begins_with_its_platform(identifier, source):
    key = key_of(source, identifier)
    assert (key is None) == (not identifier.split())
    if key:
        assert key.account == f"{key.platform}:{key.native_id}"


@pytest.mark.parametrize(
    ("source", "identifier", "account"),
    [
        ("WhatsApp", "34600000001@s.whatsapp.net", "whatsapp:+34600000001"),
        ("WhatsApp Business", "34600000001:12@s.whatsapp.net", "whatsapp:+34600000001"),
        ("WhatsApp", "+34 600 00 00 01", "whatsapp:+34600000001"),
        ("WhatsApp", "123456789012345@lid", "whatsapp:123456789012345@lid"),
        ("Telegram", "777", "telegram:777"),
        (None, "0034 600-000-001", "phone:+34600000001"),
        ("", "112", "phone:112"),
        ("Facebook Messenger", "100", "facebook_messenger:100"),
        ("Google", "U@example.org", "google:u@example.org"),
    ],
)
def test_identifiers_of_applications_become_their_keys(source, identifier, account):
    assert key_of(source, identifier).account == account
