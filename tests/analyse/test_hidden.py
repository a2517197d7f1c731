"""Anonymisers that stand on no list, told from what their users otherwise name."""

import numpy as np

from fanal.analyse import hidden
from fanal.analyse.sightings import Logins

from . import worlds

COUNTRIES = 10


def logins(place_of: list[list[int]]) -> Logins:
    """One day a row; the addresses of each identity."""
    start = np.cumsum([0] + [len(places) for places in place_of])
    place = np.array([p for places in place_of for p in places], dtype=np.int32)
    n = len(place)
    return Logins(start, np.arange(n, dtype=np.int32), place, np.ones(n, np.int32), np.ones(n, np.int32), np.arange(n))


def found(place_of, other, home=(0, 0)):
    groups = np.arange(len(home), dtype=np.int32)
    home = np.array(home, dtype=np.int32)
    return hidden.unlisted(logins(place_of), groups, home, np.array(other, dtype=np.int32), COUNTRIES, hidden.OFTEN)


def test_a_network_whose_users_name_many_countries_hides_them() -> None:
    one = found([[0]] * 40 + [[1]] * 40, [1 + n % 8 for n in range(40)] + [0] * 40)
    assert one.number.tolist() == [0]
    assert (one.users[0], one.elsewhere[0], one.named[0]) == (40, 40, 8)


def test_foreigners_who_live_in_a_country_are_on_all_its_networks() -> None:
    assert not len(found([[0]] * 40 + [[1]] * 40, [1 + n % 8 for n in range(80)]).number)


def test_commuters_of_one_country_hide_behind_nothing() -> None:
    assert not len(found([[0]] * 40 + [[1]] * 40, [1] * 40 + [0] * 40).number)


def test_a_few_users_prove_nothing() -> None:
    assert not len(found([[0]] * 19 + [[1]] * 40, [1 + n % 8 for n in range(19)] + [0] * 40).number)


def test_who_says_nothing_else_counts_for_nothing() -> None:
    assert not len(found([[0]] * 40 + [[1]] * 40, [-1] * 40 + [0] * 40).number)


def test_the_users_of_an_unlisted_service_are_told_so_in_the_finding() -> None:
    made = worlds.answered(worlds.forum(12, 800, listed=0.05, unlisted=0.3))
    assert {row["value"] for row in made.rows("unlisted_anonymiser")} == {"9100", "9101"}
    told = [row for row in made.rows("attribute_support") if row["reason"] == "unlisted_anonymiser"]
    assert told
    assert {(row["role"], row["weight"]) for row in told} == {("context", 0.0)}
