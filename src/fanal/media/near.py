"""Media that are near to entries of a list, or to each other, by their frames: counts and shares, in arrays.

A picture has one frame, a video one for each second that was taken. Two videos are near by the share of their
frames that have a near one in the other; each side has its own share. Near is not same.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fanal.media.hamming import Flags, Index, Pairs, as_words, distinct
from fanal.media.hamming_kernel import Longs, Words

Small = npt.NDArray[np.int32]
#: Rows of frames and prints that are worked on at once.
_ROOM = 4 << 20


@dataclass(frozen=True)
class Frames:
    """Frames of many media (or prints of many entries).

    Attributes:
        of: whose, from 0, (n,). frame: which frame; variants of one frame share its number, (n,).
        words: hashes, (n, 4). quality: 0 to 100, -1 where it is not known, (n,).
        count: how many frames each of them has, (media,).
    """

    of: Longs
    frame: Longs
    words: Words
    quality: Small
    count: Longs


@dataclass(frozen=True)
class Near:
    """Pairs of a medium and an entry.

    Attributes:
        of, entry: which, (p,). distance: the least of their frames. quality: of the frame that is nearest.
        share: of the medium's frames that are near to some print of the entry; share_of_entry: the other way.
    """

    of: Longs
    entry: Longs
    distance: Small
    quality: Small
    share: npt.NDArray[np.float64]
    share_of_entry: npt.NDArray[np.float64]


def frames_of(rows: pa.Table, who: str, at: str | None = None) -> tuple[Frames, list[str]]:
    """Frames from a table's rows, and the names behind their numbers.

    Args:
        rows: `pdq` (32 bytes), `quality`, and the columns named next.
        who: whose. at: what tells one's frames apart; None where each row is one.
    """
    named = rows[who].combine_chunks().dictionary_encode()
    of = np.asarray(named.indices).astype(np.int64)
    raw = b"".join(rows["pdq"].to_pylist()) if len(rows) else b""
    words = as_words(np.frombuffer(raw, np.uint8).reshape(-1, 32))
    quality = np.asarray(rows["quality"].combine_chunks().fill_null(-1)).astype(np.int32)
    if at is None:
        frame = np.arange(len(of), dtype=np.int64)
    else:
        when = np.asarray(rows[at].combine_chunks().cast(pa.float64()).fill_null(-1.0))
        order = np.lexsort((when, of))
        new = np.ones(len(of), np.bool_)
        new[1:] = (of[order][1:] != of[order][:-1]) | (when[order][1:] != when[order][:-1])
        frame = np.empty(len(of), np.int64)
        frame[order] = np.cumsum(new) - 1
    counted = np.unique(frame, return_index=True)[1]
    count = np.bincount(of[counted], minlength=len(named.dictionary))
    return Frames(of, frame, words, quality, count), named.dictionary.to_pylist()


def near(media: Frames, entries: Frames, radius: int, share: float, limit: int) -> tuple[Near, int]:
    """Which media are near to which entries.

    Args:
        media, entries: frames and prints. radius: of two of them.
        share: least share of either side's frames. limit: a hash near to more of the list's than that is left out.

    Returns:
        The pairs, by medium and entry; how many hashes were left out.
    """
    mine, place = distinct(media.words)
    theirs, print_place = distinct(entries.words)
    found: list[Pairs] = []
    left = Index(theirs).search(mine, radius, found.append, limit)
    return _shares(media, entries, _whole(found, left), place, print_place, share), int(left.sum())


def near_each_other(media: Frames, radius: int, share: float, limit: int) -> tuple[Near, int]:
    """Which media are near to each other; `entry` is the other medium, of a pair both ways. As `near`."""
    mine, place = distinct(media.words)
    found: list[Pairs] = []
    left = Index(mine).join_itself(radius, found.append, limit)
    pairs = _whole(found, left, both=True)
    kept = np.flatnonzero(~left).astype(np.uint32)
    same = Pairs(kept, kept, np.zeros(len(kept), np.uint8))
    every = Pairs(
        np.concatenate([pairs.query, pairs.entry, same.query]),
        np.concatenate([pairs.entry, pairs.query, same.entry]),
        np.concatenate([pairs.distance, pairs.distance, same.distance]),
    )
    told = _shares(media, media, every, place, place, share)
    other = told.of != told.entry
    return Near(*(getattr(told, name)[other] for name in Near.__dataclass_fields__)), int(left.sum())


def _whole(found: list[Pairs], left: Flags, *, both: bool = False) -> Pairs:
    """Pairs in one piece, without those of hashes that were left out."""
    kinds = (("query", np.uint32), ("entry", np.uint32), ("distance", np.uint8))
    query, entry, distance = (
        np.concatenate([np.empty(0, kind), *(getattr(p, name) for p in found)]) for name, kind in kinds
    )
    kept = ~left[query] & ~left[entry] if both else ~left[query]
    return Pairs(query[kept], entry[kept], distance[kept])


def _shares(media: Frames, entries: Frames, pairs: Pairs, place: Longs, print_place: Longs, share: float) -> Near:
    """From pairs of hashes to pairs of media and entries."""
    mine, theirs = _Rows(place), _Rows(print_place)
    parts = []
    for some in _pieces(mine.count[pairs.query] * theirs.count[pairs.entry]):
        m, e, pair = _product(mine, theirs, pairs.query[some], pairs.entry[some])
        parts.append(
            np.stack([media.of[m], entries.of[e], media.frame[m], entries.frame[e],
                      pairs.distance[some][pair].astype(np.int64), -media.quality[m].astype(np.int64)])
        )  # fmt: skip
    of, entry, frame, print_, distance, quality = np.concatenate([np.empty((6, 0), np.int64), *parts], axis=1)
    key = of * max(len(entries.count), 1) + entry
    order = np.lexsort((quality, distance, key))
    each, first = np.unique(key[order], return_index=True)
    nearest = order[first]
    frames = _distinct_in(key, frame, each) / media.count[of[nearest]]
    prints = _distinct_in(key, print_, each) / entries.count[entry[nearest]]
    kept = np.maximum(frames, prints) >= share
    nearest = nearest[kept]
    return Near(
        of[nearest], entry[nearest], distance[nearest].astype(np.int32), (-quality[nearest]).astype(np.int32),
        frames[kept], prints[kept],
    )  # fmt: skip


class _Rows:
    """Which rows have each of some distinct hashes."""

    def __init__(self, place: Longs) -> None:
        self.order = np.argsort(place, kind="stable")
        self.count = np.bincount(place) if len(place) else np.zeros(0, np.int64)
        self.start = np.concatenate([np.zeros(1, np.int64), np.cumsum(self.count)[:-1]]) if len(place) else self.count


def _pieces(sizes: Longs) -> Iterator[slice]:
    """Runs of pairs that together make no more rows than there is room for, or one pair."""
    begun, held = 0, 0
    for n, size in enumerate(np.add.reduceat(sizes, range(0, len(sizes), 1024)) if len(sizes) else ()):
        if held and held + size > _ROOM:
            yield slice(begun, n * 1024)
            begun, held = n * 1024, 0
        held += int(size)
    if held:
        yield slice(begun, len(sizes))


def _product(
    mine: _Rows, theirs: _Rows, query: npt.NDArray[np.uint32], entry: npt.NDArray[np.uint32]
) -> tuple[Longs, Longs, Longs]:
    """Every row of a query's hash with every row of its entry's: rows, rows, and which pair."""
    a, b = mine.count[query], theirs.count[entry]
    pair = np.repeat(np.arange(len(query)), a * b)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(a * b) - a * b, a * b)
    m = mine.order[mine.start[query][pair] + within // b[pair]]
    e = theirs.order[theirs.start[entry][pair] + within % b[pair]]
    return m, e, pair


def _distinct_in(key: Longs, what: Longs, each: Longs) -> Longs:
    """How many different `what` each key has, in the order of `each`."""
    order = np.lexsort((what, key))
    k, w = key[order], what[order]
    new = np.ones(len(k), np.bool_)
    new[1:] = (k[1:] != k[:-1]) | (w[1:] != w[:-1])
    return np.bincount(np.searchsorted(each, k[new]), minlength=len(each))
