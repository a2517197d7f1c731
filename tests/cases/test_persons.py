import datetime as dt

import pytest

from fanal.cases import persons
from fanal.cases.models import Decision


def test_a_person_exists_only_by_a_decision_that_names_the_evidence(first, operation):
    person = persons.make(first, operation, "ES-1", reason="named in report", evidence=["report 4"])
    assert person.made_by.verdict == "identified"
    assert person.made_by.detail["evidence"] == ["report 4"]


def test_two_references_joined_stand_for_the_older_person(first, operation):
    older = persons.make(first, operation, "ES-1", reason="r")
    persons.make(first, operation, "IT-1", reason="r", born=dt.date(2000, 1, 1), age_source="report")
    persons.join(first, operation, "IT-1", "ES-1", "same fingerprints on file")
    assert persons.by_reference(operation, "IT-1").pk == older.pk
    assert persons.by_reference(operation, "IT-1").born == dt.date(2000, 1, 1)
    assert persons.standing(operation) == [older]


def test_joining_twice_decides_once(first, operation):
    persons.make(first, operation, "A", reason="r")
    persons.make(first, operation, "B", reason="r")
    persons.join(first, operation, "A", "B", "alias")
    before = Decision.objects.count()
    persons.join(first, operation, "B", "A", "alias")
    assert Decision.objects.count() == before


def test_a_chain_of_aliases_is_one_family(first, operation):
    one = persons.make(first, operation, "A", reason="r")
    for reference in ("B", "C"):
        persons.make(first, operation, reference, reason="r")
    persons.join(first, operation, "B", "C", "alias")
    persons.join(first, operation, "A", "C", "alias")
    assert len(persons.family(one)) == 3


def test_an_unknown_reference_is_an_error(operation):
    with pytest.raises(persons.UnknownPerson):
        persons.by_reference(operation, "XX-9")
