"""The journal of one folder's scan: what is finished stays finished, whatever is killed.

`journal.jsonl` is append-only: each file gets a number when it is first seen and keeps it; a line says what was found
of it. Fingerprints lie beside it in `prints.bin`, in records of one size, written before the line that counts them.
"""

import fcntl
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from fanal.audit.lines import LineFile
from fanal.base.digests import canonical_json
from fanal.base.errors import FanalError
from fanal.media.seen import VARIANTS
from fanal.media.sniff import VIDEO
from fanal.media.video import FULL

RECORD = np.dtype([("at_s", "<f8"), ("pdq", "V32"), ("quality", "u1"), ("variant", "u1")])
Records = npt.NDArray[Any]
#: A file that ends its worker so often is set aside.
MOST_DEATHS = 3


class ScanRunning(FanalError):
    """Another process scans the same folder."""

    code = "F-MEDIA-04"
    text = "Another scan of {path} is under way; wait until it ends, then repeat this one."
    again = True


@dataclass(frozen=True)
class Place:
    """A file as it lies there: its path below the folder, and what changes when it is another one."""

    path: str
    size: int
    mtime_ns: int
    inode: int


@dataclass
class Entry:
    """What the journal knows of one file.

    Attributes:
        n: its number, from 0.
        place: as it lay when it was last looked at.
        deaths: how often it ended its worker, as it lies there now.
        reason: why, the last time.
        found: what was found: digests, mime, family, width, height, duration_s, status, reason, sticker, pass.
        first, count: its records in `prints.bin`.
    """

    n: int
    place: Place
    deaths: int = 0
    reason: str = ""
    found: dict[str, Any] = field(default_factory=dict)
    first: int = 0
    count: int = 0

    @property
    def aside(self) -> bool:
        """Whether it was set aside."""
        return self.deaths >= MOST_DEATHS

    def finished(self, which: str) -> bool:
        """Whether nothing is left to do for that pass."""
        if self.aside:
            return True
        return bool(self.found) and (self.found["family"] != VIDEO or self.found["pass"] in (which, FULL))


class Journal:
    """One folder's journal, held by one process at a time. A context manager."""

    def __init__(self, folder: Path, root: Path) -> None:
        """Open it.

        Args:
            folder: where it lies; made where it is not there.
            root: what is scanned, for the error.

        Raises:
            ScanRunning: another process holds it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = (folder / "LOCK").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as e:
            self._lock.close()
            raise ScanRunning(path=root) from e
        self._lines = LineFile(folder / "journal.jsonl")
        self._prints = folder / "prints.bin"
        self.entries: dict[str, Entry] = {}
        self._records = 0
        for line in self._lines.lines():
            self._recall(json.loads(line))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.close()

    def _recall(self, line: dict[str, Any]) -> None:
        if line["do"] == "file":
            place = Place(**line["place"])
            old = self.entries.get(place.path)
            self.entries[place.path] = Entry(old.n if old else len(self.entries), place)
            return
        entry = self.entries[line["path"]]
        if line["do"] == "died":
            entry.deaths, entry.reason = entry.deaths + 1, line["reason"]
            return
        entry.found, entry.first, entry.count = line["found"], line["first"], line["count"]
        entry.deaths = 0
        self._records = max(self._records, entry.first + entry.count)

    def _write(self, *lines: dict[str, Any]) -> None:
        with self._lines.locked() as file:
            file.append([canonical_json(line) for line in lines])
        for line in lines:
            self._recall(line)

    def expect(self, places: Sequence[Place]) -> None:
        """Give new files their numbers, in this order; one that changed begins anew under its old number."""
        new = [p for p in places if p.path not in self.entries or self.entries[p.path].place != p]
        if new:
            self._write(*({"do": "file", "place": asdict(place)} for place in new))

    def died(self, path: str, reason: str) -> Entry:
        """A file ended its worker."""
        self._write({"do": "died", "path": path, "reason": reason})
        return self.entries[path]

    def done(self, path: str, found: dict[str, Any], prints: Records) -> None:
        """A file is finished: its fingerprints are on disk first, then the line."""
        first = self._records
        if len(prints):
            with self._prints.open("r+b" if self._prints.exists() else "w+b") as file:
                file.seek(first * RECORD.itemsize)
                file.write(prints.tobytes())
                file.truncate()
                file.flush()
        self._write({"do": "done", "path": path, "found": found, "first": first, "count": len(prints)})

    def same_as(self, path: str, found: dict[str, Any], other: Entry) -> None:
        """A file is finished: its bytes are those of another one, whose fingerprints are its own."""
        line = {"do": "done", "path": path, "found": found, "first": other.first, "count": other.count}
        self._write(line)

    def prints(self) -> Records:
        """All fingerprints of all files, as they lie on disk."""
        if not self._records:
            return np.empty(0, RECORD)
        return np.memmap(self._prints, RECORD, "r", shape=(self._records,))


def records(rows: Sequence[Sequence[Any]]) -> Records:
    """Rows of a `shots` message as records."""
    made = np.empty(len(rows), RECORD)
    for place, (at_s, pdq, quality, variant) in enumerate(rows):
        made[place] = (np.nan if at_s is None else at_s, bytes.fromhex(pdq), quality, VARIANTS.index(variant))
    return made
