"""A whole node in one sealed file: made, checked, brought back; what is in it, and what never is."""

import sqlite3

import pytest
from django.db import connections
from whole_case import lake_files, typed

from fanal.audit.log import AuditLog
from fanal.cases.node import find_node, load_node
from fanal.evidence.register import Register


@pytest.fixture(autouse=True)
def _passphrase(monkeypatch):
    monkeypatch.setenv("FANAL_RECOVERY_PASSPHRASE", "one phrase for the safe")


@pytest.fixture
def made(desk):
    """A node with a case, its recovery key, and a backup."""
    desk.do("backup", "key", desk.folder / "recovery.key")
    said = desk.do("backup", "make", desk.folder / "a.fanal-backup", "--format", "json")
    return desk, desk.folder / "a.fanal-backup", said.json


def restored(desk, path, name="again", *more):
    return typed("restore", path, desk.folder / name, "--key", desk.folder / "recovery.key", "--format", "json", *more)


def kept(folder):
    """What a lake holds; tables for pages are made again where they are missing."""
    return {name: digest for name, digest in lake_files(folder).items() if "/pages/" not in name}


def test_a_node_comes_back_as_it_was_and_its_log_goes_on(made):
    desk, path, _ = made
    identities, lake = desk.rows("identities"), kept(desk.folder / "node")
    entries = len(AuditLog(desk.node.audit).entries())
    copies = {e.number: e.sha256 for e in Register(desk.node.evidence).exhibits()}
    said = restored(desk, path)
    assert said.code == 0, said.err
    again = desk.folder / "again"
    assert typed("-C", again, "identities", "--format", "jsonl").lines == identities
    assert kept(again) == lake
    assert {e.number: e.sha256 for e in Register(again / "evidence").exhibits()} == copies
    checked = typed("-C", again, "check", "--format", "jsonl")
    assert {row["wrong"] for row in checked.lines} == {0}
    log = AuditLog(again / "audit").entries()
    assert [entry["verb"] for entry in log if entry["verb"] == "node.restore"] == ["node.restore"]
    # What came after the backup, its own entry first, is not in it; what came before is all there.
    assert len(log) >= entries - 1
    assert said.json["holds"]
    connections["default"].close()


def test_both_stores_come_back_as_a_file(made):
    desk, path, _ = made
    restored(desk, path)
    assert load_node(find_node(desk.folder / "again")).database == f"sqlite://{desk.folder / 'again' / 'case.sqlite'}"
    connections["default"].close()


def test_that_a_backup_was_made_is_on_the_record(made):
    desk, _, said = made
    desk.do("audit", "verify")
    kinds = [entry["verb"] for entry in AuditLog(desk.node.audit).entries()]
    assert kinds.count("node.backup") == 2
    assert said["entries"] == kinds.index("node.backup", kinds.index("node.backup") + 1)


def test_without_a_recovery_key_there_is_no_backup(desk):
    assert desk.refused("backup", "make", desk.folder / "a.fanal-backup").startswith("F-BACKUP-04")
    assert not (desk.folder / "a.fanal-backup").exists()


def test_only_an_administrator_makes_one(desk):
    assert desk.refused("--as", "2", "backup", "key", desk.folder / "x.key").startswith("F-MAY-01")


def test_one_that_is_there_already_is_not_written_over(made):
    desk, path, _ = made
    before = path.read_bytes()
    assert "F-PKG" in desk.refused("backup", "make", path)
    assert path.read_bytes() == before


def test_it_is_checked_with_the_nodes_own_key_and_with_the_recovery_key(made):
    desk, path, said = made
    for more in ((), ("--key", desk.folder / "recovery.key")):
        found = desk.do("backup", "check", path, *more, "--format", "json").json
        assert (found["holds"], found["files"]) == (True, said["files"])


def test_a_changed_byte_anywhere_and_a_cut_are_refused_and_leave_nothing(made):
    desk, path, _ = made
    whole = path.read_bytes()
    bad = desk.folder / "bad.fanal-backup"
    for at in (10, 300, len(whole) // 2, len(whole) - 5):
        bad.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert desk.refused("backup", "check", bad)[:11] in ("F-BACKUP-01", "F-BACKUP-02")
    for size in (0, 100, len(whole) // 2, len(whole) - 1):
        bad.write_bytes(whole[:size])
        said = restored(desk, bad)
        assert (said.code, said.err[7:18]) == (1, "F-BACKUP-01")
    assert [path.name for path in desk.folder.iterdir() if "again" in path.name] == []


def test_another_key_or_pass_phrase_opens_nothing(made, monkeypatch):
    desk, path, _ = made
    desk.do("backup", "key", desk.folder / "later.key")
    said = typed("restore", path, desk.folder / "again", "--key", desk.folder / "later.key")
    assert "F-BACKUP-02" in said.err
    monkeypatch.setenv("FANAL_RECOVERY_PASSPHRASE", "another")
    assert "F-KEY-01" in restored(desk, path).err
    assert not (desk.folder / "again").exists()


def test_a_backup_of_another_node_is_told_apart(made):
    desk, path, _ = made
    typed("init", desk.folder / "other", "--agency", "Unit 8", "--country", "BE", "--demo")
    said = typed("-C", desk.folder / "other", "backup", "check", path, "--key", desk.folder / "recovery.key")
    assert "F-BACKUP-05" in said.err
    connections["default"].close()


def test_only_an_administrator_of_that_node_restores_it_and_only_into_an_empty_folder(made):
    desk, path, _ = made
    assert "F-MAY-01" in restored(desk, path, "again", "--officer", "2").err
    assert "F-BACKUP-07" in restored(desk, path, "again", "--officer", "9").err
    assert not (desk.folder / "again").exists()
    assert "F-NODE-03" in restored(desk, path, "node").err


def test_received_hash_lists_stay_out_and_are_named(desk):
    (desk.folder / "list.csv").write_text(f"md5,category\n{'9e' * 16},1\n")
    desk.do("hashlist", "add", desk.folder / "list.csv", "--name", "quincelist", "--agency", "Q", "--version", "3")
    desk.do("backup", "key", desk.folder / "recovery.key")
    path = desk.folder / "a.fanal-backup"
    assert desk.do("backup", "make", path, "--format", "json").json["hash_lists_left_out"] == ["quincelist 3"]
    assert restored(desk, path).json["hash_lists_left_out"] == ["quincelist 3"]
    assert not (desk.folder / "again" / "hashlists").exists()
    connections["default"].close()


def test_a_copy_that_is_no_longer_what_was_registered_stays_out_and_is_named(desk):
    exhibit = Register(desk.node.evidence).exhibits()[0]
    copy = desk.node.evidence / exhibit.path
    copy.chmod(0o600)
    copy.write_bytes(copy.read_bytes() + b"\xff\xd8\xff\xe0")
    desk.do("backup", "key", desk.folder / "recovery.key")
    said = desk.do("backup", "make", desk.folder / "a.fanal-backup", "--format", "json")
    assert said.json["exhibits_changed"] == [exhibit.number]
    restored(desk, desk.folder / "a.fanal-backup")
    assert not (desk.folder / "again" / "evidence" / exhibit.path).exists()
    connections["default"].close()


def test_who_is_signed_in_at_the_desk_is_not_in_it(desk, store):
    if store.name == "sqlite":
        with sqlite3.connect(desk.folder / "node" / "case.sqlite") as rows:
            rows.execute("CREATE TABLE django_session (session_key TEXT, session_data TEXT)")
            rows.execute("INSERT INTO django_session VALUES ('k', 'somebody-is-in')")
        rows.close()
    (desk.folder / "node" / "keys" / "desk-secret").write_text("somebody-is-in")
    desk.do("backup", "key", desk.folder / "recovery.key")
    desk.do("backup", "make", desk.folder / "a.fanal-backup")
    restored(desk, desk.folder / "a.fanal-backup")
    connections["default"].close()
    files = [path for path in (desk.folder / "again").rglob("*") if path.is_file()]
    assert [path for path in files if b"somebody-is-in" in path.read_bytes()] == []
    assert len(files) > 20
