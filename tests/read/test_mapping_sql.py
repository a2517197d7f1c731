"""What a mapping's SQL may say, and that what runs means what was written."""

import re
from pathlib import Path

import pyarrow as pa
import pytest

from fanal.engine.duck import Duck
from fanal.read.mapping_errors import BrokenSelect, Forbidden, MappingError, MissingColumn
from fanal.read.mapping_form import MAPPABLE
from fanal.read.mapping_sql import FUNCTIONS, check_select

_AGGREGATES = {
    "any_value", "arg_max", "arg_min", "avg", "bool_and", "bool_or", "count", "max", "min", "string_agg", "sum",
}  # fmt: skip


@pytest.fixture(scope="module")
def engine():
    with Duck() as duck:
        rows = {
            "a": ["1", "22", "3"],
            "b": ["x;y", "Zé;x", " w "],
            "c": ["%41", None, "c"],
            "j": ['{"k": "v", "list": [1, 2]}', '{"k": 1.5}', "{}"],
            "_row": [1, 2, 3],
        }
        duck.bind("t", pa.table(rows))
        yield duck


def check(sql):
    return check_select(sql, "m.yaml", "account")


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_an_allowed_function_runs_as_it_was_written(engine, name):
    row = "min(_row) AS _row" if name in _AGGREGATES else "_row"
    written = f"SELECT {FUNCTIONS[name]} AS x, {row} FROM t"
    (branch,) = check(written)
    assert engine.rows(branch.sql).to_pylist() == engine.rows(written).to_pylist()


@pytest.mark.parametrize(
    "condition",
    [
        "json_extract_string(j, '$.k') = 'v'",
        "j->>'$.k' = 'v' OR a IN ('3') AND b LIKE '%x%'",
        "NOT a BETWEEN '1' AND '2'",
        "a || 'x' <> '1x' AND c IS NOT NULL",
        "CAST(a AS INT) % 2 = 1 AND CAST(a AS INT) // 2 >= 0 AND -CAST(a AS INT) < 5 / 2",
        "EXISTS (SELECT 1 FROM t AS u WHERE u._row = t._row AND u.a = '1')",
        "b ILIKE 'ZÉ%' OR b SIMILAR TO 'nothing'",
    ],
)
def test_a_condition_keeps_its_meaning(engine, condition):
    written = f"SELECT a AS x, _row FROM t WHERE {condition}"
    if "SIMILAR" in condition:
        with pytest.raises(Forbidden):
            check(written)
        return
    (branch,) = check(written)
    assert engine.rows(branch.sql).to_pylist() == engine.rows(written).to_pylist()


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("SELECT a AS x, _row FROM read_csv('/etc/passwd')", "read_csv"),
        ("SELECT a AS x, _row FROM read_text('f')", "read_text"),
        ("SELECT a AS x, _row FROM glob('/*')", "glob"),
        ("SELECT a AS x, _row FROM generate_series(1, 9)", "generate_series"),
        ("SELECT a AS x, _row FROM duckdb_settings()", "duckdb_settings"),
        ("SELECT a AS x, _row FROM information_schema.tables", "information_schema"),
        ("SELECT getenv('HOME') AS x, _row FROM t", "getenv"),
        ("SELECT current_setting('threads') AS x, _row FROM t", "current_setting"),
        ("SELECT repeat(a, 1000000000) AS x, _row FROM t", "repeat"),
        ("SELECT now() AS x, _row FROM t", "the function now"),
        ("SELECT random() AS x, _row FROM t", "rand"),
        ("WITH RECURSIVE r AS (SELECT 1 AS n) SELECT n AS x, _row FROM r, t", "WITH RECURSIVE"),
        ("SELECT a AS x, _row FROM t UNION SELECT a, _row FROM t", "UNION"),
        ("SELECT a AS x, _row FROM t EXCEPT SELECT a, _row FROM t", "EXCEPT"),
        ("SELECT a AS x, _row FROM t LIMIT 3", "LIMIT"),
        ("SELECT a AS x, _row FROM t ORDER BY a", "ORDER"),
        ("SELECT a AS x, _row FROM t UNION ALL SELECT a, _row FROM t LIMIT 1", "LIMIT"),
        ("SELECT * FROM t", "*"),
        ("SELECT t.* FROM t", "*"),
        ("SELECT COLUMNS('a') AS x, _row FROM t", "columns"),
        ("SELECT a AS x, _row FROM t TABLESAMPLE 10%", "SAMPLE"),
        ("SELECT row_number() OVER () AS x, _row FROM t", "WINDOW"),
        ("SELECT a AS x, _row FROM t; DROP TABLE t", "2 statements"),
        ("DROP TABLE t", "DROP"),
        ("COPY t TO 'f.csv'", "COPY"),
        ("ATTACH 'f.db'", "ATTACH"),
        ("INSTALL httpfs", "INSTALL"),
        ("PRAGMA version", "PRAGMA"),
        ("SET threads = 1", "SET"),
        ("SELECT CAST(a AS BLOB) AS x, _row FROM t", "VARBINARY"),
        ("SELECT t.a AS x, u._row FROM t RIGHT JOIN t AS u ON t.a = u.a", "RIGHT"),
        ("SELECT DISTINCT ON (a) a AS x, _row FROM t", "DISTINCT ON"),
        ("SELECT a AS x, _row FROM t WHERE unnest(string_split(a, ';')) = '1'", "unnest"),
        ("SELECT x, _row FROM (VALUES (1, 2)) AS v(x, _row)", "VALUES"),
    ],
)
def test_what_is_not_on_the_list_is_refused_by_name(sql, named):
    with pytest.raises(MappingError) as refused:
        check(sql)
    line = refused.value.line()
    assert named.lower() in line.lower()
    assert "m.yaml" in line
    assert "\n" not in line


@pytest.mark.parametrize("sql", ["SELECT a FROM", "SELECT 'a AS x, _row FROM t", "SELEC a", "SELECT (a AS x FROM t"])
def test_sql_that_cannot_be_parsed_is_a_broken_select(sql):
    with pytest.raises((BrokenSelect, Forbidden)) as refused:
        check(sql)
    assert refused.value.line().startswith("m.yaml: tables.account: ")


@pytest.mark.parametrize(
    "sql", ["SELECT a AS x FROM t", "SELECT a AS x, 1 AS _row FROM t", "SELECT a AS x, b AS _row FROM t"]
)
def test_every_select_must_yield_the_row_of_its_table(sql):
    with pytest.raises(MissingColumn):
        check(sql)


def test_a_column_that_stands_twice_is_refused():
    with pytest.raises(BrokenSelect, match="stands twice"):
        check("SELECT a AS x, b AS x, _row FROM t")


def test_the_branches_of_a_union_keep_their_order_tables_and_shared_with():
    one, two = check(
        "WITH m AS (SELECT a, _row FROM members) "
        "SELECT a AS x, _row FROM m UNION ALL SELECT u.a AS x, u._row FROM users AS u JOIN logins AS l ON l.id = u.id"
    )
    assert (one.table, one.reads) == ("members", ("members",))
    assert (two.table, set(two.reads)) == ("users", {"users", "logins", "members"})
    assert two.reordered


def test_a_plain_select_keeps_the_order_of_its_table():
    (branch,) = check("SELECT a AS x, _row FROM t WHERE a <> ''")
    assert not branch.reordered


def test_columns_are_traced_to_their_tables():
    (branch,) = check("SELECT u.a AS x, l.b AS y, loose AS z, u._row FROM users AS u JOIN logins AS l USING (id)")
    assert set(branch.used) == {
        ("users", "a"), ("logins", "b"), (None, "loose"), ("users", "_row"), (None, "id"),
    }  # fmt: skip


def test_text_that_cannot_be_decoded_stays_as_it_stands(engine):
    (branch,) = check("SELECT url_decode(replace(a, '1', '%ff%41')) AS x, url_decode(c) AS y, _row FROM t")
    assert [(row["x"], row["y"]) for row in engine.rows(branch.sql).to_pylist()] == [
        ("%ff%41", "A"), ("22", None), ("3", "c")
    ]  # fmt: skip


def test_the_manual_lists_exactly_the_allowed_functions():
    manual = (Path(__file__).parents[2] / "docs/mapping.md").read_text(encoding="utf-8")
    listed = manual.partition("These functions and no others:")[2].partition("\n\nNo `*`")[0]
    assert sorted(re.findall(r"`([a-z0-9_]+)`", listed)) == sorted(FUNCTIONS)


def test_the_manual_lists_exactly_the_columns_of_every_table():
    manual = (Path(__file__).parents[2] / "docs/mapping.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([a-z_]+) \| (.+) \|$", manual, re.MULTILINE))
    for table, columns in MAPPABLE.items():
        assert sorted(re.findall(r"[a-z_0-9]+", re.sub(r"\(.*?\)", "", rows[table]))) == sorted(columns)
