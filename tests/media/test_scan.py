"""A scan: what is finished is not read again, what ends its worker three times is set aside."""

import itertools
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from made import filmed, saved

from fanal.media import scan as scanning
from fanal.media.journal import MOST_DEATHS, RECORD, Journal, ScanRunning, records
from fanal.media.pool import Heard
from fanal.media.scan import NotAFolder, UnknownPass, known_pass, listing, remaining, scan

DONE = {"width": 8, "height": 8, "duration_s": None, "status": "whole", "reason": "", "sticker": False}


class FakePool:
    """Answers for workers: `deaths` names files that end them. Each job that it was given stands in `jobs`."""

    deaths: tuple[str, ...] = ()
    costs: Mapping[str, float] = {}
    jobs: list[str]

    def __init__(self, _size, _patience):
        self.isolation = "namespace"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def run(self, jobs, decide):
        for job in jobs:
            name = Path(job.path).name
            FakePool.jobs.append(name)
            if name in self.deaths:
                yield Heard(job, {"kind": "died", "n": job.n, "reason": "signal"})
                continue
            content = Path(job.path).read_bytes()
            family = "video" if name.endswith(".mp4") else "picture"
            digests = {"kind": "digests", "n": job.n, "md5": content[:16].hex(), "sha1": "0" * 40,
                       "sha256": content.hex(),
                       "bytes": len(content), "mime": f"{family}/x", "family": family}  # fmt: skip
            if decide(job, digests):
                yield Heard(job, digests)
                yield Heard(job, {"kind": "shots", "n": job.n, "rows": [[None, "ab" * 32, 90, "plain"]]})
            else:
                yield Heard(job, digests)
            yield Heard(job, {"kind": "done", "n": job.n, **DONE}, FakePool.costs.get(name, 1.0))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(scanning, "Pool", FakePool)
    FakePool.jobs, FakePool.deaths, FakePool.costs = [], (), {}
    root = tmp_path / "seized"
    (root / "below").mkdir(parents=True)
    for name in ("a.jpg", "b.jpg", "below/c.mp4"):
        (root / name).write_bytes(name.encode())
    return root


def scanned(root, which="full"):
    FakePool.jobs = []
    told = []
    with Journal(root.parent / "journal", root) as journal:
        places = listing(root)
        scan(root, places, journal, which, 2, lambda *figures: told.append(figures))
        return list(FakePool.jobs), {p.path: journal.entries[p.path] for p in places}, told


def test_every_regular_file_is_listed_and_no_link_is_followed(folder):
    (folder / "link.jpg").symlink_to(folder / "a.jpg")
    (folder / "round").symlink_to(folder)
    assert [place.path for place in listing(folder)] == ["a.jpg", "b.jpg", "below/c.mp4"]
    assert [place.path for place in listing(folder / "a.jpg")] == ["."]


def test_a_path_where_nothing_is_is_refused(folder):
    with pytest.raises(NotAFolder):
        listing(folder / "nothing")
    with pytest.raises(UnknownPass):
        known_pass("slow")


def test_what_is_finished_is_not_read_again(folder):
    assert scanned(folder)[0] == ["a.jpg", "b.jpg", "c.mp4"]
    assert scanned(folder)[0] == []


def test_a_file_that_changed_is_read_again_under_its_number(folder):
    before = scanned(folder)[1]["b.jpg"].n
    (folder / "b.jpg").write_bytes(b"other bytes")
    jobs, entries, _ = scanned(folder)
    assert jobs == ["b.jpg"]
    assert entries["b.jpg"].n == before


def test_files_that_come_later_take_no_number_of_others(folder):
    before = {path: entry.n for path, entry in scanned(folder)[1].items()}
    (folder / "a").write_bytes(b"first by name")
    after = {path: entry.n for path, entry in scanned(folder)[1].items()}
    assert {path: after[path] for path in before} == before
    assert after["a"] == 3


def test_after_keyframes_only_videos_are_gone_through_in_full(folder):
    scanned(folder, "keyframes")
    assert scanned(folder)[0] == ["c.mp4"]
    assert scanned(folder, "keyframes")[0] == []


def test_a_file_that_ends_its_worker_three_times_is_set_aside(folder):
    FakePool.deaths = ("b.jpg",)
    jobs, entries, _ = scanned(folder)
    assert jobs.count("b.jpg") == MOST_DEATHS
    assert entries["b.jpg"].aside
    assert entries["below/c.mp4"].found
    assert "b.jpg" not in scanned(folder)[0]


def test_the_same_bytes_are_decoded_once(folder):
    (folder / "z.jpg").write_bytes(b"a.jpg")
    _, entries, _ = scanned(folder)
    assert (entries["z.jpg"].first, entries["z.jpg"].count) == (entries["a.jpg"].first, 1)
    assert entries["z.jpg"].found["sha256"] == entries["a.jpg"].found["sha256"]


def test_progress_tells_files_bytes_and_time_left(folder):
    done, files, read, size, left = scanned(folder)[2][-1]
    assert (done, files, read, size) == (3, 3, 21, 21)
    assert left == 0


def test_time_left_goes_by_what_files_of_that_kind_cost(folder, monkeypatch):
    now = itertools.count(step=10.0)
    monkeypatch.setattr(scanning.time, "monotonic", lambda: next(now))
    FakePool.costs = {"a.jpg": 2.0, "b.jpg": 2.0, "c.mp4": 60.0, "d.mp4": 60.0}
    (folder / "below" / "d.mp4").write_bytes(b"below/d.mp4")
    told = scanned(folder)[2]
    left = {done: seconds for done, _, _, _, seconds in told}
    assert left[1] == pytest.approx(2.0 * (5 + 11 + 11) / 5 / 2)
    assert left[3] == pytest.approx(60.0 / 2)
    assert left[4] == 0


def test_what_remains_is_told_by_kind(folder):
    with Journal(folder.parent / "journal", folder) as journal:
        before = {row["kind"]: row["remaining"] for row in remaining(listing(folder), journal, "full")}
    assert before == {"?.jpg": 2, "?.mp4": 1}
    scanned(folder, "keyframes")
    with Journal(folder.parent / "journal", folder) as journal:
        after = {row["kind"]: row["remaining"] for row in remaining(listing(folder), journal, "full")}
    assert after == {"picture/x": 0, "video/x": 1}


def test_a_torn_journal_loses_the_last_file_alone(folder):
    scanned(folder)
    lines = folder.parent / "journal" / "journal.jsonl"
    lines.write_bytes(lines.read_bytes()[:-20])
    assert scanned(folder)[0] == ["c.mp4"]
    assert scanned(folder)[0] == []


def test_one_process_scans_a_folder_at_a_time(folder):
    with Journal(folder.parent / "journal", folder), pytest.raises(ScanRunning):
        Journal(folder.parent / "journal", folder)


def test_fingerprints_come_back_as_they_were_written(tmp_path):
    rows = [[None, "0f" * 32, 7, "plain"], [12.5, "00" * 31 + "f0", 100, "cropped"]]
    made = records(rows)
    assert made.dtype == RECORD
    assert np.isnan(made["at_s"][0])
    assert [bytes(value).hex() for value in made["pdq"]] == [row[1] for row in rows]
    assert list(made["quality"]) == [7, 100]


def test_real_workers_fingerprint_a_real_folder(tmp_path):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "p.png").write_bytes(saved("PNG"))
    (tmp_path / "m" / "v.bin").write_bytes(filmed(count=30))
    (tmp_path / "m" / "half.jpg").write_bytes(saved("JPEG")[:1500])
    with Journal(tmp_path / "j", tmp_path / "m") as journal:
        places = listing(tmp_path / "m")
        assert scan(tmp_path / "m", places, journal, "full", 2, lambda *_: None) in ("namespace", "hook")
        found = {path: (e.found["mime"], e.found["status"], e.count) for path, e in journal.entries.items()}
    assert found == {
        "p.png": ("image/png", "whole", 1),
        "v.bin": ("video/mp4", "whole", 2),
        "half.jpg": ("image/jpeg", "truncated", 1),
    }
