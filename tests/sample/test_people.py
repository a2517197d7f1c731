import numpy as np

from fanal.sample.people import HEAVY_EVERY, invented
from fanal.sample.plan import END, START, planned

PLAN = planned(0.01)
PEOPLE = invented(PLAN, 3)


def test_their_accounts_add_up_to_the_plan() -> None:
    assert int(PEOPLE.accounts.sum()) == PLAN.registered
    assert PEOPLE.accounts.min() >= 1


def test_one_in_two_thousand_holds_a_dozen_to_two_dozen_accounts() -> None:
    heavy = PEOPLE.accounts[PEOPLE.accounts >= 12]
    assert len(heavy) == 1 + (len(PEOPLE) - 138) // HEAVY_EVERY
    assert heavy.max() <= 24


def test_a_household_lives_in_one_country() -> None:
    assert PEOPLE.in_household.any()
    assert np.array_equal(PEOPLE.country, PEOPLE.country[PEOPLE.head])


def test_members_of_a_household_are_born_on_different_days() -> None:
    others = np.flatnonzero(PEOPLE.head != np.arange(len(PEOPLE)))
    assert (PEOPLE.born[others] != PEOPLE.born[PEOPLE.head[others]]).mean() > 0.99


def test_everyone_was_of_age_when_the_platform_began() -> None:
    assert (START / 86_400 - PEOPLE.born).min() > 18 * 365.25


def test_a_recycled_number_goes_to_a_stranger_of_the_same_country_a_year_or_more_later() -> None:
    late = np.flatnonzero(PEOPLE.recycled & (PEOPLE.phone_of != np.arange(len(PEOPLE))))
    before = PEOPLE.phone_of[late]
    assert len(late) >= 2
    assert (PEOPLE.head[late] != PEOPLE.head[before]).all()
    assert np.array_equal(PEOPLE.country[late], PEOPLE.country[before])
    assert (PEOPLE.joined[late] - PEOPLE.joined[before]).min() > 360 * 86_400


def test_everyone_comes_while_the_platform_runs() -> None:
    assert PEOPLE.joined.min() >= START
    assert PEOPLE.joined.max() < END


def test_those_who_lie_state_another_country() -> None:
    assert np.array_equal(PEOPLE.liar, PEOPLE.stated != PEOPLE.country)
    assert PEOPLE.liar.any()
