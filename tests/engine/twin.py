"""Two engines as one: every statement runs on both, and what they make must be the same."""

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq
import sqlglot

from fanal.engine.door import TableSource

SAME = 1e-9


class Twin:
    """DuckDB and Spark behind one door. Any difference is an AssertionError that names the statement."""

    def __init__(self, first: Any, second: Any, ran: list[str]) -> None:
        """`ran` collects the statements, as they were given."""
        self.engines = (first, second)
        self.ran = ran

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *told: object) -> None:
        self.close()

    def bind(self, name: str, source: TableSource) -> None:
        for engine in self.engines:
            engine.bind(name, source)

    def define(self, name: str, sql: str, **params: Any) -> None:
        self.ran.append(sql)
        for engine in self.engines:
            engine.define(name, sql, **params)
        # What Spark defined lies in files: to read them here is half the cost of asking it.
        theirs = pq.read_table(self.engines[1]._held[name])
        compare(self.engines[0].rows(f'SELECT * FROM "{name}"'), theirs, f"{name}: {sql}", ordered=False)

    def name(self, name: str, sql: str) -> None:
        self.ran.append(sql)
        for engine in self.engines:
            engine.name(name, sql)
        self._same(f'SELECT * FROM "{name}"', f"{name}: {sql}", {}, ordered=False)

    def rows(self, sql: str, **params: Any) -> pa.Table:
        self.ran.append(sql)
        return self._same(sql, sql, params, ordered=_ordered(sql))

    def batches(self, sql: str, size: int = 131_072, **params: Any) -> Iterator[pa.RecordBatch]:
        # Read whole, for where the statement gives an order it must be the same.
        self.ran.append(sql)
        found = []
        for engine in self.engines:
            listed = list(engine.batches(sql, size, **params))
            found.append(pa.Table.from_batches(listed) if listed else engine.rows(sql, **params))
        compare(found[0], found[1], sql, ordered=_ordered(sql))
        yield from found[0].to_batches(size)

    def drop(self, name: str) -> None:
        for engine in self.engines:
            engine.drop(name)

    def close(self) -> None:
        for engine in self.engines:
            engine.close()

    def _same(self, sql: str, told: str, params: dict[str, Any], *, ordered: bool) -> pa.Table:
        first, second = (engine.rows(sql, **params) for engine in self.engines)
        compare(first, second, told, ordered=ordered)
        return first


def _ordered(sql: str) -> bool:
    return sqlglot.parse_one(sql, read="duckdb").args.get("order") is not None


def compare(first: pa.Table, second: pa.Table, told: str, *, ordered: bool) -> None:
    """Same names, same rows: in the same order where the statement gives one, else sorted."""
    assert first.column_names == second.column_names, told
    assert first.num_rows == second.num_rows, f"{first.num_rows} and {second.num_rows} rows: {told}"
    ours, theirs = _comparable(first), _comparable(second)
    if not ordered:
        ours, theirs = sorted(ours, key=_key), sorted(theirs, key=_key)
    for one, other in zip(ours, theirs, strict=True):
        assert all(map(_alike, one, other)), f"{one} and {other}: {told}"


def _comparable(table: pa.Table) -> list[tuple[Any, ...]]:
    columns = [table.column(i).to_pylist() for i in range(table.num_columns)]
    return [tuple(_plain(value) for value in row) for row in zip(*columns, strict=True)] if columns else []


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _key(row: Sequence[Any]) -> list[tuple[int, Any]]:
    # Numbers that differ by less than SAME must sort alike.
    return [
        (0, 0) if value is None
        else (1, round(value, 6)) if isinstance(value, bool | int | float)
        else (2, value.isoformat()) if isinstance(value, dt.date)
        else (3, value.hex()) if isinstance(value, bytes)
        else (4, value)
        for value in row
    ]  # fmt: skip


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=SAME, abs_tol=SAME)
    return type(one) is type(other) and one == other
