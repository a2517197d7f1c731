"""A model that is not whole links nothing; the same records give the same model."""

from dataclasses import replace

import pyarrow as pa
import pytest

from analyse.persons import people
from fanal.analyse.linkage_levels import PERSON, Level
from fanal.analyse.linkage_model import NotTrained, Plan, levels_of, link
from fanal.analyse.record_keys import with_keys
from fanal.analyse.records import prepared

BORN = next(one for one in PERSON if one.name == "born")
NAME = next(one for one in PERSON if one.name == "name")
PLAN = Plan((NAME, BORN), (("whole",), ("born",), ("postcode",)), (("whole", "born"),), 0.5)


@pytest.fixture(scope="module")
def table():
    return with_keys(prepared(people(900)[0]))


def test_a_comparison_that_no_session_teaches_stops_it(table):
    with pytest.raises(NotTrained, match="born_same"):
        link(table, replace(PLAN, sessions=(("born",),)), 0)


def test_without_a_sure_pair_it_stops(table):
    with pytest.raises(NotTrained, match="prior"):
        link(table, replace(PLAN, likely=()), 0)


def test_a_level_in_the_middle_that_nothing_taught_is_left_out(table):
    never = Level("born_never", "born_l = 'x'", "Never.")
    born = replace(BORN, levels=(BORN.levels[0], never, *BORN.levels[1:]))
    model, _ = link(table, replace(PLAN, comparisons=(NAME, born)), 0)
    assert "born_never" not in model.weights()
    assert "born_never" not in {level.name for one in model.kept((NAME, born)) for level in one.levels}


def test_agreement_weighs_for_and_difference_against(table):
    weights = link(table, PLAN, 0)[0].weights()
    assert weights["whole_name_same"] > 5
    assert weights["born_differs"] < 0
    assert weights["name_differs"] < 0


def test_pairs_across_two_sources_only(table):
    half = table.append_column("source", pa.array(["a", "b"] * (len(table) // 2) + ["a"] * (len(table) % 2)))
    _, pairs = link(half, replace(PLAN, across=True), -20)
    assert len(pairs.a)
    assert all((a - b) % 2 for a, b in zip(pairs.a.tolist(), pairs.b.tolist(), strict=True))


def test_a_level_is_named_where_both_sides_tell_something():
    made = prepared(pa.table({"given": ["ada", "ada"], "family": ["dalan", "dalan"], "born": ["1980-02-03", None]}))
    row = levels_of(made, (NAME, BORN), *(pa.array([n]).to_numpy() for n in (0, 1))).to_pylist()[0]
    assert row == {"name": "whole_name_same", "born": None}
