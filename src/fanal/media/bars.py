"""Bars at the edges of a video: the black or one-coloured lines that never change, which defeat a hash.

Found from what a few frames have in common, so that a dark scene alone is not taken for a bar.
"""

import numpy as np
import numpy.typing as npt

from fanal.media.bars_kernel import spread

#: A line is part of a bar where no value in it is further than this from the line's middle, in any frame looked at.
LEVEL = 12
#: Bars that leave less than this share of the rows or columns are no bars but a dark video.
LEAST = 0.3
#: So many lines at an edge are the encoder's, not a bar.
IGNORED = 2
#: Frames that are looked at before a judgement.
LOOKS = 6

#: Of a line's values this share may be darker or brighter than the line is said to be: noise and what the encoder adds.
STRAY = 0.02

Luma = npt.NDArray[np.uint8]


class Bars:
    """Looks at the frames of one video as they come; the box is that of all frames together."""

    def __init__(self) -> None:
        self._low: dict[int, npt.NDArray[np.int64]] = {}
        self._high: dict[int, npt.NDArray[np.int64]] = {}
        self.looks = 0

    def look(self, luma: Luma) -> None:
        """Take one frame in: rows x columns, 8 bits a value."""
        self.looks += 1
        for axis, lines in enumerate((luma, luma.T)):
            low = self._low.setdefault(axis, np.full(len(lines), 255, np.int64))
            high = self._high.setdefault(axis, np.zeros(len(lines), np.int64))
            last = lines.shape[1] - 1
            spread(np.ascontiguousarray(lines), int(last * STRAY), int(last * (1 - STRAY)), low, high)

    def box(self) -> tuple[int, int, int, int] | None:
        """First and last-plus-one row, first and last-plus-one column without the bars; None where there are none."""
        if not self.looks:
            return None
        rows, columns = self._inside(0), self._inside(1)
        if rows is None or columns is None:
            return None
        whole = (0, len(self._low[0]), 0, len(self._low[1]))
        found = (*rows, *columns)
        return found if any(abs(a - b) > IGNORED for a, b in zip(found, whole, strict=True)) else None

    def _inside(self, axis: int) -> tuple[int, int] | None:
        alive = np.flatnonzero(self._high[axis] - self._low[axis] > LEVEL)
        length = len(self._low[axis])
        if not len(alive) or alive[-1] + 1 - alive[0] < LEAST * length:
            return None
        return int(alive[0]), int(alive[-1]) + 1
