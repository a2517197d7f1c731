"""From weighed pairs to groups."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fanal.analyse import record_groups
from fanal.analyse.linkage_model import Scored
from fanal.analyse.record_groups import gather


def scored(*pairs):
    a, b, w = zip(*pairs, strict=True) if pairs else ((), (), ())
    return Scored(np.array(a, dtype=np.int64), np.array(b, dtype=np.int64), np.array(w, dtype=np.float64))


def test_a_strong_pair_is_a_group():
    assert gather(3, scored((0, 2, 5.0))).tolist() == [0, 1, 0]


def test_a_pair_that_speaks_against_is_none():
    assert gather(2, scored((0, 1, -5.0))).tolist() == [0, 1]


def test_a_chain_whose_ends_contradict_is_cut():
    chain = ((0, 1, 7.0), (1, 2, 1.0), (2, 3, 7.0), (0, 2, -8.0), (0, 3, -8.0), (1, 3, -8.0))
    assert gather(4, scored(*chain)).tolist() == [0, 0, 2, 2]


def test_a_record_with_one_clear_pair_into_a_close_group_joins_it():
    close = [(0, 1, 8.0), (0, 2, 8.0), (1, 2, 8.0), (0, 3, 6.0), (1, 3, -1.0), (2, 3, -1.0)]
    assert gather(4, scored(*close)).tolist() == [0, 0, 0, 0]


def test_what_hangs_together_too_widely_is_cut_at_a_higher_floor(monkeypatch):
    monkeypatch.setattr(record_groups, "LARGEST", 2)
    pairs = ((0, 1, 9.0), (1, 2, 0.5), (2, 3, 9.0))
    assert gather(4, scored(*pairs)).tolist() == [0, 0, 2, 2]


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.floats(-12, 12)), max_size=30))
def test_every_record_is_in_one_group_named_by_its_smallest(drawn):
    pairs = {(min(a, b), max(a, b)): w for a, b, w in drawn if a != b}
    group = gather(9, scored(*((a, b, w) for (a, b), w in sorted(pairs.items()))))
    assert all(group[first] == first for first in group)
    assert all(first <= place for place, first in enumerate(group))
