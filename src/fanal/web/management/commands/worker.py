"""The node's worker: it takes long work out of the queue, one piece at a time."""

import sys
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from fanal.base.errors import FanalError
from fanal.base.language import mark, translate
from fanal.cases.jobs import gone, left_behind, still_waiting, working
from fanal.web import ending
from fanal.web.installation import node
from fanal.web.queue import perform

LEFT = mark("Its worker was killed before it was done; take it up again.")


class NodeWorker(Worker):
    """django-tasks' loop; told to end, it ends its job too, which can be taken up again."""

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """Told once: end the job. Told again: at once."""
        ending.end()
        super().shutdown(signum, frame)


class Command(BaseCommand):
    """Works until told to end."""

    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How long."""
        parser.add_argument("--once", action="store_true", help="until nothing waits")
        parser.add_argument("--with-parent", action="store_true", help="until standard input is closed")

    def handle(self, *_: Any, once: bool, with_parent: bool, **_options: Any) -> None:
        """Work."""
        try:
            _work(once=once, with_parent=with_parent)
        except FanalError as e:
            self.stderr.write(f"fanal: {e.code}: {e.line()}")
            sys.exit(e.exit_code)


def _work(*, once: bool, with_parent: bool) -> None:
    place = node()
    with working(place) as lock:
        ending.hold(lock)
        for number in left_behind():
            gone(number, translate(LEFT))
        _queue_again()
        worker = NodeWorker(
            queue_names=["default"],
            interval=1,
            batch=once,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=place.node_id,
            excluded_queue_names=[],
        )
        worker.configure_signals()
        if with_parent:
            ending.with_parent()
        worker.run()


def _queue_again() -> None:
    """A job that waits stands in the queue once, also after its store was moved or a worker died between two acts."""
    DBTaskResult.objects.exclude(status="READY").delete()
    queued = {number for row in DBTaskResult.objects.all() for number in row.args_kwargs["args"]}
    for number in still_waiting():
        if number not in queued:
            perform.enqueue(number)
