import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fanal.sample.draw import below, chosen, mixed, share, split, stream


@given(st.integers(0, 10**9), st.lists(st.floats(0.001, 1000), min_size=1, max_size=50))
def test_parts_add_up_to_the_whole_and_none_is_negative(total: int, weights: list[float]) -> None:
    parts = split(total, np.array(weights))
    assert int(parts.sum()) == total
    assert parts.min() >= 0


@given(st.integers(0, 2**63 - 1), st.integers(0, 1000), st.integers(1, 10**9))
def test_a_mix_below_a_limit_is_below_it(value: int, salt: int, limit: int) -> None:
    row = np.array([value], dtype=np.int64)
    assert 0 <= int(below(row, salt, limit)[0]) < limit
    assert 0 <= float(share(row, salt)[0]) < 1


def test_different_numbers_mix_to_different_numbers() -> None:
    assert len(np.unique(mixed(np.arange(100_000), 1))) == 100_000


def test_parts_of_one_seed_have_streams_of_their_own() -> None:
    assert stream(1, "a").random() == stream(1, "a").random()
    assert len({stream(1, "a").random(), stream(1, "b").random(), stream(2, "a").random()}) == 3


def test_what_weighs_nothing_is_never_chosen() -> None:
    drawn = chosen(stream(1, "test"), np.array([0.0, 1.0, 0.0, 3.0]), 1000)
    assert set(drawn.tolist()) == {1, 3}
