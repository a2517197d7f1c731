import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fanal.cases import persons
from fanal.cases.everyone import Everyone
from fanal.cases.figures import case_figures
from fanal.cases.models import Decision


def test_a_person_exists_only_by_a_decision_that_names_the_evidence(first, operation):
    person = persons.make(first, operation, "ES-1", reason="named in report", evidence=["report 4"])
    assert person.made_by.verdict == "identified"
    assert person.made_by.detail["evidence"] == ["report 4"]


def test_two_references_joined_stand_for_the_older_person(first, operation):
    older = persons.make(first, operation, "ES-1", reason="r", evidence=["report 1"])
    persons.make(
        first, operation, "IT-1", reason="r", evidence=["report 1"], born=dt.date(2000, 1, 1), age_source="report"
    )
    persons.join(first, operation, "IT-1", "ES-1", "same fingerprints on file")
    assert persons.by_reference(operation, "IT-1").pk == older.pk
    assert persons.by_reference(operation, "IT-1").born == dt.date(2000, 1, 1)
    assert Everyone(operation).standing() == [older]


def test_joining_twice_decides_once(first, operation):
    persons.make(first, operation, "A", reason="r", evidence=["report 1"])
    persons.make(first, operation, "B", reason="r", evidence=["report 1"])
    persons.join(first, operation, "A", "B", "alias")
    before = Decision.objects.count()
    persons.join(first, operation, "B", "A", "alias")
    assert Decision.objects.count() == before


def test_a_chain_of_aliases_is_one_family(first, operation):
    one = persons.make(first, operation, "A", reason="r", evidence=["report 1"])
    for reference in ("B", "C"):
        persons.make(first, operation, reference, reason="r", evidence=["report 1"])
    persons.join(first, operation, "B", "C", "alias")
    persons.join(first, operation, "A", "C", "alias")
    assert len(Everyone(operation).family(one)) == 3


def test_an_unknown_reference_is_an_error(operation):
    with pytest.raises(persons.UnknownPerson):
        persons.by_reference(operation, "XX-9")


def test_a_person_without_evidence_is_refused(first, operation):
    with pytest.raises(persons.NoEvidence):
        persons.make(first, operation, "A", reason="r", evidence=[])
    assert not Decision.objects.exists()


def test_a_date_of_birth_without_its_source_is_refused(first, operation):
    with pytest.raises(persons.NoAgeSource):
        persons.make(first, operation, "A", reason="r", evidence=["report 1"], born=dt.date(2000, 1, 1))


def test_deciding_again_adds_what_is_told_and_keeps_the_rest(first, second, operation):
    persons.make(first, operation, "A", reason="r", evidence=["report 1"], name="B")
    born = {"born": dt.date(2000, 1, 1), "age_source": "passport"}
    person = persons.amend(second, operation, "A", reason="seen", evidence=["report 2"], **born)
    assert (person.name, person.born, person.age_source) == ("B", dt.date(2000, 1, 1), "passport")
    said = Decision.objects.filter(subject="A").order_by("pk")
    assert said[1].supersedes == said[0]


def test_deciding_again_on_another_identity_joins_it_to_the_person(first, operation):
    made = persons.make(first, operation, "A", reason="r", evidence=["1"], identity="one", accounts=["kx:1"])
    told = {"reason": "r", "evidence": ["2"]}
    persons.amend(first, operation, "A", identity="two", accounts=["kx:2"], **told)
    persons.amend(first, operation, "A", identity="two", accounts=["kx:2"], **told)
    everyone = Everyone(operation)
    assert everyone.standing() == [made]
    assert everyone.accounts_of(made) == {"kx:1", "kx:2"}
    assert everyone.behind == {"one": made.pk, "two": made.pk}
    assert len(everyone.family(made)) == 2


def test_an_unknown_age_is_never_adult(first, operation):
    person = persons.make(first, operation, "A", reason="r", evidence=["report 1"])
    assert Everyone(operation).minor(person) is None


def test_an_age_is_unknown_while_the_date_of_the_offence_is(first, operation):
    born = {"born": dt.date(1980, 1, 1), "age_source": "passport"}
    person = persons.make(first, operation, "A", reason="r", evidence=["report 1"], accounts=["kx:1"], **born)
    assert Everyone(operation).minor(person) is None
    assert Everyone(operation).minor(person, {"kx:1": dt.datetime(1990, 1, 1, tzinfo=dt.UTC)}) is True
    assert Everyone(operation).minor(person, {"kx:1": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}) is False


def test_figures_take_as_many_queries_for_one_person_as_for_many(first, operation):
    def queries():
        with CaptureQueriesContext(connection) as counted:
            case_figures(operation)
        return len(counted)

    persons.make(first, operation, "A", reason="r", evidence=["report 1"], born=dt.date(2000, 1, 1), age_source="p")
    before = queries()
    for reference in ("B", "C", "D"):
        persons.make(first, operation, reference, reason="r", evidence=["report 1"])
    persons.join(first, operation, "B", "C", "alias")
    assert queries() == before
