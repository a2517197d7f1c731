"""From weighed pairs of records to groups: average linkage (Sokal and Michener 1958) inside what hangs together.

A group takes in another when their records agree on the whole, not when one pair of them does: a chain of likely
pairs whose ends contradict each other does not become one person. Integer arrays only; it knows no table.
"""

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from fanal.analyse.coherence import Floats, Ints
from fanal.analyse.linkage_model import Scored

# In match weights (log2), chosen on data that is not reported: see docs/methods/linkage.md.
#: Records hang together through pairs of at least this weight.
FLOOR = 0.0
#: What a pair that was never a candidate is taken to weigh.
UNSEEN = -5.0
#: One pair speaks no louder than this, for or against.
LOUDEST = 8.0
#: Two groups join while their pairs weigh more than this on average.
CUT = -3.0
#: More records than this are first taken apart at a higher floor: the work inside grows with the square.
LARGEST = 1500


def gather(n: int, pairs: Scored) -> Ints:
    """The place of the first record of its group, for each of n records."""
    group = np.arange(n, dtype=np.int64)
    _apart(np.arange(n, dtype=np.int64), pairs.a, pairs.b, pairs.weight, FLOOR, group)
    return group


def _apart(members: Ints, a: Ints, b: Ints, weight: Floats, floor: float, group: Ints) -> None:
    """Cut what hangs together at `floor` into groups; a, b are record numbers among the sorted `members`."""
    a, b = np.searchsorted(members, a), np.searchsorted(members, b)
    strong = weight >= floor
    graph = coo_array((np.ones(strong.sum()), (a[strong], b[strong])), shape=(len(members), len(members)))
    count, part = connected_components(graph, directed=False)
    inside = np.flatnonzero(part[a] == part[b])
    inside = inside[np.argsort(part[a[inside]], kind="stable")]
    starts = np.searchsorted(part[a[inside]], np.arange(count + 1))
    order = np.argsort(part, kind="stable")
    ends = np.cumsum(np.bincount(part, minlength=count))
    for k in range(count):
        own = order[(ends[k - 1] if k else 0) : ends[k]]
        if len(own) == 1:
            continue
        rows = inside[starts[k] : starts[k + 1]]
        if len(own) > LARGEST:
            _apart(members[own], members[a[rows]], members[b[rows]], weight[rows], floor + 1, group)
        else:
            label = _average(len(own), np.searchsorted(own, a[rows]), np.searchsorted(own, b[rows]), weight[rows])
            first = np.full(label.max() + 1, np.iinfo(np.int64).max)
            np.minimum.at(first, label, members[own])
            group[members[own]] = first[label]


def _average(n: int, a: Ints, b: Ints, weight: Floats) -> Ints:
    """Group numbers of n records that hang together."""
    between = np.full((n, n), UNSEEN)
    between[a, b] = between[b, a] = np.clip(weight, -LOUDEST, LOUDEST)
    tree = linkage(LOUDEST - between[np.triu_indices(n, 1)], "average")
    return np.asarray(fcluster(tree, LOUDEST - CUT, "distance") - 1, dtype=np.int64)
