"""The audit log as it is read: a page at a time, looked through, one entry with its proof, verified by a job."""

import datetime as dt

import pytest

from fanal.base import instants
from fanal.cases.access import Actor
from fanal.cases.models import Grant, Officer
from fanal.cases.models.audit import Outbox
from fanal.cases.models.jobs import DONE, Job
from fanal.cases.outbox import record
from fanal.work.entries import Asked, NoSuchEntry, list_entries, show_entry, to_look_for
from fanal.work.log import checkpoint, examine_log, sequence, verify_log
from fanal.work.operations import open_operation
from fanal.work.verifying import ask_verification, do_verification, last_verification


@pytest.fixture
def written(node, first, operation):
    """Ten readings in two operations, in the log under a checkpoint, and one entry that waits."""
    open_operation(first, node, "ky", "Other", "order 2")
    for n in range(10):
        record(first, "person.read", "kx" if n % 2 else "ky", identity=f"{n}")
    sequence(first, node)
    checkpoint(first, node)
    record(first, "tip.read", "tip/1", within="kx")
    return node


def subjects(page):
    return [row["subject"] for row in page.rows]


def test_entries_come_a_page_at_a_time_each_once(written, first):
    seen, before = [], 0
    while True:
        page = list_entries(first, Asked(), before, 4)
        seen += [row["entry"] for row in page.rows]
        before = page.next
        if not before:
            break
    assert len(seen) == len(set(seen)) == Outbox.objects.count()


def test_they_are_looked_through_by_operation_verb_officer_and_day(written, first):
    today = instants.now().date()
    for asked, n in (
        (Asked(slug="kx", verb="person.read"), 5),
        (Asked(slug="kx", verb="tip."), 1),
        (Asked(verb="person.read", day=today), 10),
        (Asked(day=today - dt.timedelta(days=2)), 0),
        (Asked(officer="2"), 0),
    ):
        assert len(list_entries(first, asked, 0, 50).rows) == n, asked


def test_who_works_in_one_operation_reads_its_entries_alone(written, first):
    officer = Officer.objects.create(service_number="N", name="", public_key="", added_at=instants.now())
    kx = Grant.objects.filter(operation__slug="kx").first().operation
    Grant.objects.create(officer=officer, role="auditor", operation=kx, granted_at=instants.now())
    page = list_entries(Actor("N"), Asked(), 0, 50)
    assert {row["operation"] for row in page.rows} == {"kx"}
    assert to_look_for(Actor("N"))["slugs"] == ["kx"]
    other = Outbox.objects.filter(operation="ky").first()
    with pytest.raises(NoSuchEntry):
        show_entry(Actor("N"), written, other.entry, proof=False)


def test_an_administrator_sees_that_somebody_read_and_not_what(written, first):
    officer = Officer.objects.create(service_number="N", name="", public_key="", added_at=instants.now())
    Grant.objects.create(officer=officer, role="administrator", granted_at=instants.now())
    row = Outbox.objects.filter(verb="person.read").first()
    assert show_entry(Actor("N"), written, row.entry, proof=False)["facts"] is None
    assert show_entry(first, written, row.entry, proof=False)["facts"] == row.content["facts"]


def test_an_entry_has_its_place_its_proof_and_the_checkpoint_that_vouches_for_it(written, first):
    row = Outbox.objects.filter(verb="person.read").first()
    found = show_entry(first, written, row.entry, proof=True)
    assert found["same"]
    assert found["proved"]
    assert found["place"] <= found["checkpoint"] == found["size"]
    later = Outbox.objects.order_by("pk").last()
    assert show_entry(first, written, later.entry, proof=False)["place"] is None


def test_an_entry_that_was_edited_is_shown_to_differ_from_the_log(written, first):
    row = Outbox.objects.filter(verb="person.read").first()
    row.content["facts"]["identity"] = "another"
    row.save()
    assert not show_entry(first, written, row.entry, proof=False)["same"]


def test_a_column_that_hides_an_entry_from_a_search_is_found(written, first):
    assert verify_log(first, written)["holds"]
    Outbox.objects.filter(verb="person.read").update(officer="9")
    assert not verify_log(first, written)["holds"]


def test_the_job_examines_without_signing_and_its_result_is_kept(written, first):
    job = ask_verification(first, written)
    assert ask_verification(first, written) is None
    notes = sorted((written.audit / "checkpoints").iterdir())
    told = do_verification(Actor("1"), written, lambda *_: None)
    assert sorted((written.audit / "checkpoints").iterdir()) == notes
    Job.objects.filter(pk=job.pk).update(state=DONE, result=told, ended_at=instants.now())
    found = last_verification(first, written)["found"]
    assert found["holds"]
    assert found["covered"] < found["entries"]


def test_examining_a_log_that_was_cut_says_so(written, first):
    log = written.audit / "log.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    (written.audit / "frontier.json").unlink()
    (written.audit / "index.bin").unlink()
    log.write_bytes(b"".join(lines[:-3]))
    assert not examine_log(first, written)["holds"]
