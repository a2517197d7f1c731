"""Lines at the edges that never change, told from what a few frames have in common."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fanal.media.bars_kernel import spread


@given(arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 90))), st.data())
def test_the_values_at_two_ranks_are_those_of_the_sorted_line(lines, data):
    last = data.draw(st.integers(0, lines.shape[1] - 1))
    first = data.draw(st.integers(0, last))
    low, high = np.full(len(lines), 255), np.zeros(len(lines), np.int64)
    spread(lines, first, last, low, high)
    ordered = np.sort(lines, axis=1)
    assert (low == ordered[:, first]).all()
    assert (high == ordered[:, last]).all()
