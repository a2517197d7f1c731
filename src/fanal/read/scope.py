"""The scope of an order: rows outside of its dates and accounts stay unread, and are counted.

Held to at the border of the lake, over canonical rows, so that every reader obeys it without knowing
it. A row without an instant is inside of any dates; what cannot be read at all stays a reject.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from fanal.base import instants
from fanal.engine.duck import Duck
from fanal.lake.parquet import TableFile
from fanal.model.tables import UTC_INSTANT, Table

#: Which column of a table tells when; the others have no instant of their own.
_WHEN = ("at", "observed_at")
_WHO = ("account", "by_account", "channel")
#: Tables whose rows a reader takes from the line that first names an account: outside with that line.
NAMED = ("account", "identifier", "remark")


@dataclass(frozen=True)
class Scope:
    """What an order covers.

    Attributes:
        first: the first instant inside, None without one.
        last: the first instant that is no longer inside, None without one.
        keys: accounts and channels ("platform:native id"); empty for all.
    """

    first: datetime | None = None
    last: datetime | None = None
    keys: frozenset[str] = frozenset()

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Scope | None":
        """The scope that the register keeps for an exhibit under `scope` (from, to, accounts); None without one."""
        told = options.get("scope")
        if not told:
            return None
        first, last = (instants.parse(told[end]) if told.get(end) else None for end in ("from", "to"))
        return cls(first, last, frozenset(told.get("accounts") or ()))

    def inside(self, rows: pa.Table, when: pa.Array | None) -> pa.Array:
        """A mask of the rows that the order covers.

        Args:
            rows: of a canonical table.
            when: their instants in UTC, None where the table has none.
        """
        mask = pa.repeat(pa.scalar(value=True), rows.num_rows)
        if when is not None:
            for end, compare in ((self.first, pc.greater_equal), (self.last, pc.less)):
                if end is not None:
                    within = compare(when, pa.scalar(end.replace(tzinfo=None), UTC_INSTANT))
                    mask = pc.and_(mask, pc.fill_null(within, fill_value=True))
        if self.keys and "account" in rows.column_names:
            named = pa.array(sorted(self.keys))
            who = [pc.is_in(_flat(rows[name]), named) for name in _WHO if name in rows.column_names]
            covered = pc.is_null(_flat(rows["account"]))
            for one in who:
                covered = pc.or_(covered, one)
            mask = pc.and_(mask, covered)
        return mask


class Narrowing:
    """Counts what stays outside, and takes out at the end what only rows outside had named."""

    def __init__(self, scope: Scope, engine: Duck) -> None:
        self._scope, self._engine = scope, engine
        self.counts: dict[str, int] = {}
        engine.define("outside", "SELECT CAST(NULL AS VARCHAR) AS locator WHERE false")
        engine.define("covered", "SELECT CAST(NULL AS VARCHAR) AS account WHERE false")

    def narrowed(self, known: Table, rows: pa.Table, when: pa.Array | None) -> pa.Table:
        """The rows that the order covers."""
        mask = self._scope.inside(rows, when)
        outside = rows.filter(pc.invert(mask))
        inside = rows.filter(mask) if outside.num_rows else rows
        if outside.num_rows:
            self.counts[known.name] = self.counts.get(known.name, 0) + outside.num_rows
            self._note("outside", "locator", outside["locator"])
        if known.name not in NAMED and "account" in rows.column_names:
            for name in ("account", "by_account"):
                if name in inside.column_names:
                    self._note("covered", "account", inside[name])
        return inside

    def _note(self, table: str, column: str, values: pa.ChunkedArray) -> None:
        once = pc.drop_null(pc.unique(values.cast(pa.string())))
        self._engine.bind("fanal noted", pa.table({column: once}))
        self._engine.execute(f'INSERT INTO "{table}" SELECT {column} FROM "fanal noted"')
        self._engine.drop("fanal noted")

    def finish(self, table: str, path: Path, schema: pa.Schema) -> int:
        """Rewrite one finished file of a table in NAMED without what only lines outside had named.

        Returns:
            How many rows are left.
        """
        alone = "" if table == "remark" else "AND account NOT IN (SELECT account FROM covered)"
        self._engine.bind("fanal named", [path])
        before = self._engine.rows('SELECT count(*) AS n FROM "fanal named"')["n"][0].as_py()
        kept = f'SELECT * FROM "fanal named" WHERE NOT (locator IN (SELECT locator FROM outside) {alone}) ORDER BY obs'
        with TableFile(path, schema) as file:
            for batch in self._engine.batches(kept):
                file.write(batch)
        self._engine.drop("fanal named")
        if before > file.rows:
            self.counts[table] = self.counts.get(table, 0) + before - file.rows
        return file.rows


def instant_column(rows: pa.Table) -> str | None:
    """The column of a canonical table's rows that tells when, None where there is none."""
    return next((name for name in _WHEN if name in rows.column_names), None)


def _flat(column: pa.ChunkedArray) -> pa.Array:
    return (
        pa.concat_arrays([chunk.cast(pa.string()) for chunk in column.chunks])
        if column.num_chunks
        else pa.array([], pa.string())
    )
