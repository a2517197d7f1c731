"""The sample's case events: read as a stranger would read them, they give the published figures."""

import json
from collections import Counter

import numpy as np
import pytest

from fanal.base.instants import parse
from fanal.sample.events import TIP_AT, expected, make_case
from fanal.sample.members import arrested_in, make_members

PUBLISHED = {"ES": 17, "EC": 4, "CR": 2, "PE": 2, "UY": 2, "GB": 1, "IN": 1, "IT": 1, "FR": 1, "PK": 1, "SY": 1}
KEYS = {"event", "reference", "reported_by", "country", "at", "status", "person", "name", "born", "account",
        "conduct", "note"}  # fmt: skip


@pytest.fixture(scope="module")
def case():
    return make_case(make_members(np.random.default_rng(1)))


def first_arrests(lines, *, joined=True):
    """Country and instant of each man's first arrest, counted from the lines alone."""
    leading = {}
    if joined:
        for line in lines:
            if line["event"] == "same_person":
                leading |= dict.fromkeys(line["persons"], line["persons"][0])
    found = {}
    for line in lines:
        if line["event"] == "arrest" and line["status"] == "done":
            found.setdefault(leading.get(line["person"], line["person"]), (line["country"], line["at"]))
    return found


def test_the_lines_lead_to_the_published_arrests(case):
    assert Counter(country for country, _ in first_arrests(case.lines).values()) == PUBLISHED


def test_without_the_officers_decisions_the_count_is_too_high(case):
    assert len(first_arrests(case.lines, joined=False)) == 35


def test_the_truth_says_what_the_lines_say(case):
    found = expected(case)
    assert found["arrests"] == 33
    assert found["arrests_by_country"] == dict(sorted(PUBLISHED.items()))


def test_every_arrest_is_more_than_two_years_after_the_tip(case):
    assert min(parse(at) for _, at in first_arrests(case.lines).values()) > TIP_AT.replace(year=TIP_AT.year + 2)


def test_the_fugitive_is_searched_in_italy_and_counts_in_spain(case):
    (pair,) = [
        line["persons"] for line in case.lines if line["event"] == "same_person" and "IT-P-901" in line["persons"]
    ]
    own = [line for line in case.lines if line.get("person") in pair]
    story = [(line["event"], line["country"]) for line in own if line["event"] != "identified"]
    assert story == [("search", "IT"), ("flight", "IT"), ("order", "ES"), ("arrest", "ES")]
    assert first_arrests(case.lines)[pair[0]][0] == "ES"


def test_one_arrest_stands_under_two_agencies_references(case):
    done = [line for line in case.lines if line["event"] == "arrest" and line["status"] == "done"]
    twice = [key for key, n in Counter((line["account"], line["at"]) for line in done).items() if n == 2]
    assert len(twice) == 1


def test_one_man_is_arrested_twice_under_one_reference(case):
    done = Counter(line["person"] for line in case.lines if line["event"] == "arrest" and line["status"] == "done")
    assert list(done.values()).count(2) == 1


def test_every_event_line_has_the_same_keys_and_every_reference_is_unique(case):
    reports = [line for line in case.lines if line["event"] != "same_person"]
    assert all(set(line) == KEYS for line in reports)
    assert len({line["reference"] for line in reports}) == len(reports)
    assert json.loads(json.dumps(reports)) == reports


def test_every_arrested_man_has_an_account_and_conduct(case):
    done = [line for line in case.lines if line["event"] == "arrest"]
    assert all(line["account"].startswith("whatsapp:+") and "shared" in line["conduct"] for line in done)


def test_help_is_asked_of_four(case):
    asked = [line["note"] for line in case.lines if line["event"] == "request"]
    assert len(asked) == len(set(asked)) == 4


def test_arrests_are_placed_by_the_published_counts():
    assert Counter(arrested_in().values()) == PUBLISHED
