"""What pairs say of their value is what the formula says, however the values and patterns repeat."""

import numpy as np

from fanal.analyse.saying import said_of_values

APART = np.array([0.35, 0.02])
SCORE = np.array([0.0, 1.5, -2.0])


def test_a_pair_says_less_of_its_value_than_of_itself():
    value, place = np.array([0, 1, 1]), np.array([1, 1, 2])
    said = said_of_values(value, place, APART, [SCORE], np.ones((2, 1)), [False])
    assert np.array_equal(said, -np.log(APART[value] + (1 - APART[value]) * np.exp(-SCORE[place])))


def test_pairs_count_by_their_share():
    value, place = np.array([1, 0]), np.array([1, 1])
    whole, half = (
        said_of_values(value, place, APART, [SCORE], np.full((2, 1), share), [False]) for share in (1.0, 0.5)
    )
    assert np.array_equal(half, whole / 2)


def test_many_pairs_that_agree_on_a_limited_thing_say_together_what_one_can():
    value, place = np.zeros(40, np.int64), np.ones(40, np.int64)
    told = [said_of_values(value, place, APART, [SCORE], np.ones((2, 1)), [limited]).sum() for limited in (True, False)]
    assert np.isclose(told[0], 1.5)
    assert told[1] > 10


def test_what_speaks_against_is_not_limited():
    value, place = np.zeros(40, np.int64), np.full(40, 2)
    limited, free = (said_of_values(value, place, APART, [SCORE], np.ones((2, 1)), [yes]) for yes in (True, False))
    assert np.array_equal(limited, free)


def test_several_things_add_up_in_their_own_columns():
    value, place = np.array([0, 1]), np.array([1, 2])
    other = np.array([0.0, -0.5, 0.25])
    both = said_of_values(value, place, APART, [SCORE, other], np.ones((2, 2)), [False, False])
    apart = [said_of_values(value, place, APART, [one], np.ones((2, 1)), [False]) for one in (SCORE, other)]
    assert np.array_equal(both, apart[0] + apart[1])
