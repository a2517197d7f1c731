"""What rests on an exhibit: who meets the threshold by it, and which packages that were sent hold accounts of it."""

import pytest
from release_case import Pair

from fanal.cases.access import Actor, NotAllowed
from fanal.cases.models import Operation, Outbox
from fanal.evidence.register import NoSuchExhibit
from fanal.work.exclusion import who_falls, without

pytestmark = pytest.mark.slow
FIRST = Actor("1")


def test_who_meets_the_threshold_by_an_exhibit_is_named_with_what_else_there_is(pair: Pair) -> None:
    node = pair.desk.node
    operation = Operation.objects.get(slug="kx")
    met = who_falls(FIRST, node, operation, 1, 25)["met"]
    assert met.touched == len(met.rows) == 2
    assert {row["identity"] for row in met.rows} == {pair.id_of("kx:1"), pair.id_of("kx:4")}
    first = next(row for row in met.rows if row["identity"] == pair.id_of("kx:1"))
    assert (first["accounts"], first["first_seen"]) == (3, 3)
    assert 0 < first["here"] <= first["grounds"]


def test_grades_that_give_no_account_are_in_no_package(pair: Pair) -> None:
    pair.release()
    found = who_falls(FIRST, pair.desk.node, Operation.objects.get(slug="kx"), 2, 25)
    assert found["packages"] == []


def test_a_package_that_was_sent_says_whom_it_holds_by_the_exhibit_and_the_reading_is_on_record(pair: Pair) -> None:
    node = pair.desk.node
    operation = Operation.objects.get(slug="kx")
    assert who_falls(FIRST, node, operation, 1, 25)["packages"] == []
    pair.release()
    (row,) = who_falls(FIRST, node, operation, 1, 1)["packages"]
    assert (row["package"], row["recipient"]) == ("kx-BE-1", "Unit BE")
    assert row["identities"] == row["alone"] >= 1
    assert len(row["first"]) == 1
    read = Outbox.objects.filter(content__verb="person.read", content__facts__kind="exhibit").last()
    assert read
    assert row["first"][0] in read.content["facts"]["identities"]


def test_an_exhibit_of_another_operation_is_not_there_and_who_sees_no_case_is_refused(pair: Pair) -> None:
    node, operation = pair.desk.node, Operation.objects.get(slug="kx")
    with pytest.raises(NoSuchExhibit):
        who_falls(FIRST, node, operation, 9, 25)
    with pytest.raises(NoSuchExhibit):
        without(FIRST, node, operation, 9)
    pair.desk.do("officer", "add", "8", "--role", "auditor")
    with pytest.raises(NotAllowed):
        who_falls(Actor("8"), node, operation, 1, 25)
