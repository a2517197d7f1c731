"""Signs of media in bytes that stream by."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.zip_files import make_zip
from fanal.evidence.look import (
    ATTACHMENT,
    BINARY,
    BLOB,
    ENCODED_RUN,
    SIGNATURE,
    ZIP_MEMBER,
    Look,
    clues,
    clues_by_loop,
    sign_in_zip,
)

NOISE = b"".join(hashlib.sha256(bytes([n])).digest() for n in range(20))


def look_at(data, size=1 << 20, *, large=False):
    look = Look(large=large)
    for start in range(0, len(data), size):
        look.feed(data[start : start + size])
    return look.sign


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"31/01/2026, 12:00 - Member 12: message 12\n" * 100,
        "31/01/2026, 12:00 - \u200eMember 12: caf\u00e9 \U0001f600\n".encode() * 100,
        b"INSERT INTO `users` VALUES (12,'member12','member12@example.org',NULL);\n" * 100,
        b'192.0.2.1 - - [31/Jan/2026:12:00:00 +0000] "POST /login?u=member12 HTTP/1.1" 302 0\n' * 100,
        b"From: desk@example.org\r\nSubject: a tip\r\nContent-Type: text/plain\r\n\r\nmessage 12\r\n",
        b"=" * 1000,
    ],
)
def test_text_has_no_sign(text):
    assert look_at(text) is None


@pytest.mark.parametrize(
    ("data", "sign"),
    [
        (b"text\0text", BINARY),
        (b"text\x01\x02\x03text", BINARY),
        (b"\xff\xd8\xff\xe0", SIGNATURE),
        (b"(12,'\x89PNG\\r\\n", SIGNATURE),
        (b"GIF89a;", SIGNATURE),
        (b"\0\0\0\x18ftypmp42", SIGNATURE),
        (b"INSERT INTO a VALUES (1,_binary 'x');", BLOB),
        (b"avatar: data:image/png;base64,iVBORw0KGgo=", ENCODED_RUN),
        (b"avatar: DATA:Image/PNG;base64,iVBORw0KGgo=", ENCODED_RUN),
        (b"(1,0x" + NOISE.hex().encode() + b")", ENCODED_RUN),
        (base64.encodebytes(NOISE), ENCODED_RUN),
        (b"Subject: x\r\nContent-Disposition:  attachment; filename=a\r\n\r\n", ATTACHMENT),
        (b"From: a\r\n\r\n--b\r\ncontent-type: image/png\r\n\r\n", ATTACHMENT),
    ],
)
def test_each_sign_is_seen(data, sign):
    assert look_at(data) == sign
    assert look_at(data, large=True) == sign


@given(
    st.lists(
        st.sampled_from([b"F8", b"PV", b"ty", b"a", b"A", b":", b"_b", b"\x0e", b"\t", b"\xff", b"\xd8", b"x" * 50])
    )
)
def test_a_compiled_loop_finds_the_clues_that_numpy_finds(parts):
    window = b"".join(parts) or b"x"
    assert clues_by_loop(window) == clues(window)


@given(st.integers(1, 700), st.integers(0, 900))
def test_a_sign_is_seen_wherever_the_chunks_are_cut(size, before):
    data = b"x y " * before + NOISE.hex().encode()[:400] + b" end"
    assert look_at(data, size) == ENCODED_RUN


def test_a_zip_of_text_has_no_sign(tmp_path):
    assert sign_in_zip(make_zip(tmp_path / "x.zip", [("chat.txt", "message 12"), ("folder/b.CSV", "a,b")])) is None


def test_a_zip_with_another_member_than_text_has_one(tmp_path):
    assert sign_in_zip(make_zip(tmp_path / "x.zip", [("chat.txt", "message 12"), ("a.webp", "")])) == ZIP_MEMBER


def test_a_zip_member_that_only_claims_to_be_text_has_one(tmp_path):
    assert sign_in_zip(make_zip(tmp_path / "x.zip", [("chat.txt", b"\xff\xd8\xff\xe0\0")])) == SIGNATURE
