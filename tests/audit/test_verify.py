"""What is found from the files alone when somebody changed the log."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fanal.audit.log import AuditLog, Entry
from fanal.audit.verify import verify
from fanal.base.digests import canonical_json

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()


@pytest.fixture
def folder(tmp_path):
    log = AuditLog(tmp_path)
    for n in range(9):
        log.append([Entry(f"e{n}", "2026-01-31T12:00:00Z", "officer:7", "exhibit.add", f"exhibit:{n}")])
        if n in (3, 6):
            log.checkpoint("fanal/desk-be", KEY)
    return tmp_path


def lines(folder):
    return (folder / "log.jsonl").read_bytes().splitlines(keepends=True)


def rewrite(folder, changed):
    (folder / "log.jsonl").write_bytes(b"".join(changed))


def codes(folder, *witnessed, key=PUBLIC):
    return [p.code for p in verify(folder, key, witnessed).problems]


def test_an_untouched_log_is_in_order(folder):
    verdict = verify(folder, PUBLIC)
    assert verdict.ok
    assert (verdict.size, verdict.covered, verdict.checkpoints) == (9, 7, 2)
    assert verdict.root == AuditLog(folder).frontier().root()


def test_an_edited_entry_is_found(folder):
    changed = [line.replace(b"exhibit:2", b"exhibit:5") for line in lines(folder)]
    rewrite(folder, changed)
    verdict = verify(folder, PUBLIC)
    assert [p.code for p in verdict.problems] == ["F-AUDIT-13", "F-AUDIT-13"]
    assert verdict.covered == 0
    assert "000000000004.txt" in verdict.problems[0].line()


def test_entries_taken_from_the_end_are_found(folder):
    rewrite(folder, lines(folder)[:5])
    assert codes(folder) == ["F-AUDIT-12"]


def test_an_entry_taken_from_the_middle_is_found_even_when_renumbered(folder):
    entries = [json.loads(line) for line in lines(folder)]
    del entries[2]
    rewrite(folder, [canonical_json({**e, "seq": n}) + b"\n" for n, e in enumerate(entries)])
    assert codes(folder) == ["F-AUDIT-13", "F-AUDIT-13"]


def test_entries_in_another_order_are_found(folder):
    order = lines(folder)
    order[7], order[8] = order[8], order[7]
    rewrite(folder, order)
    assert codes(folder) == ["F-AUDIT-16", "F-AUDIT-16"]


def test_an_entry_put_in_twice_is_found(folder):
    rewrite(folder, [*lines(folder), lines(folder)[1]])
    assert codes(folder) == ["F-AUDIT-16", "F-AUDIT-17"]


@pytest.mark.parametrize("line", [b"not JSON\n", b"[]\n", b"{}\n", b"12\n"])
def test_a_line_that_is_no_entry_is_found(folder, line):
    rewrite(folder, [*lines(folder), line])
    assert codes(folder) == ["F-AUDIT-15"]


def test_an_entry_in_another_spelling_is_found(folder):
    entry = json.loads(lines(folder)[8])
    rewrite(folder, [*lines(folder)[:8], json.dumps(entry).encode() + b"\n"])
    assert codes(folder) == ["F-AUDIT-15"]


def test_a_checkpoint_of_another_key_is_found(folder):
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    assert codes(folder, key=other) == ["F-AUDIT-11", "F-AUDIT-11", "F-AUDIT-14"]


def test_a_log_and_checkpoints_rewritten_together_are_found_by_one_that_left_earlier(folder, tmp_path):
    witnessed = (folder / "checkpoints" / "000000000004.txt").read_bytes()
    forged = tmp_path / "forged"
    log = AuditLog(forged)
    log.append([Entry(f"f{n}", "2026-01-31T12:00:00Z", "officer:7", "exhibit.add", "exhibit:1") for n in range(9)])
    log.checkpoint("fanal/desk-be", KEY)
    assert codes(forged) == []
    assert codes(forged, witnessed) == ["F-AUDIT-13"]


def test_entries_without_any_checkpoint_are_reported(folder):
    for path in (folder / "checkpoints").iterdir():
        path.unlink()
    assert codes(folder) == ["F-AUDIT-14"]


def test_an_empty_folder_is_in_order(tmp_path):
    assert verify(tmp_path, PUBLIC).ok


def test_a_torn_last_line_of_a_kill_is_no_problem(folder):
    with (folder / "log.jsonl").open("ab") as f:
        f.write(b'{"actor":"off')
    assert verify(folder, PUBLIC).ok
