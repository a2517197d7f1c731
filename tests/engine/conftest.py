"""One Spark for all tests of a worker: it takes seconds to start."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fanal.engine.java import NoJava, java_home

#: Made for few rows: one part a table, no compiled queries, Java's quick compiler alone.
QUICK = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmn512m",
}


@pytest.fixture(scope="session")
def house() -> Iterator["SparkHouse"]:  # noqa: F821  imported below, where there is a Java
    """A running Spark. Skipped where no Java is found, but never in CI."""
    with tempfile.TemporaryDirectory() as name:
        try:
            java_home(Path(name))
        except NoJava as e:
            if os.environ.get("CI"):
                raise
            pytest.skip(e.line())
    from fanal.engine.spark import SparkHouse, SparkSettings  # noqa: PLC0415

    with SparkHouse(SparkSettings(conf=QUICK)) as opened:
        yield opened
