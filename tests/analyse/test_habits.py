import numpy as np
import pytest

from fanal.analyse.coherence import compare, reason_of
from fanal.analyse.habits import AGREE, DIFFER, Habits, Several, alike_hours, hours_of

from .test_clusters import features

ONE, OTHER = np.array([0]), np.array([1])


def several(*things):
    """Accounts with these things."""
    account = [place for place, own in enumerate(things) for _ in own]
    thing = [one for own in things for one in own]
    return Several.of(np.array(account, dtype=np.int64), np.array(thing, dtype=np.int64), len(things))


def habits(*hours, hidden=None, away=None):
    """Accounts that log in at these hours, once each day; so many of ten rows hidden; away at these addresses."""
    rows = [(place, 1 << hour) for place, own in enumerate(hours) for hour in own]
    account, mask = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    watched, usual = hours_of(account, mask, np.ones(len(account), dtype=np.int64), len(hours))
    days = np.zeros((len(hours), 5))
    days[:, :3] = watched
    if hidden is not None:
        days[:, 3], days[:, 4] = hidden, 10
    return Habits(days, usual, several(*(away or [[]] * len(hours))))


def ratio(one, other):
    return float(alike_hours(habits(one, other), ONE, OTHER)[0])


def reasons(known):
    return reason_of(int(compare(features(2, habits=known), ONE, OTHER)[0]))


def test_many_logins_at_the_same_hours_speak_for_one_person():
    assert ratio([20, 21, 22] * 5, [20, 21, 22] * 5) > 0


def test_many_logins_at_other_hours_speak_against():
    assert ratio([20, 21, 22] * 5, [10, 11, 12] * 5) < -2


def test_more_logins_say_more():
    assert ratio([20] * 20, [20] * 20) > ratio([20] * 2, [20] * 2)
    assert ratio([20] * 20, [12] * 20) < ratio([20] * 2, [12] * 2)


def test_hours_go_round_midnight():
    assert ratio([23] * 10, [0] * 10) == pytest.approx(ratio([11] * 10, [12] * 10))


def test_of_an_account_that_never_logged_in_hours_say_nothing():
    assert ratio([20] * 10, []) == 0


def test_an_account_active_around_the_clock_says_little_of_hours():
    assert DIFFER < ratio(list(range(24)), [20] * 10) < AGREE


def test_hiding_is_for_where_both_do_and_against_where_one_does():
    assert reasons(habits([], [], hidden=[9, 8])) == "both_hide"
    assert reasons(habits([], [], hidden=[9, 0])) == "one_hides"
    assert reasons(habits([], [], hidden=[0, 0])) == ""


def test_an_address_in_common_beside_home_is_for():
    assert reasons(habits([], [], away=[[3, 7], [7]])) == "same_elsewhere"
    assert reasons(habits([], [], away=[[3], [7]])) == ""


def test_things_in_common_are_counted_once_each():
    each = several([5, 1, 5], [5, 9, 1], [])
    assert list(each.in_common(np.array([0, 0, 1]), np.array([1, 2, 2]))) == [2, -1, -1]


def test_a_group_has_what_its_accounts_have_but_for_what_is_left_out():
    each = several([1], [2, 3], [3])
    both = each.of_groups(np.array([0, 0, 2]))
    assert list(both.in_common(ONE, np.array([2]))) == [1]
    assert list(both.without(several([], [], [3])).in_common(ONE, np.array([2]))) == [-1]
