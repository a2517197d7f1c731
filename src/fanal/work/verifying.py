"""Verifying the audit log as a job of the worker: asked for at the desk, done without a key, its result kept.

The job signs nothing. Where the log holds, an officer signs a checkpoint over it afterwards.
"""

from collections.abc import Callable
from typing import Any

from fanal.audit.log import AuditLog
from fanal.base import instants
from fanal.base.language import language
from fanal.cases.access import Actor, may, officer_of
from fanal.cases.jobs import VERIFY, worker_runs
from fanal.cases.models.jobs import BROKEN, DONE, RUNNING, WAITING, Job
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.work.log import checkpoint, examine_log


def ask_verification(actor: Actor, node: Node) -> Job | None:
    """Ask for it; the caller puts the job into the queue. None where one waits already.

    A log that no checkpoint vouches for yet gets its first one, signed by who asks: the job itself signs nothing.

    Raises:
        NoOfficer: that first one is to be signed, and the officer's key is not unlocked.
    """
    may(actor, "audit.verify")
    log = AuditLog(node.audit)
    if log.frontier().size and not log.sizes():
        checkpoint(actor, node)
    if Job.objects.filter(kind=VERIFY, state=WAITING).exists():
        return None
    job = Job.objects.create(
        kind=VERIFY, officer=officer_of(actor), language=language(), asked_at=instants.now(), told={}
    )
    record(actor, "audit.verify", f"job/{job.pk}")
    return job


def do_verification(actor: Actor, node: Node, report: Callable[[str, float], None]) -> list[dict[str, Any]]:
    """Do it. Returns one row, as `log.examine_log` has it."""
    may(actor, "audit.verify")
    return [examine_log(actor, node, report=report)]


def last_verification(actor: Actor, node: Node) -> dict[str, Any]:
    """What became of the last time that it was asked for, and what it found the last time that it was done.

    Returns:
        `job` (`state`, `officer`, `asked_at`, `ended_at`, `doing`, `share`, `no_worker`, `why`; None where nobody
        asked), `found` (a row of `do_verification`, with `at` and `officer`; None where it was never done).
    """
    may(actor, "audit.read")
    jobs = Job.objects.filter(kind=VERIFY).select_related("officer").order_by("-pk")
    last, done = jobs.first(), jobs.filter(state=DONE).first()
    if last is None:
        return {"job": None, "found": None}
    alive = worker_runs(node)
    state = BROKEN if last.state == RUNNING and not alive else last.state
    row = {
        "state": state,
        "officer": last.officer.service_number,
        "asked_at": last.asked_at,
        "ended_at": last.ended_at,
        "doing": last.doing,
        "share": last.share,
        "no_worker": state == WAITING and not alive,
        "why": last.log[-1]["line"] if last.log else "",
    }
    found = {**done.result[0], "at": done.ended_at, "officer": done.officer.service_number} if done else None
    return {"job": row, "found": found}
