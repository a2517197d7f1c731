"""The loop behind `luma`: compiled once, kept on disk, without Python inside."""

import numpy as np
from numba import njit

#: By how many bits the factors are shifted, once the values were shifted by three.
SHIFT = 13


@njit(cache=True, nogil=True)
def clipped(planes, lines, starts, step, down, right, bits, black, factors, room, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """The luminance of what a screen shows: of red, green and blue, each held between 0 and 255.

    Where nothing is held back that is the Y plane, widened; a loud colour is held back, and its luminance is another.
    Whole numbers as FFmpeg's own conversion has them, so that red, green and blue are the same to the last bit.

    Args:
        planes: Y, U and V as they lie in memory, without shape.
        lines: values in a line of each.
        starts: the first value of U and of V in their planes.
        step: values from one of U to the next.
        down, right: by how many bits rows and columns of Y are shifted to find those of U and V.
        bits: by how many bits values are shifted to have 8.
        black: where luminance begins.
        factors: of Y; of V in red, of U and V in green, of U in blue; in units of 2 ** -SHIFT.
        room: 3 x columns, int32: what colours add to a row.
        out: rows x columns, uint16: the result, in 256ths.
    """
    y, u, v = planes
    red, green, blue = room
    rows, columns = out.shape
    ours, reds, greens_u, greens_v, blues = factors
    some = np.float32(0.299 * 256), np.float32(0.587 * 256), np.float32(0.114 * 256)
    for i in range(rows):
        if i & ((1 << down) - 1) == 0:
            first, second = (i >> down) * lines[1] + starts[0], (i >> down) * lines[2] + starts[1]
            for j in range(columns):
                at = (j >> right) * step
                one = ((np.int32(u[first + at]) >> bits) - np.int32(128)) << 3
                two = ((np.int32(v[second + at]) >> bits) - np.int32(128)) << 3
                red[j] = (two * reds) >> 16
                green[j] = ((one * greens_u) >> 16) + ((two * greens_v) >> 16)
                blue[j] = (one * blues) >> 16
        begin = i * lines[0]
        for j in range(columns):
            bright = ((((np.int32(y[begin + j]) >> bits) - black) << 3) * ours) >> 16
            r = min(max(bright + red[j], 0), 255)
            g = min(max(bright + green[j], 0), 255)
            b = min(max(bright + blue[j], 0), 255)
            whole = some[0] * np.float32(r) + some[1] * np.float32(g) + some[2] * np.float32(b)
            out[i, j] = np.uint16(np.int32(whole + np.float32(0.5)))
