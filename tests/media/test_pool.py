"""The pool: files that end their worker do not end the scan."""

from pathlib import Path

import pytest

from fanal.media import pool
from fanal.media.pool import Job, NoWorker, Patience, Pool


@pytest.fixture
def bad(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", f"{Path(__file__).parent}:{Path(pool.__file__).parents[2]}")
    monkeypatch.setattr(pool, "ENTRY", "bad_worker:serve")


def ends(names, patience=None):
    """How each file ended, by name, and how the workers were cut off."""
    with Pool(1, patience) as one:
        jobs = (Job(n, f"/nowhere/{name}", "full") for n, name in enumerate(names))
        heard = [h for h in one.run(jobs, lambda _job, _message: True) if h.message["kind"] in ("done", "gone", "died")]
        return {names[h.job.n]: h.message.get("reason") or h.message["kind"] for h in heard}, one.isolation


def test_a_worker_that_dies_or_says_what_none_says_is_replaced(bad):
    found, isolation = ends(["kills", "first", "talks", "floods", "second"])
    assert found == {"kills": "signal", "first": "done", "talks": "message", "floods": "message", "second": "done"}
    assert isolation in ("namespace", "hook")


def test_a_worker_that_says_nothing_is_ended(bad):
    assert ends(["hangs", "first"], Patience(silent_s=1.0))[0] == {"hangs": "silent", "first": "done"}


def test_a_worker_can_write_no_file(bad):
    assert ends(["writes"])[0] == {"writes": "gone"}


def test_a_worker_that_does_not_start_is_told(monkeypatch):
    monkeypatch.setattr(pool, "ENTRY", "no_such_module:serve")
    with pytest.raises(NoWorker):
        ends(["first"])
