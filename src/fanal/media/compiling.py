"""Has the loops of the fingerprints compiled before a worker needs them: once on a machine, kept on disk."""

import numpy as np

from fanal.media.pdq import coefficients, dihedral, hash_luma, hash_rgb


def compile_loops() -> None:
    """Hash an even grey of each kind."""
    grey = np.zeros((8, 8), np.uint8)
    hash_rgb(np.zeros((8, 8, 3), np.uint8))
    hash_luma(grey)
    hash_luma(grey.astype(np.uint16))
    dihedral(coefficients(grey))
