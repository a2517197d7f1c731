import numpy as np
import pytest

from fanal.analyse.pairs import ALL_PAIRS, NEIGHBOURS, Uses, meet

from .test_clusters import features


def uses(*groups):
    value = np.concatenate([np.full(len(g), n) for n, g in enumerate(groups)]).astype(np.int64)
    account = np.concatenate([np.array(g) for g in groups]).astype(np.int64)
    zeros = np.zeros(len(value), dtype=np.int64)
    return Uses(value, account, np.zeros(len(groups), dtype=np.int64), zeros, zeros, zeros, zeros, zeros)


def pairs(use, n):
    met = meet(use, features(n, born_low=[1950 + k % 50 for k in range(n)]))
    return list(zip(use.account[met.left], use.account[met.right], strict=True)), met


@pytest.mark.parametrize("size", [2, 3, ALL_PAIRS])
def test_behind_a_value_of_few_accounts_every_pair_meets(size):
    found, _ = pairs(uses(range(size)), size)
    assert sorted(found) == [(a, b) for a in range(size) for b in range(a + 1, size)]


def test_accounts_of_different_values_do_not_meet():
    found, _ = pairs(uses([0, 1], [2, 3]), 4)
    assert sorted(found) == [(0, 1), (2, 3)]


def test_behind_a_value_of_many_the_pairs_grow_with_their_number_not_its_square():
    found, _ = pairs(uses(range(1000)), 1000)
    assert len(found) <= 1000 * (ALL_PAIRS - 1 + 3 * NEIGHBOURS)
    assert len(set(found)) == len(found)


def test_behind_a_value_of_many_those_born_in_one_year_meet():
    found, _ = pairs(uses(range(400)), 400)
    near = {b for a, b in found if a == 7} | {a for a, b in found if b == 7}
    assert 57 in near


def test_pairs_that_features_brought_together_are_not_fair():
    found, met = pairs(uses(range(400)), 400)
    assert {abs(b - a) for (a, b), fair in zip(found, met.fair, strict=True) if fair} == set(range(1, ALL_PAIRS))
