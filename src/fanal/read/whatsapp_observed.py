"""What is told of a WhatsApp export as a whole: deleted, unknown and suspicious lines, instants, languages, files.

Gathers chunk by chunk what the notes say at the end. Makes no rows.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fanal.base.instants import text
from fanal.engine.door import Statements
from fanal.engine.duck import Duck
from fanal.read import whatsapp_scan as scanner
from fanal.read.contract import Sink
from fanal.read.whatsapp_lines import Chunk

_SHOWN = 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Observed:
    """Counts and first lines of what is worth a look, over all chunks of one export.

    Attributes:
        files: names of files that messages name.
        members: whether any line changed a membership.
    """

    def __init__(self, engine: Duck, statements: Statements) -> None:
        """Take the engine in which the tables of a chunk are defined, and the statements over them."""
        self._engine, self._statements = engine, statements
        self._engine.define("segments", "SELECT '' AS name, '' AS segment, CAST(0 AS BIGINT) AS n WHERE false")
        self.files: set[str] = set()
        self.members = False
        self._notes: Counter[str] = Counter()
        self._lines: dict[str, list[int]] = {}
        self._languages: Counter[str] = Counter()
        self._first: int | None = None
        self._last: int | None = None
        self._end: int | None = None

    def chunk(
        self, chunk: Chunk, sender: npt.NDArray[np.int64], at: npt.NDArray[np.int64], there: npt.NDArray[np.bool_]
    ) -> None:
        """Look at one chunk.

        Args:
            chunk: whose tables stand in the engine.
            sender: number of each message's sender, -1 where nobody wrote it.
            at: microseconds since 1970 of each.
            there: which of them there are.
        """
        lines = chunk.line.to_numpy()
        self._instants(lines, at, there)
        said = self._engine.rows(self._statements["figures"]).to_pylist()[0]
        self.files.update(said["files"] or ())
        self._remark("system_unknown", said["system_unknown"], said["unknown_lines"])
        deleted = self._engine.rows(self._statements["deleted"]).to_pylist()[0]
        self._remark("deleted", deleted["n"], deleted["lines"])
        for row in self._engine.rows(self._statements["languages"]).to_pylist():
            self._languages[row["language"]] += row["n"]
        self.members = self.members or self._engine.rows("SELECT count(*) AS n FROM change")["n"][0].as_py() > 0
        self._heads(chunk)
        self._segments(chunk, sender)

    def close(self, sink: Sink) -> None:
        """Tell the sink what was gathered."""
        for key, n in sorted(self._notes.items()):
            sink.note(key, {"n": n, "lines": self._lines[key]})
        sink.note("languages", dict(sorted(self._languages.items())))
        sink.note("first_instant", _told(self._first))
        sink.note("last_instant", _told(self._last))
        colons = self._engine.rows(self._statements["colons"])["shown"].to_pylist()
        if colons:
            sink.note("senders_with_colon", colons)

    def _instants(self, lines: npt.NDArray[np.int64], at: npt.NDArray[np.int64], there: npt.NDArray[np.bool_]) -> None:
        """First and last instant, and where time runs backwards."""
        told = at[there]
        if not len(told):
            return
        first, last = int(told.min()), int(told.max())
        if self._end is not None and told[0] < self._end:
            self._remark("backwards", 1, [int(lines[there][0])])
        back = 1 + np.flatnonzero((at[1:] < at[:-1]) & there[1:] & there[:-1])
        self._remark("backwards", len(back), lines[back[:_SHOWN]].tolist())
        self._first = first if self._first is None else min(first, self._first)
        self._last = last if self._last is None else max(last, self._last)
        self._end = int(told[-1])

    def _heads(self, chunk: Chunk) -> None:
        places = pa.array(np.flatnonzero(chunk.flags & scanner.INNER))
        if len(places):
            inner = {"line": chunk.line.take(places), "body": chunk.body.take(places)}
            self._engine.bind("inner_heads", pa.table(inner))
            found = self._engine.rows(self._statements["heads_inside"]).to_pylist()[0]
            self._remark("heads_inside", found["n"], found["lines"])

    def _segments(self, chunk: Chunk, sender: npt.NDArray[np.int64]) -> None:
        """Which senders ever wrote a body that does not go on with "X: ", and the X of the others."""
        segment = (chunk.flags & scanner.SEGMENT) != 0
        wrote = sender >= 0
        plain = np.zeros(int(sender.max(initial=-1)) + 1, np.bool_)
        plain[sender[wrote & ~segment]] = True
        rest = np.flatnonzero(wrote & segment & ~plain[sender]) if len(plain) else np.empty(0, np.int64)
        self._engine.bind("plain_spoken", pa.table({"sender_n": np.flatnonzero(plain)}))
        self._engine.bind("segmented", pa.table({"sender_n": sender[rest], "body": chunk.body.take(pa.array(rest))}))
        self._engine.execute(f"INSERT INTO segments {self._statements['segments']}")

    def _remark(self, key: str, n: int, at_lines: list[int] | None) -> None:
        if n:
            self._notes[key] += n
            self._lines[key] = (self._lines.get(key, []) + list(at_lines or ()))[:_SHOWN]


def _told(micros: int | None) -> str | None:
    return None if micros is None else text(_EPOCH + timedelta(microseconds=micros))
