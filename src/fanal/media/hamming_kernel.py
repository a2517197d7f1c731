"""The loops of the search for near hashes: compiled once, kept on disk; no compiler is needed at install.

A hash is a row of four 64-bit words. A chunk is some of its 256 bits, put together as a key; hashes
with one key lie in one bucket. Nothing here makes an array or knows what a hash is of.
"""

# One loop that must not call out: numba inlines many small functions at a price.
# ruff: noqa: C901, PLR0912

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit, types
from numba.core.errors import TypingError
from numba.extending import intrinsic

Words = npt.NDArray[np.uint64]
Keys = npt.NDArray[np.uint32]
Longs = npt.NDArray[np.int64]
Small = npt.NDArray[np.uint8]
Loop = TypeVar("Loop", bound=Callable[..., Any])

WORDS = 4
BITS = 256


def compiled(loop: Loop) -> Loop:
    """Compile a loop for this processor, once on a machine; it runs without holding up other threads."""
    return cast("Loop", njit(cache=True, nogil=True)(loop))


def _ones(typingctx: Any, word: Any) -> Any:
    del typingctx
    if word != types.uint64:
        raise TypingError("a word of 64 bits")

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        del context, signature
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), generate


#: How many bits of a 64-bit word are set: the processor's own instruction.
ones = cast("Callable[[np.uint64], np.uint64]", intrinsic(_ones))


@compiled
def fill_keys(words: Words, bits: Longs, keys: Keys) -> None:
    """The key of each hash in one chunk: the bits of the chunk, the first as the lowest."""
    for i in range(words.shape[0]):
        key = np.uint64(0)
        for j in range(bits.shape[0]):
            bit = (words[i, bits[j] >> 6] >> np.uint64(bits[j] & 63)) & np.uint64(1)
            key |= bit << np.uint64(j)
        keys[i] = np.uint32(key)


@compiled
def sort_by_key(keys: Keys, starts: Keys, order: Keys) -> None:
    """A counting sort: `starts` (zeros, one more than there are keys) and `order` are filled; equal keys keep order."""
    for i in range(keys.shape[0]):
        starts[keys[i] + np.uint32(1)] += np.uint32(1)
    for k in range(1, starts.shape[0]):
        starts[k] += starts[k - 1]
    for i in range(keys.shape[0]):
        key = keys[i]
        order[starts[key]] = np.uint32(i)
        starts[key] += np.uint32(1)
    for k in range(starts.shape[0] - 1, 0, -1):
        starts[k] = starts[k - 1]
    starts[0] = np.uint32(0)


@compiled
def laid_out(words: Words, ids: Keys, columns: Words) -> None:
    """Hashes in the order of `ids` as four columns: (n, 4) words to (4, n)."""
    for p in range(ids.shape[0]):
        row = ids[p]
        for w in range(WORDS):
            columns[w, p] = words[row, w]


@compiled
def candidates(keys: Keys, flips: Keys, starts: Keys) -> int:
    """How many hashes lie in the buckets that these keys reach by these flips."""
    found = 0
    for i in range(keys.shape[0]):
        for f in range(flips.shape[0]):
            bucket = keys[i] ^ flips[f]
            found += int(starts[bucket + np.uint32(1)]) - int(starts[bucket])
    return found


@compiled
def join(
    queries: Words,
    order: Keys,
    keys: Keys,
    at: int,
    flips: Keys,
    starts: Keys,
    ids: Keys,
    words: Words,
    in_order: bool,
    radius: int,
    earlier: Words,
    reach: Longs,
    itself: bool,
    limit: int,
    counts: Keys,
    out_query: Keys,
    out_entry: Keys,
    out_distance: Small,
) -> tuple[int, int]:
    """Look queries up in one chunk, from place `at` of their order until all are done or room runs out.

    A pair is handed out by the first chunk that reaches it, so once in all.

    Args:
        queries: (q, 4) words. order: in which they are taken; sorted by key, neighbours reach the same memory.
        keys: of each query in this chunk. flips: what is laid over a key: every way to change few bits of it.
        starts, ids: buckets: ids[starts[k]:starts[k + 1]] are the hashes with key k.
        words: (4, n) of the hashes, in the order of `ids` where `in_order`.
        radius: most bits in which two hashes may differ.
        earlier: (c, 4) bits of the chunks that came before. reach: most bits that each of them lets differ.
        itself: queries are the hashes themselves: each is no neighbour of its own, and a pair is told once.
        limit: where a query has had more than that many hits it is left, and `counts` says so.
        counts: hits of each query so far, over all chunks.
        out_query, out_entry, out_distance: what is found; room for `limit` + 1 at least.

    Returns:
        The place to go on from, and how many pairs were written.
    """
    written = 0
    room = out_query.shape[0]
    while at < order.shape[0]:
        q = order[at]
        had = np.int64(counts[q])
        if had > limit:
            at += 1
            continue
        if written + limit - had + 1 > room:
            break
        a, b, c, d = queries[q, 0], queries[q, 1], queries[q, 2], queries[q, 3]
        key = keys[q]
        for f in range(flips.shape[0]):
            bucket = key ^ flips[f]
            first, end = np.int64(starts[bucket]), np.int64(starts[bucket + np.uint32(1)])
            if in_order:
                # Half of each hash rules out nearly all: without a branch, several at once.
                least = np.uint64(BITS)
                for p in range(first, end):
                    least = min(least, ones(a ^ words[0, p]) + ones(b ^ words[1, p]))
                if least > np.uint64(radius):
                    continue
            for p in range(first, end):
                e = ids[p]
                row = p if in_order else np.int64(e)
                x, y = a ^ words[0, row], b ^ words[1, row]
                distance = np.int64(ones(x)) + np.int64(ones(y))
                if distance > radius:
                    continue
                z, w = c ^ words[2, row], d ^ words[3, row]
                distance += np.int64(ones(z)) + np.int64(ones(w))
                if distance > radius or (itself and e == q):
                    continue
                told = False
                for k in range(reach.shape[0]):
                    apart = (
                        np.int64(ones(x & earlier[k, 0])) + np.int64(ones(y & earlier[k, 1]))
                        + np.int64(ones(z & earlier[k, 2])) + np.int64(ones(w & earlier[k, 3]))
                    )  # fmt: skip
                    if apart <= reach[k]:
                        told = True
                        break
                if told:
                    continue
                had += 1
                if had > limit:
                    break
                if not itself or e > q:
                    out_query[written], out_entry[written] = q, e
                    out_distance[written] = np.uint8(distance)
                    written += 1
            if had > limit:
                break
        counts[q] = np.uint32(had)
        at += 1
    return at, written
