"""The log: idempotent, ordered, and whole after a kill at any byte."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.audit.log import AuditLog, Entry, LogCutOff, NotAnEntry, commitment, new_salt
from fanal.audit.merkle import leaf_hash, root_of, verify_consistency, verify_inclusion


def entry(n, **changes):
    fields = {"entry_id": f"e{n}", "at": "2026-01-31T12:00:00Z", "actor": "officer:7", "verb": "exhibit.add"}
    return Entry(**{**fields, "object": f"exhibit:{n}", **changes})


def file_root(folder):
    return root_of(leaf_hash(line) for line in (folder / "log.jsonl").read_bytes().splitlines())


def test_entries_are_numbered_from_zero_in_their_order(tmp_path):
    log = AuditLog(tmp_path)
    assert log.append([entry(1), entry(2)]) == [0, 1]
    assert log.append([entry(3)]) == [2]
    assert [(e["seq"], e["entry_id"]) for e in log.entries()] == [(0, "e1"), (1, "e2"), (2, "e3")]


def test_sending_an_entry_again_adds_nothing(tmp_path):
    log = AuditLog(tmp_path)
    log.append([entry(1), entry(2)])
    assert AuditLog(tmp_path).append([entry(2), entry(3), entry(3), entry(1)]) == [1, 2, 2, 0]
    assert len(log.entries()) == 3


def test_a_line_is_canonical_json(tmp_path):
    salt = bytes(16)
    AuditLog(tmp_path).append([entry(1, commitments={"reason": commitment("message 12", salt)})])
    assert (tmp_path / "log.jsonl").read_bytes() == (
        b'{"actor":"officer:7","at":"2026-01-31T12:00:00Z","commitments":{"reason":"'
        + commitment("message 12", salt).encode()
        + b'"},"entry_id":"e1","object":"exhibit:1","seq":0,"verb":"exhibit.add"}\n'
    )


def test_a_commitment_shows_its_value_only_with_its_salt():
    salt = new_salt()
    assert commitment("message 12", salt) == commitment("message 12", salt)
    assert commitment("message 12", salt) != commitment("message 12", new_salt())
    assert commitment("message 12", salt) != commitment("message 13", salt)


@pytest.mark.parametrize(
    "changes",
    [
        {"object": "member@example.org"},
        {"object": "+34600000000"},
        {"actor": "A. Name"},
        {"verb": "Looked at it"},
        {"entry_id": ""},
        {"commitments": {"reason": "message 12"}},
        {"commitments": {"a reason": "0" * 64}},
    ],
)
def test_personal_data_and_free_text_are_refused_and_nothing_is_added(tmp_path, changes):
    log = AuditLog(tmp_path)
    with pytest.raises(NotAnEntry):
        log.append([entry(1), entry(2, **changes)])
    assert log.entries() == []


def test_the_frontier_is_that_of_the_file(tmp_path):
    log = AuditLog(tmp_path)
    for n in range(20):
        log.append([entry(n)])
    assert log.frontier().root() == file_root(tmp_path)


@pytest.mark.parametrize("lost", [("index.bin",), ("frontier.json",), ("index.bin", "frontier.json")])
def test_what_stands_beside_the_log_is_made_again(tmp_path, lost):
    log = AuditLog(tmp_path)
    log.append([entry(n) for n in range(5)])
    for name in lost:
        (tmp_path / name).unlink()
    assert log.append([entry(3), entry(9)]) == [3, 5]
    assert log.frontier().root() == file_root(tmp_path)


def test_a_log_that_lost_lines_takes_no_more(tmp_path):
    log = AuditLog(tmp_path)
    log.append([entry(n) for n in range(5)])
    lines = (tmp_path / "log.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "log.jsonl").write_bytes(b"".join(lines[:3]))
    with pytest.raises(LogCutOff):
        log.append([entry(9)])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 5), st.integers(1, 4), st.data())
def test_after_a_kill_at_any_byte_of_an_append_sending_again_completes_the_log(tmp_path_factory, before, batch, data):
    folder, whole = tmp_path_factory.mktemp("killed"), tmp_path_factory.mktemp("whole")
    log = AuditLog(folder)
    if before:
        log.append([entry(n) for n in range(before)])
    AuditLog(whole).append([entry(n) for n in range(before + batch)])
    text = (whole / "log.jsonl").read_bytes()
    start = (folder / "log.jsonl").stat().st_size if before else 0
    (folder / "log.jsonl").write_bytes(text[: data.draw(st.integers(start, len(text)))])
    assert AuditLog(folder).append([entry(before + n) for n in range(batch)]) == list(range(before, before + batch))
    assert (folder / "log.jsonl").read_bytes() == text
    assert log.frontier().root() == file_root(folder)


def test_a_torn_last_line_is_not_read(tmp_path):
    log = AuditLog(tmp_path)
    log.append([entry(1)])
    with (tmp_path / "log.jsonl").open("ab") as f:
        f.write(b'{"actor":"off')
    assert [e["entry_id"] for e in log.entries()] == ["e1"]


def test_proofs_of_the_log_hold(tmp_path):
    log = AuditLog(tmp_path)
    log.append([entry(n) for n in range(6)])
    old = log.frontier().root()
    log.append([entry(n) for n in range(6, 11)])
    new = log.frontier().root()
    lines = (tmp_path / "log.jsonl").read_bytes().splitlines()
    assert verify_inclusion(leaf_hash(lines[4]), 4, 11, log.prove_inclusion(4), new)
    assert verify_inclusion(leaf_hash(lines[4]), 4, 6, log.prove_inclusion(4, 6), old)
    assert verify_consistency(6, 11, old, new, log.prove_consistency(6))


WRITER = """
import sys
from pathlib import Path
from fanal.audit.log import AuditLog, Entry
log = AuditLog(Path(sys.argv[1]))
print("ready", flush=True)
for n in range(10_000):
    log.append([Entry(f"{sys.argv[2]}{n}", "2026-01-31T12:00:00Z", "officer:7", "exhibit.add", f"exhibit:{n}")])
    print(n, flush=True)
"""


def test_two_writers_and_a_kill_leave_one_whole_log(tmp_path):
    def start(letter):
        return subprocess.Popen([sys.executable, "-c", WRITER, tmp_path, letter], stdout=subprocess.PIPE, text=True)

    writers = {letter: start(letter) for letter in "ab"}
    acknowledged = {}
    for letter, process in writers.items():
        for line in process.stdout:
            if line.strip() == "15":
                break
        os.kill(process.pid, signal.SIGKILL)
        acknowledged[letter] = max(15, *(int(line) for line in process.stdout if line.strip().isdigit()), 15)
        process.wait()
        process.stdout.close()
    log = AuditLog(Path(tmp_path))
    log.append([entry(1)])
    entries = log.entries()
    assert [e["seq"] for e in entries] == list(range(len(entries)))
    ids = {e["entry_id"] for e in entries}
    assert len(ids) == len(entries)
    assert {f"{letter}{n}" for letter, last in acknowledged.items() for n in range(last + 1)} <= ids
    assert json.loads((tmp_path / "frontier.json").read_bytes())["size"] == len(entries)
    assert log.frontier().root() == file_root(tmp_path)
