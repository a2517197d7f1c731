"""States allow what the patterns match that they are made of."""

import itertools
import re

import pytest

from fanal.model.phone_patterns import parsed
from fanal.model.phone_states import ALL, NONE, States

ALL_NUMBERS = ["".join(digits) for n in range(5) for digits in itertools.product("01289", repeat=n)]


def value(states: States, state: int, number: str) -> int:
    after, values = states.table()
    for digit in number:
        state = after[state, int(digit)]
    return int(values[state])


def numbers(states: States, pattern: str) -> int:
    return states.numbers(parsed(pattern)[0])


@pytest.mark.parametrize("pattern", [r"1\d{2,3}", r"(?:0|12?)8?\d", r"[0-28]{3}|9(?:1|2[89])?|9999", r"1{0,2}2"])
def test_a_state_allows_what_the_pattern_matches_to_its_end(pattern: str) -> None:
    states = States()
    state = numbers(states, pattern)
    expected = [number for number in ALL_NUMBERS if re.fullmatch(pattern, number)]
    assert [number for number in ALL_NUMBERS if value(states, state, number)] == expected
    assert expected


def test_a_beginning_allows_all_that_begins_so() -> None:
    states = States()
    state = states.beginning(parsed("12|0")[0])
    allowed = [number for number in ALL_NUMBERS if value(states, state, number)]
    assert allowed == [number for number in ALL_NUMBERS if re.match("12|0", number)]


def test_what_two_allow_and_what_one_of_two_allows() -> None:
    states = States()
    one, other = numbers(states, r"1\d{2}"), numbers(states, r"\d2\d?")
    both, either = states.both(one, other), states.either([one, other, NONE])
    for number in ALL_NUMBERS:
        inside = [bool(re.fullmatch(pattern, number)) for pattern in (r"1\d{2}", r"\d2\d?")]
        assert [bool(value(states, both, number)), bool(value(states, either, number))] == [all(inside), any(inside)]


def test_the_value_is_that_of_the_side_that_a_number_falls_on() -> None:
    states = States()
    state = states.chosen(numbers(states, "1[29]"), states.constant(7), states.constant(3))
    assert {number: value(states, state, number) for number in ("12", "19", "1", "", "122")} == {
        "12": 7, "19": 7, "1": 3, "": 3, "122": 3,
    }  # fmt: skip
    assert states.chosen(ALL, 5, 6) == 5
    assert states.chosen(NONE, 5, 6) == 6


def test_lengths_cut_what_a_state_allows() -> None:
    states = States()
    state = states.sized(numbers(states, r"1\d{0,3}"), (2, 4, -1))
    assert {n for n in ALL_NUMBERS if value(states, state, n)} == {
        n for n in ALL_NUMBERS if n.startswith("1") and len(n) in (2, 4)
    }


def test_what_allows_the_same_is_one_state() -> None:
    states = States()
    assert numbers(states, r"1[0-4]\d|1[5-9]\d") == numbers(states, r"1\d{2}") == numbers(states, r"1\d\d")
