"""The linter of the steps' SQL: what DuckDB and Spark answer differently, or only one of them has, is refused.

Each rule is one function whose docstring is what its user reads: why, and what to write instead. It
looks at the text alone and knows no types; what it cannot see the conformance test finds. Rewrites
that make Spark answer as DuckDB does stand in `dialect`, and what they cover needs no rule here.
This file has a rule for each of two dozen differences, one below the other, and is longer for it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

Rule = Callable[[exp.Expr], bool]

#: Functions that the tests have run on both engines (tests/engine): a new one is one word here and one line there.
FUNCTIONS = (
    exp.Abs, exp.And, exp.BitwiseOrAgg, exp.Case, exp.Cast, exp.Coalesce, exp.Count, exp.DateDiff,
    exp.DenseRank, exp.Encode, exp.Exists, exp.Exp, exp.Greatest, exp.Hour, exp.If, exp.Lag, exp.Lead,
    exp.Least, exp.Left, exp.Length, exp.Ln, exp.Lower, exp.LowerHex, exp.Hex, exp.Max, exp.Min, exp.Nullif,
    exp.Or, exp.Pad, exp.RegexpExtract, exp.RegexpLike, exp.RegexpReplace, exp.Round, exp.RowNumber, exp.SHA2,
    exp.SplitPart, exp.Sqrt, exp.StartsWith, exp.StrPosition, exp.Substring, exp.Sum, exp.ToDays, exp.Trim,
    exp.Unhex, exp.Upper,
)  # fmt: skip
NAMED = ("strip_accents", "strlen")

_T = exp.DataType.Type
_WHOLE = (_T.TINYINT, _T.SMALLINT, _T.INT, _T.BIGINT)
_TYPES = (_T.INT, _T.BIGINT, _T.DOUBLE, _T.VARCHAR, _T.TEXT, _T.DATE, _T.TIMESTAMP, _T.TIMESTAMPNTZ, _T.BOOLEAN)


@dataclass(frozen=True)
class Offence:
    """One place in a statement that a rule refuses: the rule's name, what it says, and the SQL."""

    rule: str
    text: str
    sql: str


def offences(sql: str) -> list[Offence]:
    """What a statement in DuckDB's dialect does outside the subset; empty where it keeps within it."""
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
    except SqlglotError:
        return [Offence(grammar.__name__, text_of(grammar), sql)]
    return [
        Offence(rule.__name__, text_of(rule), node.sql(dialect="duckdb"))
        for node in tree.walk()
        for rule in RULES
        if rule(node)
    ]


def text_of(rule: Rule) -> str:
    """What a rule's user reads."""
    return " ".join((rule.__doc__ or "").split())


def _called(node: exp.Expr) -> str:
    """The name of a function that sqlglot does not know, in lower case."""
    return node.name.lower() if isinstance(node, exp.Anonymous | exp.AnonymousAggFunc) else ""


def _fraction(node: exp.Expr) -> bool:
    """Whether the text shows that a value is no whole number."""
    if isinstance(node, exp.Paren | exp.Neg):
        return _fraction(node.this)
    if isinstance(node, exp.Literal):
        return not node.is_string and not node.this.isdigit()
    if isinstance(node, exp.Cast):
        return node.to.this in (_T.DOUBLE, _T.FLOAT, _T.DECIMAL)
    if isinstance(node, exp.Add | exp.Sub | exp.Mul):
        return _fraction(node.this) or _fraction(node.expression)
    return isinstance(node, exp.Div | exp.Round | exp.Avg | exp.Ln | exp.Exp | exp.Sqrt)


def _never_zero(node: exp.Expr) -> bool:
    """Whether the text shows that a divisor is not zero, or NULL in its place."""
    if isinstance(node, exp.Paren | exp.Cast):
        return _never_zero(node.this)
    if isinstance(node, exp.Literal):
        return not node.is_string and float(node.this) != 0
    if isinstance(node, exp.Greatest):
        return any(isinstance(n, exp.Literal) and _never_zero(n) for n in (node.this, *node.expressions))
    return isinstance(node, exp.Nullif) and isinstance(node.expression, exp.Literal) and node.expression.this == "0"


def grammar(node: exp.Expr) -> bool:
    """A statement that cannot be parsed cannot be translated for the other engine either."""
    return isinstance(node, exp.Command)


def one_select(node: exp.Expr) -> bool:
    """A step's statement is one SELECT. Tables are made by the engine's `define`, never by SQL."""
    return node.parent is None and not isinstance(node, exp.Query)


def ordered_lists(node: exp.Expr) -> bool:
    """An aggregate over rows in an order: Spark can lose the order silently. Write one aggregate for each value."""
    if isinstance(node, exp.WithinGroup | exp.GroupConcat):
        return True
    return isinstance(node, exp.AggFunc | exp.AnonymousAggFunc) and isinstance(node.this, exp.Order)


def lists(node: exp.Expr) -> bool:
    """Lists, structs, maps and lambdas: other functions, other indices, another order. Write rows and joins."""
    kinds = exp.Array | exp.ArrayAgg | exp.Struct | exp.Lambda | exp.Map | exp.Unnest | exp.Bracket | exp.List
    return isinstance(node, kinds) or (_called(node) or node.key).startswith(("list_", "array", "struct_", "map_"))


def engine_hashes(node: exp.Expr) -> bool:
    """An engine's own hash function: each has another, and both change it. Write a content id (`analyse.ids`)."""
    return _called(node) in ("hash", "md5_number", "md5_number_lower", "md5_number_upper", "xxhash64", "crc32")


def epochs(node: exp.Expr) -> bool:
    """Instants as numbers and by pattern: units, types and letters differ. Only `base.instants` parses time."""
    named = _called(node).startswith(("epoch", "make_timestamp", "to_epoch"))
    return named or isinstance(node, exp.TimeToUnix | exp.UnixToTime | exp.TimeToStr | exp.StrToTime)


def clock_and_chance(node: exp.Expr) -> bool:
    """The clock and chance: the same evidence must give the same result. An instant comes in as a parameter."""
    kinds = exp.CurrentTimestamp | exp.CurrentDate | exp.CurrentTime | exp.Rand | exp.Uuid
    return isinstance(node, kinds) or _called(node) in ("now", "today", "get_current_timestamp")


def integer_of_text(node: exp.Expr) -> bool:
    """TRY_CAST of text to a whole number: '12.7' is 13 in DuckDB, NULL in Spark. Compare as text."""
    return isinstance(node, exp.TryCast) and node.to.this in _WHOLE


def integer_of_fraction(node: exp.Expr) -> bool:
    """A fraction cast to a whole number is rounded in DuckDB and cut off in Spark. Keep it a DOUBLE."""
    return isinstance(node, exp.Cast) and node.to.this in _WHOLE and _fraction(node.this)


def text_of_fraction(node: exp.Expr) -> bool:
    """A fraction as text: 1e-05 and 1.0E-5. Keep it a number; people's words are made in Python."""
    return isinstance(node, exp.Cast) and node.to.this in (_T.VARCHAR, _T.TEXT) and _fraction(node.this)


def types(node: exp.Expr) -> bool:
    """A type that Spark lacks or limits otherwise. Write BIGINT, INTEGER, DOUBLE, VARCHAR, DATE, TIMESTAMP, BOOLEAN."""
    return isinstance(node, exp.Cast) and not isinstance(node, exp.TryCast) and node.to.this not in _TYPES


def division_by_zero(node: exp.Expr) -> bool:
    """A divisor that may be zero: infinity in DuckDB, an error in Spark. Write nullif(divisor, 0)."""
    return isinstance(node, exp.Div | exp.IntDiv | exp.Mod) and not _never_zero(node.expression)


def substr_from_zero(node: exp.Expr) -> bool:
    """Substr counts from 1. From 0 DuckDB returns one character less, Spark does not."""
    start = node.args.get("start") if isinstance(node, exp.Substring) else None
    return isinstance(start, exp.Literal) and start.this == "0"


def upper_case(node: exp.Expr) -> bool:
    """Upper of a letter that becomes two ("ß") differs. Write lower, or upper of a regexp_extract of ASCII letters."""
    if not isinstance(node, exp.Upper):
        return False
    found = node.this
    pattern = found.expression.this if isinstance(found, exp.RegexpExtract) else "."
    return not pattern.isascii() or re.search(r"\[\^|\\[^.]|(?<!\\)\.", pattern) is not None


def joins(node: exp.Expr) -> bool:
    """ASOF, positional, lateral and natural joins, samples and pivots: Spark has none of them, or others."""
    if isinstance(node, exp.Join):
        return node.args.get("method") in ("ASOF", "POSITIONAL", "NATURAL") or bool(node.args.get("using"))
    return isinstance(node, exp.Lateral | exp.TableSample | exp.Pivot)


def recursion(node: exp.Expr) -> bool:
    """A recursive CTE: Spark stops it after a number of rounds. Graphs are walked in Python."""
    return isinstance(node, exp.With) and bool(node.args.get("recursive"))


def qualify(node: exp.Expr) -> bool:
    """QUALIFY: Spark has none. Number the rows in a sub-select and filter outside of it."""
    return isinstance(node, exp.Qualify)


def filters(node: exp.Expr) -> bool:
    """FILTER behind an aggregate: Spark has it for some, in windows for none. Write count(CASE WHEN … THEN 1 END)."""
    return isinstance(node, exp.Filter)


def any_row(node: exp.Expr) -> bool:
    """arg_max, first, any_value: which of equal rows speaks is left open. Number the rows in a full order instead."""
    kinds = exp.ArgMax | exp.ArgMin | exp.First | exp.Last | exp.AnyValue | exp.Mode | exp.FirstValue | exp.LastValue
    return isinstance(node, kinds)


def patterns(node: exp.Expr) -> bool:
    r"""A regular expression that RE2 and Java read differently.

    Allowed are literals of letters, classes, groups, `\p{…}`, `\d` and `\w`: no flags such as (?i), no [[:alpha:]],
    no classes in classes, no \b, no look-around.
    """
    if not isinstance(node, exp.RegexpLike | exp.RegexpReplace | exp.RegexpExtract):
        return False
    if not isinstance(node.expression, exp.Literal):
        return True
    pattern = re.sub(r"\\[pP]\{[^}]*\}|\\x\{[0-9a-fA-F]+\}|\\[dDwWs\W]", "x", node.expression.this)
    return re.search(r"\\|\(\?(?!:)|&&|\[[^\]]*\[|[*+?}]\+", pattern) is not None


def first_match(node: exp.Expr) -> bool:
    """regexp_replace without 'g' replaces the first match in DuckDB and every one in Spark. Write 'g'."""
    if not isinstance(node, exp.RegexpReplace):
        return False
    flags = node.args.get("modifiers")
    return flags is None or flags.this != "g"


def likeness(node: exp.Expr) -> bool:
    r"""LIKE with a backslash, ILIKE, GLOB, SIMILAR TO: Spark escapes with \, DuckDB not. Plain LIKE with % and _."""
    if isinstance(node, exp.Like):
        return not isinstance(node.expression, exp.Literal) or "\\" in node.expression.this
    return isinstance(node, exp.ILike | exp.Glob | exp.SimilarTo | exp.Escape)


def date_spans(node: exp.Expr) -> bool:
    """Spans of time other than days: weeks begin and hours count differently. Write date_diff('day', …), to_days."""
    if isinstance(node, exp.DateDiff):
        return str(node.args.get("unit")).upper() != "DAY"
    return isinstance(node, exp.Interval | exp.Extract | exp.DateAdd | exp.DateSub)


def shifts(node: exp.Expr) -> bool:
    """A shifted literal has a width of its own on each engine. Cast what is shifted: CAST(1 AS INTEGER) << …."""
    return isinstance(node, exp.BitwiseLeftShift) and not isinstance(node.this, exp.Cast | exp.Column)


def concat(node: exp.Expr) -> bool:
    """Concat leaves NULL out in DuckDB and is NULL in Spark. Write ||, which is NULL on both."""
    return isinstance(node, exp.Concat | exp.ConcatWs)


def groups(node: exp.Expr) -> bool:
    """GROUP BY ALL, by place, sets, cubes and roll-ups. Write out what is grouped by."""
    if not isinstance(node, exp.Group):
        return False
    by_place = any(isinstance(column, exp.Literal) for column in node.expressions)
    return by_place or any(node.args.get(kind) for kind in ("all", "grouping_sets", "cube", "rollup"))


def unordered(node: exp.Expr) -> bool:
    """LIMIT, or row_number, without an order: which rows come first is left open."""
    if isinstance(node, exp.Limit | exp.Offset):
        return node.parent is None or node.parent.args.get("order") is None
    return isinstance(node, exp.Window) and isinstance(node.this, exp.RowNumber) and node.args.get("order") is None


def columns(node: exp.Expr) -> bool:
    """EXCLUDE, REPLACE, COLUMNS(…) and UNION BY NAME: DuckDB's own. Write out the columns."""
    if isinstance(node, exp.Star):
        return any(node.args.get(kind) for kind in ("except_", "except", "replace", "rename"))
    return isinstance(node, exp.Columns) or (isinstance(node, exp.SetOperation) and bool(node.args.get("by_name")))


def sources(node: exp.Expr) -> bool:
    """Rows from a function, from VALUES or from a file. Tables come in through the engine's `bind`."""
    if isinstance(node, exp.Table):
        return isinstance(node.this, exp.Func) or bool(re.search(r"[./]", node.name))
    return isinstance(node, exp.Values | exp.GenerateSeries)


def functions(node: exp.Expr) -> bool:
    """A function that no test has run on both engines. Add it to `subset.FUNCTIONS` and to that test, or do without."""
    if isinstance(node, exp.Anonymous | exp.AnonymousAggFunc):
        return _called(node) not in NAMED
    return isinstance(node, exp.Func) and not isinstance(node, FUNCTIONS)


RULES: tuple[Rule, ...] = (
    grammar, one_select, ordered_lists, lists, engine_hashes, epochs, clock_and_chance, integer_of_text,
    integer_of_fraction, text_of_fraction, types, division_by_zero, substr_from_zero, upper_case, joins, recursion,
    qualify, filters, any_row, patterns, first_match, likeness, date_spans, shifts, concat, groups, unordered, columns,
    sources, functions,
)  # fmt: skip
