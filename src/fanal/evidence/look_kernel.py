"""One pass over the bytes of a large file for the neighbours without which there is no sign of media.

For `evidence.look`, which does the same by numpy in ten passes where the file is small: this loop is
eight times as fast, and its library takes long to load in a process that needs it for nothing else.
"""

# Bytes are compared with their codes in one compiled loop.
# ruff: noqa: PLR2004

import numpy as np
import numpy.typing as npt

from fanal.base.compiled import compiled
from fanal.base.lanes import LANES, at_most, equal

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

_NONE = np.uint64(0)


@compiled
def find_neighbours(raw: Bytes, pairs: Bytes, found: Flags) -> bool:
    """Which pairs of neighbours stand in some bytes.

    Args:
        raw: the bytes.
        pairs: (n, 2) bytes, each pair to be found beside each other in that order.
        found: one a pair; set True where it stands there.

    Returns:
        Whether a control character that no text holds stands there.
    """
    control = _NONE
    hits = np.uint64(0)
    p = 0
    while p + LANES < len(raw):
        control |= at_most(raw, p, 8) | (at_most(raw, p, 31) & ~at_most(raw, p, 13))
        for k in range(len(pairs)):
            hits = equal(raw, p, pairs[k, 0]) & equal(raw, p + 1, pairs[k, 1])
            if hits != _NONE:
                found[k] = True
        p += LANES
    rest = False
    for i in range(p, len(raw)):
        rest = rest or raw[i] < 9 or 13 < raw[i] < 32
        for k in range(len(pairs)):
            if raw[i] == pairs[k, 0] and i + 1 < len(raw) and raw[i + 1] == pairs[k, 1]:
                found[k] = True
    return rest or control != _NONE
