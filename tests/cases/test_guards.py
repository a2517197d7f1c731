"""What the database itself refuses, on SQLite and on PostgreSQL."""

import pytest
from django.db import IntegrityError, connection, transaction

from fanal.base import instants
from fanal.cases import guards
from fanal.cases.decisions import decide
from fanal.cases.models.exchange import Package
from fanal.cases.models.offices import Officer
from fanal.cases.store import migrate


def said(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def package(operation):
    officer = Officer.objects.get(service_number="1")
    return Package.objects.create(
        operation=operation, direction="out", sender_operation="kx", country="BE", number=1, state="approved",
        folder="f", digest="d" * 64, built_by=officer, built_at=instants.now(), approval="signed",
    )  # fmt: skip


@pytest.fixture
def sealed(package):
    package.state, package.sealed_at = "sealed", instants.now()
    package.save()
    return package


@pytest.mark.parametrize("change", ["UPDATE cases_decision SET verdict = 'x'", "DELETE FROM cases_decision"])
def test_a_decision_is_neither_changed_nor_deleted(first, operation, change):
    decide(first, operation, "identity", "a", "suspect", "seen")
    with pytest.raises(IntegrityError, match="append-only"):
        said(change)


def test_every_append_only_table_has_its_guards_after_the_migrations(node):
    assert "cases_decision" in guards.append_only_tables()
    assert guards.missing() == []


def test_a_guard_that_was_taken_down_is_missed_and_comes_back_with_the_next_migration(node):
    with connection.schema_editor() as editor:
        guards.release(editor, ["cases_arrival"])
    assert guards.missing() == ["cases_arrival_no_delete", "cases_arrival_no_update"]
    migrate()
    assert guards.missing() == []


@pytest.mark.parametrize(
    "change",
    [
        {"digest": "e" * 64},
        {"number": 2},
        {"country": "FR"},
        {"approval": ""},
        {"sealed_at": None},
        {"direction": "in"},
    ],
    ids=str,
)
def test_what_left_keeps_what_says_which_it_was(sealed, change):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Package.objects.filter(pk=sealed.pk).update(**change)


def test_what_left_is_not_deleted(sealed):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        sealed.delete()


def test_what_left_goes_on_its_way(sealed):
    sealed.cosignature, sealed.state, sealed.counts = "signed", "recalled", {"identities": 1}
    sealed.save()
    assert Package.objects.get().cosignature == "signed"


def test_what_never_left_is_changed_and_deleted(package):
    package.number = 2
    package.save()
    package.delete()
    assert not Package.objects.exists()
