"""The compound file that an Outlook message is: storages and streams, opened within bounds.

The library (olefile) follows what the file says of itself; here is checked, before it does, that the
file cannot make it read more than there is. Knows nothing of what a stream means (`read/msg_parts.py`).
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import olefile

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FILE_BYTES = 512 << 20
_HEADER = 512
_SECTOR_SHIFTS = (9, 12)
#: How often its own size a file may be read: streams that share sectors would be read again and again.
_TIMES = 2
_STREAM, _STORAGE = 2, 1


class Damaged(Exception):
    """The file is no compound file that can be followed."""


@dataclass(frozen=True)
class Stream:
    """The bytes of one stream, and whether they are all that it says it has."""

    data: bytes
    whole: bool


class Storage:
    """One folder of the file: streams and storages by name, read on demand."""

    def __init__(self, ole: Any, entry: Any, budget: "_Budget") -> None:
        self._ole, self._entry, self._budget = ole, entry, budget

    @property
    def name(self) -> str:
        """Its name."""
        return str(self._entry.name)

    def storages(self, beginning: str) -> "list[Storage]":
        """The storages in it whose names begin so, by name."""
        found = [kid for kid in self._entry.kids if kid.entry_type == _STORAGE and kid.name.startswith(beginning)]
        return [Storage(self._ole, kid, self._budget) for kid in sorted(found, key=lambda kid: str(kid.name))]

    def storage(self, name: str) -> "Storage | None":
        """The storage of that name in it."""
        kid = self._entry.kids_dict.get(name.lower())
        return Storage(self._ole, kid, self._budget) if kid is not None and kid.entry_type == _STORAGE else None

    def has(self, name: str) -> bool:
        """Whether it has a stream of that name."""
        kid = self._entry.kids_dict.get(name.lower())
        return kid is not None and kid.entry_type == _STREAM

    def stream(self, name: str) -> Stream | None:
        """The stream of that name in it, None without one; empty and not whole where it lies about itself."""
        if not self.has(name):
            return None
        kid = self._entry.kids_dict[name.lower()]
        if kid.size == 0:
            return Stream(b"", whole=True)
        if not self._budget.take(kid.size) or self._runs_in_a_circle(kid):
            return Stream(b"", whole=False)
        try:
            # openstream looks names up one by one, which takes the square of the number of attachments.
            data: bytes = self._ole._open(kid.isectStart, kid.size).read()  # noqa: SLF001
        except (OSError, IndexError, OverflowError, struct.error, ValueError):
            return Stream(b"", whole=False)
        return Stream(data, whole=len(data) == kid.size)

    def _runs_in_a_circle(self, kid: Any) -> bool:
        ole = self._ole
        small = kid.size < ole.minisectorcutoff
        if small and not ole.minifat:
            if ole.root.size > self._budget.file_bytes:
                return True  # the stream that holds all small ones is longer than the file
            ole.loadminifat()
        table, unit = (ole.minifat, ole.mini_sector_size) if small else (ole.fat, ole.sectorsize)
        at, seen = kid.isectStart, set()
        for _ in range(-(-kid.size // unit)):
            if at in seen:
                return True
            seen.add(at)
            if at >= len(table):
                return False  # it breaks off: what is there is read
            at = table[at]
        return False


@dataclass
class _Budget:
    """How much of a file may still be read."""

    file_bytes: int
    left: int

    def take(self, size: int) -> bool:
        if size > self.file_bytes or size > self.left:
            return False
        self.left -= size
        return True


@contextmanager
def opened(path: Path) -> Iterator[Storage]:
    """The root storage of a compound file. Raises Damaged."""
    size = path.stat().st_size
    with path.open("rb") as f:
        _check(f.read(_HEADER), size)
        try:
            ole = olefile.OleFileIO(f)
            root = ole.root
        except (OSError, IndexError, KeyError, struct.error, ValueError, RecursionError, AttributeError) as e:
            raise Damaged from e
        if root is None:
            raise Damaged
        yield Storage(ole, root, _Budget(size, _TIMES * size))


def _check(header: bytes, size: int) -> None:
    """Refuse a header whose tables would be larger than the file."""
    if len(header) < _HEADER or not header.startswith(MAGIC) or size > FILE_BYTES:
        raise Damaged
    shift = struct.unpack_from("<H", header, 30)[0]
    if shift not in _SECTOR_SHIFTS:
        raise Damaged
    sectors = size >> shift
    tables = (struct.unpack_from("<I", header, at)[0] for at in (44, 64, 72))  # FAT, mini FAT, DIFAT
    if any(n > sectors for n in tables):
        raise Damaged
