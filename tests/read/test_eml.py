"""E-mailed tips: what is said, by whom, and that no mail, however built, breaks the reader."""

import base64
import hashlib

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.read.contract import Source, Unreadable
from fanal.read.eml import EML
from fanal.read.mail_parts import DEPTH, PARTS
from fanal.read.sink import LakeSink

HEAD = (
    b"From: Sender 1 <Sender1@Example.org>\r\nTo: desk@example.org\r\n"
    b"Date: Tue, 06 Oct 2020 10:41:00 +0200\r\nMessage-ID: <1@example.org>\r\n"
)
TEXT = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"


class Read:
    """One mail, read into a folder of its own."""

    def __init__(self, folder, raw, name="tip.eml"):
        path = folder / name
        path.write_bytes(raw)
        staging = folder / "out"
        self.source = Source(path, name, 3, folder)
        with LakeSink(3, staging) as sink:
            EML.read(self.source, sink)
            self.account = sink.close()
        self.tables = {table: pq.read_table(paths[0]).to_pylist() for table, paths in sink.files.items()}
        self.everything = str((self.account, self.tables))

    def __getitem__(self, table):
        return self.tables.get(table, [])


@pytest.fixture
def read(tmp_path):
    return lambda raw: Read(tmp_path, raw)


def multipart(*parts: bytes, kind: bytes = b"mixed", head: bytes = HEAD) -> bytes:
    opened = head + b"Content-Type: multipart/" + kind + b'; boundary="bb"\r\n\r\npreamble\r\n'
    return opened + b"".join(b"--bb\r\n" + part + b"\r\n" for part in parts) + b"--bb--\r\n"


def nested(levels: int) -> bytes:
    raw = HEAD + b'Content-Type: multipart/mixed; boundary="b0"\r\n\r\n'
    for n in range(levels):
        raw += b'--b%d\r\nContent-Type: multipart/mixed; boundary="b%d"\r\n\r\n' % (n, n + 1)
    return raw + b"--b%d\r\n\r\nmessage 1\r\n" % levels


def test_the_sender_becomes_an_account_with_the_address_as_identifier(read):
    got = read(TEXT + b"message 1")
    assert [(a["account"], a["display_name"]) for a in got["account"]] == [("mail:sender1@example.org", "Sender 1")]
    (identifier,) = got["identifier"]
    assert (identifier["kind"], identifier["value"], identifier["relation"]) == ("email", "Sender1@Example.org", "user")


def test_another_reply_address_is_an_account_of_its_own(read):
    got = read(b"Reply-To: other1@example.net\r\n" + TEXT + b"message 1")
    assert {a["account"] for a in got["account"]} == {"mail:sender1@example.org", "mail:other1@example.net"}
    assert got["message"][0]["account"] == "mail:sender1@example.org"


def test_the_date_becomes_utc(read):
    (message,) = read(TEXT + b"message 1")["message"]
    assert message["at"].isoformat() == "2020-10-06T08:41:00"
    assert message["at_precision"] == "second"


def test_a_date_that_is_none_leaves_the_cell_empty_and_is_a_reject(read):
    got = read(TEXT.replace(b"Tue, 06 Oct 2020", b"some day") + b"message 1")
    assert got["message"][0]["at"] is None
    assert [(r["locator"], r["column"]) for r in got["reject"]] == [("header:Date", "at")]


def test_quoted_printable_and_charsets_are_decoded(read):
    raw = HEAD + b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    assert read(raw + b"se=F1al 12=\r\n fin")["message"][0]["body"] == "señal 12 fin"


def test_encoded_words_in_names_are_decoded(read):
    got = read(
        b"From: =?utf-8?q?Se=C3=B1al_1?= <a@example.org>\r\nDate: Tue, 06 Oct 2020 10:41:00 GMT\r\n\r\nmessage 1"
    )
    assert got["account"][0]["display_name"] == "Señal 1"


def test_html_alone_is_read_as_text_and_its_hidden_targets_as_links(read):
    page = b"<style>p {}</style><p>message&nbsp;1 <a href='https://chat.whatsapp.com/EXAMPLE'>here</a></p><script>x()</script>"
    got = read(HEAD + b"Content-Type: text/html\r\n\r\n" + page)
    assert got["message"][0]["body"] == "message\xa01 here"
    assert [(x["url"], x["host"], x["kind"]) for x in got["link"]] == [
        ("https://chat.whatsapp.com/EXAMPLE", "chat.whatsapp.com", "invite")
    ]


def test_two_forms_of_one_text_are_one_message(read):
    got = read(multipart(b"\r\nmessage 1", b"Content-Type: text/html\r\n\r\n<b>message 1</b>", kind=b"alternative"))
    assert [m["body"] for m in got["message"]] == ["message 1"]
    assert got.account["rows"]["parts"] == {"source": 2, "read": 2, "rejected": 0, "unmapped": 0}


def test_links_name_their_host_and_their_message(read):
    got = read(TEXT + b"see https://www.Example.org/a?b=1, and hxxps://example[.]net/c.")
    assert [(x["url"], x["host"]) for x in got["link"]] == [
        ("https://www.Example.org/a?b=1", "www.example.org"),
        ("hxxps://example[.]net/c", "example.net"),
    ]
    assert {x["message"] for x in got["link"]} == {got["message"][0]["obs"]}


def test_what_the_sender_cites_is_noted_and_is_not_his(read):
    got = read(TEXT + "números +34 612 34 51 00, +1 (201) 555\u20110123 y x9@example.net; sender1@example.org".encode())
    cited = [(c["kind"], c["value"], c["locator"]) for c in got.account["notes"]["cited"]]
    assert cited == [
        ("phone", "+34 612 34 51 00", "part:0"),
        ("phone", "+1 (201) 555\u20110123", "part:0"),
        ("email", "x9@example.net", "part:0"),
    ]
    assert len(got["identifier"]) == 1


def test_an_attachment_is_digest_and_length_alone(read):
    data = bytes(range(256)) * 8
    coded = base64.encodebytes(data)
    part = b'Content-Type: image/png; name="a.png"\r\nContent-Transfer-Encoding: base64\r\n\r\n' + coded
    got = read(multipart(b"\r\nmessage 1", part))
    (media,) = got["media"]
    digest = hashlib.sha256(data).hexdigest()
    assert (media["native_id"], media["sha256"], media["bytes"]) == (digest, digest, 2048)
    assert (media["mime"], media["status"], media["locator"]) == ("image/png", "whole", "part:1")
    assert coded[:40].decode() not in got.everything
    assert EML.excerpt(got.source, "part:1") == f"image/png [withheld: 2048 bytes, sha256 {digest}]"


def test_an_attachment_cut_in_its_encoding_says_so(read):
    part = b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAECAwQ"
    assert read(multipart(part))["media"][0]["status"] == "truncated"


def test_a_sender_of_attachments_shares_nothing(read):
    got = read(multipart(b"Content-Type: image/png\r\n\r\nx"))
    assert "share" not in got.tables
    assert [(m["kind"], m["media"], m["body"]) for m in got["message"]] == [("file", None, None)]


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [(b"plain", b"message 1 ", b" end"), (b"html", b"<p>message 1 <img src='", b"'> end</p>")],
)
def test_data_uris_are_withheld(read, kind, before, after):
    coded = base64.b64encode(b"secret bytes" * 3)
    body = before + b"data:image/png;base64," + coded + after
    got = read(HEAD + b"Content-Type: text/" + kind + b"\r\n\r\n" + body)
    assert coded.decode() not in got.everything
    assert "[withheld: " in got["message"][0]["body"]
    assert got["message"][0]["body"].endswith("end")


def test_uuencoded_blocks_in_the_text_are_withheld(read):
    got = read(TEXT + b"message 1\nbegin 644 a.bin\n#86)C\n#86)C\n`\nend\nmessage 2\n")
    assert "86)C" not in got.everything
    assert got["message"][0]["body"].startswith("message 1\n[withheld: ")
    assert got["message"][0]["body"].endswith("message 2")


def test_an_attached_mail_keeps_its_own_sender(read):
    inner = b"From: inner@example.net\r\nDate: Mon, 05 Oct 2020 08:00:00 +0000\r\n\r\nmessage 2"
    got = read(multipart(b"\r\nmessage 1", b"Content-Type: message/rfc822\r\n\r\n" + inner))
    assert [(m["account"], m["body"], m["at"].day) for m in got["message"]] == [
        ("mail:sender1@example.org", "message 1", 6),
        ("mail:inner@example.net", "message 2", 5),
    ]
    assert EML.excerpt(got.source, "mail:1/header:From") == "From: inner@example.net"


def test_three_thousand_nested_parts_end_in_one_reject(read):
    got = read(nested(3_000))
    assert [(r["locator"], r["reason"]) for r in got["reject"]] == [("part:0", "nested too deep")]


def test_parts_within_the_depth_are_read(read):
    assert [m["body"] for m in read(nested(DEPTH - 1))["message"]] == ["message 1"]


def test_too_many_parts_end_in_one_reject_after_those_that_are_read(read):
    got = read(multipart(*[b"\r\nmessage"] * (PARTS + 500)))
    assert got.account["rows"]["parts"] == {"source": PARTS + 1, "read": PARTS, "rejected": 1, "unmapped": 0}
    assert [r["reason"] for r in got["reject"]] == ["too many parts"]


def test_parts_without_a_boundary_are_a_reject(read):
    got = read(HEAD + b"Content-Type: multipart/mixed\r\n\r\nmessage 1")
    assert [r["reason"] for r in got["reject"]] == ["parts without a boundary between them"]


@pytest.mark.parametrize(
    "header",
    [
        b"From: " + b"(" * 5_000 + b"a@example.org",
        b"From: " + b'"' * 3_001,
        b"From: @@@@",
        b"From: " + b"a@example.org," * 20_000,
        b"From: =?utf-8?b?" + b"A" * 9_000 + b"?=",
        b"From: \xff\xfe <\xff@example.org>",
        b"Content-Type: text/plain; charset=" + b"x" * 4_000,
        b"Content-Type: text/plain; charset=punycode",
        b"Content-Type: text/plain; charset=rot13",
        b"Content-Disposition: " + b";" * 4_000,
        b"Date: Tue, 99 Foo 99999999999 99:99:99 +9999",
    ],
)
def test_hostile_headers_break_nothing(read, header):
    got = read(header + b"\r\nSubject: note 1\r\n\r\nmessage 1")
    assert [m["body"] for m in got["message"]] == ["message 1"]


def test_a_bomb_of_headers_is_cut_and_the_text_is_read(read):
    got = read(
        TEXT.rstrip() + b"\r\n" + b"X-Note: " + b"a" * 300_000 + b"\r\n" + b"X-N: 1\r\n" * 50_000 + b"\r\nmessage 1"
    )
    assert [m["body"] for m in got["message"]] == ["message 1"]


def test_base64_that_is_none_is_a_truncated_attachment_with_the_digest_of_what_was_read(read):
    part = b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n*!$%&\xff\x00 A"
    (media,) = read(multipart(part))["media"]
    assert media["status"] == "truncated"
    assert media["sha256"] is not None


@pytest.mark.parametrize("charset", [b"utf-16", b"us-ascii", b"shift_jis", b"base64", b"hex", b"\xff", b"''"])
def test_a_charset_that_lies_loses_no_message(read, charset):
    got = read(HEAD + b"Content-Type: text/plain; charset=" + charset + b"\r\n\r\nmessage 1")
    assert len(got["message"]) == 1
    assert got.account["rows"]["parts"]["read"] == 1


def test_the_name_of_an_attachment_is_kept_as_it_stands_and_no_path_is_followed(read):
    name = "=?utf-8?q?note_=E2=80=AEgnp=2Eexe?="
    part = b'Content-Type: image/png\r\nContent-Disposition: attachment; filename="' + name.encode() + b'"\r\n\r\nx'
    other = b'Content-Type: image/png; name="../../etc/a.png"\r\n\r\ny'
    got = read(multipart(part, other))
    assert [(r["key"], r["value"], r["locator"]) for r in got["remark"]] == [
        ("file_name", "note \u202egnp.exe", "part:0"),
        ("file_name", "../../etc/a.png", "part:1"),
    ]


def test_a_name_that_carries_encoded_bytes_or_is_endless_is_cut_and_freed(read):
    part = b'Content-Type: image/png; name="' + b"a1" * 3_000 + b'"\r\n\r\nx'
    (remark,) = read(multipart(part))["remark"]
    assert remark["value"].startswith("[withheld: ")


def test_a_mail_without_words_is_found_by_a_header_that_it_has(read):
    got = read(b"From: a@example.org\r\nDate: Tue, 06 Oct 2020 10:41:00 GMT\r\n\r\n")
    assert [m["locator"] for m in got["message"]] == ["header:From"]


def test_a_mail_without_a_usable_sender_says_so(read):
    got = read(b"From: nobody\r\nDate: Tue, 06 Oct 2020 10:41:00 GMT\r\n\r\nmessage 1")
    assert [(r["locator"], r["column"]) for r in got["reject"]] == [("header:From", "account")]
    assert got["message"][0]["account"] is None


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"no header here\n"])
def test_what_is_no_mail_is_unreadable(read, raw):
    with pytest.raises(Unreadable):
        read(raw)


@given(st.binary(max_size=400))
def test_no_body_breaks_the_reader_and_every_part_is_accounted_for(tmp_path_factory, body):
    got = Read(tmp_path_factory.mktemp("mail"), multipart(b"\r\n" + body, b"Content-Type: text/html\r\n\r\n" + body))
    parts = got.account["rows"]["parts"]
    assert parts["source"] == parts["read"] + parts["rejected"] >= 1
    assert got["message"]


@pytest.mark.parametrize("example", list(EML.examples()), ids=lambda e: e.name)
def test_its_examples_come_out_as_they_say(read, example):
    got = read(example.content)
    assert {t: len(rows) for t, rows in got.tables.items() if t != "reject"} == dict(example.rows)
    assert len(got["reject"]) == example.rejects
    assert EML.detect(example.content, example.name) > 0.9


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"id,name\n1,a\n", "a.csv"),
        (b"Date: today\nnothing else\n", "a.txt"),
        (b"\x00\x01", "tip.eml"),
        (b"", "tip.eml"),
    ],
)
def test_other_files_are_not_taken_for_mail(head, name):
    assert EML.detect(head, name) == 0.0


def test_an_excerpt_shows_text_and_headers_as_they_stand(read):
    got = read(TEXT + b"message 1")
    assert EML.excerpt(got.source, "part:0") == "message 1"
    assert EML.excerpt(got.source, "header:From") == "From: Sender 1 <Sender1@Example.org>"
