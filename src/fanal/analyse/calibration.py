"""Whether probabilities hold: answers beside what proved true, by how probable they were called.

Arrays only; where the truth comes from is for the callers to say. The expected calibration error is
that of Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning"
(AAAI 2015): the mean gap between probability and share of right answers, over bands of equal width.
"""

from dataclasses import dataclass

import numpy as np

from fanal.analyse import origin
from fanal.analyse.sightings import Flags, Floats

BANDS = 10


@dataclass(frozen=True)
class Band:
    """Answers that were called about equally probable.

    Attributes:
        least, most: the band's borders. n: answers. probability: their mean. right: share that proved true.
    """

    least: float
    most: float
    n: int
    probability: float
    right: float


@dataclass(frozen=True)
class Measured:
    """How good the answers on some identities were.

    Attributes:
        judged: identities whose truth is known. determined: of these, with an answer.
        accuracy: share of the determined ones that proved true; None where there are none, as for `error`.
        error: expected calibration error. bands: those of the determined ones that hold any.
    """

    judged: int
    determined: int
    accuracy: float | None
    error: float | None
    bands: tuple[Band, ...]

    @property
    def undetermined(self) -> float | None:
        """Share of the judged ones without an answer."""
        return 1 - self.determined / self.judged if self.judged else None


def measured(probability: Floats, right: Flags) -> Measured:
    """Hold answers against the truth.

    Args:
        probability: of the best country of each identity, 0 where there is none.
        right: whether that country proved true.
    """
    has = probability >= origin.POSSIBLE
    p, ok = probability[has], right[has]
    place = np.minimum((p * BANDS).astype(np.int64), BANDS - 1)
    bands = tuple(
        Band(
            band / BANDS, (band + 1) / BANDS, int((place == band).sum()),
            float(p[place == band].mean()), float(ok[place == band].mean()),
        )
        for band in np.unique(place).tolist()
    )  # fmt: skip
    if not len(p):
        return Measured(len(probability), 0, None, None, ())
    error = sum(band.n * abs(band.probability - band.right) for band in bands) / len(p)
    return Measured(len(probability), len(p), float(ok.mean()), float(error), bands)
