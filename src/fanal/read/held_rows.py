"""Rows of formats that are read one by one (mails, reports): held back, then handed to the sink in a fixed order.

For thousands of rows, not millions: whatever reads tables makes columns. Knows no file format.
"""

from datetime import datetime
from typing import Any

import pyarrow as pa

from fanal.model.tables import BY_NAME, obs_base
from fanal.read.contract import Sink, Source
from fanal.read.mail_text import clean

_FIRST = ("account", "identifier", "message", "media", "link", "remark")
_TABLES = (*_FIRST, *(name for name in BY_NAME if name not in _FIRST))
_REJECT = pa.schema([(name, pa.string()) for name in ("locator", "column", "reason", "excerpt")])

Row = dict[str, Any]


class HeldRows:
    """Rows of one exhibit, kept until `hand_over`, which may be called after any mail or report."""

    def __init__(self, source: Source, sink: Sink) -> None:
        self._sink = sink
        self._handed = obs_base(source.exhibit)
        self._rows: dict[str, list[Row]] = {table: [] for table in _TABLES}
        self._rejects: list[dict[str, str | None]] = []

    def row(self, table: str, locator: str, **cells: Any) -> int:
        """Keep one row. Returns its number among the table's rows that wait, from 1.

        A link's `message` is such a number, and becomes that message's observation.
        """
        self._rows[table].append({"locator": locator, **cells})
        return len(self._rows[table])

    def reject(self, locator: str, column: str | None, reason: str, excerpt: str) -> None:
        """Keep one reject; see Sink.reject. The excerpt is freed of media here."""
        self._rejects.append({"locator": locator, "column": column, "reason": reason, "excerpt": clean(excerpt)})

    def waiting(self) -> int:
        """How many rows and rejects wait."""
        return sum(len(rows) for rows in self._rows.values()) + len(self._rejects)

    def hand_over(self) -> None:
        """Give the sink what waits."""
        before = self._handed + len(self._rows["account"]) + len(self._rows["identifier"])
        for link in self._rows["link"]:
            link["message"] = before + link["message"] if link.get("message") else None
        for table, rows in self._rows.items():
            if not rows:
                continue
            columns = [("locator", pa.string()), *BY_NAME[table].columns]
            schema = pa.schema(
                [(name, _type(name, kind, rows)) for name, kind in columns if any(name in r for r in rows)]
            )
            self._sink.rows(table, pa.Table.from_pylist([_naive(row) for row in rows], schema))
            self._handed += len(rows)
            rows.clear()
        if self._rejects:
            self._sink.reject_rows(pa.Table.from_pylist(self._rejects, _REJECT))
            self._rejects.clear()


def _type(name: str, kind: pa.DataType, rows: list[Row]) -> pa.DataType:
    """Text where a row has text, for the sink to cast."""
    return pa.string() if any(isinstance(row.get(name), str) for row in rows) else kind


def _naive(row: Row) -> Row:
    """Instants as the lake holds them: UTC without saying so."""
    return {k: v.replace(tzinfo=None) if isinstance(v, datetime) else v for k, v in row.items()}
