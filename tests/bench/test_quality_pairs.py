import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.bench.quality_pairs import score, sharing


def ints(*values):
    return np.array(values, dtype=np.int64)


def test_a_right_pair_and_a_wrong_one_make_half_a_precision():
    found = score(ints(0, 0, 1, 1), ints(7, 7, 8, 9))
    assert (found.made, found.right, found.wanted, found.largest) == (2, 1, 1, 2)
    assert (found.precision, found.recall, found.f1) == (0.5, 1.0, pytest.approx(2 / 3))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12))
def test_pairs_are_counted_as_one_by_one(drawn):
    cluster, truth = (ints(*(d[side] for d in drawn)) for side in (0, 1))
    pairs = [(i, j) for j in range(len(drawn)) for i in range(j)]
    found = score(cluster, truth)
    assert found.made == sum(cluster[i] == cluster[j] for i, j in pairs)
    assert found.wanted == sum(truth[i] == truth[j] for i, j in pairs)
    assert found.right == sum(cluster[i] == cluster[j] and truth[i] == truth[j] for i, j in pairs)


def test_nothing_made_and_nothing_wanted_is_perfect():
    assert (score(ints(0, 1), ints(0, 1)).precision, score(ints(0, 1), ints(0, 1)).recall) == (1.0, 1.0)


def test_a_value_above_the_cap_links_nobody():
    record, value = ints(0, 1, 2, 3, 4), ints(10, 10, 11, 11, 11)
    assert list(sharing(record, value, 2, 5)) == [0, 0, 1, 2, 3]
    assert len(set(sharing(record, value, 3, 5))) == 2


def test_a_record_that_uses_a_value_twice_counts_once_against_the_cap():
    assert len(set(sharing(ints(0, 0, 1), ints(5, 5, 5), 2, 2))) == 1


def test_records_without_values_stay_alone():
    assert len(set(sharing(ints(), ints(), 5, 3))) == 3
