"""Counts pairs of records that a clustering puts together, and compares them with the truth. Arrays in, figures out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Score:
    """How a clustering fares against the truth, over all pairs of records.

    Attributes:
        made: pairs put together; `right`: those that belong together; `wanted`: all that do.
        largest: records in the largest cluster.
    """

    made: int
    right: int
    wanted: int
    largest: int

    @property
    def precision(self) -> float:
        """Share of the pairs made that are right; 1 where none was made."""
        return self.right / self.made if self.made else 1.0

    @property
    def recall(self) -> float:
        """Share of the pairs wanted that were made; 1 where none was wanted."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score(cluster: Ints, truth: Ints) -> Score:
    """Compare two groupings of the same records.

    Args:
        cluster: for each record, the number of its cluster.
        truth: for each record, the number of whom it belongs to.
    """
    _, cluster = np.unique(cluster, return_inverse=True)
    _, truth = np.unique(truth, return_inverse=True)
    sizes = np.bincount(cluster, minlength=1)
    both = np.unique(cluster.astype(np.int64) * (int(truth.max(initial=0)) + 1) + truth, return_counts=True)[1]
    return Score(_pairs(sizes), _pairs(both), _pairs(np.bincount(truth, minlength=1)), int(sizes.max(initial=0)))


def _pairs(sizes: Ints) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def sharing(record: Ints, value: Ints, cap: int, n: int) -> Ints:
    """Exact sharing: records that share a value which at most `cap` records have are one cluster.

    Args:
        record: record number of each use; `value`: the value used.
        cap: largest number of different records behind a value that links.
        n: number of records.

    Returns:
        For each record, the number of its cluster.
    """
    pairs = np.unique(np.stack((value, record)), axis=1) if len(record) else np.zeros((2, 0), dtype=np.int64)
    few = np.bincount(pairs[0], minlength=1)[pairs[0]] <= cap
    values, records = pairs[0][few], pairs[1][few]
    _, place = np.unique(values, return_inverse=True)
    size = n + len(values)
    graph = coo_array((np.ones(len(records), dtype=np.int8), (records, n + place)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1][:n], dtype=np.int64)
