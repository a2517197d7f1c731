"""The review queue, what waits for a second officer, and an officer's own decisions replaced from their list."""

from typing import Any

import pytest
from desk_case import Desk
from release_case import Pair

from fanal.cases.access import Actor
from fanal.cases.decisions import UnknownVerdict
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.session import acting_as
from fanal.work.mine import NoSuchDecision, NotSuperseded, mine, supersede
from fanal.work.queues import next_waiting, queue_counts
from fanal.work.seconding import second_queue
from fanal.work.waiting import needs_me

WHY = ("--reason", "seen in the exhibit")


def case(desk: Desk, officer: str = "1") -> tuple[Actor, Any, Operation]:
    return acting_as(desk.node, officer), desk.node, Operation.objects.get(slug="kx")


def test_a_queue_goes_on_behind_what_was_decided_or_passed_over_and_ends(desk: Desk) -> None:
    assert queue_counts(*case(desk))["links"] == 1
    first = next_waiting(*case(desk), "links", "")
    assert first == "kx:4,kx:5"
    assert next_waiting(*case(desk), "links", first) is None
    desk.do("decide", first, "not_enough", *WHY)
    assert next_waiting(*case(desk), "links", "") is None
    assert next_waiting(*case(desk), "links", "", everything=True) == first
    assert next_waiting(*case(desk), "no such kind", "") is None


def test_a_decision_of_ones_own_is_undone_by_a_new_one_and_both_stay(desk: Desk) -> None:
    identity = desk.line("kx:6")["identity"]
    desk.do("decide", identity, "hold", *WHY)
    actor, node, operation = case(desk)
    (row,) = mine(actor, operation, None, 10).rows
    made = supersede(actor, node, operation, row["decision"], "release", "it may go after all")
    assert (made.supersedes.decision if made.supersedes else "") == row["decision"]
    later, earlier = mine(actor, operation, None, 10).rows
    assert (later["verdict"], later["stands"]) == ("release", True)
    assert (earlier["stands"], earlier["superseded"]["officer"], earlier["verdicts"]) == (False, "1", ())
    with pytest.raises(NoSuchDecision):
        supersede(actor, node, operation, row["decision"], "release", "again")
    with pytest.raises(UnknownVerdict):
        supersede(actor, node, operation, made.decision, "at_risk", "no verdict on an identity")


def test_nobody_replaces_another_officers_decision_from_the_list_or_one_that_is_made_of_pairs(desk: Desk) -> None:
    identity = desk.line("kx:1")["identity"]
    desk.do("decide", identity, "confirm", *WHY)
    actor, node, operation = case(desk)
    (row,) = mine(actor, operation, None, 10).rows
    assert row["verdicts"] == ()
    with pytest.raises(NotSuperseded):
        supersede(actor, node, operation, row["decision"], "split", "not one holder")
    other, _, _ = case(desk, "2")
    with pytest.raises(NoSuchDecision):
        supersede(other, node, operation, row["decision"], "split", "not one holder")
    assert mine(other, operation, None, 10).rows == []


def test_own_decisions_come_in_pages_the_latest_first(desk: Desk) -> None:
    identity = desk.line("kx:6")["identity"]
    for verdict in ("hold", "release", "suspect"):
        desk.do("decide", identity, verdict, *WHY)
    actor, _, operation = case(desk)
    page = mine(actor, operation, None, 2)
    assert [row["verdict"] for row in page.rows] == ["suspect", "release"]
    assert [row["verdict"] for row in mine(actor, operation, page.next, 2).rows] == ["hold"]


def test_the_second_officer_sees_what_another_made_and_never_the_own(pair: Pair) -> None:
    pair.desk.do("package", "build", "BE")
    pair.desk.do("leads", "export", pair.desk.folder / "letters")
    first, _, operation = case(pair.desk)
    second, node, _ = case(pair.desk, "2")
    assert second_queue(first, operation) == []
    assert [(row["what"], row["by"]) for row in second_queue(second, operation)] == [("package", "1"), ("request", "1")]
    assert {"what": "second", "n": 2} in needs_me(second, node, operation)
    analyst, _, _ = case(pair.desk, "7")
    assert second_queue(analyst, operation) == []
    assert Decision.objects.filter(subject_kind="package").count() == 0
