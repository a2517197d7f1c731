"""Spark behind the door: the steps' SQL on one machine's cores or a cluster's, where DuckDB is not enough.

The only module that imports pyspark. It is imported only where a node asks for it.
"""

import contextlib
import itertools
import os
import re
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq
from py4j.protocol import Py4JError
from pyspark import SparkContext
from pyspark.errors import PySparkException
from pyspark.logger import PySparkLogger
from pyspark.sql import DataFrame, SparkSession
from sqlglot.errors import SqlglotError

from fanal.engine.dialect import strip_accents_sql, to_spark
from fanal.engine.door import TableSource
from fanal.engine.duck import StatementFailed
from fanal.engine.far import Far, Place
from fanal.engine.java import java_home

# Without an appender Spark takes its own settings, which talk.
_LOGGING = """\
appender.none.type = Null
appender.none.name = none
rootLogger.level = off
rootLogger.appenderRef.none.ref = none
logger.shell.name = org.apache.spark.api.python.PythonGatewayServer
logger.shell.level = off
"""
# pyspark logs every refused statement with all of Java's stack.
_REFUSALS = "SQLQueryContextLogger"


_ANSI = re.compile("\x1b\\[[0-9]*m")


@dataclass(frozen=True)
class SparkSettings:
    """How Spark runs.

    Attributes:
        master: Spark's own address of a cluster, or `local[N]` for N cores of this machine.
        memory: of the driver, as Java writes it; on one machine that is all there is.
        scratch: folder for tables between statements; the executors of a cluster must see it under the same
            path. None: a temporary one.
        conf: further settings of Spark, by their names there.
    """

    master: str = "local[2]"
    memory: str = "2g"
    scratch: Path | None = None
    conf: Mapping[str, str] = field(default_factory=dict)


class SparkHouse:
    """One Spark application; hands out engines that share it and see nothing of each other."""

    def __init__(self, settings: SparkSettings | None = None) -> None:
        """Start Java and Spark: several seconds.

        Raises:
            NoJava: see `engine.java`.
        """
        told = settings or SparkSettings()
        if told.scratch is not None:
            told.scratch.mkdir(parents=True, exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(prefix="fanal-spark-", dir=told.scratch))
        self._numbers = itertools.count()
        try:
            self._session = _started(told, self._folder)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def engine(self) -> "Spark":
        """An engine of its own for one job."""
        scratch = self._folder / str(next(self._numbers))
        scratch.mkdir()
        return Spark(self._session.newSession(), scratch)

    def close(self) -> None:
        """Stop Spark and remove everything that it left."""
        self._session.stop()
        # Spark keeps its Java for the next session, with the memory and the files of this one.
        if (gateway := SparkContext._gateway) is not None:  # noqa: SLF001  there is no other way to end it
            gateway.shutdown()
            gateway.proc.stdin.close()
            gateway.proc.wait()
            SparkContext._gateway = SparkContext._jvm = None  # noqa: SLF001
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _started(told: SparkSettings, folder: Path) -> SparkSession:
    quiet = folder / "log4j2.properties"
    quiet.write_text(_LOGGING, encoding="ascii")
    local = folder / "local"
    conf = {
        "spark.app.name": "fanal",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": told.memory,
        # Rows that a step compares in Python pass through the driver; what is too much shows as Java's own error.
        "spark.driver.maxResultSize": "0",
        "spark.driver.defaultJavaOptions": f"-Dlog4j2.configurationFile={quiet.as_uri()}",
        "spark.local.dir": str(local),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.session.timeZone": "UTC",
        # The lake's instants are UTC without a zone: TIMESTAMP means that, as it does in DuckDB.
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        # A cast that fails is an error, as in DuckDB; TRY_CAST is for those that may.
        "spark.sql.ansi.enabled": "true",
        "spark.sql.caseSensitive": "false",
        "spark.sql.files.ignoreMissingFiles": "false",
        "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
        # Spark's plain lz4 is Hadoop's, in blocks that pyarrow cannot put together.
        "spark.sql.parquet.compression.codec": "lz4_raw",
    }
    if told.master.startswith("local"):
        conf |= {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.shuffle.partitions": "8",
        }
    builder = SparkSession.builder.master(told.master)
    for name, value in (conf | dict(told.conf)).items():
        builder = builder.config(name, value)
    PySparkLogger.getLogger(_REFUSALS).addFilter(lambda _record: False)
    with _environment(folder, quiet), warnings.catch_warnings():
        # pyspark warns of a pandas that it does not know yet; none of it is used here.
        warnings.simplefilter("ignore", FutureWarning)
        return builder.getOrCreate()


@contextlib.contextmanager
def _environment(folder: Path, quiet: Path) -> Iterator[None]:
    """What Spark's launcher reads from the environment, while it starts."""
    told = {
        "JAVA_HOME": str(java_home(folder)),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": os.environ.get("SPARK_LOCAL_IP", "127.0.0.1"),
        "SPARK_LAUNCHER_OPTS": f"-Dlog4j2.configurationFile={quiet.as_uri()}",
    }
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


class Spark:
    """One job's session on Spark. See `engine.door.Engine` for what each method does.

    Statements come in DuckDB's dialect (`engine.dialect`). What is defined lies as Parquet in a scratch folder
    until it is dropped, so that a table has the same rows however often it is read.
    """

    def __init__(self, session: SparkSession, scratch: Path) -> None:
        """Made by `SparkHouse.engine`."""
        self._session = session
        self._scratch = scratch
        self._numbers = itertools.count()
        self._held: dict[str, Path] = {}
        self._run(strip_accents_sql())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def bind(self, name: str, source: TableSource) -> None:
        """See Engine.bind."""
        self.drop(name)
        if isinstance(source, pa.Table):
            # A file rather than a hand-over of rows: Spark knows its size, and has the unsigned integers.
            path = self._place(name)
            path.mkdir()
            pq.write_table(source, path / "rows.parquet", compression="lz4", store_schema=False)
            self._show(name, [path])
        else:
            self._show(name, source)

    def define(self, name: str, sql: str, **params: Any) -> None:
        """See Engine.define."""
        made = self._place(None)
        with _told():
            rows = self._run(to_spark(sql, params))
            rows.write.parquet(str(made))
            self.drop(name)
            self._held[name] = made
            # The columns are known: to look for them in the files would be a job of its own.
            self._session.read.schema(rows.schema).parquet(str(made)).createOrReplaceTempView(_quoted(name))

    def name(self, name: str, sql: str) -> None:
        """See Engine.name."""
        with _told():
            self._run(f"CREATE OR REPLACE TEMPORARY VIEW {_quoted(name)} AS {to_spark(sql)}")
        self._release(name)

    def rows(self, sql: str, **params: Any) -> pa.Table:
        """See Engine.rows."""
        with _told():
            return self._run(to_spark(sql, params)).toArrow()

    def batches(self, sql: str, size: int = 131_072, **params: Any) -> Iterator[pa.RecordBatch]:
        """See Engine.batches."""
        made = self._place(None)
        with _told():
            self._run(to_spark(sql, params)).write.parquet(str(made))
        try:
            # Spark numbers the parts of an ordered result in its order.
            for part in sorted(made.glob("*.parquet")):
                with pq.ParquetFile(part) as file:
                    yield from file.iter_batches(size)
        finally:
            shutil.rmtree(made)

    def drop(self, name: str) -> None:
        """See Engine.drop."""
        self._session.catalog.dropTempView(name)
        self._release(name)

    def _release(self, name: str) -> None:
        if held := self._held.pop(name, None):
            shutil.rmtree(held)

    def close(self) -> None:
        """See Engine.close."""
        for name in list(self._held):
            self.drop(name)
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _place(self, name: str | None) -> Path:
        made = self._scratch / str(next(self._numbers))
        if name is not None:
            self._held[name] = made
        return made

    def _show(self, name: str, paths: Sequence[Place]) -> None:
        reader = self._session.read.option("mergeSchema", "true" if len(paths) > 1 else "false")
        with _told():
            reader.parquet(*(p.for_spark if isinstance(p, Far) else str(p) for p in paths)).createOrReplaceTempView(
                _quoted(name)
            )

    def _run(self, sql: str) -> DataFrame:
        with _told():
            return self._session.sql(sql)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn what Spark says into one line."""
    try:
        yield
    except (PySparkException, Py4JError, SqlglotError) as e:
        told = _ANSI.sub("", str(e)).strip().splitlines()
        raise StatementFailed(detail=told[0] if told else type(e).__name__) from e
