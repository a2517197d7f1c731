"""Long work on both databases: who may ask for it, what a worker does with it, what a dead one leaves."""

import os
import subprocess
import sys

import pytest

from fanal.cases.access import Actor, NotAllowed
from fanal.cases.jobs import WorkerRuns, begin, gone, worker_runs, working
from fanal.cases.models.jobs import BROKEN, DONE, RUNNING, STOPPED, WAITING, Job
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.session import DEMO_PASSPHRASE, acting_as
from fanal.cli.serve import environment, prepare
from fanal.work.jobs import NoSuchJob, NotNow, ask_again, ask_for, list_jobs, show_job, stop_job
from fanal.work.nodes import add_officer
from fanal.work.operations import open_operation


def test_a_worker_does_what_waits_for_the_officer_who_asked_and_without_a_key(
    node: Node, first: Actor, operation: Operation
) -> None:
    job = ask_for(first, operation, "run", {})
    around = environment(node, "127.0.0.1") | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    prepare(around)
    command = [sys.executable, "-m", "django", "worker", "--once"]
    done = subprocess.run(command, env=around, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()
    told = show_job(first, node, operation, job.pk)
    assert (told["state"], told["officer"]) == (DONE, "1")
    assert "Begun for officer 1." in [line["line"] for line in told["log"]]
    assert {row["step"] for row in told["result"]} >= {"resolve", "rank"}


def test_who_may_not_do_what_a_job_does_may_not_ask_for_it(node: Node, first: Actor, operation: Operation) -> None:
    add_officer(first, node, "3", "", ("analyst",), DEMO_PASSPHRASE)
    with pytest.raises(NotAllowed):
        ask_for(acting_as(node, "3"), operation, "build", {})


def test_a_job_of_another_operation_is_not_there(node: Node, first: Actor, operation: Operation) -> None:
    other = open_operation(first, node, "other", "Other", "order 2")
    job = ask_for(first, other, "run", {})
    assert list_jobs(first, node, operation, 9) == []
    with pytest.raises(NoSuchJob):
        show_job(first, node, operation, job.pk)


def test_a_job_that_waits_is_stopped_at_once_and_one_that_runs_is_asked_to(
    node: Node, first: Actor, operation: Operation
) -> None:
    waits, runs = ask_for(first, operation, "run", {}), ask_for(first, operation, "run", {})
    with working(node):
        assert begin(runs.pk) is not None
        stop_job(first, node, operation, waits.pk)
        stop_job(first, node, operation, runs.pk)
        assert Job.objects.get(pk=waits.pk).state == STOPPED
        assert Job.objects.get(pk=runs.pk).state == RUNNING
        gone(runs.pk, "it ended")
    assert Job.objects.get(pk=runs.pk).state == STOPPED
    assert begin(waits.pk) is None


def test_a_job_that_runs_while_no_worker_lives_broke_off_and_is_taken_up_by_who_asks_again(
    node: Node, first: Actor, second: Actor, operation: Operation
) -> None:
    job = ask_for(first, operation, "run", {})
    with working(node):
        begin(job.pk)
        with pytest.raises(NotNow):
            ask_again(second, node, operation, job.pk)
    assert show_job(first, node, operation, job.pk)["state"] == BROKEN
    again = ask_again(second, node, operation, job.pk)
    assert (again.state, again.officer.service_number) == (WAITING, "2")


def test_a_second_worker_is_refused_and_the_lock_goes_with_the_first(node: Node) -> None:
    with working(node):
        assert worker_runs(node)
        with pytest.raises(WorkerRuns), working(node):
            pass
    assert not worker_runs(node)
