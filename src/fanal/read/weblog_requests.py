"""The source table `requests` of a web-server log: scanned block by block, the columns asked for written out."""

import codecs

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fanal.base.language import mark, translate
from fanal.engine.duck import Duck
from fanal.evidence.streams import opened
from fanal.read.cell_kernel import NULL, PLAIN, Bytes
from fanal.read.cells import Cells, column
from fanal.read.contract import Sink, Source, Unreadable
from fanal.read.mapped_rows import CAPACITY
from fanal.read.mapping_sql import ROW
from fanal.read.scratch import ScratchTable
from fanal.read.weblog_kernel import GOOD, PARTS, scan_log
from fanal.read.weblog_keys import KnownKeys
from fanal.read.weblog_lines import blocks
from fanal.read.weblog_places import (
    AGENT,
    BYTES,
    CLIENT,
    FORWARDED,
    HOST,
    METHOD,
    PATH,
    PORT,
    QUERY,
    REFERER,
    REST,
    STATUS,
    TS,
    USER,
    WIDTH,
)
from fanal.read.weblog_sift import Sift

TABLE = "requests"
_PLACES = {
    "ip": CLIENT, "src_port": PORT, "user": USER, "ts": TS, "method": METHOD, "path": PATH, "status": STATUS,
    "bytes": BYTES, "referer": REFERER, "user_agent": AGENT, "host": HOST, "forwarded": FORWARDED, "rest": REST,
}  # fmt: skip
COLUMNS = tuple(_PLACES)
_NO_LINE = mark("not a line of a web-server log")

Rows = npt.NDArray[np.int64]


class Requests:
    """Reads a log once. Lines that no SELECT would yield are counted, and not written out."""

    def __init__(self, engine: Duck, source: Source, columns: list[str], sift: Sift) -> None:
        """Begin.

        Args:
            engine: not yet locked; has the table `requests` bound after `load`.
            source: the exhibit; its scratch folder takes the rows.
            columns: those of COLUMNS that are asked for.
            sift: tells which lines may matter.
        """
        self._engine, self._source, self._columns, self._sift = engine, source, columns, sift
        self._table = ScratchTable(engine, source.scratch, TABLE, columns)
        self.rows = 0
        self._refused, self._json = 0, 0

    def load(self, sink: Sink | None) -> None:
        """Scan the whole log. Lines that are none are rejects, and counted here; the others the mapping accounts for.

        Raises:
            Unreadable: no line is one of a web-server log.
            StreamBomb: see evidence.streams.
        """
        cells, numbers = Cells(WIDTH, CAPACITY), np.zeros(CAPACITY, np.int64)
        known, parts = KnownKeys().arguments, np.zeros(PARTS, np.int32)
        with opened(self._source.path) as stream:
            number = 1
            for buf, end in blocks(stream):
                if number == 1 and buf[: len(codecs.BOM_UTF8)].tobytes() == codecs.BOM_UTF8:
                    buf[: len(codecs.BOM_UTF8)] = ord(" ")
                at = 0
                while at < end:
                    at, count, number, good, json = scan_log(
                        buf, at, end, number, cells.starts, cells.ends, cells.kinds, cells.row_from,
                        cells.row_to, cells.values, numbers, parts, *known, self._sift.is_open,
                        *self._sift.arguments,
                    )  # fmt: skip
                    self.rows += good
                    self._json += json
                    self._take(buf, cells, numbers[:count], sink)
            facts = stream.facts()
        self._table.bind()
        if not self.rows:
            raise Unreadable(path=self._source.name, detail=translate("no line of it is one of a web-server log"))
        if sink is not None:
            for key, value in facts.items():
                sink.note(key, value)
            if self._json:
                sink.note("json_lines", self._json)
            sink.count(TABLE, source=self._refused, rejected=self._refused)

    def _take(self, buf: Bytes, cells: Cells, numbers: Rows, sink: Sink | None) -> None:
        good = cells.values[: len(numbers)] == GOOD
        kept = np.flatnonzero(good)
        if len(kept):
            made = {name: self._column(buf, cells, kept, name) for name in self._columns}
            self._table.write(pa.table({**made, ROW: pa.array(numbers[kept])}))
        if sink is not None and len(kept) < len(numbers):
            self._refuse(buf, cells, np.flatnonzero(~good), numbers, sink)

    def _column(self, buf: Bytes, cells: Cells, rows: Rows, name: str) -> pa.Array:
        text = column(self._engine, buf, cells, rows, _PLACES[name]).text
        if name != "path" or not (cells.kinds[rows, QUERY] != NULL).any():
            return text
        query = column(self._engine, buf, cells, rows, QUERY).text
        # Some formats log the path without what stands behind its question mark, and that by itself.
        alone = pc.and_(pc.greater(pc.binary_length(query), 0), pc.invert(pc.match_substring(text, "?")))
        joined = pc.binary_join_element_wise(text, query, "?")
        return pc.if_else(pc.fill_null(alone, fill_value=False), joined, text)

    def _refuse(self, buf: Bytes, cells: Cells, bad: Rows, numbers: Rows, sink: Sink) -> None:
        lines = Cells(1, len(bad))
        lines.starts[:, 0], lines.ends[:, 0], lines.kinds[:] = cells.row_from[bad], cells.row_to[bad], PLAIN
        shown = column(self._engine, buf, lines, np.arange(len(bad)), 0).text
        located = pc.binary_join_element_wise(f"{TABLE}:", pa.array(numbers[bad]).cast(pa.string()), "")
        columns = [located, pa.nulls(len(bad), pa.string()), pa.repeat(_NO_LINE, len(bad)), shown]
        sink.reject_rows(pa.table(columns, names=["locator", "column", "reason", "excerpt"]))
        self._refused += len(bad)
