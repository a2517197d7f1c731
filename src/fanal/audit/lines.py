"""A file of lines that only grows: one writer at a time, each line on disk before it counts.

A kill in the middle of a write leaves a torn last line. It was never acknowledged to anybody, so a
reader passes over it and the next writer cuts it off. What the lines say is not known here.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from fanal.base.files import sync_folder

_TAIL = 1 << 16


class LineFile:
    """One append-only file. Lines are bytes without their newline."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self, start: int = 0) -> Iterator[bytes]:
        """The whole lines from byte `start` on, a torn last one left out. Nothing where there is no file."""
        if not self.path.exists():
            return
        with self.path.open("rb") as f:
            f.seek(start)
            for line in f:
                if line.endswith(b"\n"):
                    yield line[:-1]

    @contextmanager
    def locked(self) -> Iterator["Appender"]:
        """Hold the file alone (waiting for who holds it), its torn tail cut off."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not self.path.exists()
        with self.path.open("ab+") as f:
            fcntl.flock(f, fcntl.LOCK_EX)
            _cut_torn_tail(f)
            if is_new:
                sync_folder(self.path.parent)
            yield Appender(f)


class Appender:
    """What the holder of a LineFile's lock may do."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    @property
    def size(self) -> int:
        """Bytes in the file, all of them whole lines."""
        return self._file.seek(0, os.SEEK_END)

    def append(self, lines: Sequence[bytes]) -> int:
        """Add lines and wait until they are on disk. Returns the file's size after them."""
        self._file.write(b"".join(line + b"\n" for line in lines))
        self._file.flush()
        os.fsync(self._file.fileno())
        return self.size


def _cut_torn_tail(file: BinaryIO) -> None:
    end = size = file.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - _TAIL)
        file.seek(start)
        newline = file.read(end - start).rfind(b"\n")
        if newline >= 0:
            end = start + newline + 1
            break
        end = start
    if end != size:
        file.truncate(end)
        os.fsync(file.fileno())
    file.seek(0, os.SEEK_END)
