"""Different numbers and their places are those that sorting gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.analyse.distinct import _FEW, distinct

NUMBERS = st.one_of(st.integers(-3, 3), st.integers(-(1 << 63), (1 << 63) - 1))


@given(st.lists(NUMBERS))
def test_they_are_what_sorting_gives(numbers: list[int]) -> None:
    column = np.array(numbers, np.int64)
    found, place = distinct(column)
    expected, inverse = np.unique(column, return_inverse=True)
    assert found.tolist() == expected.tolist()
    assert place.tolist() == inverse.tolist()


@pytest.mark.parametrize("more", [0, 1])
def test_more_of_them_than_the_table_holds_are_told_apart_too(more: int) -> None:
    column = np.arange(_FEW + more)[::-1] * 7
    found, place = distinct(column)
    assert found[place].tolist() == column.tolist()
    assert len(found) == len(column)
