"""PDQ, the perceptual hash for pictures that its authors published: 256 bits and a quality from 0 to 100.

Two passes of a box filter, decimation to 64 x 64, the 16 x 16 lowest frequencies of a cosine transform,
one bit for each that is above their median. As in the authors' programs, a picture with more than 512 rows or
columns is first sampled to 512 x 512, and a frame of a video is not. Filter and decimation are one weighted sum here,
which differs from theirs by the rounding of floats alone. Nothing is decoded here: it is given arrays.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sqrt

import numpy as np
import numpy.typing as npt

from fanal.media.pdq_kernel import BYTES, KEPT, SIDE, gradients, shrink, threshold, transform

Pixels = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
Floats = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int64]
#: Below so many rows or columns there is nothing to hash: quality 0.
SMALLEST = 5
#: What is larger is sampled to so many rows and columns.
SAMPLED = 512
_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
_ONE = np.ones(1, np.float32)


@dataclass(frozen=True)
class Print:
    """A fingerprint.

    Attributes:
        pdq: 32 bytes, as published hexadecimal strings have them.
        quality: 0 to 100; below 50 a hash tells little.
    """

    pdq: bytes
    quality: int


@dataclass(frozen=True)
class _Plan:
    """Which rows and columns of a picture of one size are used, and room for what is made of them."""

    rows: Whole
    weights: Floats
    columns: Whole
    across: Floats
    wide: Floats
    turned: Floats
    small: Floats
    half: Floats


def hash_rgb(pixels: npt.NDArray[np.uint8], *, frame: bool = False) -> Print:
    """Hash a picture.

    Args:
        pixels: rows x columns x 3, 8 bits a channel, red first.
        frame: whether it is a video's, which is never sampled.
    """
    rows, columns, _ = pixels.shape
    return _hash(
        pixels.reshape(rows, columns * 3), columns, _LUMINANCE, 1.0, large=not frame and max(rows, columns) > SAMPLED
    )


def hash_luma(pixels: npt.NDArray[np.uint16]) -> Print:
    """Hash a frame that is luminance alone: rows x columns, in 256ths of 0 to 255. It is not sampled."""
    return _hash(pixels, pixels.shape[1], _ONE, 1 / 256, large=False)


def coefficients(pixels: Pixels) -> Floats:
    """The 16 x 16 values of the transform behind a hash.

    Args:
        pixels: as for `hash_rgb`, or as for `hash_luma`.
    """
    rows, columns, *deep = pixels.shape
    channels = _LUMINANCE if deep else _ONE
    flat = pixels.reshape(rows, columns * len(channels))
    return _transformed(
        flat, _plan(rows, columns, len(channels), large=bool(deep) and max(rows, columns) > SAMPLED), channels
    )


def dihedral(kept: Floats) -> tuple[bytes, ...]:
    """The hashes of a picture turned and mirrored in the eight ways there are, itself first.

    Mirroring a picture changes the sign of every second frequency, turning exchanges rows and columns.

    Args:
        kept: 16 x 16, from `coefficients`.

    Returns:
        Hashes of: itself, mirrored left to right, mirrored top to bottom, half a turn, and the same four transposed.
    """
    sign = np.where(np.arange(KEPT) % 2 == 0, np.float32(-1), np.float32(1))
    flips = (kept, kept * sign, kept * sign[:, None], kept * sign * sign[:, None])
    return tuple(_bits(np.ascontiguousarray(one)) for one in (*flips, *(flip.T for flip in flips)))


def variants(pixels: Pixels) -> tuple[bytes, ...]:
    """The hashes of a picture and of its mirror images and turns: see `dihedral`."""
    return dihedral(coefficients(pixels))


def distance(one: bytes, other: bytes) -> int:
    """In how many of 256 bits two hashes differ."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def _hash(pixels: Pixels, columns: int, channels: Floats, scale: float, *, large: bool) -> Print:
    if min(pixels.shape[0], columns) < SMALLEST:
        return Print(bytes(BYTES), 0)
    plan = _plan(pixels.shape[0], columns, len(channels), large=large)
    kept = _transformed(pixels, plan, channels)
    return Print(_bits(kept), int(gradients(plan.small, scale)))


def _transformed(pixels: Pixels, plan: _Plan, channels: Floats) -> Floats:
    kept = np.empty((KEPT, KEPT), np.float32)
    along = np.ascontiguousarray(pixels).view()
    along.flags.writeable = False  # one kind of array: the loop is compiled once
    shrink(along, plan.rows, plan.weights, plan.columns, plan.across, channels, plan.wide, plan.turned, plan.small)
    transform(plan.small, _cosines(), plan.half, kept)
    return kept


def _bits(kept: Floats) -> bytes:
    out = np.empty(BYTES, np.uint8)
    threshold(kept, out)
    return out.tobytes()


@lru_cache(maxsize=32)
def _plan(rows: int, columns: int, channels: int, *, large: bool) -> _Plan:
    down, weights = _taps(rows, SAMPLED if large else rows, 4)
    along, across = _taps(columns, SAMPLED if large else columns, 1)
    room = (np.empty(shape, np.float32) for shape in (columns * channels, (columns, SIDE), (SIDE, SIDE), (KEPT, SIDE)))
    return _Plan(down, weights, along, across, *room)


def _taps(there: int, length: int, step: int) -> tuple[Whole, Floats]:
    """Which of `there` values, sampled to `length`, make each of the 64 that the decimation keeps, and how much.

    Returns:
        Places and weights, each 64 x n, n a multiple of `step`; unused places have weight 0.
    """
    window = (length + 2 * SIDE - 1) // (2 * SIDE)
    ahead = (window + 2) // 2 - 1
    spans = [(max(0, o + ahead - window + 1), min(length, o + ahead + 1)) for o in range(length)]
    taps: list[dict[int, float]] = []
    for i in range(SIDE):
        first, end = spans[int((i + 0.5) * length / SIDE)]
        row: dict[int, float] = {}
        for middle in range(first, end):
            low, high = spans[middle]
            for at in range(low, high):
                row[at] = row.get(at, 0.0) + 1 / (end - first) / (high - low)
        taps.append(row)
    n = -(-max(map(len, taps)) // step) * step
    places, weights = np.zeros((SIDE, n), np.int64), np.zeros((SIDE, n), np.float32)
    for i, row in enumerate(taps):
        places[i, : len(row)] = [at * there // length for at in row]
        weights[i, : len(row)] = list(row.values())
    return places, weights


@lru_cache(maxsize=1)
def _cosines() -> Floats:
    scale = sqrt(2 / SIDE)
    rows = [[scale * cos(pi / 2 / SIDE * (i + 1) * (2 * j + 1)) for j in range(SIDE)] for i in range(KEPT)]
    return np.array(rows, np.float32)
