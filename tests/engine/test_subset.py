import pytest
from test_dialect import AGGREGATES, EXPRESSIONS, WINDOWS

from fanal.engine.subset import RULES, offences, text_of

REFUSED = {
    "grammar": "SELEC 1",
    "one_select": "CREATE TABLE x AS SELECT 1 AS a",
    "ordered_lists": "SELECT string_agg(a, ' ' ORDER BY b) AS x FROM t",
    "lists": "SELECT list(a) AS x FROM t",
    "engine_hashes": "SELECT hash(a) AS x FROM t",
    "epochs": "SELECT epoch(a) AS x FROM t",
    "clock_and_chance": "SELECT now() AS x",
    "integer_of_text": "SELECT TRY_CAST(a AS BIGINT) AS x FROM t",
    "integer_of_fraction": "SELECT CAST(a / 2 AS INTEGER) AS x FROM t",
    "text_of_fraction": "SELECT CAST(0.1 * a AS VARCHAR) AS x FROM t",
    "types": "SELECT CAST(a AS HUGEINT) AS x FROM t",
    "division_by_zero": "SELECT a / b AS x FROM t",
    "substr_from_zero": "SELECT substr(a, 0, 2) AS x FROM t",
    "upper_case": "SELECT upper(a) AS x FROM t",
    "joins": "SELECT t.a FROM t ASOF JOIN u ON t.a >= u.a",
    "recursion": "WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM r) SELECT a FROM r",
    "qualify": "SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) = 1",
    "filters": "SELECT count(*) FILTER (WHERE a) AS x FROM t",
    "any_row": "SELECT arg_max(a, b) AS x FROM t",
    "patterns": "SELECT regexp_matches(a, '(?i)x') AS x FROM t",
    "first_match": "SELECT regexp_replace(a, 'x', 'y') AS x FROM t",
    "likeness": "SELECT a ILIKE 'x%' AS x FROM t",
    "date_spans": "SELECT date_diff('week', a, b) AS x FROM t",
    "shifts": "SELECT 1 << a AS x FROM t",
    "concat": "SELECT concat(a, b) AS x FROM t",
    "groups": "SELECT a, count(*) AS n FROM t GROUP BY ALL",
    "unordered": "SELECT row_number() OVER (PARTITION BY a) AS x FROM t",
    "columns": "SELECT * EXCLUDE (a) FROM t",
    "sources": "SELECT a FROM read_parquet('x.parquet')",
    "functions": "SELECT levenshtein(a, b) AS x FROM t",
}
MORE = (
    ("ordered_lists", "SELECT sum(a ORDER BY b) AS x FROM t"),
    ("lists", "SELECT [a] AS x FROM t"),
    ("lists", "SELECT {'a': a} AS x FROM t"),
    ("lists", "SELECT list_sort(a) AS x FROM t"),
    ("epochs", "SELECT strftime(a, '%Y') AS x FROM t"),
    ("clock_and_chance", "SELECT random() AS x"),
    ("division_by_zero", "SELECT a % b AS x FROM t"),
    ("division_by_zero", "SELECT a / 0 AS x FROM t"),
    ("upper_case", "SELECT upper(regexp_extract(a, '.')) AS x FROM t"),
    ("joins", "SELECT a FROM t JOIN u USING (a)"),
    ("any_row", "SELECT first(a) AS x FROM t"),
    ("patterns", "SELECT regexp_matches(a, b) AS x FROM t"),
    ("patterns", "SELECT regexp_matches(a, '[[:alpha:]]') AS x FROM t"),
    ("patterns", r"SELECT regexp_matches(a, '\bx') AS x FROM t"),
    ("patterns", "SELECT regexp_matches(a, 'x(?=y)') AS x FROM t"),
    ("likeness", r"SELECT a LIKE 'x\_%' AS x FROM t"),
    ("date_spans", "SELECT a + INTERVAL 1 MONTH AS x FROM t"),
    ("groups", "SELECT a, count(*) AS n FROM t GROUP BY 1"),
    ("unordered", "SELECT a FROM t LIMIT 1"),
    ("columns", "SELECT a FROM t UNION BY NAME SELECT a FROM u"),
    ("sources", "SELECT a FROM (VALUES (1)) AS v (a)"),
)


@pytest.mark.parametrize(("rule", "sql"), [*REFUSED.items(), *MORE])
def test_what_differs_between_the_engines_is_refused(rule, sql):
    assert rule in {offence.rule for offence in offences(sql)}


def test_every_rule_has_an_example_and_says_why():
    assert {rule.__name__ for rule in RULES} == set(REFUSED)
    assert all(len(text_of(rule).split()) > 5 for rule in RULES)


@pytest.mark.parametrize("expression", [*EXPRESSIONS, *WINDOWS, *AGGREGATES])
def test_what_was_run_on_both_engines_is_within_the_subset(expression):
    allowed_for_the_test = {"text_of_fraction"}
    found = {offence.rule for offence in offences(f"SELECT {expression} AS x FROM words")}
    assert found <= allowed_for_the_test


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a / nullif(b, 0) AS x FROM t",
        "SELECT a / 2 AS x FROM t",
        "SELECT a / greatest(b, 1) AS x FROM t",
        "SELECT upper(regexp_extract(a, '^([a-z]{2})(?:$|[-_])', 1)) AS x FROM t",
        "SELECT a FROM t ORDER BY a LIMIT 1",
        "SELECT CAST(sum(a) AS BIGINT) AS x FROM t",
    ],
)
def test_the_way_out_that_a_rule_names_is_open(sql):
    assert offences(sql) == []
