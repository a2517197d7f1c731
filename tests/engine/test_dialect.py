"""What `dialect` rewrites, asked of both engines."""

import unicodedata
from datetime import datetime

import pyarrow as pa
import pytest
from twin import Twin

from fanal.engine.dialect import NoSuchParameter, java_pattern, to_spark
from fanal.engine.duck import Duck

WORDS = pa.table(
    {
        "t": [
            "Ägypten ",
            "\u00a0\u0391\u03a3\u00a0",
            "İstanbul",
            "a\n",
            "",
            None,
            "x1:y2:z",
            "\U0001f600b",
            "\\d.$",
            "it's",
            "a.b",
        ],
        "n": [0, 1, -7, 8, None, 3, 4, 5, 1 << 40, 9, 10],
        "f": [0.5, -2.5, None, 1e-9, 0.1234565, 3.0, 1e12, -0.0, 7.25, 2.0, 1.0],
        "at": [datetime(2024, 2, 28, 23, 30, 0, n * 1000) if n % 3 else None for n in range(11)],
    }
)
#: Every function of `subset.FUNCTIONS` that a step's statement may call, and every rewrite.
EXPRESSIONS = (
    "strlen(t)", "length(t)", "lower(t)", "lower(strip_accents(trim(t)))", "trim(t)", "substr(t, 2)", "substr(t, 1, 3)",
    "substr(t, -2)", "strpos(t, ':')", "split_part(t, ':', 2)", "split_part(t, ':', 9)", "starts_with(t, 'a')",
    "left(t, 2)",
    "regexp_matches(t, '^a$')", "regexp_matches(t, '^.+$')", "regexp_matches(t, '\\s')", "regexp_matches(t, '[\\s]')",
    "regexp_replace(t, '([a-z])([0-9])', '$\\2\\1', 'g')", "regexp_replace(t, '[^\\p{L}]+', ' ', 'g')",
    "regexp_extract(t, '([a-z])([0-9])', 2)", "regexp_extract(t, '[a-z]')", "upper(regexp_extract(t, '[a-z]'))",
    "t LIKE '%:y_:%'", "t LIKE 'a.%'", "t || ':' || CAST(n AS VARCHAR)", "nullif(t, '')", "coalesce(t, 'none')",
    "sha256(unhex(lpad(to_hex(strlen(t)), 16, '0')) || encode(t))", "lpad(to_hex(abs(n)), 16, '0')",
    "date_diff('day', DATE '1970-01-01', CAST(\"at\" AS DATE))",
    "date_diff('day', \"at\", TIMESTAMP '2024-02-29 00:10:00')",
    'CAST("at" AS DATE)', 'CAST(CAST("at" AS DATE) AS TIMESTAMP)', 'CAST("at" AS VARCHAR)', 'hour("at")',
    '"at" + to_days(CAST(coalesce(n, 2) % 1000 AS INTEGER))', "round(f, 6)", "ln(abs(f) + 1)", "exp(-abs(f))",
    "sqrt(abs(f))", "abs(f)", "greatest(f, n, 1)", "least(f, n, 1)", "n / 7", "n // 7", "n % 7", "f / nullif(n, 0)",
    "0.7 * n / 3", 'CAST(1 AS INTEGER) << CAST(hour("at") AS INTEGER)', "(n >> 2) & 1", "(n & 5) <> 0",
    "n IS NOT DISTINCT FROM 3", "CASE WHEN n > 3 THEN 'more' WHEN n <= 3 THEN 'less' END", "if(n > 3, 1, 0)",
    "CAST(n AS DOUBLE)", "CAST(n AS VARCHAR)", "t = '' OR n > 3 AND NOT f < 1", "n IN (1, 3)", "n BETWEEN 1 AND 4",
)  # fmt: skip
AGGREGATES = (
    "count(*)", "count(t)", "count(DISTINCT n % 3)", "min(t)", 'max("at")', "sum(n)", "sum(f)", "bit_or(n)",
    "sum(CASE WHEN n > 3 THEN 1 ELSE 0 END)",
)  # fmt: skip
WINDOWS = (
    "row_number() OVER (ORDER BY t, n)", "row_number() OVER (PARTITION BY n % 2 ORDER BY f DESC, n)",
    "lead(n) OVER (ORDER BY t, n)", "lag(t) OVER (ORDER BY t, n)", "sum(n) OVER (PARTITION BY n % 2)",
    "max(f) OVER (PARTITION BY n % 2)", "dense_rank() OVER (ORDER BY n % 3)",
)  # fmt: skip


@pytest.fixture
def twin(house):
    with Twin(Duck(), house.engine(), []) as opened:
        opened.bind("words", WORDS)
        yield opened


def listed(expressions):
    return ", ".join(f"{expression} AS c{i}" for i, expression in enumerate(expressions))


@pytest.mark.slow
def test_every_function_of_the_subset_answers_alike_on_both_engines(twin):
    for part in range(0, len(EXPRESSIONS), 20):
        twin.rows(f"SELECT {listed(EXPRESSIONS[part : part + 20])} FROM words")
    twin.rows(f"SELECT n % 2 AS g, {listed(AGGREGATES)} FROM words GROUP BY n % 2")
    twin.rows(f"SELECT {listed(WINDOWS)} FROM words")


@pytest.mark.slow
def test_nulls_come_last_unless_the_statement_says_otherwise(twin):
    twin.rows("SELECT t, n FROM words ORDER BY t, n")
    twin.rows("SELECT t, n FROM words ORDER BY t DESC, n")
    twin.rows('SELECT t, n FROM words ORDER BY "t" NULLS FIRST, n')


@pytest.mark.slow
def test_letters_are_lowered_and_stripped_alike(twin):
    # Of later letters the two engines know different editions of Unicode.
    known = [c for c in map(chr, range(1, 0x30000)) if unicodedata.ucd_3_2_0.category(c) not in ("Cn", "Cs")]
    twin.bind("letters", pa.table({"c": known + [f"a{c}b" for c in known]}))
    twin.rows(
        "SELECT c, lower(c) AS l, strip_accents(c) AS s, lower(strip_accents(c)) AS b, trim(c) AS t, "
        "sha256(encode(c)) AS d FROM letters"
    )


@pytest.mark.slow
def test_parameters_are_values_never_sql(twin):
    for value in ("'; DROP TABLE t; --", "back\\slash 'q'", None, True, 7, 0.25, datetime(2024, 1, 2, 3, 4, 5, 6)):
        twin.rows("SELECT $v AS v", v=value)


def test_a_parameter_that_was_not_given_is_refused():
    with pytest.raises(NoSuchParameter):
        to_spark("SELECT $v AS v")
    with pytest.raises(NoSuchParameter):
        to_spark("SELECT $v AS v", {"v": [1]})


def test_a_rewrite_reaches_what_another_one_holds():
    made = to_spark("SELECT lower(lower(strip_accents(trim(regexp_replace(trim(t), 'a$', '', 'g'))))) AS x FROM w")
    assert made.count("TRANSLATE") == 2
    assert made.count("TRIM(BOTH") == 2
    assert r"a\\z" in made


@pytest.mark.parametrize(
    ("pattern", "java"),
    [
        ("^a$", r"^a\z"),
        (r"[$]\$", r"[$]\$"),
        ("^.$", r"(?d)^.\z"),
        ("[.]x", "[.]x"),
        (r"\.x", r"\.x"),
        (r"a\s", r"a[\t\n\f\r ]"),
        (r"[^\s]", r"[^\t\n\f\r ]"),
    ],
)
def test_a_pattern_means_in_java_what_it_means_in_re2(pattern, java):
    assert java_pattern(pattern) == java
