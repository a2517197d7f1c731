import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.media.hamming import Index, as_words

RADIUS = 31


def drawn(n, seed, skew=0.5):
    """Hashes whose bits are set with a probability of their own each."""
    rng = np.random.default_rng(seed)
    return rng.random((n, 256)) < skew


def near(bits, n, most, seed):
    """Hashes with up to so many bits of some others changed."""
    rng = np.random.default_rng(seed)
    made = bits[rng.integers(0, len(bits), n)].copy()
    for row in made:
        row[rng.choice(256, rng.integers(0, most + 1), replace=False)] ^= True
    return made


def words(bits):
    return as_words(np.packbits(bits, axis=1))


def by_hand(queries, hashes, radius):
    apart = np.bitwise_count(queries[:, None, :] ^ hashes[None, :, :]).sum(axis=2)
    query, entry = np.nonzero(apart <= radius)
    return query.tolist(), entry.tolist(), apart[query, entry].tolist()


def found(queries, hashes, radius, key_bits=None):
    pairs = Index(hashes, key_bits).pairs(queries, radius)
    return pairs.query.tolist(), pairs.entry.tolist(), pairs.distance.tolist()


def clustered():
    """Frames of few scenes: each within a few bits of many others."""
    return near(drawn(12, 1), 1500, 40, 2)


def skewed():
    """Frames with black bars: a third of the bits all but constant, others seldom set."""
    chance = np.concatenate([np.full(90, 0.01), np.full(60, 0.15), np.full(106, 0.5)])
    return drawn(1500, 3, np.random.default_rng(4).permutation(chance))


def one_sided():
    """The first 64 bits constant, as of a format that does not use them."""
    bits = near(drawn(300, 5), 1500, 45, 6)
    bits[:, :64] = False
    return bits


SETS = {"clustered": clustered, "skewed": skewed, "one_sided": one_sided, "even": lambda: drawn(1500, 7)}


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("radius", [0, 16, RADIUS])
def test_it_finds_every_pair_that_comparing_all_with_all_finds(name, radius):
    bits = SETS[name]()
    queries = words(np.concatenate([near(bits, 300, 45, 8), bits[:50]]))
    assert found(queries, words(bits), radius) == by_hand(queries, words(bits), radius)


@pytest.mark.parametrize("key_bits", [8, 12, 16, 20])
def test_the_length_of_keys_changes_nothing(key_bits):
    bits = near(drawn(40, 9), 800, 45, 10)
    assert found(words(bits), words(bits), RADIUS, key_bits) == by_hand(words(bits), words(bits), RADIUS)


def test_pairs_right_at_the_radius_are_found_wherever_the_bits_lie():
    base = drawn(1, 11)
    rng = np.random.default_rng(12)
    hashes = np.repeat(base, 2000, axis=0)
    for n, row in enumerate(hashes):
        # Every other one has its changed bits side by side, the others anywhere.
        places = (np.arange(RADIUS) + n) % 256 if n % 2 else rng.choice(256, RADIUS, replace=False)
        row[places] ^= True
    query, _, distance = found(words(base), words(hashes), RADIUS)
    assert len(query) == 2000
    assert set(distance) == {RADIUS}
    assert not found(words(base), words(hashes), RADIUS - 1)[0]


@settings(deadline=None, max_examples=30)
@given(
    seed=st.integers(0, 2**32 - 1),
    scenes=st.integers(1, 40),
    most=st.integers(0, 80),
    radius=st.integers(0, RADIUS),
    dead=st.integers(0, 200),
)
def test_whatever_the_hashes_nothing_is_missed_and_nothing_told_twice(seed, scenes, most, radius, dead):
    bits = near(drawn(scenes, seed), 400, most, seed + 1)
    bits[:, :dead] = False
    some = words(near(bits, 60, most, seed + 2))
    assert found(some, words(bits), radius) == by_hand(some, words(bits), radius)


@pytest.mark.parametrize("name", SETS)
def test_a_set_joined_with_itself_tells_each_pair_once(name):
    hashes = words(SETS[name]())
    told = []
    Index(hashes).join_itself(RADIUS, lambda p: told.extend(zip(p.query.tolist(), p.entry.tolist(), strict=True)))
    query, entry, _ = by_hand(hashes, hashes, RADIUS)
    assert sorted(told) == sorted((q, e) for q, e in zip(query, entry, strict=True) if q < e)


def test_a_hash_near_to_more_than_the_limit_is_named_and_left():
    crowd = near(drawn(1, 13), 500, 10, 14)
    alone = near(drawn(20, 15), 60, 10, 16)
    hashes = words(np.concatenate([crowd, alone]))
    told = []
    left = Index(hashes).join_itself(RADIUS, lambda p: told.extend(p.entry.tolist()), limit=100)
    assert left[:500].all()
    assert not left[500:].any()
    query, entry, _ = by_hand(hashes[500:], hashes[500:], RADIUS)
    assert sum(e >= 500 for e in told) == sum(q < e for q, e in zip(query, entry, strict=True))


def test_an_empty_set_has_no_neighbours():
    none = np.empty((0, 4), np.uint64)
    assert not len(Index(none).pairs(words(drawn(3, 17)), RADIUS))
    assert not len(Index(words(drawn(3, 17))).pairs(none, RADIUS))
