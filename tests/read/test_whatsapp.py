"""The WhatsApp reader as a whole: examples, accounts of every line, names, groups, excerpts, files."""

# ruff: noqa: RUF001  some senders are in Arabic digits

import io
import zipfile
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from whatsapp_case import read, source_of

from fanal.base.errors import FanalError
from fanal.evidence.zips import ZipUnsafeName
from fanal.read import whatsapp_lines, whatsapp_rows
from fanal.read.contract import Unreadable
from fanal.read.whatsapp import WHATSAPP
from fanal.read.whatsapp_heads import sniff
from fanal.sample.group import FIRST_EXPORT, SECOND_EXPORT, write_group

LRM = "\u200e"


def at(*parts: int) -> datetime:
    return datetime(*parts)


def chat(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def zipped(**members: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


@pytest.mark.parametrize("example", WHATSAPP.examples(), ids=lambda e: e.name)
def test_each_example_gives_what_it_says(example):
    outcome = read(example.content, example.name)
    assert {t: len(rows) for t, rows in outcome.tables.items() if t != "reject"} == dict(example.rows)
    assert len(outcome.rows("reject")) == example.rejects
    assert WHATSAPP.detect(example.content, example.name) > 0.5


def test_every_line_is_accounted_for_once():
    outcome = read(chat("before", "", "1/2/23, 10:00 - A: one", "two", "99/99/23, 10:00 - A: three"))
    assert outcome.account["rows"] == {"chat.txt": {"source": 3, "read": 2, "rejected": 1, "unmapped": 0}}


def test_what_stands_before_the_first_message_is_rejected_line_by_line():
    outcome = read(chat("before", "", "still before", "13/2/23, 10:00 - A: one"))
    assert outcome.column("reject", "locator", "column", "excerpt") == [
        ("line:1", None, "before"), ("line:3", None, "still before"),
    ]  # fmt: skip
    assert outcome.column("message", "locator", "body") == [("line:4", "one")]


def test_a_text_without_any_message_is_unreadable():
    with pytest.raises(Unreadable, match="no line begins like"):
        read("nothing here\n" * 50)


def test_an_impossible_date_keeps_the_row_and_rejects_the_cell():
    outcome = read(chat("31/12/23, 10:00 - A: one", "31/02/24, 10:00 - A: two"))
    assert outcome.column("message", "at", "body") == [(at(2023, 12, 31, 10), "one"), (None, "two")]
    assert outcome.column("reject", "locator", "column", "excerpt") == [("line:2", "at", "31/02/24 10:00")]


def test_instants_are_taken_in_the_exhibits_time_zone():
    outcome = read(chat("13/02/23, 10:00 - A: one", "13/07/23, 10:00 - A: two"), time_zone="Europe/Madrid")
    assert outcome.column("message", "at", "at_precision") == [
        (at(2023, 2, 13, 9), "minute"), (at(2023, 7, 13, 8), "minute"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sender", "account", "stated", "source"),
    [
        ("+34 600 00 00 01", "whatsapp:+34600000001", None, None),
        ("\u202a+44\u00a07700\u00a0900\u2011123\u202c", "whatsapp:+447700900123", None, None),
        ("+1 (202) 555-0101", "whatsapp:+12025550101", None, None),
        ("+٣٤ ٦٠٠ ٠٠ ٠٠ ٠١", "whatsapp:+34600000001", None, None),
        ("Member 1", "whatsapp:name:Member 1", "Member 1", "owner's contacts"),
        ("~ Member 1", "whatsapp:name:~Member 1", "Member 1", "self"),
        ("~\u202fMember 1", "whatsapp:name:~Member 1", "Member 1", "self"),
        ("+12", "whatsapp:name:+12", "+12", "owner's contacts"),
        ("O'Member \u201cone\u201d", 'whatsapp:name:O\'Member "one"', 'O\'Member "one"', "owner's contacts"),
    ],
)
def test_a_sender_is_a_number_a_push_name_or_a_contact(sender, account, stated, source):
    outcome = read(chat(f"13/02/23, 10:00 - {sender}: one"))
    assert outcome.column("account", "account", "stated_name", "name_source") == [(account, stated, source)]
    assert outcome.column("message", "account", "body") == [(account, "one")]


def test_a_number_is_an_identifier_with_its_raw_and_its_normal_form():
    outcome = read(chat("13/02/23, 10:00 - +34 600 00 00 01: one", "13/02/23, 10:01 - Member 2: two"))
    assert outcome.column("identifier", "account", "kind", "value", "norm", "relation", "observed_at") == [
        ("whatsapp:+34600000001", "phone", "+34 600 00 00 01", "+34600000001", "user", at(2023, 2, 13, 10))
    ]


def test_an_account_stands_once_at_its_first_line():
    outcome = read(chat(*(f"13/02/23, 10:{n:02} - Member {n % 2}: message {n}" for n in range(9))))
    assert outcome.column("account", "locator", "native_id") == [
        ("line:1", "name:Member 0"), ("line:2", "name:Member 1"),
    ]  # fmt: skip


def test_you_is_the_owner_that_the_register_names():
    lines = chat("13/02/23, 10:00 - You added Member 2", "13/02/23, 10:01 - Owner name: message 1")
    outcome = read(lines, options={"owner": "+34 600 00 00 09", "owner_name": "Owner name"})
    assert outcome.column("membership", "account", "by_account") == [
        ("whatsapp:name:Member 2", "whatsapp:+34600000009")
    ]
    assert outcome.column("message", "account") == [None, "whatsapp:+34600000009"]
    assert outcome.notes["owner"] == {"account": "whatsapp:+34600000009", "open": False}


def test_an_unknown_owner_is_an_account_of_the_exhibit_and_said_to_be_open():
    outcome = read(chat("13/02/23, 10:00 - You left"))
    assert outcome.column("membership", "account", "change") == [("whatsapp:owner:7", "left")]
    assert outcome.notes["owner"]["open"] is True


@pytest.mark.parametrize(
    ("name", "lines", "title", "found"),
    [
        ("WhatsApp Chat with Group 1.txt", "13/02/23, 10:00 - A: one", "Group 1", "file name"),
        ("Chat de WhatsApp con Grupo 1 (2).txt", "13/02/23, 10:00 - A: one", "Grupo 1", "file name"),
        ("x.txt", '13/02/23, 10:00 - A created group "Group 1"', "Group 1", "creation"),
        ("_chat.txt", f"[13/02/23, 10:00:00] Group 1: {LRM}Messages and calls are end-to-end encrypted.", "Group 1",
         "notice"),
        ("x.txt", "13/02/23, 10:00 - A: one", None, "nowhere"),
    ],
)  # fmt: skip
def test_the_title_comes_from_the_file_name_or_the_chat(name, lines, title, found):
    outcome = read(lines + "\n", name)
    assert outcome.notes["title"] == {"title": title, "from": found}
    assert outcome.column("channel", "title") == [title]
    assert outcome.column("channel", "native_id") == [title or "x"]


def test_two_people_without_events_are_a_direct_chat_and_three_a_group():
    two = chat("13/02/23, 10:00 - A: one", "13/02/23, 10:00 - B: two")
    assert read(two).column("channel", "kind") == ["direct"]
    assert read(two + "13/02/23, 10:00 - C: three\n").column("channel", "kind") == ["group"]


def test_a_sender_whose_bodies_all_go_on_with_a_name_is_flagged():
    lines = chat(
        "13/02/23, 10:00 - Work: Member 1: one", "13/02/23, 10:01 - Work: Member 1: two", "13/02/23, 10:02 - B: c: d",
        "13/02/23, 10:02 - B: e",
    )  # fmt: skip
    assert read(lines).notes["senders_with_colon"] == ["Work: Member 1"]


def test_time_that_runs_backwards_and_heads_of_other_forms_are_noted():
    outcome = read(chat(
        "14/02/23, 10:00 - A: one", "13/02/23, 10:00 - A: two", "[13/02/23, 10:00:00] B: forged", "end",
    ))  # fmt: skip
    assert outcome.notes["backwards"] == {"n": 1, "lines": [2]}
    assert outcome.notes["heads_inside"] == {"n": 1, "lines": [2]}


def test_bytes_that_are_no_utf8_are_replaced_and_rejected_without_losing_the_row():
    outcome = read(b"13/02/23, 10:00 - A: one\n13/02/23, 10:01 - A: caf\xe9 two\n")
    assert outcome.column("message", "body") == ["one", "caf\ufffd two"]
    assert outcome.column("reject", "locator", "column") == [("line:2", "body")]
    assert outcome.counts == {"source": 2, "read": 2, "rejected": 0, "unmapped": 0}


def test_utf16_with_a_byte_order_mark_is_read():
    outcome = read("13/02/23, 10:00 - A: señal\n".encode("utf-16"))
    assert outcome.column("message", "body") == ["señal"]


def test_encoded_content_in_a_body_becomes_digest_and_length():
    outcome = read(chat("13/02/23, 10:00 - A: see data:image/png;base64,AAAABBBBCCCC0000"))
    assert outcome.column("message", "body")[0].startswith("see [withheld: ")


def test_links_carry_host_kind_and_account():
    outcome = read(chat(
        "13/02/23, 10:00 - A: see https://www.Example.org/a?b=1, and (https://chat.whatsapp.com/EXAMPLE)",
    ))  # fmt: skip
    assert outcome.column("link", "url", "host", "kind", "account", "locator") == [
        ("https://www.Example.org/a?b=1", "www.example.org", "web", "whatsapp:name:A", "line:1"),
        ("https://chat.whatsapp.com/EXAMPLE", "chat.whatsapp.com", "invite", "whatsapp:name:A", "line:1"),
    ]


def test_media_of_a_zip_are_rows_of_digests_and_lengths():
    lines = chat(f"13/02/23, 10:00 - A: {LRM}IMG-20230213-WA0001.jpg (file attached)", "13/02/23, 10:01 - A: one")
    content = zipped(**{"WhatsApp Chat with G.txt": lines, "IMG-20230213-WA0001__jpg": b"not a picture"})
    outcome = read(content, "export.zip")
    (media,) = outcome.rows("media")
    assert media["media"] == outcome.rows("message")[0]["media"] == "whatsapp:7/IMG-20230213-WA0001.jpg"
    assert (media["bytes"], media["mime"], media["status"]) == (13, "image/jpeg", "whole")
    assert media["sha256"] == "bf891ea46ead4993e89aa7da02ab8c23dd50f29e9aae64607105363a5f070e03"
    assert outcome.counts == {"source": 3, "read": 3, "rejected": 0, "unmapped": 0}


def test_a_named_file_that_the_zip_lacks_is_noted():
    outcome = read(chat(f"13/02/23, 10:00 - A: {LRM}IMG-1.jpg (file attached)"))
    assert outcome.notes["media_missing"] == {"n": 1, "names": ["IMG-1.jpg"]}


def test_of_several_texts_in_a_zip_the_chat_is_the_one_that_begins_like_one():
    content = zipped(notes__txt="x\n" * 500, _chat__txt="[13/02/23, 10:00:00] A: one\n")
    outcome = read(content, "export.zip")
    assert outcome.column("message", "body") == ["one"]
    assert outcome.column("media", "native_id", "mime") == [("notes.txt", "text/plain")]


def test_a_zip_without_a_chat_is_unreadable():
    with pytest.raises(Unreadable, match="no text that begins like"):
        read(zipped(notes__txt="nothing\n"), "export.zip")


def test_a_zip_whose_member_leads_outside_is_refused():
    with pytest.raises(ZipUnsafeName):
        read(zipped(**{"../_chat.txt": "[13/02/23, 10:00:00] A: one\n"}), "export.zip")


def test_a_damaged_medium_is_a_row_and_a_reject():
    content = bytearray(zipped(_chat__txt="[13/02/23, 10:00:00] A: one\n", a__jpg=b"x" * 500))
    start = content.index(b"a.jpg") + len("a.jpg")
    content[start : start + 3] = b"\xff\xff\xff"
    outcome = read(bytes(content), "export.zip")
    assert outcome.column("media", "native_id", "status") == [("a.jpg", "unreadable")]
    assert outcome.column("reject", "locator", "column") == [("member:a.jpg", "sha256")]


@pytest.mark.parametrize(
    ("head", "name", "least", "most"),
    [
        (b"13/02/23, 10:00 - A: one\n", "x.txt", 0.9, 1.0),
        (b"title\n13/02/23, 10:00 - A: one\n13/02/23, 10:00 - A: two\n", "x.txt", 0.5, 0.8),
        (b"id;name\n1;x\n", "x.csv", 0.0, 0.0),
        (b'1.2.3.4 - - [31/Dec/2023:10:00:00 +0000] "GET / HTTP/1.1" 200 1\n', "access.log", 0.0, 0.0),
        (b"", "x.txt", 0.0, 0.0),
        (b"PK\x03\x04" + bytes(30) + b"_chat.txt", "x.zip", 0.5, 1.0),
        (b"PK\x03\x04" + bytes(30) + b"a.docx", "x.zip", 0.0, 0.0),
    ],
)
def test_detect_knows_a_chat_by_its_first_bytes(head, name, least, most):
    assert least <= WHATSAPP.detect(head, name) <= most


def test_an_excerpt_is_the_message_at_the_line_freed_of_encoded_content(tmp_path):
    text = "".join(f"13/02/23, 10:00 - A: message {n}\nsecond line\n" for n in range(50))
    source = source_of(text + "13/02/23, 10:01 - A: data:image/png;base64,AAAA1111\n", tmp_path)
    assert WHATSAPP.excerpt(source, "line:1") == "13/02/23, 10:00 - A: message 0\nsecond line"
    assert WHATSAPP.excerpt(source, "line:61") == "13/02/23, 10:00 - A: message 30\nsecond line"
    assert "base64" not in WHATSAPP.excerpt(source, "line:101")
    assert "withheld" in WHATSAPP.excerpt(source, "line:101")


def test_an_excerpt_of_a_medium_is_its_length_and_digest(tmp_path):
    content = zipped(_chat__txt="[13/02/23, 10:00:00] A: one\n", a__jpg=b"not a picture")
    told = WHATSAPP.excerpt(source_of(content, tmp_path, "x.zip"), "member:a.jpg")
    assert "13 bytes" in told
    assert "bf891ea46ead4993" in told


@pytest.mark.parametrize("locator", ["line:0", "line:9", "line:x", "member:none", "users:1"])
def test_an_excerpt_of_what_is_not_there_is_refused(tmp_path, locator):
    with pytest.raises(Unreadable):
        WHATSAPP.excerpt(source_of("13/02/23, 10:00 - A: one\n", tmp_path), locator)


def test_each_locator_leads_back_to_its_own_text(tmp_path):
    text = chat("before", "13/02/23, 10:00 - A: one", "more", "13/02/23, 10:01 - B: two", "13/02/23, 10:02 - A left")
    source = source_of(text, tmp_path)
    for row in read(text).rows("message"):
        assert row["body"] in WHATSAPP.excerpt(source, row["locator"])


@pytest.fixture(scope="module")
def group(tmp_path_factory):
    folder = tmp_path_factory.mktemp("group")
    return folder, write_group(folder, 3, lambda *_: None)


@pytest.mark.parametrize("export", [FIRST_EXPORT, SECOND_EXPORT])
def test_the_samples_exports_are_read_whole(group, export):
    folder, _ = group
    outcome = read((folder / export).read_bytes(), export)
    assert outcome.rows("reject") == []
    assert "system_unknown" not in outcome.notes
    assert outcome.counts["source"] == outcome.counts["read"]


def test_the_samples_messages_are_all_there(group):
    folder, written = group
    messages = [
        row
        for export in (FIRST_EXPORT, SECOND_EXPORT)
        for row in read((folder / export).read_bytes(), export).rows("message")
        if row["kind"] != "system"
    ]
    assert len(messages) == written["exported_messages"]


def test_the_form_of_the_samples_differs(group):
    folder, _ = group
    forms = {}
    for export in (FIRST_EXPORT, SECOND_EXPORT):
        with zipfile.ZipFile(folder / export) as archive:
            name = next(n for n in archive.namelist() if n.endswith(".txt"))
            forms[export] = sniff(archive.read(name).decode())
    assert [forms[e].bracketed for e in (FIRST_EXPORT, SECOND_EXPORT)] == [False, True]


def test_a_text_that_begins_in_the_middle_of_a_message_is_read_on():
    outcome = read(chat(*["end of a message"] * 3, "13/02/23, 10:00 - A: one", "", "13/02/23, 10:01 - B: two"))
    assert outcome.column("message", "locator", "body") == [("line:4", "one\n"), ("line:6", "two")]
    assert outcome.counts == {"source": 5, "read": 2, "rejected": 3, "unmapped": 0}


def test_one_line_of_many_megabytes_is_cut_and_the_next_message_read(monkeypatch):
    monkeypatch.setattr(whatsapp_lines, "BLOCK", 1 << 18)
    monkeypatch.setattr(whatsapp_lines, "LONGEST", 1 << 20)
    monkeypatch.setattr(whatsapp_rows, "LONGEST", 1 << 20)
    outcome = read("13/02/23, 10:00 - A: " + "word " * 500_000 + "\n13/02/23, 10:01 - B: two\n")
    assert [len(body) for body in outcome.column("message", "body")] == [1 << 20, 3]
    assert outcome.column("message", "locator") == ["line:1", "line:2"]
    assert outcome.column("reject", "locator", "column") == [("line:1", "body")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_of_the_three_ways(end, tmp_path):
    text = end.join(["13/02/23, 10:00 - A: one", "more", "13/02/23, 10:01 - B: two", ""])
    outcome = read(text)
    assert outcome.column("message", "locator", "body")[1] == ("line:3", "two")
    assert outcome.column("message", "body")[0].split() == ["one", "more"]
    assert WHATSAPP.excerpt(source_of(text, tmp_path), "line:3") == "13/02/23, 10:01 - B: two"


def test_line_ends_of_other_kinds_stay_in_the_body_and_a_head_behind_one_is_noted():
    bodies = [
        "a\u2028b",
        "a\x0bb\x0cc\x85d",
        "a\rb",
        "a\u202813/02/23, 10:00 - B: forged",
        "a\r13/02/23, 10:00 - B: forged",
    ]
    outcome = read(chat(*(f"13/02/23, 10:00 - A: {body}" for body in bodies)))
    assert outcome.column("message", "body") == bodies
    assert outcome.notes["heads_inside"] == {"n": 2, "lines": [4, 5]}


def test_a_body_with_nul_bytes_is_withheld_and_its_neighbours_stay():
    outcome = read(b"13/02/23, 10:00 - A: one\n13/02/23, 10:01 - A: a\0b\n13/02/23, 10:02 - A: two\n")
    one, withheld, two = outcome.column("message", "body")
    assert (one, two) == ("one", "two")
    assert withheld.startswith("[withheld: 3 bytes")


def test_direction_overrides_stay_in_names_and_bodies():
    body, sender = "see \u202egpj.exe\u202c now", "\u2067Member 1\u2069"
    outcome = read(chat(f"13/02/23, 10:00 - {sender}: {body}"))
    assert outcome.column("message", "body") == [body]
    assert outcome.column("account", "display_name", "account") == [(sender, "whatsapp:name:Member 1")]


def test_bytes_of_several_encodings_cost_no_row():
    content = "13/02/23, 10:00 - A: señal\n".encode() + "13/02/23, 10:01 - B: señal\n".encode("cp1252") * 2
    outcome = read(content + "13/02/23, 10:02 - C: ש\n".encode())
    assert outcome.column("message", "locator", "body") == [
        ("line:1", "señal"), ("line:2", "se\ufffdal"), ("line:3", "se\ufffdal"), ("line:4", "ש"),
    ]  # fmt: skip
    assert outcome.column("reject", "locator") == ["line:2", "line:3"]


def test_an_export_of_system_lines_alone_is_read():
    outcome = read(chat('13/02/23, 10:00 - Member A created group "G"', "13/02/23, 10:01 - Member B left"))
    assert outcome.column("message", "kind", "account") == [("system", None)] * 2
    assert outcome.column("membership", "change") == ["created", "left"]
    assert outcome.column("channel", "kind") == ["group"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe", zipped(_chat__txt="")])
def test_an_export_without_any_message_is_refused(content):
    with pytest.raises(Unreadable):
        read(content, "export.zip" if content[:2] == b"PK" else "chat.txt")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_in_which_a_name_stands_twice_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for _ in range(2):
            archive.writestr("_chat.txt", "[13/02/23, 10:00:00] A: one\n")
    with pytest.raises(FanalError, match="_chat"):
        read(out.getvalue(), "export.zip")


def test_a_zip_that_swells_is_refused():
    with pytest.raises(FanalError):
        read(zipped(_chat__txt=b"[13/02/23, 10:00:00] A: " + bytes(300 << 20)), "export.zip")


@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Europe/Madrid", "Africa/Cairo", "Australia/Lord_Howe", "UTC"])
def test_instants_are_the_time_zones_own_on_every_day_of_a_year(zone):
    stamps = [datetime(2018, 1, 1, tzinfo=UTC) + timedelta(hours=5 * n, minutes=n % 60) for n in range(1_800)]
    lines = chat(*(f"{stamp:%d/%m/%y, %H:%M} - A: {n}" for n, stamp in enumerate(stamps)))
    got = read(lines, time_zone=zone).column("message", "at")
    for stamp, instant in zip(stamps, got, strict=True):
        own = stamp.replace(tzinfo=ZoneInfo(zone))
        # Where a clock is set forward or back, a time stands for none or for two instants: either is right.
        either = {own.replace(fold=fold).astimezone(UTC).replace(tzinfo=None) for fold in (0, 1)}
        assert instant in either


def test_what_is_said_twice_is_told_like_what_is_said_once():
    bodies = ["<Media omitted>", "<attached: 7-photo.jpg>", "<attached: 8-note.pdf>", "<Media omitted> and more", "<3"]
    senders = ["A", "B", 'C "D" E', "F: G"]
    said = [(sender, body) for body in bodies for sender in senders]
    head = "13/2/23, 10:00 - "
    together = read(chat(*(f"{head}{sender}: {body}" for sender, body in said)), "chat.txt")
    alone = [read(chat(f"{head}{sender}: {body}"), "chat.txt") for sender, body in said]
    told = [one.column("message", "account", "kind", "media", "body")[0] for one in alone]
    assert together.column("message", "account", "kind", "media", "body") == told
    assert {kind for _, kind, _, _ in told} > {"text", "image"}
