"""The worker: opens one file after the other, and answers with hashes and figures alone.

It runs behind the walls of `evidence.isolation`: no network, no other program, and no file that it could write to. Each
file is opened once, read-only; its digests are computed first, and what is decoded is decoded from that open file.
"""

import hashlib
import io
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import IO, Any

from fanal.media import pictures, video
from fanal.media.compiling import compile_loops
from fanal.media.messages import MOST_ROWS
from fanal.media.seen import TRUNCATED, UNREADABLE, Seen, Shot
from fanal.media.sniff import HEAD, OTHER, PICTURE, sniff

_PIECE = 1 << 20
#: A picture file that is no longer is read once into memory, and decoded from there.
_IN_MEMORY = 256 << 20
_BEAT_S = 0.5


class Answers:
    """Writes messages, one JSON object a line."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._said = 0.0

    def say(self, kind: str, **fields: Any) -> None:
        """One message of the list in `messages`."""
        self._out.write(json.dumps({"kind": kind, **fields}) + "\n")
        self._out.flush()
        self._said = time.monotonic()

    def beat(self, n: int, done: int, at_s: float) -> None:
        """A sign of life, at most two a second."""
        if time.monotonic() - self._said >= _BEAT_S:
            self.say("beat", n=n, bytes=done, at_s=at_s)


def serve(isolation: str) -> None:
    """Take jobs from standard input, one JSON object a line, until it ends."""
    answers = Answers(os.fdopen(os.dup(1), "w", encoding="ascii"))
    os.dup2(2, 1)  # what a library prints must not look like an answer
    signal.signal(signal.SIGXCPU, _out_of_time)
    compile_loops()
    answers.say("ready", isolation=isolation)
    for line in sys.stdin:
        _do(json.loads(line), answers)


def _out_of_time(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError


def _do(job: dict[str, Any], answers: Answers) -> None:
    n = int(job["n"])
    _allow(int(job["cpu_s"]))
    try:
        handle = os.open(job["path"], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        answers.say("gone", n=n)
        return
    with os.fdopen(handle, "rb", buffering=0) as file:
        seen = Seen()
        try:
            _examine(file, n, job, seen, answers)
        except TimeoutError:
            seen.status, seen.reason = TRUNCATED, "time"
        except MemoryError:
            seen.status, seen.reason = UNREADABLE, "pixels"
        except OSError:
            answers.say("gone", n=n)
            return
    answers.say(
        "done", n=n, width=seen.width, height=seen.height, duration_s=seen.duration_s, status=seen.status,
        reason=seen.reason, sticker=seen.sticker,
    )  # fmt: skip


def _allow(seconds: int) -> None:
    """So much processor time from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _examine(file: io.FileIO, n: int, job: dict[str, Any], seen: Seen, answers: Answers) -> None:
    size = os.fstat(file.fileno()).st_size
    held = file.read(HEAD)
    kind = sniff(held)
    whole = kind.family == PICTURE and size <= _IN_MEMORY
    digests = [hashlib.new(name, usedforsecurity=False) for name in ("md5", "sha1", "sha256")]
    parts, done, piece = [held], len(held), held
    while piece:
        for digest in digests:
            digest.update(piece)
        piece = file.read(_PIECE)
        done += len(piece)
        if whole:
            parts.append(piece)
        answers.beat(n, done, 0)
    md5, sha1, sha256 = (digest.hexdigest() for digest in digests)
    answers.say("digests", n=n, md5=md5, sha1=sha1, sha256=sha256, bytes=done, mime=kind.mime, family=kind.family)
    # The same bytes may have been decoded under another name: then that is enough.
    if not json.loads(sys.stdin.readline())["decode"] or kind.family == OTHER:
        return
    if kind.family == PICTURE:
        source: IO[bytes] = io.BytesIO(b"".join(parts)) if whole else io.BufferedReader(file)
        source.seek(0)
        found = pictures.shots(source, kind, seen)
    else:
        file.seek(0)
        beat = lambda at_s: answers.beat(n, done, at_s)  # noqa: E731
        found = video.shots(io.BufferedReader(file, _PIECE), kind, seen, job["pass"], beat)
    _tell(found, n, answers)


def _tell(found: Iterator[Shot], n: int, answers: Answers) -> None:
    waiting: list[list[Any]] = []
    try:
        for shot in found:
            waiting.append([shot.at_s, shot.mark.pdq.hex(), shot.mark.quality, shot.variant])
            if len(waiting) == MOST_ROWS:
                answers.say("shots", n=n, rows=waiting)
                waiting = []
    finally:
        if waiting:
            answers.say("shots", n=n, rows=waiting)
