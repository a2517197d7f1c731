"""The next place of a byte, 64 of them looked at together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit
from numba.core.errors import TypingError

from fanal.base.lanes import BLOCK, LANES, copy_block, equal, next_byte, next_of


@given(st.lists(st.sampled_from(b"ab\n"), max_size=3 * LANES).map(bytes), st.integers(0, 200), st.integers(0, 200))
def test_the_next_byte_is_where_a_search_finds_it(raw, start, end):
    end = min(end, len(raw))
    found = raw.find(b"\n", start, end)
    assert next_byte(np.frombuffer(raw, np.uint8), start, end, ord("\n")) == (end if found < 0 else found)


@given(st.lists(st.sampled_from(b"abcd"), max_size=3 * LANES).map(bytes), st.integers(0, 200), st.integers(0, 200))
def test_of_two_bytes_the_nearer_one_is_found(raw, start, end):
    end = min(end, len(raw))
    found = [place for code in b"ab" if (place := raw.find(code, start, end)) >= 0]
    assert next_of(np.frombuffer(raw, np.uint8), start, end, ord("a"), ord("b")) == min(found, default=end)


@pytest.mark.parametrize("array", [np.zeros(256, np.uint16), np.zeros(256, np.uint8)[::2]])
def test_only_bytes_one_behind_the_other_are_looked_at_together(array):
    look = njit(lambda buf: equal(buf, 0, np.uint8(0)))
    with pytest.raises(TypingError, match="bytes one behind the other"):
        look(array)


def test_a_block_is_copied_and_nothing_beside_it():
    source, target = np.arange(3 * BLOCK, dtype=np.uint8), np.full(3 * BLOCK, 255, np.uint8)
    njit(copy)(source, 5, target, BLOCK)
    assert target.tolist() == [255] * BLOCK + list(range(5, 5 + BLOCK)) + [255] * BLOCK


def copy(source, p, target, o):
    copy_block(source, p, target, o)
