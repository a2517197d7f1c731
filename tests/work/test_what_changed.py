"""What changed in an operation since an instant, and when an officer was last there."""

import datetime as dt
import json
from collections.abc import Mapping

import pytest
from desk_case import MAILS, Desk, add

from fanal.base import instants
from fanal.cases.access import Actor
from fanal.cases.models.offices import Operation
from fanal.work.changes import changes_since, last_visit

pytestmark = pytest.mark.slow
OFFICER = Actor("1")
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
EVENT = {
    "event": "arrest", "reference": "r1", "reported_by": "BE", "country": "BE", "at": "2024-03-01", "status": "done",
}  # fmt: skip


def changed(desk: Desk, since: dt.datetime) -> Mapping[str, int]:
    node = desk.node
    found = changes_since(OFFICER, node, Operation.objects.get(slug="kx"), since)
    return {row["what"]: row["n"] for row in found}


@pytest.mark.both_stores
def test_what_came_was_found_decided_and_reported_is_counted_since_an_instant_alone(desk: Desk) -> None:
    before = changed(desk, LONG_AGO)
    assert before == {"exhibits": 2, "runs": 1, "founded": 5, "met": 2}
    now = instants.now()
    assert changed(desk, now) == {}
    desk.do("decide", "kx:4,kx:5", "same", "--reason", "one mailbox")
    desk.do("decide", "kx:7", "hold", "--reason", "asked abroad")
    (desk.folder / "events.jsonl").write_text(json.dumps(EVENT) + "\n")
    desk.do("event", desk.folder / "events.jsonl")
    assert changed(desk, now) == {"links": 1, "who": 1, "events": 1}


def test_identities_that_meet_the_threshold_anew_and_no_longer_are_told_apart(desk: Desk) -> None:
    now = instants.now()
    add(desk, {**MAILS, 8: "h"})
    desk.do("decide", "kx:1", "not_suspect", "--reason", "a mistake")
    desk.do("run")
    found = changed(desk, now)
    assert (found["founded"], found["lost"]) == (1, 1)
    assert "met" not in found
    last = sorted((desk.node.folder / "lake/kx").glob("snapshot-*.json"), key=lambda p: p.stat().st_mtime)
    for snapshot in last[:-1]:
        snapshot.unlink()
    assert not {"founded", "met", "lost"} & set(changed(desk, now))


@pytest.mark.both_stores
def test_a_last_visit_is_what_stands_on_record_of_the_officer_before(desk: Desk) -> None:
    now = instants.now()
    desk.do("identities")
    operation = Operation.objects.get(slug="kx")
    visit = last_visit(OFFICER, operation, instants.now())
    assert visit is not None
    assert visit >= now
    assert last_visit(Actor("7"), operation, instants.now()) is None
    earlier = last_visit(OFFICER, operation, now)
    assert earlier is None or earlier < now
