"""Taking files in: copied where they hold no media, referenced otherwise."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.zip_files import make_zip
from fanal.base.digests import sha256_bytes, sha256_file
from fanal.evidence import intake
from fanal.evidence.intake import (
    FileChanged,
    NotAFile,
    ReferenceChanged,
    ReferenceMissing,
    check_reference,
    keep_mapping,
    kept_mapping,
    safe_name,
    take_in,
)
from fanal.evidence.look import BINARY, ZIP_MEMBER
from fanal.evidence.register import Custody, Exhibit
from fanal.evidence.zips import ZipUnsafeName


@pytest.fixture
def evidence(tmp_path):
    return tmp_path / "node" / "evidence"


def exhibit(taken):
    custody = Custody(added_at="2026-01-31T12:00:00Z", officer="7")
    return Exhibit(
        number=4, operation="lamp", sha256=taken.sha256, name=taken.name, path=taken.path, stored=taken.stored,
        bytes=taken.bytes, reader="whatsapp", mapping_sha256=None, custody=custody,
    )  # fmt: skip


def everything_in(folder):
    return [p for p in folder.rglob("*") if p.is_file()]


def test_text_is_copied_under_its_digest(tmp_path, evidence):
    path = tmp_path / "chat 1.txt"
    path.write_bytes(b"message 12\n")
    taken = take_in(path, evidence)
    assert (taken.sha256, taken.bytes, taken.stored, taken.sign) == (sha256_file(path), 11, True, None)
    assert taken.path == f"{taken.sha256}/chat 1.txt"
    assert (evidence / taken.path).read_bytes() == b"message 12\n"


@pytest.mark.parametrize(("content", "sign"), [(b"message 12\n" * 9, None), (b"message 12\n" * 9 + b"\0", BINARY)])
def test_a_large_file_is_looked_at_like_a_small_one(tmp_path, evidence, monkeypatch, content, sign):
    monkeypatch.setattr(intake, "LARGE", 64)
    path = tmp_path / "large.txt"
    path.write_bytes(content)
    taken = take_in(path, evidence)
    assert (taken.sign, taken.stored) == (sign, sign is None)


def test_a_file_with_media_is_referenced_and_not_a_byte_of_it_copied(tmp_path, evidence):
    path = tmp_path / "chat.zip"
    make_zip(path, [("chat.txt", "message 12"), ("sticker.webp", "placeholder")])
    taken = take_in(path, evidence)
    assert (taken.stored, taken.sign, taken.path) == (False, ZIP_MEMBER, str(path.resolve()))
    assert everything_in(tmp_path / "node") == []


def test_a_sign_at_the_very_end_of_a_long_file_keeps_all_of_it_out(tmp_path, evidence):
    path = tmp_path / "dump.sql"
    path.write_bytes(b"-- message 12\n" * 200_000 + b"\0")
    assert take_in(path, evidence).sign == BINARY
    assert everything_in(tmp_path / "node") == []


def test_taking_in_again_changes_nothing(tmp_path, evidence):
    path = tmp_path / "chat.txt"
    path.write_bytes(b"message 12\n")
    first = take_in(path, evidence)
    before = everything_in(evidence)
    assert take_in(path, evidence) == first
    assert everything_in(evidence) == before


def test_the_same_bytes_under_another_name_are_kept_once(tmp_path, evidence):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(b"message 12\n")
    first, second = (take_in(tmp_path / name, evidence) for name in ("a.txt", "b.txt"))
    assert (first.path, first.name, second.name) == (second.path, "a.txt", "b.txt")


def test_what_a_kill_left_half_copied_is_written_anew(tmp_path, evidence):
    path = tmp_path / "chat.txt"
    path.write_bytes(b"message 12\n")
    left = evidence / sha256_file(path) / "incoming.part"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"mess")
    taken = take_in(path, evidence)
    assert [p.read_bytes() for p in everything_in(evidence)] == [b"message 12\n"]
    assert (evidence / taken.path).name == "chat.txt"


def test_a_file_that_changes_between_looking_and_copying_is_refused(tmp_path, evidence, monkeypatch):
    path = tmp_path / "chat.txt"
    path.write_bytes(b"message 12\n")
    looked = intake._look(path)
    monkeypatch.setattr(intake, "_look", lambda _: looked)
    path.write_bytes(b"message 13\n")
    with pytest.raises(FileChanged):
        take_in(path, evidence)
    assert everything_in(evidence) == []


def test_what_is_not_a_file_is_refused_in_one_line(tmp_path, evidence):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "none.txt", tmp_path, tmp_path / "pipe"):
        with pytest.raises(NotAFile) as error:
            take_in(path, evidence)
        assert str(path) in error.value.line()


def test_a_hostile_zip_is_refused(tmp_path, evidence):
    path = make_zip(tmp_path / "x.zip", [("../out.txt", "message 12")])
    with pytest.raises(ZipUnsafeName):
        take_in(path, evidence)
    assert not (tmp_path / "out.txt").exists()


def test_a_reference_that_still_holds_gives_its_path(tmp_path, evidence):
    for name, content in (("a.txt", b"message 12"), ("b.bin", b"\0")):
        (tmp_path / name).write_bytes(content)
        taken = take_in(tmp_path / name, evidence)
        assert check_reference(exhibit(taken), evidence).read_bytes() == content


@pytest.mark.parametrize("content", [b"\1", b"\0\0"])
def test_a_changed_file_behind_a_reference_is_noticed(tmp_path, evidence, content):
    path = tmp_path / "b.bin"
    path.write_bytes(b"\0")
    taken = take_in(path, evidence)
    path.write_bytes(content)
    with pytest.raises(ReferenceChanged, match=r"Exhibit 4"):
        check_reference(exhibit(taken), evidence)


def test_a_missing_file_behind_a_reference_is_noticed(tmp_path, evidence):
    path = tmp_path / "b.bin"
    path.write_bytes(b"\0")
    taken = take_in(path, evidence)
    path.unlink()
    with pytest.raises(ReferenceMissing, match=r"b\.bin"):
        check_reference(exhibit(taken), evidence)


def test_a_mapping_is_kept_under_its_digest(evidence):
    digest = keep_mapping(b"fanal_mapping: 1\n", evidence)
    assert digest == sha256_bytes(b"fanal_mapping: 1\n")
    assert keep_mapping(b"fanal_mapping: 1\n", evidence) == digest
    assert kept_mapping(digest, evidence) == b"fanal_mapping: 1\n"
    with pytest.raises(ReferenceMissing):
        kept_mapping("0" * 64, evidence)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("WhatsApp Chat (12).txt", "WhatsApp Chat (12).txt"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\0b\n.txt", "a_b_.txt"),
        ("...", "exhibit"),
        ("caf\u00e9.txt", "caf\u00e9.txt"),
    ],
)
def test_names_are_made_safe(name, safe):
    assert safe_name(name) == safe


@given(st.text())
def test_a_safe_name_is_one_short_part_of_a_path(name):
    safe = safe_name(name)
    assert Path(safe).name == safe
    assert safe not in ("", ".", "..")
    assert len(safe.encode()) <= 120
