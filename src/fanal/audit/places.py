"""Where in the log an entry stands, by its key: the index file's keys, kept in order in memory while they only grow.

A page of the desk appends an entry or two to a log of millions. To read the index each time would take longer than all
else that the page does.
"""

import os
from functools import cache
from pathlib import Path
from threading import Lock
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from fanal.audit.index import LEAF, RECORD

#: Keys that are looked through one by one before they are put in order with the others.
_LOOSE = 20_000
#: Of a key, what is kept in memory; what is found by it is compared whole.
_HEAD = 8


class Places:
    """The keys of one index file. Safe for threads; the caller holds the log's lock."""

    def __init__(self, index: Path) -> None:
        self._index = index
        self._lock = Lock()
        self._forget()

    def _forget(self) -> None:
        self._ordered = np.zeros(0, np.uint64)
        self._where = np.zeros(0, np.int64)
        self._loose = np.zeros(0, np.uint64)
        self._file, self._last = 0, b""

    def of(self, keys: list[bytes], size: int) -> dict[bytes, int]:
        """The places of those keys that are among the first `size` records of the index; of twins, the first."""
        if not keys or not size or not self._index.exists():
            return {}
        with self._lock, self._index.open("rb") as file:
            self._catch_up(file, size)
            found: dict[bytes, int] = {}
            for key in keys:
                for place in self._with_head(key):
                    if place < size and _record(file, place)[LEAF:] == key:
                        found[key] = place
                        break
            return found

    def _with_head(self, key: bytes) -> list[int]:
        head = np.frombuffer(key[:_HEAD], np.uint64)[0]
        left, right = (int(np.searchsorted(self._ordered, head, side)) for side in ("left", "right"))
        loose = np.flatnonzero(self._loose == head) + len(self._ordered)
        return sorted([*self._where[left:right].tolist(), *loose.tolist()])

    def _catch_up(self, file: BinaryIO, size: int) -> None:
        """Take in the records that are new; all of them where the file is another, or was made again."""
        have = len(self._ordered) + len(self._loose)
        made = os.fstat(file.fileno()).st_ino
        if have > size or made != self._file or (have and _record(file, have - 1) != self._last):
            self._forget()
            have = 0
        self._file = made
        if have == size:
            return
        file.seek(have * RECORD)
        raw = np.frombuffer(file.read((size - have) * RECORD), np.uint8).reshape(-1, RECORD)
        self._last = raw[-1].tobytes()
        self._loose = np.concatenate([self._loose, _heads(raw)])
        if len(self._loose) > _LOOSE:
            places = np.concatenate([self._where, np.arange(len(self._ordered), have + len(raw), dtype=np.int64)])
            heads = np.concatenate([self._ordered, self._loose])
            order = np.argsort(heads, kind="stable")
            self._ordered, self._where, self._loose = heads[order], places[order], self._loose[:0]


def _heads(raw: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    return np.ascontiguousarray(raw[:, LEAF : LEAF + _HEAD]).view(np.uint64).reshape(-1)


def _record(file: BinaryIO, place: int) -> bytes:
    file.seek(place * RECORD)
    return file.read(RECORD)


@cache
def places_of(index: Path) -> Places:
    """The one of this process for an index file."""
    return Places(index)
