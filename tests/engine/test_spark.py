"""Spark behind the door, apart from what the conformance run shows."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from fanal.engine.choice import Choice, SparkNotInstalled, engines
from fanal.engine.duck import Duck, StatementFailed
from fanal.lake.parquet import write_table

pytestmark = pytest.mark.slow
ROWS = pa.table({"n": [1, 2, 3]})


@pytest.fixture
def engine(house):
    with house.engine() as opened:
        yield opened


def one(engine, sql):
    (value,) = engine.rows(sql).to_pylist()[0].values()
    return value


def test_a_name_stands_for_parquet_files_as_one_table(engine, tmp_path):
    for i in range(2):
        write_table(tmp_path / f"{i}' x.parquet", ROWS)
    engine.bind("t", [tmp_path / "0' x.parquet", tmp_path / "1' x.parquet"])
    assert one(engine, "SELECT sum(n) AS s FROM t") == 12


def test_a_name_can_be_bound_again_to_something_of_another_kind(engine):
    engine.name("t t", "SELECT 8 AS n")
    engine.bind("t t", ROWS)
    engine.define("t t", "SELECT 9 AS n")
    engine.bind("t t", ROWS)
    assert one(engine, 'SELECT count(*) AS s FROM "t t"') == 3


def test_a_view_is_made_anew_when_it_is_read(engine):
    engine.bind("t", ROWS)
    engine.name("v", "SELECT sum(n) AS s FROM t")
    engine.bind("t", ROWS.slice(2))
    assert one(engine, "SELECT s FROM v") == 3


def test_a_table_can_be_made_of_what_stood_under_its_name(engine):
    engine.define("t", "SELECT 1 AS n")
    engine.define("t", "SELECT n + 1 AS n FROM t")
    assert one(engine, "SELECT n FROM t") == 2


def test_instants_and_large_numbers_come_back_as_they_went(engine):
    at = datetime(2024, 10, 27, 1, 30, 0, 123456)
    source = pa.table(
        {
            "at": pa.array([at, None], pa.timestamp("us")),
            "u": pa.array([2**64 - 1, 0], pa.uint64()),
            "b": [b"\x00", None],
        }
    )
    engine.bind("t", source)
    engine.define("made", "SELECT * FROM t")
    made = engine.rows("SELECT * FROM made ORDER BY u DESC")
    assert made.cast(source.schema).to_pylist() == source.to_pylist()


def test_the_session_is_in_utc(engine):
    engine.bind("t", pa.table({"at": pa.array([datetime(2024, 7, 1, tzinfo=UTC)], pa.timestamp("us", "UTC"))}))
    assert one(engine, 'SELECT CAST("at" AS TIMESTAMP) AS x FROM t') == datetime(2024, 7, 1)


def test_batches_keep_the_statements_order(engine):
    engine.bind("t", pa.table({"n": list(range(5000))}))
    assert [n for b in engine.batches("SELECT n FROM t ORDER BY n DESC", 1000) for n in b["n"].to_pylist()] == list(
        range(4999, -1, -1)
    )


def test_large_pages_are_read_back_whole(engine):
    # Of so many rows, each value several times, Spark's plain lz4 makes pages that pyarrow takes for corrupt.
    engine.bind("t", pa.table({"n": list(range(600_000))}))
    read = engine.batches("SELECT n // 7 AS a, n % 13 AS b FROM t ORDER BY n")
    assert sum(batch.num_rows for batch in read) == 600_000


def test_a_broken_statement_is_an_error_of_one_line(engine):
    for sql in ("SELEC 1", "SELECT nothing FROM nowhere", "SELECT CAST('x' AS INTEGER) AS n"):
        with pytest.raises(StatementFailed) as caught:
            engine.rows(sql)
        assert "\n" not in caught.value.line()


def test_two_engines_see_nothing_of_each_other(house, engine):
    engine.define("t", "SELECT 1 AS n")
    with house.engine() as other, pytest.raises(StatementFailed):
        other.rows("SELECT * FROM t")


def test_nothing_stays_behind_when_an_engine_is_closed(house):
    engine = house.engine()
    engine.define("t", "SELECT 1 AS n")
    engine.bind("u", ROWS)
    engine.close()
    assert not engine._scratch.exists()


def test_a_node_that_says_nothing_runs_on_duckdb():
    with engines(Choice()) as opened, opened() as engine:
        assert isinstance(engine, Duck)


def test_spark_that_is_not_installed_is_an_error_that_says_so(monkeypatch):
    monkeypatch.setattr("fanal.engine.choice.find_spec", lambda _name: None)
    with pytest.raises(SparkNotInstalled), engines(Choice(engine="spark")):
        pass
