"""Long work at the desk: asked for, watched, stopped, taken up again; the page can be closed.

A job signs nothing: an officer's key is unlocked in that officer's session alone. What needs a signature (a
decision, an approval, a seal, the checkpoint that a package carries) is signed in the request that asks.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.base.language import language, mark, translate
from fanal.cases.access import Actor, may, officer_of
from fanal.cases.jobs import may_do, worker_runs
from fanal.cases.models.jobs import BROKEN, REFUSED, RUNNING, STOPPED, WAITING, Job
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.work.deconflict import offer
from fanal.work.deconflict_own import common_of_own
from fanal.work.evidence import add_exhibits
from fanal.work.packages import build_packages
from fanal.work.run import run
from fanal.work.tips import take_tips

Report = Callable[[str, float], None]

#: What an officer reads of each.
WORDS = {
    "add": mark("Add exhibits"),
    "tip": mark("Take in tips"),
    "run": mark("Run the steps"),
    "build": mark("Build packages"),
    "offer": mark("Build an offer"),
}
#: The states from which a job can be taken up again.
ENDED = (REFUSED, STOPPED, BROKEN)


class NoSuchJob(FanalError):
    """No job of that number in the operation."""

    code = "F-JOB-02"
    text = "There is no job {number} in operation {operation}."


class NotNow(FanalError):
    """A job that is done is to be stopped, or one that goes on to begin again."""

    code = "F-JOB-03"
    text = "Job {number} is {state}; nothing was changed."


def ask_for(actor: Actor, operation: Operation, kind: str, told: Mapping[str, Any]) -> Job:
    """Ask for a job; the caller puts it into the queue. Raises NotAllowed as what the job does would.

    Args:
        kind: a key of WORDS.
        told: what its use case is called with, as JSON has it.
    """
    may(actor, "job.ask", operation.slug)
    may_do(actor, kind, operation)
    with transaction.atomic():
        job = Job.objects.create(
            operation=operation,
            kind=kind,
            told=dict(told),
            officer=officer_of(actor),
            language=language(),
            asked_at=instants.now(),
        )
        record(actor, "job.ask", f"job/{job.pk}", within=operation.slug, kind=kind)
    return job


def list_jobs(actor: Actor, node: Node, operation: Operation, most: int) -> list[dict[str, Any]]:
    """At most so many jobs of an operation, the latest first; rows as `show_job`, without log and result."""
    may(actor, "job.read", operation.slug)
    alive = worker_runs(node)
    jobs = Job.objects.filter(operation=operation).select_related("officer").defer("log", "result", "told")
    return [_row(job, alive=alive) for job in jobs.order_by("-asked_at", "-pk")[:most]]


def show_job(actor: Actor, node: Node, operation: Operation, number: int) -> dict[str, Any]:
    """One job.

    Returns:
        `number`, `kind`, `what` (words), `officer`, `state` (a job whose worker is gone is "broken off"), `doing`,
        `share` (0 to 1), `asked_at`, `begun_at`, `ended_at`, `log` (rows: at, line), `result`, `stop_asked`,
        `no_worker` (it waits, and nobody takes it).

    Raises:
        NoSuchJob.
    """
    may(actor, "job.read", operation.slug)
    job = _job(operation, number)
    return {**_row(job, alive=worker_runs(node)), "log": job.log, "result": job.result}


def stop_job(actor: Actor, node: Node, operation: Operation, number: int) -> None:
    """Stop a job: one that waits at once, one that runs as soon as its worker looks. Raises NoSuchJob, NotNow."""
    may(actor, "job.ask", operation.slug)
    with transaction.atomic():
        job = _job(operation, number)
        may_do(actor, job.kind, operation)
        if _state(job, alive=worker_runs(node)) not in (WAITING, RUNNING):
            raise NotNow(number=number, state=translate(job.state))
        if job.state == WAITING:
            job.state, job.ended_at = STOPPED, instants.now()
        else:
            job.stop_asked = True
        job.save(update_fields=["state", "ended_at", "stop_asked"])
        record(actor, "job.ask", f"job/{job.pk}", within=operation.slug, stop=True)


def ask_again(actor: Actor, node: Node, operation: Operation, number: int) -> Job:
    """Take up a job that ended without being done, for the officer who asks now; the caller puts it into the queue.

    Nothing that it did before is done twice: each part of it is harmless to repeat.

    Raises:
        NoSuchJob, NotNow.
    """
    may(actor, "job.ask", operation.slug)
    with transaction.atomic():
        job = _job(operation, number)
        may_do(actor, job.kind, operation)
        if _state(job, alive=worker_runs(node)) not in ENDED:
            raise NotNow(number=number, state=translate(job.state))
        job.state, job.officer, job.language, job.stop_asked = WAITING, officer_of(actor), language(), False
        job.save(update_fields=["state", "officer", "language", "stop_asked"])
        record(actor, "job.ask", f"job/{job.pk}", within=operation.slug, again=True)
    return job


def do_job(actor: Actor, node: Node, operation: Operation, job: Job, report: Report) -> list[dict[str, Any]]:
    """Do what a job is for. Raises what its use case raises.

    Returns:
        The use case's rows, as JSON has them.
    """
    may(actor, "job.ask", operation.slug)
    told = job.told
    if job.kind == "build":
        made = build_packages(actor, node, operation, told.get("country"), report, signed=told["checkpoint"])
        return [*made.packages, *({"without_peer": country} for country in made.without_peer)]
    if job.kind == "run":
        done = run(actor, node, operation, told.get("steps"), report)
        return [*done, *({"common": row} for row in common_of_own(actor, node, operation.slug))]
    if job.kind == "offer":
        report(translate(WORDS["offer"]), 0)
        made_for = {name: told[name] for name in ("purpose", "kinds", "reference", "met")}
        offered = offer(actor, node, operation, told["peer"], **made_for)
        return [{name: offered[name] for name in ("name", "agency", "state", "values", "purpose")}]
    paths = [Path(path) for path in told["paths"]]
    if job.kind == "tip":
        source = str(told.get("source", ""))
        taken = take_tips(actor, node, operation, paths, source=source, report=report)
        return [{key: row[key] for key in ("tip", "exhibit", "name", "rows", "rejects")} for row in taken]
    mapping = Path(told["mapping"]) if told.get("mapping") else None
    return add_exhibits(
        actor,
        node,
        operation,
        paths,
        reader=told.get("reader"),
        mapping=mapping,
        options=told.get("options", {}),
        custody=told.get("custody", {}),
        report=report,
    )


def _job(operation: Operation, number: int) -> Job:
    job = Job.objects.filter(operation=operation, pk=number).select_related("officer").first()
    if job is None:
        raise NoSuchJob(number=number, operation=operation.slug)
    return job


def _state(job: Job, *, alive: bool) -> str:
    return BROKEN if job.state == RUNNING and not alive else job.state


def _row(job: Job, *, alive: bool) -> dict[str, Any]:
    return {
        "number": job.pk,
        "kind": job.kind,
        "what": translate(WORDS[job.kind]),
        "officer": job.officer.service_number,
        "state": _state(job, alive=alive),
        "doing": job.doing,
        "share": job.share,
        "asked_at": job.asked_at,
        "begun_at": job.begun_at,
        "ended_at": job.ended_at,
        "stop_asked": job.stop_asked,
        "no_worker": job.state == WAITING and not alive,
    }
