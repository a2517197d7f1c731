"""Mailboxes: every mail is found once, whatever the custom of its mailbox, and a broken one harms no other."""

import mailbox
from email.message import EmailMessage

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.read import mbox, mbox_split
from fanal.read.contract import Source, Unreadable
from fanal.read.mbox import MBOX
from fanal.read.registry import HEAD, detect
from fanal.read.sink import LakeSink

FROM = b"From - Tue Oct 06 10:41:00 2020\n"


def mail(n: int, body: bytes = b"", extra: bytes = b"") -> bytes:
    return (
        b"From: sender%d@example.org\nDate: Tue, 06 Oct 2020 10:41:00 +0200\nMessage-ID: <%d@example.org>\n"
        b"Subject: note %d\n" % (n, n, n)
    ) + extra + b"\n" + (body or b"message %d\n" % n)  # fmt: skip


class Read:
    """One mailbox, read into a folder of its own."""

    def __init__(self, folder, raw, name="tips.mbox"):
        path = folder / name
        path.write_bytes(raw)
        self.source = Source(path, name, 3, folder)
        with LakeSink(3, folder / "out") as sink:
            MBOX.read(self.source, sink)
            self.account = sink.close()
        self.notes = self.account["notes"]
        self.tables = {table: pq.read_table(paths[0]).to_pylist() for table, paths in sink.files.items()}

    def __getitem__(self, table):
        return self.tables.get(table, [])

    @property
    def bodies(self):
        return [m["body"] for m in self["message"]]


@pytest.fixture
def read(tmp_path):
    return lambda raw: Read(tmp_path, raw)


def test_each_mail_has_its_own_rows_places_and_notes(read):
    got = read(FROM + mail(1, b"message 1, +34 612 34 51 00\n") + b"\n" + FROM + mail(2))
    assert [(m["locator"], m["account"]) for m in got["message"]] == [
        ("mail:1/part:0", "mail:sender1@example.org"),
        ("mail:2/part:0", "mail:sender2@example.org"),
    ]
    first, second = got.notes["mails"]
    assert (first["part"], first["message_id"], first["subject"]) == ("mail:1", "<1@example.org>", "note 1")
    assert first["sent_at"] == "2020-10-06T08:41:00Z"
    assert first["cited"] == [{"kind": "phone", "value": "+34 612 34 51 00", "locator": "mail:1/part:0"}]
    assert (second["part"], second["cited"], second["parts"]) == ("mail:2", [], 1)
    assert MBOX.excerpt(got.source, "mail:2/header:Subject") == "Subject: note 2"


def test_links_name_the_message_of_their_own_mail(read):
    body = b"see https://www.example.org/%d\n"
    got = read(FROM + mail(1, body % 1) + b"\n" + FROM + mail(2, body % 2))
    by_obs = {m["obs"]: m["locator"] for m in got["message"]}
    assert [by_obs[link["message"]] for link in got["link"]] == ["mail:1/part:0", "mail:2/part:0"]


def test_links_still_name_their_message_when_the_rows_go_in_pieces(read, monkeypatch):
    monkeypatch.setattr(mbox, "ROWS", 1)
    got = read(b"".join(FROM + mail(n, b"see https://www.example.org/%d\n" % n) + b"\n" for n in range(1, 30)))
    by_obs = {m["obs"]: m["body"] for m in got["message"]}
    assert [by_obs[link["message"]] for link in got["link"]] == [
        f"see https://www.example.org/{n}" for n in range(1, 30)
    ]


def test_a_quoted_from_line_is_text_and_loses_one_sign(read):
    got = read(FROM + mail(1, b"message 1\n\n>From here on\n>>From there\n> From afar\n") + b"\n" + FROM + mail(2))
    assert got.bodies == ["message 1\n\nFrom here on\n>From there\n> From afar", "message 2"]


def test_prose_that_begins_a_paragraph_with_from_is_no_mail(read):
    got = read(FROM + mail(1, b"message 1\n\nFrom my side that is all\n") + b"\n" + FROM + mail(2))
    assert got.bodies == ["message 1\n\nFrom my side that is all", "message 2"]


def test_a_mail_that_tells_its_length_may_hold_from_lines(read):
    body = b"message 1\n\n" + FROM + b"X: no mail\n\n>From stays quoted\n"
    told = b"Content-Length: %d\n" % len(body)
    got = read(FROM + mail(1, body, told) + b"\n" + FROM + mail(2))
    assert len(got.bodies) == 2
    assert got.bodies[0].endswith(">From stays quoted")


@pytest.mark.parametrize("told", [b"1", b"999999", b"99999999999999", b"-4", b"x"])
def test_a_length_that_is_not_true_is_not_believed(read, told):
    got = read(FROM + mail(1, extra=b"Content-Length: " + told + b"\n") + b"\n" + FROM + mail(2))
    assert got.bodies == ["message 1", "message 2"]


def test_windows_line_ends_are_read_alike(read):
    raw = (FROM + mail(1) + b"\n" + FROM + mail(2)).replace(b"\n", b"\r\n")
    assert read(raw).bodies == ["message 1", "message 2"]


def test_a_broken_mail_is_a_reject_and_the_others_are_read(read):
    got = read(FROM + mail(1) + b"\n" + FROM + b"no header here\n\n" + FROM + mail(3))
    assert got.bodies == ["message 1", "message 3"]
    assert [(r["locator"], r["reason"]) for r in got["reject"]] == [
        ("mail:2", "does not begin with a header of an e-mail")
    ]
    assert got.account["rows"]["mails"] == {"source": 3, "read": 2, "rejected": 1, "unmapped": 0}
    assert MBOX.excerpt(got.source, "mail:2").startswith("no header here")


def test_a_mail_nested_too_deep_is_a_reject_and_the_next_is_read(read):
    deep = b'Content-Type: multipart/mixed; boundary="b0"\n'
    levels = b"".join(b'--b%d\nContent-Type: multipart/mixed; boundary="b%d"\n\n' % (n, n + 1) for n in range(3_000))
    got = read(FROM + mail(1, levels, deep) + b"\n" + FROM + mail(2))
    assert [(r["locator"], r["reason"]) for r in got["reject"]] == [("mail:1/part:0", "nested too deep")]
    assert got.bodies == [None, "message 2"]


def test_mails_are_found_across_the_edges_of_blocks(tmp_path, monkeypatch):
    raw = b"".join(FROM + mail(n) + b"\n" for n in range(1, 41))
    path = tmp_path / "m.mbox"
    path.write_bytes(raw)
    whole = list(mbox_split.spans(path))
    assert len(whole) == 40
    for size in (1, 7, 64, 131, 997):
        monkeypatch.setattr(mbox_split, "BLOCK", size)
        assert list(mbox_split.spans(path)) == whole


def test_notes_stop_where_they_would_grow_too_long_and_say_so(read, monkeypatch):
    monkeypatch.setattr(mbox, "NOTE_CHARS", 1_000)
    got = read(b"".join(FROM + mail(n) + b"\n" for n in range(1, 21)))
    assert got.notes["mail_count"] == 20
    assert 0 < len(got.notes["mails"]) < 5
    assert got.notes["mails_without_note"] == 20 - len(got.notes["mails"])
    assert len(got.bodies) == 20


def test_a_file_that_is_no_mailbox_is_unreadable(read):
    with pytest.raises(Unreadable):
        read(b"nothing of the kind\n")


@pytest.mark.parametrize(
    ("raw", "name", "reader"),
    [
        (FROM + mail(1) + b"\n" + FROM + mail(2), "tips", "mbox"),
        (FROM + mail(1) + b"\n" + FROM + mail(2), "tips.eml", "mbox"),
        (FROM + mail(1), "tip.eml", "eml"),
        (FROM + mail(1), "tip.mbox", "mbox"),
        (mail(1), "tip.mbox", "eml"),
    ],
)
def test_one_mail_and_several_are_told_apart(raw, name, reader):
    assert detect(raw[:HEAD], name).name == reader


@given(
    st.lists(
        st.lists(st.sampled_from(["message 1", "", "From here on", ">From there", "+34 612 34 51 00"]), max_size=5),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=40, deadline=None)
def test_what_the_standard_library_writes_is_read_back(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("box")
    written = mailbox.mbox(folder / "w.mbox")
    for n, lines in enumerate(texts):
        one = EmailMessage()
        one["From"], one["Date"] = f"sender{n}@example.org", "Tue, 06 Oct 2020 10:41:00 +0200"
        one.set_content("\n".join(["text", *lines]) + "\n")
        written.add(mailbox.mboxMessage(one))
    written.close()
    got = Read(folder, (folder / "w.mbox").read_bytes())
    # The library quotes a line that begins with From once, and one that is quoted already not again (mboxo).
    expected = ["\n".join(["text", *(line.removeprefix(">") for line in lines)]).strip() for lines in texts]
    assert got.bodies == expected


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader_and_every_mail_is_accounted_for(tmp_path_factory, noise):
    got = Read(
        tmp_path_factory.mktemp("box"), FROM + mail(1, noise) + b"\n\n" + FROM + noise + b"\n\n" + FROM + mail(2)
    )
    counts = got.account["rows"]["mails"]
    assert counts["source"] == counts["read"] + counts["rejected"] >= 3
