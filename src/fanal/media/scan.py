"""Goes through a folder of media with a pool of workers: what is finished is in the journal, what remains is told."""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.media.journal import RECORD, Entry, Journal, Place, Records, records
from fanal.media.pace import Pace
from fanal.media.pool import Heard, Job, Patience, Pool
from fanal.media.sniff import VIDEO
from fanal.media.video import PASSES

SINGLE = "."
#: What is told while a scan runs: files done and in all, bytes done and in all, seconds left (None: not known).
Told = Callable[[int, int, int, int, float | None], None]


class NotAFolder(FanalError):
    """There is nothing at that path."""

    code = "F-MEDIA-02"
    text = "{path} cannot be read: {detail}. Name a file or folder with media."


class UnknownPass(FanalError):
    """A pass that there is not."""

    code = "F-MEDIA-03"
    text = "There is no pass {name}; name one of {known}."
    exit_code = 2


@dataclass
class _State:
    """What is under way, by number."""

    found: dict[int, dict[str, Any]] = field(default_factory=dict)
    prints: dict[int, list[Records]] = field(default_factory=dict)
    by_digest: dict[str, Entry] = field(default_factory=dict)
    same: dict[int, Entry] = field(default_factory=dict)


class _Jobs(Iterator[Job]):
    """A queue that may grow while it is taken from."""

    def __init__(self, jobs: list[Job]) -> None:
        self._waiting = deque(jobs)

    def __next__(self) -> Job:
        if not self._waiting:
            raise StopIteration
        return self._waiting.popleft()

    def again(self, job: Job) -> None:
        """Put a job back, behind the others."""
        self._waiting.append(job)


def listing(root: Path) -> list[Place]:
    """Every regular file at or below a path, by path; links are not followed. Raises NotAFolder."""
    try:
        if root.is_file():
            return [_place(root.stat(), SINGLE)]
        return sorted(_below(root, root), key=lambda place: place.path)
    except OSError as e:
        raise NotAFolder(path=root, detail=translate(e.strerror or str(e))) from e


def _below(folder: Path, root: Path) -> Iterator[Place]:
    with os.scandir(folder) as found:
        for one in found:
            if one.is_dir(follow_symlinks=False):
                yield from _below(Path(one.path), root)
            elif one.is_file(follow_symlinks=False):
                yield _place(one.stat(follow_symlinks=False), os.path.relpath(one.path, root))


def _place(stat: os.stat_result, path: str) -> Place:
    # A name that is no text keeps its bytes, in a form that every store takes.
    named = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return Place(named, stat.st_size, stat.st_mtime_ns, stat.st_ino)


def known_pass(name: str) -> str:
    """The name of a pass. Raises UnknownPass."""
    if name not in PASSES:
        raise UnknownPass(name=name, known=", ".join(PASSES))
    return name


def scan(
    root: Path,
    places: list[Place],
    journal: Journal,
    which: str,
    workers: int,
    told: Told,
    patience: Patience | None = None,
) -> str:
    """Examine every file that is not finished for this pass.

    Args:
        root: the folder, or the one file.
        places: what is to be examined, from `listing`.
        journal: what is finished; it grows.
        which: keyframes or full.
        workers: how many processes.
        told: called as it goes on.
        patience: how long a file may take.

    Returns:
        How the workers were cut off from the network; empty where nothing was to be done.

    Raises:
        NoWorker: they do not start.
    """
    journal.expect(places)
    entries = {journal.entries[place.path].n: journal.entries[place.path] for place in places}
    open_ones = [entry for entry in entries.values() if not entry.finished(which)]
    if not open_ones:
        return ""
    state = _State(by_digest={e.found["sha256"]: e for e in entries.values() if e.finished(which) and e.found})
    paths = {entry.n: _real(root, entry.place.path) for entry in open_ones}
    jobs = _Jobs([Job(entry.n, paths[entry.n], which) for entry in open_ones])
    workers = min(workers, len(open_ones))
    clock = _Clock([*entries.values()], Pace(open_ones, workers), which, told)
    with Pool(workers, patience) as pool:
        for heard in pool.run(jobs, lambda job, message: _decode(job, message, state)):
            _take(heard, entries[heard.job.n], journal, state, jobs)
            clock.heard(heard, entries[heard.job.n])
        return pool.isolation


def _real(root: Path, path: str) -> str:
    if path == SINGLE:
        return str(root)
    whole = root / path
    if whole.exists():
        return str(whole)
    # A name that is no text: look for the one file whose name reads so.
    for place in whole.parent.iterdir() if whole.parent.exists() else ():
        if os.fsencode(place.name).decode("utf-8", "backslashreplace") == whole.name:
            return str(place)
    return str(whole)


def _decode(job: Job, message: dict[str, Any], state: _State) -> bool:
    other = state.by_digest.get(message["sha256"])
    if other is not None:
        state.same[job.n] = other
    return other is None


def _take(heard: Heard, entry: Entry, journal: Journal, state: _State, jobs: _Jobs) -> None:
    message, job = heard.message, heard.job
    kind = message["kind"]
    told = {name: value for name, value in message.items() if name not in ("kind", "n")}
    if kind == "digests":
        state.found[job.n] = told
    elif kind == "shots":
        state.prints.setdefault(job.n, []).append(records(message["rows"]))
    elif kind in ("died", "done"):
        parts, same = state.prints.pop(job.n, []), state.same.pop(job.n, None)
        found = {**state.found.pop(job.n, {}), "pass": job.which}
        if kind == "died":
            if not journal.died(entry.place.path, message["reason"]).aside:
                jobs.again(job)
        elif same is not None and same.found:
            journal.same_as(entry.place.path, {**same.found, "pass": job.which}, same)
        else:
            journal.done(entry.place.path, {**found, **told}, np.concatenate(parts or [np.empty(0, RECORD)]))
            state.by_digest.setdefault(found["sha256"], journal.entries[entry.place.path])


class _Clock:
    """How far a scan is, and how long it will go on at its pace."""

    def __init__(self, entries: list[Entry], pace: Pace, which: str, told: Told) -> None:
        self._told, self._pace = told, pace
        self._files, self._bytes = len(entries), sum(entry.place.size for entry in entries)
        finished = [entry for entry in entries if entry.finished(which)]
        self._done, self._read = len(finished), sum(entry.place.size for entry in finished)
        self._said = time.monotonic()

    def heard(self, heard: Heard, entry: Entry) -> None:
        """A message came."""
        if heard.message["kind"] in ("done", "gone"):
            self._done += 1
            self._read += entry.place.size
            self._pace.done(entry, heard.spent)
        now = time.monotonic()
        if now - self._said < 0.5 and self._done < self._files:  # noqa: PLR2004  twice a second
            return
        self._said = now
        self._told(self._done, self._files, self._read, self._bytes, self._pace.seconds_left())


def remaining(places: list[Place], journal: Journal, which: str) -> list[dict[str, Any]]:
    """What a scan has found and has left, by kind: the type by content, or the name's ending where it is not known.

    Returns:
        Rows of kind, files, bytes, hours (of video), whole, truncated, unreadable, set_aside, remaining,
        remaining_bytes.
    """
    rows: dict[str, dict[str, Any]] = {}
    for place in places:
        entry = journal.entries.get(place.path)
        if entry is None or entry.place != place:
            entry = Entry(-1, place)
        kind = entry.found.get("mime") or "?" + Path(place.path).suffix.lower()
        row = rows.setdefault(kind, {"kind": kind, **dict.fromkeys(_COUNTS, 0), "hours": 0.0})
        row["files"] += 1
        row["bytes"] += place.size
        if entry.found.get("family") == VIDEO:
            row["hours"] += (entry.found.get("duration_s") or 0) / 3600
        if not entry.finished(which):
            row["remaining"] += 1
            row["remaining_bytes"] += place.size
        if entry.aside:
            row["set_aside"] += 1
        elif entry.found:
            row[entry.found["status"]] += 1
    return [{**row, "hours": round(row["hours"], 2)} for _, row in sorted(rows.items())]


_COUNTS = (
    "files", "bytes", "whole", "truncated", "unreadable", "set_aside", "remaining", "remaining_bytes",
)  # fmt: skip
