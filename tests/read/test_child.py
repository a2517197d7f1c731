"""The child process: what it hands back, and how each kind of misbehaviour ends in one line."""

from dataclasses import replace
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest

from fanal.evidence.isolation import GIB, Limits
from fanal.read import registry
from fanal.read.child import ReaderCrashed, ReaderTooLarge, ReaderTooLong, read_exhibit
from fanal.read.contract import Source, Unreadable


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "READERS", ("misbehaving:MISBEHAVING",))
    monkeypatch.syspath_prepend(Path(__file__).parent)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    registry.readers.cache_clear()
    staging = tmp_path / "staging"
    staging.mkdir()

    def start(deed, limits=None, progress=None):
        path = tmp_path / "exhibit.txt"
        path.write_text(deed)
        source = Source(path=path, name="exhibit.txt", exhibit=5, scratch=tmp_path / "scratch")
        return read_exhibit("misbehaving", source, staging, limits, progress)

    yield start
    registry.readers.cache_clear()
    assert list((tmp_path / "scratch").iterdir()) == [], "scratch is emptied whatever happened"


def test_it_hands_back_files_and_account(run, tmp_path, monkeypatch):
    monkeypatch.setenv("FANAL_TEST_SECRET", "pass phrase")
    files, account = run("obey")
    assert files == {
        "message": [tmp_path / "staging" / "message-5.parquet"],
        "reject": [tmp_path / "staging" / "reject-5.parquet"],
    }
    assert pq.read_table(files["message"][0])["body"].to_pylist() == ["message 1", "message 2", "message 3"]
    assert account["reader"] == "misbehaving"
    assert account["version"] == 7
    assert account["rows"] == {"m": {"source": 4, "read": 3, "rejected": 1, "unmapped": 0}}
    assert account["tables"] == {"message": 3, "reject": 1}
    assert account["first_at"] == "2026-01-31T12:00:00Z"
    assert account["notes"]["isolation"] in ("namespace", "hook")
    assert account["notes"]["folder"] is True
    assert account["notes"]["secret"] is None


def test_an_error_of_the_reader_arrives_as_itself(run):
    with pytest.raises(Unreadable) as error:
        run("refuse")
    assert error.value.line() == "exhibit.txt: line 3 is cut off"


def test_an_error_carries_no_encoded_content(run):
    with pytest.raises(Unreadable, match=r"withheld: 512 bytes"):
        run("leak")


def test_a_crash_tells_kind_and_place_but_does_not_quote_the_evidence(run):
    with pytest.raises(ReaderCrashed, match=r"ValueError at misbehaving.py:\d+") as error:
        run("quote")
    assert "message 12" not in error.value.line()


@pytest.mark.parametrize(("deed", "detail"), [("die", "signal 11"), ("leave", "exit status 3")])
def test_a_process_that_dies_is_one_line(run, deed, detail):
    with pytest.raises(ReaderCrashed, match=detail) as error:
        run(deed)
    assert "\n" not in error.value.line()


def test_what_a_reader_had_read_before_it_failed_stays_marked(run):
    files, account = run("fail")
    assert pq.read_metadata(files["message"][0]).num_rows == 3
    assert account["notes"]["truncated"] is True
    assert account["notes"]["stopped"].startswith("ValueError at misbehaving.py")


def test_what_a_reader_had_read_when_its_time_was_over_stays_marked(run):
    files, account = run("read_on", replace(Limits(), wall_s=4, grace_s=30))
    read = sum(pq.read_metadata(path).num_rows for path in files["message"])
    assert read == account["tables"]["message"] == account["rows"]["m"]["read"] > 0
    assert (account["notes"]["truncated"], account["notes"]["stopped"]) == (True, "time")


def test_what_a_reader_had_read_when_its_processor_time_was_over_stays_marked(run):
    _, account = run("read_on", replace(Limits(), cpu_s=4, grace_s=30))
    assert account["tables"]["message"] > 0
    assert account["notes"]["stopped"] == "processor"


@pytest.mark.parametrize(("deed", "stopped"), [("read_then_die", "signal 11"), ("read_then_hang", "F-READ-07")])
def test_of_a_process_that_had_to_be_killed_the_finished_files_stay(run, deed, stopped):
    files, account = run(deed, replace(Limits(), wall_s=6, grace_s=1))
    assert sum(pq.read_metadata(path).num_rows for path in files["message"]) == account["tables"]["message"] > 0
    assert (account["notes"]["truncated"], account["notes"]["stopped"]) == (True, stopped)


def test_a_reader_that_hoards_memory_is_stopped(run):
    with pytest.raises(ReaderTooLarge, match="400 MiB"):
        run("hoard", replace(Limits(), memory=400 << 20, grace_s=1))


def test_a_reader_that_reserves_too_much_breaks_off(run):
    with pytest.raises(ReaderCrashed, match="MemoryError"):
        run("reserve", replace(Limits(), address_space=12 * GIB))


def test_a_reader_that_never_ends_is_stopped(run):
    with pytest.raises(ReaderTooLong):
        run("dawdle", replace(Limits(), wall_s=1, grace_s=1))
    assert not [p for p in psutil.Process().children() if "fanal.evidence.isolation" in " ".join(p.cmdline())]


def test_processor_time_ends(run):
    with pytest.raises(ReaderCrashed, match="processor time"):
        run("spin", replace(Limits(), cpu_s=2, grace_s=1))


def test_a_file_cannot_grow_beyond_its_limit(run):
    with pytest.raises(ReaderCrashed, match=r"OSError|too large a file"):
        run("fill", replace(Limits(), file_bytes=8 << 20))


@pytest.mark.parametrize("deed", ["call", "start"])
def test_a_reader_reaches_no_network_and_starts_no_program(run, deed):
    with pytest.raises(ReaderCrashed, match="PermissionError"):
        run(deed)


def test_in_a_namespace_there_is_only_the_loopback(run):
    _, account = run("interfaces")
    assert account["notes"]["isolation"] == "hook" or account["notes"]["interfaces"] == ["lo"]
