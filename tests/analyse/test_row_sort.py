"""Rows of two columns are sorted by the first, and only where they were told to be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.analyse.row_sort import _FEW, sort_rows


@pytest.mark.parametrize("size", [0, 1, 2, _FEW, _FEW + 1, 1000])
def test_few_rows_and_many_are_sorted(size: int) -> None:
    keys = np.random.default_rng(size).permutation(size)
    rows = np.stack((keys, keys + 10_000), axis=1)
    sort_rows(rows, 0, size)
    assert rows[:, 0].tolist() == list(range(size))
    assert (rows[:, 1] == rows[:, 0] + 10_000).all()


@given(st.lists(st.integers(-5, 5), max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_rows_outside_stay(keys: list[int], start: int, end: int) -> None:
    start, end = sorted((min(start, len(keys)), min(end, len(keys))))
    rows = np.stack((np.array(keys, np.int64), np.arange(len(keys))), axis=1)
    sort_rows(rows, start, end)
    assert rows[:, 0].tolist() == [*keys[:start], *sorted(keys[start:end]), *keys[end:]]
    assert [keys[row] for row in rows[:, 1]] == rows[:, 0].tolist()
