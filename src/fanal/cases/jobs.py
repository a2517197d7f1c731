"""Jobs as the worker takes and keeps them: one worker a node, one job at a time, and what a dead worker left.

The worker holds a lock of the node's folder while it lives, and so does the process that does the job: where a job
is running and nobody holds the lock, its worker is gone.
"""

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.cases.access import Actor, may
from fanal.cases.models.jobs import BROKEN, DONE, RUNNING, STOPPED, WAITING, Job
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node

#: The kinds of jobs, and the verb of what each does.
KINDS = {
    "add": "exhibit.add",
    "tip": "exhibit.add",
    "run": "case.run",
    "build": "package.build",
    "offer": "deconflict.offer",
}
#: Those of the node itself, which are about no operation.
VERIFY = "verify"
LOCK = "worker.lock"
#: Lines of a job's log; the first ones stay.
MOST_LINES = 500
#: Who only looks whether a worker lives holds the lock for a moment; a worker tries this often.
_TRIES, _PAUSE_S = 30, 0.1


class WorkerRuns(FanalError):
    """A second worker of one node."""

    code = "F-JOB-01"
    text = "A worker of this node runs already, or a job of one that was killed is just ending; one is enough."
    again = True


def may_do(actor: Actor, kind: str, operation: Operation) -> None:
    """Pass who may do what a job of a kind does, or raise NotAllowed."""
    may(actor, KINDS[kind], operation.slug)


@contextmanager
def working(node: Node) -> Iterator[int]:
    """Be the node's worker.

    Yields:
        The lock's file descriptor: a process that inherits it holds the lock too.

    Raises:
        WorkerRuns: another one is.
    """
    handle = os.open(node.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(handle)
        yield handle
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    for _ in range(_TRIES):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE_S)
        else:
            return
    raise WorkerRuns


def worker_runs(node: Node) -> bool:
    """Whether a worker of the node lives."""
    path = node.folder / LOCK
    if not path.exists():
        return False
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def begin(number: int) -> Job | None:
    """Take a job that waits; None where it does not wait any more (it was stopped, or was done by another)."""
    with transaction.atomic():
        job = Job.objects.select_related("operation", "officer").filter(pk=number, state=WAITING).first()
        if job is None:
            return None
        job.state, job.begun_at, job.ended_at = RUNNING, instants.now(), None
        job.doing, job.share, job.result = "", 0, []
        job.save()
    return job


def go_on(number: int, doing: str, share: float, line: str = "") -> None:
    """Note how far a running job has come, and a line of its log."""
    with transaction.atomic():
        job = Job.objects.get(pk=number)
        job.doing, job.share = doing, min(max(share, 0.0), 1.0)
        if line:
            job.log = [*job.log, _line(line)][:MOST_LINES]
        job.save(update_fields=["doing", "share", "log"])


def end(number: int, state: str, line: str, result: Sequence[Any] = ()) -> None:
    """Note what became of a job."""
    with transaction.atomic():
        job = Job.objects.get(pk=number)
        job.state, job.ended_at, job.stop_asked = state, instants.now(), False
        job.share = 1 if state == DONE else job.share
        job.doing, job.result = "", list(result)
        job.log = [*job.log, _line(line)]
        job.save()


def gone(number: int, line: str) -> None:
    """The process of a job ended: one that had not said what became of it was stopped, or broke off."""
    job = Job.objects.get(pk=number)
    if job.state == RUNNING:
        end(number, STOPPED if job.stop_asked else BROKEN, line)


def left_behind() -> list[int]:
    """Jobs that a dead worker left running, by number. Ask while being the worker."""
    return list(Job.objects.filter(state=RUNNING).order_by("pk").values_list("pk", flat=True))


def still_waiting() -> list[int]:
    """Jobs that wait, by number, the oldest first."""
    return list(Job.objects.filter(state=WAITING).order_by("pk").values_list("pk", flat=True))


def stop_asked(number: int) -> bool:
    """Whether an officer asked to stop a job."""
    return Job.objects.filter(pk=number, stop_asked=True).exists()


def _line(line: str) -> dict[str, str]:
    return {"at": instants.text(instants.now()), "line": line}
