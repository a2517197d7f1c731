from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from fanal.base import instants
from fanal.cases import guards
from fanal.cases.commitments import committed_models, row_problems
from fanal.cases.models import (
    Agency,
    Answer,
    Arrival,
    CaseEvent,
    Decision,
    Officer,
    Outbox,
    Package,
    Peer,
    PinEvent,
    Reply,
)


@pytest.fixture
def package(operation):
    return Package.objects.create(
        operation=operation, direction="out", sender_operation="kx", country="IT", number=1, state="sealed",
        folder="f", digest="d" * 64, built_by=Officer.objects.get(service_number="1"), built_at=instants.now(),
        counts={"identities": 3, "accounts": 5},
    )  # fmt: skip


@pytest.fixture
def answer(package):
    return Answer.add(
        package=package, identity="a" * 32, outcome="arrested", officer="9", at=instants.now(), note="message 12"
    )


@pytest.fixture
def report(operation):
    return CaseEvent.add(
        operation=operation, kind="arrest", reference="1", reported_by="IT", country="IT", at=instants.now(),
        status="done", conduct=["share"],
    )  # fmt: skip


def edited(table, statement):
    """Raw SQL, as somebody with the file would write it, triggers out of the way."""
    with connection.cursor() as cursor:
        for guard in ("no_update", "no_delete", "fixed", "kept"):
            cursor.execute(guards._down(connection.vendor, f"{table}_{guard}", table))
        cursor.execute(statement)


def test_rows_as_fanal_wrote_them_hold(answer, report):
    checked, problems = row_problems()
    assert (checked, problems) == (3, [])


def test_what_must_be_found_when_it_is_edited_is_committed_to():
    assert set(committed_models()) >= {Answer, Arrival, CaseEvent, Package, Reply}
    assert Decision not in committed_models()


@pytest.mark.parametrize(
    "change",
    [
        "cases_answer SET outcome = 'not_found'",
        "cases_answer SET identity = 'b'",
        "cases_answer SET note = ''",
        "cases_answer SET minor = true",
        "cases_caseevent SET country = 'FR'",
        "cases_caseevent SET at = '2020-01-01'",
        "cases_caseevent SET conduct = '[]'",
        """cases_package SET counts = '{"identities": 4, "accounts": 5}'""",
        "cases_package SET sealed_at = '2020-01-01'",
    ],
)
def test_an_edited_row_is_found(answer, report, change):
    table = change.split()[0]
    edited(table, f"UPDATE {change}")
    _, problems = row_problems()
    assert problems == [f"{table.removeprefix('cases_')}:1: not as Fanal wrote it"]


def test_a_row_taken_out_is_found(answer):
    edited("cases_answer", "DELETE FROM cases_answer")
    assert row_problems()[1] == ["answer:1: taken out of the case store"]


def test_a_row_put_in_by_hand_is_found(report):
    edited(
        "cases_caseevent",
        "INSERT INTO cases_caseevent (kind, reference, reported_by, country, at, status, account, conduct, note, "
        "operation_id) SELECT kind, '2', reported_by, country, at, status, account, conduct, note, operation_id "
        "FROM cases_caseevent",
    )
    assert row_problems()[1] == ["caseevent:2: in the case store, but Fanal did not write it"]


def test_a_package_that_fanal_changes_or_takes_back_holds(package):
    package.state = "void"
    package.save()
    assert row_problems() == (1, [])
    Package.objects.all().delete()
    assert row_problems() == (0, [])


def test_a_column_that_a_later_version_adds_changes_no_commitment(package):
    assert "cosignature" in {field.attname for field in Package._meta.concrete_fields}
    before = row_problems()
    package.cosignature = ""  # as a column that the row was written without
    assert before == row_problems() == (1, [])


def test_the_outbox_shows_nothing_of_a_row(answer):
    said = str(list(Outbox.objects.filter(content__verb="row.write").values_list("content", flat=True)))
    assert "message 12" not in said
    assert "arrested" not in said


def test_rows_of_an_earlier_version_are_committed_to_at_the_upgrade(answer, report):
    Outbox.objects.filter(content__verb="row.write").delete()
    assert len(row_problems()[1]) == 3
    import_module("fanal.cases.migrations.0007_commitments")._commit(apps, SimpleNamespace(connection=connection))
    assert row_problems() == (3, [])


def test_pins_of_an_earlier_version_get_a_history_and_a_commitment(operation):
    agency = Agency.objects.create(name="Unit 9", country="ES")
    Peer.objects.create(
        agency=agency, node="a" * 32, signing_key="k", recipient="r", fingerprint="f", pinned_at=instants.now(),
        pinned_by=Officer.objects.get(service_number="1"),
    )  # fmt: skip
    Outbox.objects.filter(content__verb="row.write").delete()
    import_module("fanal.cases.migrations.0009_pins_taken_over")._take_over(
        apps, SimpleNamespace(connection=connection)
    )
    assert Peer.objects.get().compared_at == Peer.objects.get().pinned_at
    assert PinEvent.objects.get().what == "pinned"
    assert row_problems() == (2, [])
