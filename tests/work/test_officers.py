"""Officers: roles given and taken, locked, let in again, retired; never by themselves."""

import pytest

from fanal.cases.access import NotAllowed, UnknownOfficer, allowed, may
from fanal.cases.decisions import NoReason
from fanal.cases.models.audit import Outbox
from fanal.cases.session import DEMO_PASSPHRASE, acting_as, node_passphrase
from fanal.work.keys import rotate_keys
from fanal.work.nodes import add_officer, list_officers
from fanal.work.officers import (
    OwnRights,
    Retired,
    WholeNode,
    grant_role,
    lock_officer,
    reset_factor,
    retire_officer,
    show_officer,
    take_role,
    unlock_officer,
)
from fanal.work.operations import UnknownOperation

WHY = "asked for by office 7"


@pytest.fixture
def third(node, first):
    """An officer without any role."""
    add_officer(first, node, "3", "", (), DEMO_PASSPHRASE)
    return acting_as(node, "3")


def test_a_role_in_one_operation_holds_there_alone_and_is_on_record(first, third, operation):
    grant_role(first, "3", "analyst", "kx", WHY)
    assert allowed(third, "case.read", "kx")
    assert not allowed(third, "case.read", "other")
    grant_role(first, "3", "analyst", "kx", WHY)
    told = [row.content["facts"] for row in Outbox.objects.filter(verb="officer.grant")]
    assert told == [{"role": "analyst", "operation": "kx", "reason": WHY}]


def test_a_role_that_is_taken_away_holds_no_more(first, third, operation):
    grant_role(first, "3", "analyst", "kx", WHY)
    take_role(first, "3", "analyst", "kx", WHY)
    assert not allowed(third, "case.read", "kx")


def test_nobody_raises_their_own_roles(first, node):
    for act in (grant_role, take_role):
        with pytest.raises(OwnRights):
            act(first, "1", "auditor", "", WHY)
    with pytest.raises(OwnRights):
        lock_officer(first, "1", WHY)
    with pytest.raises(OwnRights):
        reset_factor(first, "1", WHY)


def test_only_an_administrator_gives_roles(second, third):
    with pytest.raises(NotAllowed):
        grant_role(second, "3", "administrator", "", WHY)


def test_an_administrator_of_one_operation_cannot_be(first, third, operation):
    with pytest.raises(WholeNode):
        grant_role(first, "3", "administrator", "kx", WHY)
    with pytest.raises(UnknownOperation):
        grant_role(first, "3", "analyst", "ky", WHY)


def test_a_locked_officer_may_nothing_and_keeps_the_roles(first, node, third, operation):
    grant_role(first, "3", "analyst", "kx", WHY)
    lock_officer(first, "3", WHY)
    with pytest.raises(UnknownOfficer):
        may(third, "case.read", "kx")
    assert show_officer(first, node, "3")["state"] == "locked"
    unlock_officer(first, node, "3", WHY)
    may(third, "case.read", "kx")


def test_who_is_let_in_again_opens_keys_that_are_new_since(first, node, third):
    lock_officer(first, "3", WHY)
    rotate_keys(first, node, lost=False, reason=WHY)
    unlock_officer(first, node, "3", WHY)
    assert node_passphrase(node, third) == node_passphrase(node, first)


def test_who_retired_has_no_role_and_no_way_to_the_nodes_keys_and_does_not_come_back(first, node, third):
    grant_role(first, "3", "analyst", "", WHY)
    retire_officer(first, node, "3", WHY)
    found = show_officer(first, node, "3")
    assert (found["state"], found["grants"], found["opens"]) == ("retired", [], False)
    with pytest.raises(Retired):
        unlock_officer(first, node, "3", WHY)


def test_each_needs_a_reason(first, third):
    with pytest.raises(NoReason):
        lock_officer(first, "3", " ")


def test_only_who_may_read_officers_learns_of_operations_they_work_in(first, second, third, operation):
    grant_role(first, "3", "analyst", "kx", WHY)
    seen = {row["officer"]: row["in_operations"] for row in list_officers(first)}
    assert seen["3"] == ["kx"]
    assert {str(row["in_operations"]) for row in list_officers(second)} == {"[]"}
