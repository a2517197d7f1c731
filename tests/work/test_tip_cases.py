"""From a tip to an operation: opened for it or attached, by a signed decision; the tip stays where it is."""

from pathlib import Path

import pytest

from fanal.cases.access import Actor
from fanal.cases.decisions import NoReason
from fanal.cases.models import Decision, Grant, Operation, Tip
from fanal.cases.node import Node
from fanal.cases.session import DEMO_PASSPHRASE, acting_as
from fanal.work.nodes import add_officer
from fanal.work.operations import OperationExists, UnknownOperation, open_operation
from fanal.work.tip_cases import SameOperation, attach_tip, cases_of_tip, open_for_tip
from fanal.work.tips import take_tips

MAIL = (
    b"From: Sender 1 <sender1@example.org>\nDate: Tue, 06 Oct 2020 10:41:00 +0200\nMessage-ID: <1@example.org>\n"
    b"Subject: note 1\n\nmessage\n"
)


@pytest.fixture
def tip(first: Actor, node: Node, operation: Operation, tmp_path: Path) -> int:
    (tmp_path / "a.eml").write_bytes(MAIL)
    take_tips(first, node, operation, [tmp_path / "a.eml"], source="desk 1", report=lambda *_: None)
    return Tip.objects.get(operation=operation).pk


def test_an_operation_is_opened_for_a_tip_and_its_exhibit_goes_along(
    first: Actor, node: Node, operation: Operation, tip: int
) -> None:
    opened, path = open_for_tip(first, node, operation, tip, "kx-2", "Platform", "order 2", "it names a platform")
    assert path.read_bytes() == MAIL
    taken = take_tips(first, node, opened, [path], source="kx", report=lambda *_: None)
    assert [row["subject"] for row in taken] == ["note 1"]
    (case,) = cases_of_tip(first, operation, tip)["cases"]
    assert (case["operation"], case["verdict"], case["officer"]) == ("kx-2", "opened", "1")
    assert Tip.objects.get(pk=tip).operation == operation


def test_a_tip_is_attached_to_operations_that_run_already(
    first: Actor, node: Node, operation: Operation, tip: int
) -> None:
    for slug in ("one", "two"):
        open_operation(first, node, slug, slug, "order 2")
        attach_tip(first, node, operation, tip, slug, "the same group")
    assert [row["operation"] for row in cases_of_tip(first, operation, tip)["cases"]] == ["one", "two"]


def test_where_a_tip_went_is_not_told_to_who_may_not_see_it(
    first: Actor, node: Node, operation: Operation, tip: int
) -> None:
    open_operation(first, node, "one", "one", "order 2")
    attach_tip(first, node, operation, tip, "one", "the same group")
    add_officer(first, node, "3", "", ("analyst",), DEMO_PASSPHRASE)
    Grant.objects.filter(officer__service_number="3").update(operation=operation)
    told = cases_of_tip(acting_as(node, "3"), operation, tip)
    assert told == {"cases": [], "beside": 0}


@pytest.mark.parametrize(
    ("slug", "reason", "error"), [("kx", "r", SameOperation), ("none", "r", UnknownOperation), ("one", " ", NoReason)]
)
def test_what_is_wrong_with_attaching_a_tip_leaves_no_decision(
    first: Actor, node: Node, operation: Operation, tip: int, slug: str, reason: str, error: type[Exception]
) -> None:
    open_operation(first, node, "one", "one", "order 2")
    with pytest.raises(error):
        attach_tip(first, node, operation, tip, slug, reason)
    assert not Decision.objects.filter(subject_kind="tip_case").exists()


def test_an_operation_is_not_opened_where_the_decision_is_not_made(
    first: Actor, node: Node, operation: Operation, tip: int
) -> None:
    with pytest.raises(NoReason):
        open_for_tip(first, node, operation, tip, "kx-2", "Platform", "order 2", "")
    assert not Operation.objects.filter(slug="kx-2").exists()
    with pytest.raises(OperationExists):
        open_for_tip(first, node, operation, tip, "kx", "Platform", "order 2", "r")
