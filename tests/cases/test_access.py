import pytest

from fanal.base import instants
from fanal.cases.access import INSTALLER, VERBS, Actor, NotAllowed, UnknownOfficer, allowed, may, may_see
from fanal.cases.grants import read_once
from fanal.cases.models import Grant, Officer
from fanal.cases.models.offices import ROLES


def grant(officer, role, operation=None):
    Grant.objects.create(officer=officer, operation=operation, role=role, granted_at=instants.now())


@pytest.fixture
def newcomer(node):
    return Officer.objects.create(service_number="N", name="", public_key="", added_at=instants.now())


def test_an_officer_without_a_grant_may_nothing(newcomer, operation):
    for verb in VERBS:
        with pytest.raises(NotAllowed):
            may(Actor("N"), verb, operation.slug)


def test_a_grant_in_one_operation_is_none_in_another(newcomer, operation):
    grant(newcomer, "analyst", operation)
    may(Actor("N"), "case.read", "kx")
    with pytest.raises(NotAllowed):
        may(Actor("N"), "case.read", "other")


def test_grants_are_read_once_for_one_look_and_anew_for_the_next(newcomer, operation):
    with read_once():
        assert not allowed(Actor("N"), "case.read", "kx")
        grant(newcomer, "analyst", operation)
        assert not allowed(Actor("N"), "case.read", "kx")
    assert allowed(Actor("N"), "case.read", "kx")


def test_an_administrator_sees_no_case_data(newcomer, operation):
    grant(newcomer, "administrator")
    assert may_see(Actor("N")) == []
    for verb in ("case.read", "person.read", "figures.read", "package.build", "person.decide"):
        with pytest.raises(NotAllowed):
            may(Actor("N"), verb, operation.slug)


def test_a_verb_that_nobody_declared_is_refused_to_everybody(first):
    with pytest.raises(NotAllowed):
        may(first, "case.destroy")


def test_every_verb_names_roles_that_exist():
    assert {role for roles in VERBS.values() for role in roles} <= set(ROLES)


def test_someone_who_is_no_officer_is_refused(node):
    with pytest.raises(UnknownOfficer):
        may(Actor("nobody"), "case.read")


def test_an_officer_who_left_is_refused(newcomer, operation):
    grant(newcomer, "analyst")
    Officer.objects.filter(pk=newcomer.pk).update(active=False)
    with pytest.raises(UnknownOfficer):
        may(Actor("N"), "case.read", operation.slug)


def test_only_the_installer_makes_a_node(first):
    may(INSTALLER, "node.init")
    with pytest.raises(NotAllowed):
        may(first, "node.init")
