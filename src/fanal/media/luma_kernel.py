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
    shift, dark, ours = np.int32(bits), np.int32(black), factors[0]
    for i in range(len(out)):
        if i & ((1 << down) - 1) == 0:
            first, second = (i >> down) * lines[1] + starts[0], (i >> down) * lines[2] + starts[1]
            _colours(u[first:], v[second:], step, right, shift, factors, red, green, blue)
        _row(y[i * lines[0] :], red, green, blue, shift, dark, ours, out[i])


# A row at a time, and all numbers of 32 bits, sums and shifts too: only then are several pixels computed at once.
@njit(cache=True, nogil=True)
def _colours(u, v, step, right, bits, factors, red, green, blue):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    _, reds, greens_u, greens_v, blues = factors
    three, sixteen, middle = np.int32(3), np.int32(16), np.int32(128)
    for j in range(len(red)):
        at = (j >> right) * step
        one = ((np.int32(u[at]) >> bits) - middle) << three
        two = ((np.int32(v[at]) >> bits) - middle) << three
        red[j] = (two * reds) >> sixteen
        green[j] = ((one * greens_u) >> sixteen) + ((two * greens_v) >> sixteen)
        blue[j] = (one * blues) >> sixteen


@njit(cache=True, nogil=True)
def _row(y, red, green, blue, bits, black, ours, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    three, sixteen, least, most = np.int32(3), np.int32(16), np.int32(0), np.int32(255)
    some = np.float32(0.299 * 256), np.float32(0.587 * 256), np.float32(0.114 * 256)
    for j in range(len(out)):
        bright = ((((np.int32(y[j]) >> bits) - black) << three) * ours) >> sixteen
        r = min(max(np.int32(bright + red[j]), least), most)
        g = min(max(np.int32(bright + green[j]), least), most)
        b = min(max(np.int32(bright + blue[j]), least), most)
        whole = some[0] * np.float32(r) + some[1] * np.float32(g) + some[2] * np.float32(b)
        out[j] = np.uint16(np.int32(whole + np.float32(0.5)))
