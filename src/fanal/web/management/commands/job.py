"""The process of one job, started by the worker and ended with it.

It acts for the officer who asked, and has no officer's key.
"""

import signal
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from fanal.base.errors import FanalError
from fanal.base.language import mark, speaking, translate
from fanal.cases.access import Actor
from fanal.cases.jobs import begin, end, go_on
from fanal.cases.models.jobs import DONE, REFUSED, Job
from fanal.web.ending import with_parent
from fanal.web.installation import node
from fanal.work.log import sequence

DONE_LINE = mark("Done.")
#: How often the row of a job is written while it only goes on.
_EACH_S = 0.5


class _Told(SystemExit):
    """The process was told to end."""


class _Progress:
    """Writes how far the job is: at once where something new begins, else now and then."""

    def __init__(self, number: int) -> None:
        self.number, self.doing, self.at = number, "", 0.0

    def __call__(self, what: str, share: float) -> None:
        head = what.partition(",")[0]
        new = head != self.doing
        if new or time.monotonic() - self.at > _EACH_S:
            go_on(self.number, what, share, line=what if new else "")
            self.doing, self.at = head, time.monotonic()


class Command(BaseCommand):
    """Does the job of a number, where it waits."""

    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The job's number."""
        parser.add_argument("number", type=int)

    def handle(self, *_: Any, number: int, **_options: Any) -> None:
        """Do it."""
        signal.signal(signal.SIGTERM, _leave)
        with_parent()
        place = node()
        job = begin(number)
        if job is None:
            return
        actor = Actor(job.officer.service_number)
        with speaking(job.language):
            _do(actor, job)
            sequence(actor, place)


def _do(actor: Actor, job: Job) -> None:
    go_on(job.pk, "", 0, line=translate("Begun for officer {officer}.").format(officer=actor.officer))
    # Loading what a job needs takes seconds: its officer sees before that it has begun, and can stop it.
    from fanal.work.jobs import do_job  # noqa: PLC0415
    from fanal.work.verifying import do_verification  # noqa: PLC0415

    try:
        if job.operation is None:
            result = do_verification(actor, node(), _Progress(job.pk))
        else:
            result = do_job(actor, node(), job.operation, job, _Progress(job.pk))
    except FanalError as e:
        end(job.pk, REFUSED, f"{e.code}: {e.line()}")
    else:
        end(job.pk, DONE, translate(DONE_LINE), result)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise _Told(1)
