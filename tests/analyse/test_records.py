"""Persons' records to persons."""

import pyarrow as pa
import pytest

from analyse.persons import people
from fanal.analyse.linkage_model import NotTrained
from fanal.analyse.records import link_records, plain, prepared, told


@pytest.fixture(scope="module")
def linked():
    table, person = people(900)
    return link_records(table), person


def test_records_of_one_person_with_a_typing_error_come_together(linked):
    found, person = linked
    twice = [n for n in range(1, len(person)) if person[n] == person[n - 1]]
    together = sum(found.group[n] == found.group[n - 1] for n in twice)
    assert together >= 0.95 * len(twice)


def test_strangers_stay_apart(linked):
    found, person = linked
    for record, first in enumerate(found.group):
        assert person[record] == person[first]


def test_a_group_is_named_by_its_first_record(linked):
    assert all(found <= place for place, found in enumerate(linked[0].group))


def test_the_same_records_give_the_same_model_and_groups(linked):
    table, _ = people(900)
    again = link_records(table)
    assert again.model.digest == linked[0].model.digest
    assert again.model.text == linked[0].model.text
    assert again.group.tolist() == linked[0].group.tolist()


def test_too_few_records_link_nothing():
    table, _ = people(30)
    with pytest.raises(NotTrained, match="nothing was linked"):
        link_records(table)


def test_titles_and_numbers_are_no_names():
    made = prepared(
        pa.table({"given": ["Sir"], "family": ["1st"], "full_name": ["Sir Ada Éva Baron, 1st baronet of X"]})
    )
    assert made["given"].to_pylist() == ["ada"]
    assert made["words"].to_pylist() == [["ada", "eva"]]


def test_plain_text_has_no_accents_signs_or_doubled_spaces():
    assert plain(pa.array(["  Renée  O'Dál ", "--", None])).to_pylist() == ["renee o dal", None, None]


def test_the_first_of_january_stands_for_the_year_where_a_register_writes_it_often():
    often = prepared(pa.table({"born": ["1950-01-01", "1960-01-01", "1970-02-02"]}))
    rare = prepared(pa.table({"born": ["1950-01-01"] + ["1960-03-03"] * 99}))
    assert often["only_year"].to_pylist() == [True, True, False]
    assert not any(rare["only_year"].to_pylist())


def test_a_column_that_nobody_tells_is_not_compared():
    table, _ = people(60)
    assert {one.name for one in told(prepared(table))} == {"name", "born", "postcode", "place", "occupation"}
