"""How long a scan will go on: by what files of each kind cost so far, videos by their length where it is known.

Bytes say little of a video: a minute of 1080p costs ten times a minute of 480p, and a picture costs next to nothing. So
each kind has rates of its own: worker seconds for a second of video, and for a byte.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fanal.media.journal import Entry
from fanal.media.sniff import VIDEO


@dataclass
class _Spent:
    """Worker seconds on files, their bytes and seconds of video; of videos whose length is known apart."""

    cost: float = 0.0
    size: int = 0
    lasting_cost: float = 0.0
    lasting: float = 0.0

    def add(self, cost: float, size: int, lasting: float) -> None:
        self.cost, self.size = self.cost + cost, self.size + size
        if lasting:
            self.lasting_cost, self.lasting = self.lasting_cost + cost, self.lasting + lasting

    def of(self, size: int, lasting: float) -> float | None:
        """What a file would cost; None where nothing like it was measured."""
        if lasting and self.lasting:
            return lasting * self.lasting_cost / self.lasting
        return size * self.cost / self.size if self.size else None


class Pace:
    """What the files of one scan cost, and what is left of it."""

    def __init__(self, left: Iterable[Entry], workers: int) -> None:
        """Begin.

        Args:
            left: files that are to be gone through.
            workers: how many are gone through at once.
        """
        self._left = {entry.n: entry for entry in left}
        self._workers = workers
        self._kinds: dict[str, _Spent] = {}
        self._all = _Spent()

    def done(self, entry: Entry, cost: float) -> None:
        """A file is finished: it took a worker so many seconds."""
        self._left.pop(entry.n, None)
        lasting = _lasting(entry)
        for spent in (self._kinds.setdefault(_kind(entry), _Spent()), self._all):
            spent.add(cost, entry.place.size, lasting)

    def seconds_left(self) -> float | None:
        """Seconds until the end; None before anything was measured."""
        if not self._all.size:
            return 0.0 if not self._left else None
        whole = 0.0
        for entry in self._left.values():
            size, lasting = entry.place.size, _lasting(entry)
            one = self._kinds[_kind(entry)].of(size, lasting) if _kind(entry) in self._kinds else None
            whole += (self._all.of(size, lasting) if one is None else one) or 0.0
        return whole / self._workers


def _kind(entry: Entry) -> str:
    """What files are told apart by: the ending of the name, which is known before a file is opened."""
    return Path(entry.place.path).suffix.lower()


def _lasting(entry: Entry) -> float:
    """Seconds of video; 0 where it is none, or where no pass has found its length."""
    return float(entry.found.get("duration_s") or 0.0) if entry.found.get("family") == VIDEO else 0.0
