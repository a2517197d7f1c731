"""The queue of long work: a job's number goes into it, the node's worker takes it out.

django-tasks keeps the queue in the case store's database; what it lacks (progress, a log, a way to stop, what became
of a killed process) stands in the job's own row.
"""

import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django_tasks import task

from fanal.base.language import mark, translate
from fanal.cases.access import Actor
from fanal.cases.jobs import gone, stop_asked
from fanal.cases.models.jobs import Job
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.web.ending import ending, inherited
from fanal.work.jobs import ask_for
from fanal.work.verifying import ask_verification

#: How often the worker looks whether its job is to be stopped, and how long that job may take to end.
_LOOK_S, _GRACE_S = 0.5, 20.0

KILLED = mark("Its process was killed (signal {n}); nothing of it is lost that was written before.")
ENDED = mark("Its process ended before it was done (status {n}).")
WORKER_ENDED = mark("The worker was stopped before it was done.")
BY_OFFICER = mark("Stopped, as an officer asked.")


def put(actor: Actor, operation: Operation, kind: str, told: Mapping[str, Any]) -> Job:
    """Ask for a job and queue it, both or neither."""
    with transaction.atomic():
        job = ask_for(actor, operation, kind, told)
        queue(job)
    return job


def put_verification(actor: Actor, place: Node) -> None:
    """Ask for the audit log to be verified, unless that was asked for and is not over."""
    with transaction.atomic():
        job = ask_verification(actor, place)
        if job is not None:
            queue(job)


def queue(job: Job) -> None:
    """Queue a job."""
    perform.enqueue(job.pk)


@task()
def perform(number: int) -> None:
    """Do a job in a process of its own, and see that its row says what became of it."""
    command = [sys.executable, "-m", "django", "job", str(number)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, pass_fds=inherited()) as process:
        stopped = _watch(process, number)
        status = process.wait()
    if stopped:
        gone(number, translate(stopped))
    elif status < 0:
        gone(number, translate(KILLED).format(n=-status))
    else:
        gone(number, translate(ENDED).format(n=status))


def _watch(process: "subprocess.Popen[bytes]", number: int) -> str:
    """Wait for a job's process; end it where an officer asked, or the worker is to end. Returns why, or ""."""
    why = ""
    while not why:
        try:
            process.wait(_LOOK_S)
        except subprocess.TimeoutExpired:
            why = WORKER_ENDED if ending() else BY_OFFICER if stop_asked(number) else ""
        else:
            return ""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
    return why
