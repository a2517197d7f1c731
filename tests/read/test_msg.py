"""Outlook messages: what they say and by whom, and that no compound file, however built, breaks the reader."""

import hashlib
import struct
from datetime import UTC, datetime

import olefile
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fanal.read import msg_rtf
from fanal.read.contract import Source, Unreadable
from fanal.read.mail_parts import DEPTH, PARTS
from fanal.read.msg import MSG
from fanal.read.msg_examples import SECTOR, compound, message, plain
from fanal.read.sink import LakeSink

AT = datetime(2020, 10, 6, 8, 41, tzinfo=UTC)
SENDER = {0x0C1A: "Sender 1", 0x5D01: "Sender1@Example.org", 0x0037: "note 1"}


class Read:
    """One message, read into a folder of its own."""

    def __init__(self, folder, raw):
        path = folder / "tip.msg"
        path.write_bytes(raw)
        self.source = Source(path, "tip.msg", 3, folder)
        with LakeSink(3, folder / "out") as sink:
            MSG.read(self.source, sink)
            self.account = sink.close()
        self.notes = self.account["notes"]
        self.tables = {table: pq.read_table(paths[0]).to_pylist() for table, paths in sink.files.items()}
        self.everything = str((self.account, self.tables))

    def __getitem__(self, table):
        return self.tables.get(table, [])

    @property
    def bodies(self):
        return [m["body"] for m in self["message"]]


@pytest.fixture
def read(tmp_path):
    return lambda tree: Read(tmp_path, tree if isinstance(tree, bytes) else compound(tree))


def attachment(data, **fields):
    return message({0x3701: data, **{int(k[1:], 16): v for k, v in fields.items()}}, head=8)


def embedded(inner):
    return {"__properties_version1.0": bytes(8), "__substg1.0_3701000D": inner}


def test_the_writer_of_the_tests_is_understood_by_the_library(tmp_path):
    (tmp_path / "a.msg").write_bytes(compound({"a": b"x" * 10, "b": {"c": b"y" * 9_000}, "d": b""}))
    with olefile.OleFileIO(tmp_path / "a.msg", raise_defects=olefile.DEFECT_INCORRECT) as ole:
        assert ole.openstream("a").read() == b"x" * 10
        assert ole.openstream("b/c").read() == b"y" * 9_000
        assert ole.openstream("d").read() == b""


def test_sender_date_subject_and_text_are_read(read):
    got = read(message(SENDER | {0x1000: "message 1, +34 612 34 51 00", 0x1035: "<1@example.org>"}, AT))
    assert [(a["account"], a["display_name"]) for a in got["account"]] == [("mail:sender1@example.org", "Sender 1")]
    (said,) = got["message"]
    assert (said["at"].isoformat(), said["body"]) == ("2020-10-06T08:41:00", "message 1, +34 612 34 51 00")
    assert (got.notes["subject"], got.notes["message_id"]) == ("note 1", "<1@example.org>")
    assert got.notes["sent_at"] == "2020-10-06T08:41:00Z"
    assert [(c["value"], c["locator"]) for c in got.notes["cited"]] == [("+34 612 34 51 00", "part:0")]
    assert MSG.excerpt(got.source, "header:From") == "From: Sender 1 <Sender1@Example.org>"
    assert MSG.excerpt(got.source, "part:0") == "message 1, +34 612 34 51 00"


def test_text_and_html_are_one_message_with_the_links_of_both(read):
    page = b"<p>message 1 <a href='https://www.example.org/a'>here</a></p>"
    got = read(message(SENDER | {0x1000: "message 1", 0x1013: page}, AT))
    assert got.bodies == ["message 1"]
    assert [(x["host"], x["message"]) for x in got["link"]] == [("www.example.org", got["message"][0]["obs"])]


@pytest.mark.parametrize(
    ("page", "charset"), [(1252, "cp1252"), (65001, "utf-8"), (28605, "iso-8859-15"), (1251, "cp1251")]
)
def test_html_is_decoded_by_its_code_page(read, page, charset):
    word = "слово" if charset == "cp1251" else "señal"
    got = read(message(SENDER | {0x1013: f"<p>{word}</p>".encode(charset)}, numbers={0x3FDE: page}))
    assert got.bodies == [word]


def test_texts_of_eight_bits_are_decoded_by_the_messages_code_page(read):
    tree = message({}, numbers={0x3FFD: 1252}) | {
        "__substg1.0_1000001E": "señal 1".encode("cp1252"),
        "__substg1.0_5D01001E": b"a@example.org",
    }
    assert read(tree).bodies == ["señal 1"]


def test_a_code_page_that_is_none_loses_no_message(read):
    assert read(message({0x1013: b"<p>message 1</p>"}, numbers={0x3FDE: 77777})).bodies == ["message 1"]


RTF = (
    rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\*\generator x;}\pard message 12\par se\'f1al \u8364?2 \{x\}"
    rb"{\pict 00ff}}"
)


def rtf_stream(rtf, kind=0x414C454D, size=None):
    return struct.pack("<IIII", len(rtf) + 12, len(rtf) if size is None else size, kind, 0) + rtf


def packed(rtf):
    """Compressed by the plainest of writers: only bytes as they stand, eight to a flag, then the end mark."""
    out, chunks, write = b"", [rtf[n : n + 8] for n in range(0, len(rtf), 8)], 207
    for chunk in chunks[:-1]:
        out += b"\0" + chunk
    last = chunks[-1]
    if len(last) == 8:
        out, last = out + b"\0" + last, b""
    end = (write + len(rtf)) % 4096
    out += bytes([1 << len(last)]) + last + struct.pack(">H", end << 4)
    return struct.pack("<IIII", len(out) + 12, len(rtf), 0x75465A4C, 0) + out


@pytest.mark.parametrize("make", [rtf_stream, packed])
def test_a_body_that_is_rtf_alone_is_read_as_text(read, make):
    got = read(message(SENDER | {0x1009: make(RTF)}))
    assert got.bodies == ["message 12\nseñal €2 {x}"]


def test_a_run_that_reads_what_it_has_just_written_is_unpacked():
    stream = bytes([0b110]) + b"a" + struct.pack(">H", 207 << 4 | 6) + struct.pack(">H", 216 << 4)
    raw = struct.pack("<IIII", len(stream) + 12, 9, 0x75465A4C, 0) + stream
    assert msg_rtf.unpacked(raw) == (b"a" * 9, True)


def test_a_run_of_the_first_window_is_unpacked():
    stream = bytes([0b11]) + struct.pack(">H", 0 << 4 | 4) + struct.pack(">H", 213 << 4)
    raw = struct.pack("<IIII", len(stream) + 12, 6, 0x75465A4C, 0) + stream
    assert msg_rtf.unpacked(raw) == (rb"{\rtf1", True)


def test_rtf_that_cannot_be_read_is_a_reject(read):
    got = read(message(SENDER | {0x1009: b"nothing of the kind"}))
    assert [(r["locator"], r["reason"]) for r in got["reject"]] == [("part:0", "compressed text that cannot be read")]
    assert got.bodies == [None]


def test_an_rtf_bomb_is_cut(monkeypatch):
    monkeypatch.setattr(msg_rtf, "LIMIT", 1_000)
    raw = struct.pack("<IIII", 1 << 30, 1 << 31, 0x75465A4C, 0) + (b"\xff" + b"\x10\x0f" * 8) * 5_000
    out, whole = msg_rtf.unpacked(raw)
    assert len(out) < 1_200
    assert not whole


@given(st.binary(max_size=200))
def test_no_bytes_break_the_unpacking_or_the_reading_of_rtf(raw):
    out, _ = msg_rtf.unpacked(struct.pack("<IIII", len(raw) + 12, len(raw), 0x75465A4C, 0) + raw)
    assert isinstance(msg_rtf.plain(out + raw), str)


@given(st.binary(min_size=1, max_size=120))
def test_what_is_packed_is_unpacked_as_it_was(raw):
    assert msg_rtf.unpacked(packed(raw)) == (raw, True)


def test_an_attachment_is_digest_length_type_and_name_alone(read):
    data = bytes(range(256)) * 40
    got = read(message(SENDER, attach0=attachment(data, x3707="note \u202egnp.exe", x370E="Image/PNG")))
    (media,) = got["media"]
    digest = hashlib.sha256(data).hexdigest()
    assert (media["sha256"], media["bytes"], media["mime"], media["status"]) == (digest, 10_240, "image/png", "whole")
    assert [(r["key"], r["value"]) for r in got["remark"]] == [("file_name", "note \u202egnp.exe")]
    assert MSG.excerpt(got.source, media["locator"]) == f"image/png [withheld: 10240 bytes, sha256 {digest}]"
    assert "share" not in got.tables


def test_an_embedded_message_keeps_its_own_sender(read):
    inner = message({0x5D01: "inner@example.net", 0x1000: "message 2"}, datetime(2020, 10, 5, tzinfo=UTC), head=24)
    got = read(message(SENDER | {0x1000: "message 1"}, AT, attach0=embedded(inner)))
    assert [(m["account"], m["body"], m["at"].day) for m in got["message"]] == [
        ("mail:sender1@example.org", "message 1", 6),
        ("mail:inner@example.net", "message 2", 5),
    ]
    assert MSG.excerpt(got.source, "mail:1/header:From") == "From: <inner@example.net>"


def test_an_exchange_address_is_none_and_the_headers_of_the_mail_say_who_it_was(read):
    block = "From: Sender 2 <sender2@example.org>\r\nReceived: by x; y\r\nMessage-ID: <7@example.org>\r\n"
    block += "Reply-To: r@example.org\r\n"
    got = read(message({0x0C1F: "/O=EXAMPLE/CN=1", 0x0C1A: "One", 0x007D: block, 0x1000: "message 1"}))
    assert {a["account"] for a in got["account"]} == {"mail:sender2@example.org", "mail:r@example.org"}
    assert (got.notes["message_id"], got.notes["received"]) == ("<7@example.org>", ["by x; y"])


def test_a_message_without_a_usable_sender_says_so(read):
    got = read(message({0x0C1A: "nobody", 0x1000: "message 1"}))
    assert [(r["locator"], r["column"]) for r in got["reject"]] == [("header:From", "account")]
    assert got.bodies == ["message 1"]


def test_recipients_are_noted(read):
    tree = message(SENDER) | {"__recip_version1.0_#00000000": message({0x39FE: "desk@example.org"}, head=8)}
    assert read(tree).notes["to"] == "desk@example.org"


def test_messages_nested_beyond_the_depth_end_in_one_reject(read):
    inner = message({0x1000: "the last"}, head=24)
    for n in range(40):
        inner = message({0x1000: f"message {n}"}, head=24, attach0=embedded(inner))
    got = read(inner)
    assert [r["reason"] for r in got["reject"] if r["column"] is None] == ["nested too deep"]
    assert len(got["message"]) == DEPTH + 1


def test_ten_thousand_attachments_end_in_one_reject(read):
    files = {f"__attach_version1.0_#{n:08X}": attachment(b"x") for n in range(10_000)}
    got = read(message(SENDER | {0x1000: "message 1"}) | files)
    assert got.account["rows"]["parts"] == {"source": PARTS + 1, "read": PARTS, "rejected": 1, "unmapped": 0}
    assert [r["reason"] for r in got["reject"]] == ["too many parts"]


def entry_of(raw, name):
    return raw.rindex(name.encode("utf-16-le"))


@pytest.mark.parametrize("size", [0x7FFFFFFF, 0xFFFFFFFF, 200_000])
def test_a_stream_that_says_it_is_longer_than_the_file_is_a_reject(read, size):
    raw = compound(message(SENDER | {0x1000: "message 1"}, attach0=attachment(b"x" * 5_000)))
    at = entry_of(raw, "__substg1.0_37010102") + 120
    got = read(raw[:at] + struct.pack("<I", size) + raw[at + 4 :])
    assert [r["reason"] for r in got["reject"]] == [
        "a stream that breaks off, runs in a circle or is longer than the file"
    ]
    assert got.bodies == ["message 1"]


def fat_at(raw, sector):
    first = struct.unpack_from("<I", raw, 76)[0]
    return (first + 1) * SECTOR + 4 * sector


def test_a_chain_of_sectors_that_runs_in_a_circle_is_a_reject(read):
    raw = bytearray(compound(message(SENDER | {0x1000: "message 1"}, attach0=attachment(b"x" * 20_000))))
    start = struct.unpack_from("<I", raw, entry_of(raw, "__substg1.0_37010102") + 116)[0]
    struct.pack_into("<I", raw, fat_at(raw, start + 3), start)
    got = read(bytes(raw))
    assert [r["locator"] for r in got["reject"]] == ["part:1"]
    assert got.bodies == ["message 1"]


def test_a_directory_that_runs_in_a_circle_is_still_bounded(read):
    raw = bytearray(compound(message(SENDER | {0x1000: "message 1"})))
    directory = struct.unpack_from("<I", raw, 48)[0]
    struct.pack_into("<I", raw, fat_at(raw, directory), directory)
    try:
        got = read(bytes(raw))
    except Unreadable:
        return
    assert got.account["rows"]["parts"]["source"] <= 1


def test_entries_that_stand_in_one_long_line_are_unreadable_and_no_crash(read):
    raw = bytearray(compound({"__properties_version1.0": bytes(32), **{f"s{n}": b"" for n in range(3_000)}}))
    directory = struct.unpack_from("<I", raw, 48)[0]
    base = (directory + 1) * SECTOR
    for n in range(1, 3_001):
        struct.pack_into("<II", raw, base + 128 * n + 68, 0xFFFFFFFF, n + 1)
    struct.pack_into("<I", raw, base + 76, 1)
    with pytest.raises(Unreadable):
        read(bytes(raw))


@pytest.mark.parametrize("at", [44, 64, 72])
def test_tables_larger_than_the_file_are_refused(read, at):
    raw = bytearray(plain())
    struct.pack_into("<I", raw, at, 0x00FFFFFF)
    with pytest.raises(Unreadable):
        read(bytes(raw))


def test_streams_that_share_their_sectors_are_read_only_so_often(read):
    files = {f"__attach_version1.0_#{n:08X}": attachment(b"x" * 5_000 if n == 0 else b"y" * 4_500) for n in range(30)}
    raw = bytearray(compound(message(SENDER) | files))
    at = 0
    while (at := raw.find("__substg1.0_37010102".encode("utf-16-le"), at + 1)) > 0:
        struct.pack_into("<IQ", raw, at + 116, 0, len(raw) // 2)
    got = read(bytes(raw))
    assert sum(m["bytes"] for m in got["media"]) <= 2 * len(raw)
    assert len(got["media"]) + len(got["reject"]) == 30


@pytest.mark.parametrize("raw", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"x" * 2_000])
def test_what_is_no_compound_file_is_unreadable(read, raw):
    with pytest.raises(Unreadable):
        read(raw)


def test_a_compound_file_that_is_no_message_is_unreadable(read):
    with pytest.raises(Unreadable, match="no Outlook message"):
        read({"WordDocument": b"x"})


@given(st.integers(0, 5_000), st.binary(min_size=1, max_size=40))
@example(31, b"\x00\x00\x01")  # sectors of a size that no file has
def test_no_bytes_break_the_reader_and_every_part_is_accounted_for(tmp_path_factory, at, noise):
    raw = plain()
    at %= len(raw)
    try:
        got = Read(tmp_path_factory.mktemp("msg"), raw[:at] + noise + raw[at + len(noise) :])
    except Unreadable:
        return
    parts = got.account["rows"]["parts"]
    assert parts["source"] == parts["read"] + parts["rejected"]


@given(st.integers(0, 8_000))
@settings(max_examples=40, deadline=None)
def test_a_message_cut_anywhere_breaks_nothing(tmp_path_factory, at):
    raw = plain()
    try:
        got = Read(tmp_path_factory.mktemp("msg"), raw[: at % len(raw)])
    except Unreadable:
        return
    assert got.account["rows"]["parts"]["source"] >= 0


def test_encoded_content_in_properties_is_withheld(read):
    got = read(
        message(SENDER | {0x1000: "message 1 data:image/png;base64,AAAA1 end", 0x0037: "data:image/png;base64,BBBB2"})
    )
    assert "AAAA1" not in got.everything
    assert "BBBB2" not in got.everything


@pytest.mark.parametrize(
    ("head", "name", "sure"), [(plain()[:65_536], "tip", 0.95), (b"PK\x03\x04", "a.msg", 0.0), (b"", "a.msg", 0.0)]
)
def test_it_is_known_by_its_streams(head, name, sure):
    assert MSG.detect(head, name) == sure
