"""A pool of workers: hands out files, watches time and memory, and takes answers that pass the check.

A worker that dies, hangs, or says what no worker says is ended and replaced; its file is reported as having ended
it. Nothing here decodes anything.
"""

import json
import os
import selectors
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self, cast

from fanal.base.errors import FanalError
from fanal.evidence.isolation import Limits, command, environment, resident
from fanal.media.messages import MOST_LINE, BadMessage, checked

ENTRY = "fanal.media.worker:serve"
_WATCH_S = 0.2
#: What a worker may use over its life: it can write no file at all.
LIMITS = Limits(memory=3 << 30, cpu_s=30 * 24 * 3600, file_bytes=0, open_files=64)
_DAY = 24 * 3600


class NoWorker(FanalError):
    """A worker did not even start."""

    code = "F-MEDIA-01"
    text = "The worker that reads media does not start here; `fanal doctor` says what is missing."


@dataclass(frozen=True)
class Patience:
    """How long a file may take.

    Attributes:
        cpu_s: processor seconds of one file; what was found until then stays.
        silent_s: seconds without a word from a worker.
        start_s: seconds until a worker is ready.
        wall_s: seconds of one file.
        memory: bytes that a worker may hold.
    """

    cpu_s: int = 12 * 3600
    silent_s: float = 300
    start_s: float = 300
    wall_s: float = _DAY
    memory: int = LIMITS.memory


@dataclass(frozen=True)
class Job:
    """One file to examine: its number, where it lies, and how a video is gone through."""

    n: int
    path: str
    which: str


@dataclass(frozen=True)
class Heard:
    """What became known of a job: a checked message; or `died`, with the reason, where it ended its worker.

    `spent` is how many seconds a worker has had it.
    """

    job: Job
    message: dict[str, Any]
    spent: float = 0.0


#: Whether the file behind a `digests` message is to be decoded.
Decide = Callable[[Job, dict[str, Any]], bool]


@dataclass
class _Worker:
    child: subprocess.Popen[bytes]
    job: Job | None = None
    ready: bool = False
    since: float = field(default_factory=time.monotonic)
    heard: float = field(default_factory=time.monotonic)
    waiting: bytes = b""

    @property
    def out(self) -> IO[bytes]:
        return cast("IO[bytes]", self.child.stdout)

    def tell(self, message: dict[str, Any]) -> None:
        pipe = cast("IO[bytes]", self.child.stdin)
        with suppress(BrokenPipeError):  # it is dead: that shows at its other pipe
            pipe.write(json.dumps(message).encode() + b"\n")
            pipe.flush()


class Pool:
    """So many workers. A context manager: leaving it ends them."""

    def __init__(self, size: int, patience: Patience | None = None) -> None:
        self._size, self._patience = size, patience or Patience()
        self._folder = tempfile.TemporaryDirectory(prefix="fanal-media-")
        self._workers: list[_Worker] = []
        self._selector = selectors.DefaultSelector()
        self._starts = 0
        #: How workers are cut off: "namespace" or "hook"; empty until one is ready.
        self.isolation = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in list(self._workers):
            self._end(worker)
        self._selector.close()
        self._folder.cleanup()

    def run(self, jobs: Iterator[Job], decide: Decide) -> Iterator[Heard]:
        """Examine files, several at a time.

        Args:
            jobs: taken one by one as a worker is free. A job may be handed in again.
            decide: asked of each `digests` message.

        Yields:
            Messages as they come; for each job at the end one of `done`, `gone` and `died`.

        Raises:
            NoWorker: they do not start.
        """
        following = next(jobs, None)
        while following is not None or any(worker.job for worker in self._workers):
            while following is not None and len(self._workers) < self._size:
                self._start()
            for worker in self._workers:
                if worker.ready and worker.job is None and following is not None:
                    self._give(worker, following)
                    following = next(jobs, None)
            yield from self._listen(decide)
            if following is None:
                following = next(jobs, None)

    def _start(self) -> None:
        self._starts += 1
        if self._starts > 3 * self._size and not self.isolation:
            raise NoWorker
        child = subprocess.Popen(
            command(ENTRY, LIMITS),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(Path(self._folder.name)),
            cwd=self._folder.name,
        )
        worker = _Worker(child)
        self._workers.append(worker)
        self._selector.register(worker.out, selectors.EVENT_READ, worker)

    def _give(self, worker: _Worker, job: Job) -> None:
        worker.job, worker.since, worker.heard = job, time.monotonic(), time.monotonic()
        worker.tell({"n": job.n, "path": job.path, "pass": job.which, "cpu_s": self._patience.cpu_s})

    def _listen(self, decide: Decide) -> Iterator[Heard]:
        for key, _ in self._selector.select(_WATCH_S):
            worker: _Worker = key.data
            chunk = os.read(worker.out.fileno(), 1 << 16)
            *lines, worker.waiting = (worker.waiting + chunk).split(b"\n")
            try:
                for line in lines:
                    yield from self._take(worker, line, decide)
                if len(worker.waiting) > MOST_LINE:
                    raise BadMessage  # noqa: TRY301  one place for whatever is wrong with what it says
            except (BadMessage, ValueError):
                yield from self._lose(worker, "message")
                continue
            if not chunk:
                yield from self._lose(worker, "signal" if worker.child.wait() < 0 else "exit")
        for worker in list(self._workers):
            if reason := self._overdue(worker):
                yield from self._lose(worker, reason)

    def _take(self, worker: _Worker, line: bytes, decide: Decide) -> Iterator[Heard]:
        if len(line) > MOST_LINE:
            raise BadMessage
        message = checked(json.loads(line))
        worker.heard = time.monotonic()
        if message["kind"] == "ready":
            worker.ready, self.isolation = True, message["isolation"]
            return
        job = worker.job
        if job is None or message["n"] != job.n:
            raise BadMessage
        if message["kind"] == "digests":
            worker.tell({"decode": decide(job, message)})
        if message["kind"] in ("done", "gone"):
            worker.job = None
        yield Heard(job, message, worker.heard - worker.since)

    def _overdue(self, worker: _Worker) -> str:
        """Why a worker is to be ended; empty where it is not."""
        if worker.job is None and worker.ready:
            return ""
        now, patience = time.monotonic(), self._patience
        if now - worker.heard > (patience.silent_s if worker.ready else patience.start_s):
            return "silent"
        if worker.job and now - worker.since > patience.wall_s:
            return "time"
        return "memory" if resident(worker.child.pid) > patience.memory else ""

    def _lose(self, worker: _Worker, reason: str) -> Iterator[Heard]:
        job = worker.job
        self._end(worker)
        if job is not None:
            yield Heard(job, {"kind": "died", "n": job.n, "reason": reason})

    def _end(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        self._selector.unregister(worker.out)
        worker.child.kill()
        worker.child.wait()
        worker.out.close()
        with suppress(BrokenPipeError):
            cast("IO[bytes]", worker.child.stdin).close()
