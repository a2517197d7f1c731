"""The loops behind `pdq`: compiled once, kept on disk, without Python inside."""

import numpy as np
from numba import njit

SIDE, KEPT = 64, 16
BYTES = KEPT * KEPT // 8


@njit(cache=True, nogil=True, fastmath=True)
def shrink(pixels, rows, weights, columns, across, channels, wide, turned, small):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, C901, PLR0912  one loop after the other
    """Filter and decimate a picture to 64 x 64 values of luminance.

    Two passes of the box filter are one weighted sum, and only the rows and columns that the decimation keeps are
    ever computed: `rows` and `weights` say which rows of the picture make each of the 64, `columns` and `across`
    which columns. Channels are added up on what is left of the rows, and that is turned, so that every inner loop
    goes along memory.

    Args:
        pixels: rows x values, each pixel's channels beside each other.
        rows: 64 x n rows of the picture, n a multiple of four.
        weights: 64 x n, float32; zero where a row has no part.
        columns: 64 x m columns.
        across: 64 x m, float32.
        channels: the weight of each channel, float32.
        wide: room for one row of values, float32.
        turned: room for 64 values of each column: pixels in a row x 64, float32.
        small: 64 x 64, float32: the result, turned: column by column.
    """
    values, n = wide.shape[0], channels.shape[0]
    for i in range(SIDE):
        for k in range(0, weights.shape[1], 4):
            a, b, c, d = weights[i, k], weights[i, k + 1], weights[i, k + 2], weights[i, k + 3]
            one, two, three, four = (
                pixels[rows[i, k]],
                pixels[rows[i, k + 1]],
                pixels[rows[i, k + 2]],
                pixels[rows[i, k + 3]],
            )
            if k == 0:
                for j in range(values):
                    wide[j] = (
                        a * np.float32(one[j])
                        + b * np.float32(two[j])
                        + c * np.float32(three[j])
                        + d * np.float32(four[j])
                    )
            else:
                for j in range(values):
                    wide[j] += (
                        a * np.float32(one[j])
                        + b * np.float32(two[j])
                        + c * np.float32(three[j])
                        + d * np.float32(four[j])
                    )
        if n == 1:
            for j in range(turned.shape[0]):
                turned[j, i] = wide[j]
        else:
            for j in range(turned.shape[0]):
                turned[j, i] = channels[0] * wide[j * 3] + channels[1] * wide[j * 3 + 1] + channels[2] * wide[j * 3 + 2]
    for o in range(SIDE):
        for i in range(SIDE):
            small[o, i] = 0
        for k in range(across.shape[1]):
            weight, at = across[o, k], columns[o, k]
            for i in range(SIDE):
                small[o, i] += weight * turned[at, i]


@njit(cache=True, nogil=True, fastmath=True)
def transform(small, cosines, half, kept):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """The 16 x 16 lowest frequencies without the zeroth, of 64 x 64 values that are turned; `kept` is upright again."""
    for i in range(KEPT):
        for j in range(SIDE):
            half[i, j] = 0
        for k in range(SIDE):
            weight = cosines[i, k]
            for j in range(SIDE):
                half[i, j] += weight * small[k, j]
    for i in range(KEPT):
        for j in range(KEPT):
            total = np.float32(0)
            for k in range(SIDE):
                total += half[i, k] * cosines[j, k]
            kept[j, i] = total


@njit(cache=True, nogil=True)
def gradients(small, scale):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """The sum of steps between neighbours of 64 x 64 values in whole percent of the range, 0 to 100 after division."""
    total = 0
    percent = np.float32(scale * 100 / 255)
    for i in range(SIDE):
        for j in range(SIDE):
            if i + 1 < SIDE:
                total += abs(int((small[i, j] - small[i + 1, j]) * percent))
            if j + 1 < SIDE:
                total += abs(int((small[i, j] - small[i, j + 1]) * percent))
    return min(total // 90, 100)


@njit(cache=True, nogil=True)
def threshold(kept, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Set bit k of `out` (32 bytes, the highest bit first) where the k-th of 256 values is above their median."""
    flat = kept.ravel()
    ordered = np.sort(flat)
    median = ordered[flat.shape[0] // 2 - 1]
    for at in range(BYTES):
        out[at] = 0
    for k in range(flat.shape[0]):
        if flat[k] > median:
            out[BYTES - 1 - k // 8] |= np.uint8(1 << (k % 8))
