import pyarrow as pa
import pytest

from fanal.engine.duck import Duck, StatementFailed
from fanal.lake.parquet import write_table

ROWS = pa.table({"n": [1, 2, 3]})


@pytest.fixture
def engine():
    with Duck(threads=2) as opened:
        yield opened


def test_a_name_stands_for_an_arrow_table(engine):
    engine.bind("t", ROWS)
    assert engine.rows("SELECT sum(n) AS s FROM t")["s"][0].as_py() == 6


def test_a_name_stands_for_parquet_files_as_one_table(engine, tmp_path):
    for i in range(2):
        write_table(tmp_path / f"{i}'.parquet", ROWS)
    engine.bind("t", [tmp_path / "0'.parquet", tmp_path / "1'.parquet"])
    assert engine.rows("SELECT count(*) AS s FROM t")["s"][0].as_py() == 6


def test_a_name_can_be_bound_again_to_something_of_another_kind(engine):
    engine.bind("t", ROWS)
    engine.define("t", "SELECT 9 AS n")
    engine.bind("t", ROWS)
    assert engine.rows("SELECT count(*) AS s FROM t")["s"][0].as_py() == 3


def test_batches_keep_the_statements_order(engine):
    got = [
        n
        for b in engine.batches("SELECT range AS n FROM range(10000) ORDER BY n DESC", 1000)
        for n in b["n"].to_pylist()
    ]
    assert got == list(range(9999, -1, -1))


def test_parameters_are_values_never_sql(engine):
    assert engine.rows("SELECT $v AS v", v="'; DROP TABLE t; --")["v"][0].as_py() == "'; DROP TABLE t; --"


def test_a_locked_session_reads_no_files(engine, tmp_path):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    engine.lock()
    with pytest.raises(StatementFailed):
        engine.rows(f"SELECT * FROM read_csv('{tmp_path}/secret.csv')")


def test_a_locked_session_cannot_be_unlocked(engine):
    engine.lock()
    with pytest.raises(StatementFailed):
        engine.execute("SET enable_external_access = true")


def test_a_broken_statement_is_an_error_of_one_line(engine):
    with pytest.raises(StatementFailed) as caught:
        engine.rows("SELEC 1")
    assert "\n" not in caught.value.line()


def test_the_session_is_in_utc(engine):
    engine_zone = engine.rows("SELECT current_setting('TimeZone') AS z")["z"][0].as_py()
    assert engine_zone == "UTC"
