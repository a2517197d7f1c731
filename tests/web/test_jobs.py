"""Long work at the desk: exhibits from the watched folder, the steps, packages; stopped, killed, taken up again."""

import re
import time
from pathlib import Path

from desk_case import Desk
from served import Page, Visitor
from working import until, work_off, worker

from fanal.cases.jobs import worker_runs
from fanal.cases.models.jobs import BROKEN, DONE, REFUSED, RUNNING, STOPPED, Job
from fanal.evidence.register import Register

ADD = "/operations/kx/evidence/add/"
WORK = "/operations/kx/work/"


def number_of(page: Page) -> int:
    """The job whose page this is."""
    found = re.search(r"/work/(\d+)/$", page.url)
    assert found, page.main
    return int(found[1])


def incoming(case: Desk) -> Path:
    folder = case.node.watched
    assert folder
    return folder


def test_exhibits_are_added_from_the_watched_folder_with_custody_and_every_row_accounted_for(
    first: Visitor, case: Desk
) -> None:
    (incoming(case) / "more.csv").write_text("id,mail\n8,h@provider.be\n9,i@provider.be\n")
    (incoming(case) / "more.yaml").write_text(
        "fanal_mapping: 1\nplatform: more\nsource: csv\ntime_zone: UTC\ntables:\n"
        "  account: SELECT id AS native_id, _row FROM more\n"
    )
    assert "more.csv" in first.open(ADD).main
    asked = first.post(
        ADD,
        file="more.csv",
        mapping="more.yaml",
        source="unit 9",
        authority="judge 3",
        privilege="none",
        use="intelligence",
    )
    number = number_of(asked)
    assert "waiting" in asked.main
    assert "No worker runs" in asked.main
    work_off(case.node)
    done = first.open(f"{WORK}{number}/").main
    assert "more.csv" in done
    assert Job.objects.get(pk=number).state == DONE
    (exhibit,) = [e for e in Register(case.node.evidence).exhibits("kx") if e.name == "more.csv"]
    assert (exhibit.custody.officer, exhibit.custody.authority, exhibit.custody.use) == ("1", "judge 3", "intelligence")
    evidence = first.open("/operations/kx/evidence/").main
    assert "unit 9" in evidence
    assert "added before, exhibit" in first.open(ADD).main


def test_a_file_outside_the_watched_folder_is_refused(first: Visitor, case: Desk) -> None:
    (incoming(case).parent / "secret.csv").write_text("id\n1\n")
    page = first.post(ADD, file="../secret.csv")
    assert page.status == 400
    assert "F-WATCH-02" in page.text
    assert "F-WATCH-03" in first.post(ADD).text


def test_what_cannot_be_read_is_refused_in_one_line_and_nothing_is_registered(first: Visitor, case: Desk) -> None:
    (incoming(case) / "odd.bin").write_bytes(b"\x00\x01")
    before = Register(case.node.evidence).exhibits()
    number = number_of(first.post(ADD, file="odd.bin"))
    work_off(case.node)
    job = Job.objects.get(pk=number)
    assert job.state == REFUSED
    assert job.log[-1]["line"].startswith("F-READ-")
    assert Register(case.node.evidence).exhibits() == before


def test_a_job_that_waits_is_stopped_and_taken_up_again(second: Visitor, first: Visitor, case: Desk) -> None:
    number = number_of(first.post(WORK))
    assert "stopped" in first.post(f"{WORK}{number}/", act="stop").main
    work_off(case.node)
    assert Job.objects.get(pk=number).state == STOPPED
    second.post(f"{WORK}{number}/", act="again")
    work_off(case.node)
    job = Job.objects.get(pk=number)
    assert (job.state, job.officer.service_number) == (DONE, "2")
    assert "up to date" in first.open(WORK).main
    assert first.post(f"{WORK}{number}/", act="stop").status in (200, 400)
    assert Job.objects.get(pk=number).state == DONE


def test_a_worker_that_is_killed_leaves_a_job_that_is_said_and_taken_up_again(first: Visitor, case: Desk) -> None:
    number = number_of(first.post(WORK))
    process = worker(case.node)
    until(number, lambda job: job.state == RUNNING)
    process.kill()
    process.wait()
    refused = worker(case.node, "--once")  # it waits until the process of the job has seen that its worker is gone
    refused.wait()
    job = Job.objects.get(pk=number)
    assert job.state == BROKEN
    assert "broken off" in first.open(f"{WORK}{number}/").main
    first.post(f"{WORK}{number}/", act="again")
    work_off(case.node)
    assert Job.objects.get(pk=number).state == DONE


def test_a_running_job_is_stopped_by_an_officer(first: Visitor, case: Desk) -> None:
    number = number_of(first.post(WORK))
    process = worker(case.node)
    until(number, lambda job: job.state == RUNNING)
    assert "being stopped" in first.post(f"{WORK}{number}/", act="stop").main
    job = until(number, lambda job: job.state != RUNNING)
    process.terminate()
    process.wait(30)
    assert job.state == STOPPED
    assert "as an officer asked" in job.log[-1]["line"]


def test_a_node_has_one_worker(case: Desk) -> None:
    one = worker(case.node)
    while not worker_runs(case.node):
        time.sleep(0.1)
    other = worker(case.node, "--once")
    _, said = other.communicate(timeout=60)
    one.terminate()
    one.wait(30)
    assert other.returncode == 1
    assert b"F-JOB-01" in said
