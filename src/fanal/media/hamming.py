"""Every pair of 256-bit hashes within a radius, found without comparing each with each. Exact: none is missed.

Multi-index hashing (Norouzi, Punjani, Fleet: "Fast Exact Search in Hamming Space with Multi-Index Hashing", 2014),
as a join of many hashes with many. The 256 bits are dealt out to chunks. If two hashes differ in at most r bits,
and chunk i is searched with up to t_i changed bits, then they meet in some chunk as long as the sum of
(t_i + 1) over all chunks is r + 1: otherwise each chunk would hold at least t_i + 1 differences, r + 1 together.

Frames of one camera or with black bars share many bits. Two things keep that from costing the square: bits
are dealt by how much they tell, so that no chunk gets only those that are always alike; and how far each chunk is
searched is decided by what it would cost on the hashes at hand, a chunk that tells nothing not being searched at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import comb, log2

import numpy as np
import numpy.typing as npt

from fanal.media.hamming_kernel import (
    WORDS,
    Keys,
    Longs,
    Small,
    Words,
    candidates,
    fill_keys,
    join,
    laid_out,
    sort_by_key,
)

BITS = 256
#: Bits of a key: some sixteen hashes a bucket, and never more than sixteen bits. To compare what lies one behind the
#: other costs less than to go to more buckets, also where there are 150 in each (ten million, a million asked for).
LEAST_KEY, MOST_KEY, _BUCKET = 8, 16, 4
#: Bits of a key that are changed at most: four of them in 16 bits are 2,500 look-ups.
_MOST_FLIPS = 4
_SAMPLE, _ASKED = 50_000, 200
#: What a look-up of an empty bucket costs beside a comparison.
_LOOK_UP = 1.5
#: Hashes that are laid out anew in the time in which one query goes to its buckets in any order.
_LAID_OUT = 4096
#: Pairs that are handed out at once, at least.
ROOM = 1 << 20

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Pairs:
    """Pairs within the radius: row of the query, row of the hash in the index, bits in which they differ."""

    query: Keys
    entry: Keys
    distance: Small

    def __len__(self) -> int:
        return len(self.query)


Take = Callable[[Pairs], None]


def distinct(words: Words) -> tuple[Words, Longs]:
    """Each hash once, in order, and for each row given its place among them: (n, 4) to (u, 4) and (n,)."""
    order = np.lexsort(words.T)
    ranked = words[order]
    new = np.ones(len(words), np.bool_)
    new[1:] = (ranked[1:] != ranked[:-1]).any(axis=1)
    place = np.empty(len(words), np.int64)
    place[order] = np.cumsum(new) - 1
    return ranked[new], place


def as_words(hashes: npt.NDArray[np.uint8]) -> Words:
    """Hashes as rows of 32 bytes, (n, 32), as rows of four words, (n, 4)."""
    return np.ascontiguousarray(hashes).view(np.uint64).reshape(-1, WORDS)


@dataclass(frozen=True)
class _Chunk:
    """Some of the bits, and the hashes by their key in them.

    Attributes:
        bits: which, the lowest of the key first. mask: the same as four words.
        starts, ids: buckets, see `hamming_kernel.join`.
    """

    bits: Longs
    mask: Words
    starts: Keys
    ids: Keys


class Index:
    """Hashes that others are looked up among. About 8 bytes a hash and chunk, and the hashes themselves."""

    def __init__(self, words: Words, key_bits: int | None = None) -> None:
        """Sort the hashes into the buckets of every chunk.

        Args:
            words: (n, 4), fewer than 2^32 of them.
            key_bits: of a chunk, about; default, by how many hashes there are.
        """
        self.words = np.ascontiguousarray(words)
        wanted = key_bits or min(max(round(log2(max(len(words), 1))) - _BUCKET, LEAST_KEY), MOST_KEY)
        self._chunks = [self._sorted(bits) for bits in _dealt(self.words, round(BITS / wanted))]

    def __len__(self) -> int:
        return len(self.words)

    def _sorted(self, bits: Longs) -> _Chunk:
        keys = _keys(self.words, bits)
        starts = np.zeros((1 << len(bits)) + 1, np.uint32)
        ids = np.empty(len(self.words), np.uint32)
        sort_by_key(keys, starts, ids)
        return _Chunk(bits, _mask(bits), starts, ids)

    def search(self, queries: Words, radius: int, take: Take, limit: int | None = None) -> Flags:
        """Hand out every pair of a query and a hash within the radius, each once, in no order.

        Args:
            queries: (q, 4) words.
            radius: most bits in which the two differ; 0 to 255.
            take: is given the pairs, some at a time.
            limit: a query with more hits than that is left: what was handed out of it is not all there is.

        Returns:
            Which queries were left, (q,). Without `limit` none.
        """
        return self._joined(np.ascontiguousarray(queries), radius, take, limit, itself=False)

    def join_itself(self, radius: int, take: Take, limit: int | None = None) -> Flags:
        """The same among the hashes of the index: a pair once, the smaller row as query, none with itself."""
        return self._joined(self.words, radius, take, limit, itself=True)

    def pairs(self, queries: Words, radius: int) -> Pairs:
        """All pairs of `search` at once, by query, then entry."""
        found: list[Pairs] = []
        self.search(queries, radius, found.append)
        query, entry, distance = (
            np.concatenate([np.empty(0, kind), *(getattr(part, name) for part in found)])
            for name, kind in (("query", np.uint32), ("entry", np.uint32), ("distance", np.uint8))
        )
        order = np.lexsort((entry, query))
        return Pairs(query[order], entry[order], distance[order])

    def _joined(self, queries: Words, radius: int, take: Take, limit: int | None, *, itself: bool) -> Flags:
        if not len(queries) or not len(self.words):
            return np.zeros(len(queries), np.bool_)
        most = len(self.words) if limit is None else min(limit, len(self.words))
        counts = np.zeros(len(queries), np.uint32)
        columns = np.ascontiguousarray(self.words.T)
        # Hashes in the order of their buckets are read one behind the other: worth a copy where many are asked for.
        in_order = len(queries) * _LAID_OUT > len(self.words)
        room = max(ROOM, most + 1)
        out = np.empty(room, np.uint32), np.empty(room, np.uint32), np.empty(room, np.uint8)
        earlier, reach = np.empty((0, WORDS), np.uint64), np.empty(0, np.int64)
        for chunk, flipped in self._plan(queries, radius):
            keys = _keys(queries, chunk.bits)
            order = chunk.ids if itself else _by_key(keys, chunk)
            if in_order:
                laid_out(self.words, chunk.ids, columns)
            flips, at = _flips(len(chunk.bits), flipped), 0
            while at < len(queries):
                at, n = join(
                    queries, order, keys, at, flips, chunk.starts, chunk.ids, columns, in_order, radius, earlier, reach,
                    itself, most, counts, *out,
                )  # fmt: skip
                if n:
                    take(Pairs(out[0][:n].copy(), out[1][:n].copy(), out[2][:n].copy()))
            earlier, reach = np.vstack([earlier, chunk.mask]), np.append(reach, flipped)
        return counts > most

    def _plan(self, queries: Words, radius: int) -> list[tuple[_Chunk, int]]:
        """Which chunks to search, each with how many changed bits: the cheapest whose sum of (t + 1) is radius + 1.

        What a chunk costs is counted on some of the queries; the least sum is found by dynamic programming.
        """
        step = max(1, len(queries) // _ASKED)
        asked = np.ascontiguousarray(queries[::step])
        costs = [[0.0, *self._costs(asked, chunk)] for chunk in self._chunks]
        none: tuple[float, tuple[int, ...]] = (float("inf"), ())
        best = [(0.0, none[1]), *[none] * (radius + 1)]
        for cost in costs:
            best = [
                min(
                    (best[max(0, reached - share)][0] + price, (*best[max(0, reached - share)][1], share))
                    for share, price in enumerate(cost)
                )
                for reached in range(radius + 2)
            ]
        shares = best[radius + 1][1]
        plan = [(chunk, share - 1) for chunk, share in zip(self._chunks, shares, strict=True) if share]
        if sum(flipped + 1 for _, flipped in plan) <= radius:
            raise ValueError(f"no plan reaches radius {radius}")
        return plan

    def _costs(self, asked: Words, chunk: _Chunk) -> list[float]:
        """What it costs to search a chunk with 0, 1, ... changed bits: comparisons and look-ups a query."""
        keys = _keys(asked, chunk.bits)
        found: list[float] = []
        for flipped in range(_most_flips(len(chunk.bits)) + 1):
            flips = _flips(len(chunk.bits), flipped)
            found.append(candidates(keys, flips, chunk.starts) / len(asked) + _LOOK_UP * len(flips))
        return found


def _most_flips(bits: int) -> int:
    """Changed bits that are thought of: few in long keys, in short ones as many as a large radius needs."""
    most = _MOST_FLIPS
    while most < bits and sum(comb(bits, k) for k in range(most + 2)) <= 1 << 13:
        most += 1
    return min(most, bits)


def _dealt(words: Words, chunks: int) -> list[Longs]:
    """The 256 bits dealt out to so many chunks, those that tell most first, so that every chunk tells alike."""
    sample = np.ascontiguousarray(words[:: max(1, len(words) // _SAMPLE)])
    set_ = np.unpackbits(sample.view(np.uint8), axis=1, bitorder="little").mean(axis=0) if len(sample) else 0.5
    telling = np.argsort(np.broadcast_to(np.abs(np.asarray(set_) - 0.5), BITS), kind="stable")
    return [np.ascontiguousarray(np.sort(telling[start::chunks])).astype(np.int64) for start in range(chunks)]


def _keys(words: Words, bits: Longs) -> Keys:
    keys = np.empty(len(words), np.uint32)
    fill_keys(words, bits, keys)
    return keys


def _by_key(keys: Keys, chunk: _Chunk) -> Keys:
    """Queries in the order of their keys: neighbours reach neighbouring buckets."""
    if len(keys) < 1 << len(chunk.bits) >> 4:
        return np.argsort(keys, kind="stable").astype(np.uint32)
    starts, order = np.zeros_like(chunk.starts), np.empty(len(keys), np.uint32)
    sort_by_key(keys, starts, order)
    return order


def _mask(bits: Sequence[int] | Longs) -> Words:
    mask = np.zeros((1, WORDS), np.uint64)
    for bit in bits:
        mask[0, bit >> 6] |= np.uint64(1) << np.uint64(bit & 63)
    return mask


@cache
def _flips(bits: int, most: int) -> Keys:
    """Every way to change up to `most` of so many bits, fewest first."""
    masks = [sum(1 << bit for bit in chosen) for n in range(most + 1) for chosen in combinations(range(bits), n)]
    return np.array(masks, np.uint32)
