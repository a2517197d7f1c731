"""Draws of the sample: seeded streams and a hash for values that are computed where they are needed.

The same scale and seed give the same numbers on any day. Nothing here is meant to be unpredictable.
"""

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Hashes = NDArray[np.uint64]


def stream(seed: int, part: str) -> np.random.Generator:
    """The stream of one part of the sample, so that a change in one part leaves the others as they were."""
    return np.random.Generator(np.random.PCG64([seed & 0xFFFFFFFF, seed >> 32 & 0xFFFFFFFF, zlib.crc32(part.encode())]))


def mixed(value: Ints | Hashes, salt: int) -> Hashes:
    """A 64-bit mix (the finaliser of splitmix64) of whole numbers with a salt: shape of `value`, uint64."""
    with np.errstate(over="ignore"):
        x = value.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64((salt * 0xD1B54A32D192ED03) % 2**64)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(x ^ (x >> np.uint64(31)), dtype=np.uint64)


def below(value: Ints | Hashes, salt: int, limit: int | Ints) -> Ints:
    """The mix of each value as a whole number in [0, limit)."""
    return (mixed(value, salt) % np.asarray(limit).astype(np.uint64)).astype(np.int64)


def share(value: Ints | Hashes, salt: int) -> Floats:
    """The mix of each value as a fraction in [0, 1)."""
    return (mixed(value, salt) >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def chosen(rng: np.random.Generator, weights: NDArray[Any], n: int) -> Ints:
    """`n` indices drawn with replacement by weight."""
    cumulative = np.cumsum(weights, dtype=np.float64)
    place = np.searchsorted(cumulative, rng.random(n) * cumulative[-1], side="right")
    return np.asarray(np.minimum(place, len(weights) - 1), dtype=np.int64)


def split(total: int, weights: Floats) -> Ints:
    """`total` cut into whole parts in proportion to `weights`; the parts add up exactly."""
    edges = np.rint(np.cumsum(weights, dtype=np.float64) / weights.sum() * total).astype(np.int64)
    return np.asarray(np.diff(edges, prepend=0), dtype=np.int64)
