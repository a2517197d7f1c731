"""The door to SQL: what any engine offers. A step names statements and tables, never an engine."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, runtime_checkable

import pyarrow as pa

from fanal.engine.far import Place

# What a table name may stand for: Parquet files of the lake, or rows in memory.
TableSource: TypeAlias = Sequence[Place] | pa.Table


class Engine(Protocol):
    """Runs SQL of the shared subset on named tables.

    An engine is opened for one job and closed after it; nothing in it outlives the job.
    """

    def bind(self, name: str, source: TableSource) -> None:
        """Let `name` stand for Parquet files (as one table, columns by name) or an Arrow table."""

    def define(self, name: str, sql: str, **params: Any) -> None:
        """Materialise the rows of one SELECT under `name`. `params` fill `$name` placeholders."""

    def name(self, name: str, sql: str) -> None:
        """Let `name` stand for the rows of one SELECT, made anew whenever they are read."""

    def rows(self, sql: str, **params: Any) -> pa.Table:
        """All rows of one SELECT."""

    def batches(self, sql: str, size: int = 131_072, **params: Any) -> Iterator[pa.RecordBatch]:
        """The rows of one SELECT in batches, in the statement's order, without holding them all."""

    def drop(self, name: str) -> None:
        """Forget a name and free what it holds."""

    def close(self) -> None:
        """Free everything."""


@runtime_checkable
class InProcess(Protocol):
    """What an engine offers besides whose rows are in this process, so that arrays may take the place of statements.

    Where rows lie on other machines an engine has none of this, and a step's SQL alone runs.
    """

    def bind_in_order(self, name: str, table: pa.Table, order: str) -> None:
        """Let `name` stand for an Arrow table whose rows are in this order (as an ORDER BY says it) already."""

    def is_in_order(self, name: str, order: str) -> bool:
        """Whether all rows of `name` come in this order without being sorted."""


Statements = Mapping[str, str]
