"""What pairs of accounts say of the value behind which they met: one compiled look at each pair for all things.

Chances and scores take few different numbers each, so that logarithms are taken of those and looked up for the pairs.
"""

from collections.abc import Sequence

import numpy as np
from numba import njit

from fanal.analyse.coherence import Floats, Ints


def said_of_values(
    value: Ints, place: Ints, apart: Floats, scores: Sequence[Floats], shares: Floats, limited: Sequence[bool]
) -> Floats:
    """Natural-log likelihood ratio of one holder of all accounts to several, as each pair tells it of its value.

    Args:
        value: of each pair; `place`: its pattern.
        apart: for each value, how often two accounts behind it are one person's where several share it.
        scores: for each thing compared, by pattern, the natural-log likelihood ratio of one person to two.
        shares: values by things compared, as how much of an independent pair each pair that tells of it counts.
        limited: of which things the pairs of one value say together no more than one pair can.
    """
    chances, row = np.unique(apart, return_inverse=True)
    columns = [np.unique(score, return_inverse=True) for score in scores]
    table = np.zeros((len(chances), len(scores), max(len(levels) for levels, _ in columns)))
    for thing, (levels, _) in enumerate(columns):
        # Two accounts behind a shared value may be one person's too, so agreement says less of the value than of them.
        table[:, thing, : len(levels)] = -np.log(chances[:, None] + (1 - chances)[:, None] * np.exp(-levels))
    most = np.array([max(float(score.max()), 0.0) if at else 0.0 for score, at in zip(scores, limited, strict=True)])
    column = np.stack([place for _, place in columns], axis=1)
    said = np.zeros(len(value))
    _say(value, place, row, column, table, shares, most, np.zeros(shares.shape), said)
    return said


@njit(cache=True, nogil=True)
def _say(
    value: Ints, place: Ints, row: Ints, column: Ints, table: Floats, shares: Floats, most: Floats, total: Floats,
    said: Floats,
) -> None:  # pragma: no cover  compiled  # fmt: skip
    """Add up `said` by pair, after the `total` of values by things; `most` of 0 is no limit."""
    for i in range(len(value)):
        v = value[i]
        for thing in range(len(most)):
            if most[thing] > 0:
                total[v, thing] += table[row[v], thing, column[place[i], thing]] * shares[v, thing]
    for i in range(len(value)):
        v = value[i]
        for thing in range(len(most)):
            told = table[row[v], thing, column[place[i], thing]] * shares[v, thing]
            if most[thing] > 0 and total[v, thing] > most[thing]:
                told *= most[thing] / total[v, thing]
            said[i] += told
