"""From links between accounts to clusters: strongest link first, no cluster that contradicts itself.

Also finds the links that alone hold two groups together. Integer arrays only; it knows no table.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numba
import numpy as np

from fanal.analyse.coherence import (
    BIT,
    COMPARED_KINDS,
    KIND_NAMES,
    LINK,
    SCRIPT_SHIFT,
    STRONG,
    Features,
    Flags,
    Floats,
    Ints,
)
from fanal.analyse.habits import AGREE, DIFFER, Several, hour_ratio

GROUP = 3
# Clusters that grew may lift what was too weak before them.
ROUNDS = 2
# Of each side of a bridge, at most so many accounts are compared: a cluster of thousands stays cheap.
SAMPLE = 64
# What the rest of two clusters may say beside the two ends of a link, by place in `costs`.
COUNTED = (
    "birth_years_differ", "names_differ", "same_birth_year", "same_name", "same_hours", "hours_differ", "both_hide",
    "one_hides",
)  # fmt: skip


@dataclass(frozen=True)
class Clusters:
    """What became of the links.

    Attributes:
        founder: for each account, the smallest account_id of its cluster.
        refused: for each link, True where it would have joined accounts that contradict each other.
        bridge: for each link, True where it alone held two groups together and was too weak for that.
        size_a: for a bridge, the accounts on its first side; `size_b`: on the other.
    """

    founder: Ints
    refused: Flags
    bridge: Flags
    size_a: Ints
    size_b: Ints


@dataclass(frozen=True)
class Links:
    """Links to join along.

    Attributes:
        a: account ids; `b`: the other end of each link.
        score: log-odds; the strongest join first, ties by account id.
        decided: links that an officer decided: they join whatever contradicts.
        outvotable: links between accounts that state different birth years. They come last, and join only where
            the one account's year is outvoted by those of the cluster that it joins.
        kinds: bits of the rules behind each, see coherence.BIT.

    A link under LINK joins only where what the clusters around it state, or share besides, lifts it above.
    """

    a: Ints
    b: Ints
    score: Floats
    decided: Flags
    outvotable: Flags
    kinds: Ints


def cluster(n: int, links: Links, f: Features, apart: tuple[Ints, Ints], weight: Mapping[str, float]) -> Clusters:
    """Join accounts along links.

    Args:
        n: number of accounts; ids are 0 to n-1.
        links: what to join along.
        f: features, for contradictions.
        apart: pairs of accounts that an officer decided to keep apart.
        weight: of the rules, by name: what a contradiction with the rest of a cluster costs.
    """
    a, b, score, decided = links.a, links.b, links.score, links.decided
    costs = np.array([weight[name] for name in COUNTED])
    told = np.zeros(len(a))
    for name in COUNTED[4:]:
        told += np.where(links.kinds & BIT[name], weight[name], 0.0)
    own = f.own_name > 0
    names = np.where(own, f.name_a, 0), np.where(own, f.name_b, 0)
    more = np.zeros(len(a))
    for _ in range(ROUNDS):
        order = np.lexsort((b, a, -score, links.outvotable, ~decided))
        root, refused = _join(
            n, a, b, score, order, decided, links.outvotable, f.born_low.copy(), f.born_high.copy(),
            f.verified.copy(), f.document.copy(), names[0].copy(), names[1].copy(), *apart, costs, told,
            f.habits.days.copy(), f.habits.usual,
        )  # fmt: skip
        more = np.maximum(more, _besides(n, root[a], root[b], links, weight) + _of_all(n, root, links, f, weight))
        score = links.score + more
    inside = np.flatnonzero(~refused & (root[a] == root[b]))
    bridge = np.zeros(len(a), dtype=np.bool_)
    size_a, size_b = np.zeros(len(a), dtype=np.int64), np.zeros(len(a), dtype=np.int64)
    found, one, other = _bridges(n, a[inside], b[inside], score[inside], decided[inside], f.country, f.name_a, f.name_b)
    bridge[inside], size_a[inside], size_b[inside] = found, one, other
    kept = inside[~found]
    return Clusters(components(n, a[kept], b[kept]), refused, bridge, size_a, size_b)


def components(n: int, a: Ints, b: Ints) -> Ints:
    """For each of n accounts the smallest account_id that links lead to. `a` and `b` are the links' ends."""
    return _roots(np.arange(n), a, b)


def _besides(n: int, x: Ints, y: Ints, links: Links, weight: Mapping[str, float]) -> Floats:
    """What each link gains where other links between the same two clusters are by other kinds of value."""
    _, of = np.unique(np.minimum(x, y) * np.int64(n) + np.maximum(x, y), return_inverse=True)
    gain = np.zeros(len(x))
    weak = (x != y) & ~links.decided & ~links.outvotable
    for name in COMPARED_KINDS:
        has = (links.kinds >> KIND_NAMES.index(name)) & 1
        shared = np.bincount(of, weights=has * weak, minlength=int(of.max(initial=-1)) + 1)[of] > 0
        gain += np.where(weak & shared & (has == 0), weight[f"also_{name}"], 0.0)
    return gain


def _of_all(n: int, root: Ints, links: Links, f: Features, weight: Mapping[str, float]) -> Floats:
    """What each link gains where accounts of the two clusters have a handle or an address beside home in common."""
    x, y = root[links.a], root[links.b]
    gain = np.zeros(len(x))
    weak = (x != y) & ~links.decided & ~links.outvotable
    # What is home to one account is home to its whole cluster.
    homes = np.flatnonzero(f.home > 0)
    home = Several.of(root[homes], f.home[homes] - 1, n)
    for name, each in (
        ("same_handle", f.handles.of_groups(root)),
        ("same_elsewhere", f.habits.away.of_groups(root).without(home)),
    ):
        new = weak & ((links.kinds & BIT[name]) == 0)
        gain[new] += np.where(each.in_common(x[new], y[new]) > 0, weight[name], 0.0)
    return gain


@numba.njit(cache=True)
def _find(parent: Ints, x: int) -> int:  # pragma: no cover  compiled
    while parent[x] != x:
        parent[x] = parent[parent[x]]
        x = parent[x]
    return x


@numba.njit(cache=True)
def _roots(parent: Ints, a: Ints, b: Ints) -> Ints:  # pragma: no cover  compiled
    """Union-find where the smaller id is the root, so that no parent is greater than its child."""
    for i in range(len(a)):
        x, y = _find(parent, a[i]), _find(parent, b[i])
        if x < y:
            parent[y] = x
        elif y < x:
            parent[x] = y
    for v in range(len(parent)):
        parent[v] = parent[parent[v]]
    return parent


@numba.njit(cache=True)
def _join(  # noqa: C901, PLR0912, PLR0915  one compiled loop; parts of it would pass a dozen arrays about
    n: int,
    a: Ints,
    b: Ints,
    score: Floats,
    order: Ints,
    decided: Flags,
    outvotable: Flags,
    low: Ints,
    high: Ints,
    verified: Ints,
    document: Ints,
    name_a: Ints,
    name_b: Ints,
    apart_a: Ints,
    apart_b: Ints,
    costs: Floats,
    told: Floats,
    days: Floats,
    usual: float,
) -> tuple[Ints, Flags]:  # pragma: no cover  compiled
    """Union-find along `order`; each root carries what its cluster states and how many accounts state it."""
    parent = np.arange(n)
    born, called = low.copy(), name_a.copy()
    size = np.ones(n, dtype=np.int64)
    votes = (low > 0).astype(np.int64)
    dissent = np.zeros(n, dtype=np.int64)
    named = (name_a > 0).astype(np.int64)
    guarded = np.zeros(n, dtype=np.bool_)
    guarded[apart_a] = True
    guarded[apart_b] = True
    refused = np.zeros(len(a), dtype=np.bool_)
    for i in order:
        x, y = _find(parent, a[i]), _find(parent, b[i])
        if x == y:
            continue
        clash = outvoted = False
        if not decided[i]:
            rest = score[i]
            if named[x] > 0 and named[y] > 0 and (name_a[x] >> SCRIPT_SHIFT) == (name_a[y] >> SCRIPT_SHIFT):
                differ = (name_a[x] != name_a[y] or name_b[x] != name_b[y]) and (
                    name_a[x] != name_b[y] or name_b[x] != name_a[y]
                )
                # What the two ends state is in the score already; what the rest of the clusters states is not.
                if differ and (called[a[i]] == 0 or called[b[i]] == 0):
                    rest += costs[1]
                if differ and named[x] > 1 and named[y] > 1:
                    rest += costs[1]
                if not differ and (called[a[i]] == 0 or called[b[i]] == 0):
                    rest += costs[3]
            if size[x] > 1 or size[y] > 1:
                # The habits of all of both sides instead of those of the two ends.
                rest -= told[i]
                ratio = hour_ratio(days[x], days[y], usual)
                if ratio >= AGREE:
                    rest += costs[4]
                elif ratio <= DIFFER:
                    rest += costs[5]
                if days[x, 4] > 0 and days[y, 4] > 0:
                    hides, hides_too = days[x, 3] * 2 > days[x, 4], days[y, 3] * 2 > days[y, 4]
                    if hides and hides_too:
                        rest += costs[6]
                    elif hides or hides_too:
                        rest += costs[7]
            unstated = born[a[i]] == 0 or born[b[i]] == 0
            if unstated and low[x] > 0 and low[y] > 0 and max(low[x], low[y]) <= min(high[x], high[y]):
                rest += costs[2]
            if low[x] > 0 and low[y] > 0 and max(high[x], high[y]) - min(low[x], low[y]) > 1:
                # A cluster that an officer joined against its years is not punished twice.
                outvoted = (
                    high[x] < low[y] - 1 or high[y] < low[x] - 1 or (high[x] - low[x] <= 1 and high[y] - low[y] <= 1)
                )
                if outvoted:
                    if votes[x] < votes[y]:
                        few, many = x, y
                    else:
                        few, many = y, x
                    if not outvotable[i]:
                        rest += costs[0]
                    clash = votes[few] > 1 or dissent[few] > 0 or votes[many] < 2 * (dissent[many] + 1)
            clash = clash or rest < LINK
            clash = clash or (verified[x] > 0 and verified[y] > 0 and verified[x] != verified[y])
            clash = clash or (document[x] > 0 and document[y] > 0 and document[x] != document[y])
        if not clash and guarded[x] and guarded[y]:
            for k in range(len(apart_a)):
                p, q = _find(parent, apart_a[k]), _find(parent, apart_b[k])
                if (p == x and q == y) or (p == y and q == x):
                    clash = True
                    break
        if clash:
            refused[i] = True
            continue
        if size[x] < size[y]:
            x, y = y, x
        parent[y] = x
        size[x] += size[y]
        days[x] += days[y]
        guarded[x] = guarded[x] or guarded[y]
        if outvoted:
            if votes[y] > votes[x]:
                low[x], high[x] = low[y], high[y]
            votes[x], dissent[x] = max(votes[x], votes[y]), dissent[x] + dissent[y] + min(votes[x], votes[y])
        elif low[y] > 0:
            low[x] = min(low[x], low[y]) if low[x] > 0 else low[y]
            high[x] = max(high[x], high[y])
            votes[x], dissent[x] = votes[x] + votes[y], dissent[x] + dissent[y]
        if named[y] > named[x]:
            name_a[x], name_b[x] = name_a[y], name_b[y]
        named[x] = max(named[x], named[y]) + (
            min(named[x], named[y]) if name_a[x] == name_a[y] and name_b[x] == name_b[y] else 0
        )
        if verified[x] == 0:
            verified[x] = verified[y]
        if document[x] == 0:
            document[x] = document[y]
    for i in range(n):
        parent[i] = _find(parent, i)
    return parent, refused


@numba.njit(cache=True)
def _bridges(  # noqa: C901, PLR0912, PLR0915  one compiled walk; parts of it would pass a dozen arrays about
    n: int, a: Ints, b: Ints, score: Floats, decided: Flags, country: Ints, name_a: Ints, name_b: Ints
) -> tuple[Flags, Ints, Ints]:  # pragma: no cover  compiled
    """Tarjan's bridges, without recursion, of a graph without double edges.

    A bridge counts when both sides hold GROUP accounts or more and it is weak, or the sides have
    neither a stated country nor a part of a name in common.
    """
    m = len(a)
    found = np.zeros(m, dtype=np.bool_)
    size_a, size_b = np.zeros(m, dtype=np.int64), np.zeros(m, dtype=np.int64)
    start = np.zeros(n + 1, dtype=np.int64)
    for i in range(m):
        start[a[i] + 1] += 1
        start[b[i] + 1] += 1
    for v in range(n):
        start[v + 1] += start[v]
    place = start[:-1].copy()
    edge = np.empty(2 * m, dtype=np.int64)
    for i in range(m):
        edge[place[a[i]]] = i
        place[a[i]] += 1
        edge[place[b[i]]] = i
        place[b[i]] += 1
    came = np.full(n, -1, dtype=np.int64)
    entered, lowest, leaves = np.full(n, -1, dtype=np.int64), np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    sequence = np.empty(n, dtype=np.int64)
    place = start[:-1].copy()
    stack = np.empty(n, dtype=np.int64)
    clock = 0
    for source in range(n):
        if entered[source] >= 0 or start[source] == start[source + 1]:
            continue
        first, depth = clock, 1
        stack[0] = source
        entered[source] = lowest[source] = clock
        sequence[clock] = source
        clock += 1
        while depth > 0:
            v = stack[depth - 1]
            if place[v] < start[v + 1]:
                i = edge[place[v]]
                place[v] += 1
                w = a[i] + b[i] - v
                if i == came[v]:
                    continue
                if entered[w] >= 0:
                    lowest[v] = min(lowest[v], entered[w])
                    continue
                came[w] = i
                entered[w] = lowest[w] = clock
                sequence[clock] = w
                clock += 1
                stack[depth] = w
                depth += 1
            else:
                depth -= 1
                leaves[v] = clock
                if depth > 0:
                    lowest[stack[depth - 1]] = min(lowest[stack[depth - 1]], lowest[v])
        # A vertex whose subtree reaches no higher hangs by one edge; its subtree is one run of `sequence`.
        for j in range(first + 1, clock):
            v = sequence[j]
            below = leaves[v] - entered[v]
            above = clock - first - below
            i = came[v]
            if lowest[v] < entered[v] or below < GROUP or above < GROUP or decided[i]:
                continue
            if score[i] < STRONG or _strangers(sequence, first, clock, entered[v], leaves[v], country, name_a, name_b):
                found[i] = True
                size_a[i] = below if a[i] == v else above
                size_b[i] = above if a[i] == v else below
    return found, size_a, size_b


@numba.njit(cache=True)
def _strangers(
    sequence: Ints, first: int, end: int, inner: int, outer: int, country: Ints, name_a: Ints, name_b: Ints
) -> bool:  # pragma: no cover  compiled
    """Whether [inner, outer) of a sequence and the rest of [first, end) share no stated country and no name."""
    countries = names = 0
    for p in range(inner, min(outer, inner + SAMPLE)):
        x = sequence[p]
        seen = 0
        for q in range(first, end):
            if inner <= q < outer:
                continue
            seen += 1
            if seen > SAMPLE:
                break
            y = sequence[q]
            if country[x] > 0 and country[y] > 0:
                if country[x] == country[y]:
                    return False
                countries += 1
            if name_a[x] > 0 and name_a[y] > 0:
                if name_a[x] == name_a[y] or name_b[x] == name_b[y] or name_a[x] == name_b[y]:
                    return False
                names += 1
    return countries > 0 and names > 0
