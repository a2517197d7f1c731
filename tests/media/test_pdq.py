"""PDQ: pinned hashes of generated patterns, and what must hold whatever the picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import pattern

from fanal.media.pdq import coefficients, dihedral, distance, hash_luma, hash_rgb, variants


def box(length, window):
    """The published box filter as a matrix: windows are cut at the ends."""
    ahead = (window + 2) // 2 - 1
    made = np.zeros((length, length))
    for o in range(length):
        low, high = max(0, o + ahead - window + 1), min(length, o + ahead + 1)
        made[o, low:high] = 1 / (high - low)
    return made


def slowly(pixels):
    """PDQ step by step as it is published, with whole matrices of doubles: bits, and gradients before division."""
    luma = pixels @ np.array([0.299, 0.587, 0.114])
    rows, columns = luma.shape
    if max(rows, columns) > 512:
        luma = luma[np.arange(512) * rows // 512][:, np.arange(512) * columns // 512]
        rows, columns = luma.shape
    down, across = box(rows, (rows + 127) // 128), box(columns, (columns + 127) // 128)
    blurred = down @ down @ luma @ across.T @ across.T
    pick = lambda n: [int((i + 0.5) * n / 64) for i in range(64)]  # noqa: E731
    small = blurred[pick(rows)][:, pick(columns)]
    i, j = np.mgrid[0:16, 0:64]
    cosines = np.sqrt(2 / 64) * np.cos(np.pi / 128 * (i + 1) * (2 * j + 1))
    kept = (cosines @ small @ cosines.T).ravel()
    bits = kept > np.sort(kept)[127]
    number = sum(1 << k for k in range(256) if bits[k])
    steps = sum(np.abs(np.trunc(np.diff(small, axis=axis) * 100 / 255)).sum() for axis in (0, 1))
    return number.to_bytes(32), min(int(steps) // 90, 100)


@pytest.mark.parametrize(
    ("rows", "columns"), [(96, 128), (64, 64), (384, 512), (513, 300), (700, 1100), (33, 41), (5, 5)]
)
def test_it_is_the_published_algorithm(rows, columns):
    pixels = pattern(rows, columns, seed=rows)
    found, (bits, quality) = hash_rgb(pixels), slowly(pixels)
    assert distance(found.pdq, bits) <= 2
    assert abs(found.quality - quality) <= 1


@pytest.mark.parametrize(
    ("seed", "pinned"),
    [
        (1, "72587ad0f9b09ad372d8c13f06cf270d8da7e70c86cd1873f2d858537930bad0"),
        (2, "6f84cb169ec34d266f80e39ce1bcb4e9907ba0fde0addf82ef00cb969e410c61"),
        (3, "db1236c98937bec1db1054eaf648c9b624ede78cf64998f25b10b6c909373f01"),
    ],
)
def test_hashes_of_patterns_stay_what_they_are(seed, pinned):
    assert distance(hash_rgb(pattern(seed=seed)).pdq, bytes.fromhex(pinned)) <= 2


def test_luminance_alone_gives_the_same_hash():
    pixels = pattern()
    luma = np.round(pixels @ np.array([0.299, 0.587, 0.114]) * 256).astype(np.uint16)
    assert distance(hash_luma(luma).pdq, hash_rgb(pixels).pdq) <= 2
    assert hash_luma(luma).quality == hash_rgb(pixels).quality


def test_half_of_the_bits_are_set():
    assert int.from_bytes(hash_rgb(pattern()).pdq).bit_count() == 128


def test_a_picture_without_shapes_has_no_quality():
    assert hash_rgb(np.full((64, 64, 3), 90, np.uint8)).quality == 0


def test_what_is_too_small_has_no_hash():
    found = hash_rgb(pattern(4, 200))
    assert (found.pdq, found.quality) == (bytes(32), 0)


@pytest.mark.parametrize(
    ("place", "turned"),
    [
        (1, lambda p: p[:, ::-1]),
        (2, lambda p: p[::-1]),
        (3, lambda p: p[::-1, ::-1]),
        (4, lambda p: p.transpose(1, 0, 2)),
    ],
)
def test_turned_and_mirrored_pictures_are_found_from_the_coefficients(place, turned):
    pixels = pattern(128, 128)
    found = variants(pixels)
    assert found[0] == hash_rgb(pixels).pdq
    assert distance(found[place], hash_rgb(np.ascontiguousarray(turned(pixels))).pdq) <= 24
    assert len(dihedral(coefficients(pixels))) == 8


@given(st.integers(0, 2**32 - 1), st.integers(5, 90), st.integers(5, 90))
def test_any_picture_has_a_hash_and_a_quality(seed, rows, columns):
    pixels = np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), dtype=np.uint8)
    found = hash_rgb(pixels)
    assert len(found.pdq) == 32
    assert 0 <= found.quality <= 100
