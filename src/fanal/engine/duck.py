"""DuckDB behind the door: in memory over Parquet, spilling to a folder, UTC, no outside access.

The only module that imports duckdb.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from copy import copy
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import duckdb
import pyarrow as pa

from fanal.base.errors import FanalError
from fanal.engine.door import TableSource
from fanal.engine.far import Far, Place

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset
    from splink import DuckDBAPI

MEMORY = "2GB"


class StatementFailed(FanalError):
    """The engine refused or broke off a statement."""

    code = "F-ENGINE-01"
    text = "The statement failed: {detail}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _dataset(source: Sequence[Place]) -> "Dataset":
    """Files that are elsewhere as one table: pyarrow reads them, and DuckDB tells it which columns and rows."""
    # It loads pandas where that is there: a third of a second, for lakes that lie elsewhere alone.
    from pyarrow.dataset import dataset  # noqa: PLC0415

    places = [place for place in source if isinstance(place, Far)]
    return dataset([place.path for place in places], filesystem=places[0].filesystem, format="parquet")


class Duck:
    """One in-memory DuckDB session. See `engine.door.Engine` for what each method does."""

    def __init__(self, memory: str = MEMORY, threads: int | None = None, spill: Path | None = None) -> None:
        """Open a session.

        Args:
            memory: DuckDB's own limit, for example "2GB".
            threads: default, the processors this process may use.
            spill: folder for what does not fit in memory; default, a temporary one.
        """
        self._own_spill = None if spill else tempfile.TemporaryDirectory(prefix="fanal-spill-")
        folder = spill or Path(self._own_spill.name if self._own_spill else ".")
        self._con = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": memory,
                "threads": threads or len(os.sched_getaffinity(0)),
                "temp_directory": str(folder),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )
        self._con.execute("SET GLOBAL TimeZone = 'UTC'")
        self._con.execute("SET enable_progress_bar = false")
        self._orders: dict[str, str] = {}
        self._kind, self._lasting = "", False
        self._own: set[str] = set()

    def beside(self, schema: str = "main", *, lasting: bool = False) -> "Duck":
        """Another session of the same engine, which may run at the same time in another thread.

        It costs next to nothing, where an engine of its own takes tens of milliseconds.

        Args:
            schema: where names are looked for; a lasting session makes it where it is not there.
            lasting: names that it gives stay there for the sessions that come; else they are its own, hide others of
                that name, and go with it.
        """
        other = copy(self)
        other._own_spill, other._con, other._orders = None, self._con.cursor(), {}  # noqa: SLF001  of this class
        other._own = set()  # noqa: SLF001
        other._kind = "" if lasting else "TEMP "  # noqa: SLF001
        other._lasting = lasting  # noqa: SLF001
        if lasting:
            other.execute(f"CREATE SCHEMA IF NOT EXISTS {_quoted(schema)}")
        if schema != "main":
            other.execute(f"SET schema = {_quoted(schema)}")
        return other

    def forget(self, schema: str) -> None:
        """Drop a schema with all that it names."""
        self.execute(f"DROP SCHEMA IF EXISTS {_quoted(schema)} CASCADE")

    def remember_footers(self) -> None:
        """Read the footer of each Parquet file once, not at every statement; a file that changed is read again."""
        self._con.execute("SET parquet_metadata_cache = true")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def lock(self, readable: Path | None = None) -> None:
        """From now on: no files, no network, no change of settings (before a foreign SELECT runs).

        Args:
            readable: the one folder whose files stay readable, for tables bound to Parquet there.
        """
        if readable is not None:
            listed = str(readable.resolve()).rstrip("/").replace("'", "''")
            self._con.execute(f"SET allowed_directories = ['{listed}/']")
        self._con.execute("SET enable_external_access = false")
        self._con.execute("SET lock_configuration = true")

    def interrupt(self) -> None:
        """Break off the running statement (from another thread)."""
        self._con.interrupt()

    def bind(self, name: str, source: TableSource) -> None:
        """See Engine.bind."""
        self.drop(name)
        self._own.add(name)
        if isinstance(source, pa.Table):
            self._con.register(name, source)
            if self._lasting:  # what is registered is one session's own
                self.execute(f"CREATE TABLE {_quoted(name)} AS SELECT * FROM temp.{_quoted(name)}")
                self._con.unregister(name)
            return
        if any(isinstance(place, Far) for place in source):
            self._con.register(name, _dataset(source))
            return
        listed = ", ".join("'" + str(p).replace("'", "''") + "'" for p in source)
        rows = f"read_parquet([{listed}], union_by_name = true)"
        self.execute(f"CREATE {self._kind}VIEW {_quoted(name)} AS SELECT * FROM {rows}")

    def bind_in_order(self, name: str, table: pa.Table, order: str) -> None:
        """See InProcess.bind_in_order."""
        self.bind(name, table)
        self._orders[name] = order

    def is_in_order(self, name: str, order: str) -> bool:
        """See InProcess.is_in_order."""
        return self._orders.get(name) == order

    def define(self, name: str, sql: str, **params: Any) -> None:
        """See Engine.define."""
        self.drop(name)
        self._own.add(name)
        self.execute(f"CREATE {self._kind}TABLE {_quoted(name)} AS {sql}", **params)

    def name(self, name: str, sql: str) -> None:
        """See Engine.name."""
        self.drop(name)
        self._own.add(name)
        self.execute(f"CREATE {self._kind}VIEW {_quoted(name)} AS {sql}")

    def rows(self, sql: str, **params: Any) -> pa.Table:
        """See Engine.rows."""
        try:
            return self._relation(sql, params).to_arrow_table()
        except duckdb.Error as e:
            raise StatementFailed(detail=str(e).splitlines()[0]) from e

    def batches(self, sql: str, size: int = 131_072, **params: Any) -> Iterator[pa.RecordBatch]:
        """See Engine.batches."""
        try:
            yield from self._relation(sql, params).to_arrow_reader(size)
        except (duckdb.Error, pa.ArrowException) as e:
            raise StatementFailed(detail=str(e).splitlines()[0]) from e

    def splink(self) -> "DuckDBAPI":
        """This session as Splink takes it. Splink keeps its tables here; they go when the session closes."""
        from splink import DuckDBAPI  # noqa: PLC0415  a second to import, that only linkage pays

        return DuckDBAPI(connection=self._con)

    def drop(self, name: str) -> None:
        """See Engine.drop."""
        self._orders.pop(name, None)
        if self._kind and name not in self._own:
            return
        self._own.discard(name)
        self._con.unregister(name)
        named = f"temp.{_quoted(name)}" if self._kind else _quoted(name)
        for kind in ("VIEW", "TABLE"):
            # A name that stands for the other kind is refused; asking the catalogue first costs ten times more.
            with contextlib.suppress(duckdb.CatalogException):
                self._con.execute(f"DROP {kind} IF EXISTS {named}")

    def _relation(self, sql: str, params: dict[str, Any]) -> duckdb.DuckDBPyRelation:
        try:
            return self._con.sql(sql, params=params or None)
        except duckdb.Error as e:
            raise StatementFailed(detail=str(e).splitlines()[0]) from e

    def execute(self, sql: str, **params: Any) -> None:
        """Run one statement. Raises StatementFailed with the engine's own first line."""
        try:
            self._con.execute(sql, params or None)
        except duckdb.Error as e:
            raise StatementFailed(detail=str(e).splitlines()[0]) from e

    def close(self) -> None:
        """See Engine.close."""
        self._con.close()
        if self._own_spill:
            self._own_spill.cleanup()
