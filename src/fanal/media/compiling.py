"""Has the loops of the fingerprints compiled before a worker needs them: once on a machine, kept on disk."""

import av
import numpy as np

from fanal.media.bars import Bars
from fanal.media.luma import shown
from fanal.media.pdq import coefficients, dihedral, hash_luma, hash_rgb


def compile_loops() -> None:
    """Hash an even grey of each kind."""
    grey = np.zeros((8, 8), np.uint8)
    hash_rgb(np.zeros((8, 8, 3), np.uint8))
    hash_luma(grey.astype(np.uint16))
    dihedral(coefficients(grey))
    Bars().look(grey)
    for form in ("yuv420p", "yuv420p10le"):
        shown(av.VideoFrame(8, 8, form))
