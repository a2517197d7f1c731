r"""From the SQL of the steps, which DuckDB reads, to Spark's: sqlglot, and what it leaves different.

sqlglot knows grammar and names. Where both engines have a function of one name that answers
differently, a rewrite here makes Spark answer as DuckDB does; `REWRITES` lists them, each with its
reason. What cannot be rewritten is refused by `subset`. Nothing here starts an engine.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

import sqlglot
from sqlglot import exp

from fanal.base.errors import FanalError

Rewrite: TypeAlias = Callable[[exp.Expr], exp.Expr]

STRIP_ACCENTS = "fanal_strip_accents"


class NoSuchParameter(FanalError):
    """A statement names a parameter that was not given, or one of a type that has no literal."""

    code = "F-ENGINE-06"
    text = "The statement needs the parameter {name}, and was given none that it can take."


def to_spark(sql: str, params: Mapping[str, Any] | None = None) -> str:
    """The same statement for Spark, with the parameters as literals.

    Args:
        sql: one SELECT as DuckDB reads it.
        params: values of its `$name` places: None, bool, int, float, str or a naive datetime (UTC).

    Raises:
        NoSuchParameter: see it.
    """
    tree = sqlglot.parse_one(sql, read="duckdb")
    for rewrite in (_with_parameters(params or {}), *REWRITES):
        tree = _everywhere(tree, rewrite)
    return tree.sql(dialect="spark", identify=True)


def _everywhere(tree: exp.Expr, rewrite: Rewrite) -> exp.Expr:
    """Apply a rewrite to every node, inner ones first (sqlglot's own transform stops below what it replaced)."""
    for node in reversed(list(tree.walk())):
        made = rewrite(node)
        if made is not node:
            if node is tree:
                return made
            node.replace(made)
    return tree


def _with_parameters(params: Mapping[str, Any]) -> Rewrite:
    def filled(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Parameter | exp.Placeholder):
            return node
        name = node.name
        value = params.get(name, ...)
        if isinstance(value, datetime) and value.tzinfo is None:
            return exp.cast(exp.Literal.string(value.isoformat(sep=" ")), "TIMESTAMP", dialect="duckdb")
        if value is not None and not isinstance(value, bool | int | float | str):
            raise NoSuchParameter(name=name)
        return exp.convert(value)

    return filled


def _bytes_of_text(node: exp.Expr) -> exp.Expr:
    """Strlen counts bytes; Spark calls that octet_length."""
    if isinstance(node, exp.Anonymous) and node.name.lower() == "strlen":
        return exp.Anonymous(this="OCTET_LENGTH", expressions=node.expressions)
    return node


def _calendar_days(node: exp.Expr) -> exp.Expr:
    """date_diff('day') counts midnights; Spark's counts spans of 24 hours between instants. On dates both agree."""
    if isinstance(node, exp.DateDiff):
        return exp.DateDiff(
            this=exp.cast(node.this, "DATE"), expression=exp.cast(node.expression, "DATE"), unit=node.args.get("unit")
        )
    return node


def _interval_of_days(node: exp.Expr) -> exp.Expr:
    """to_days makes an interval; Spark has no function of that name."""
    if isinstance(node, exp.ToDays):
        return exp.Anonymous(this="MAKE_DT_INTERVAL", expressions=[node.this])
    return node


def _without_accents(node: exp.Expr) -> exp.Expr:
    """strip_accents is the session's own function in Spark, see `strip_accents_sql`."""
    if isinstance(node, exp.Anonymous) and node.name.lower() == "strip_accents":
        return exp.Anonymous(this=STRIP_ACCENTS, expressions=node.expressions)
    return node


def _letter_by_letter(node: exp.Expr) -> exp.Expr:
    """DuckDB lowers letter by letter; Spark looks at the word: a final sigma, and the Turkish I as two characters."""
    if isinstance(node, exp.Lower):
        source = exp.Anonymous(
            this="TRANSLATE",
            expressions=[node.this, exp.Literal.string("\u0130\u03a3"), exp.Literal.string("i\u03c3")],
        )
        return exp.Lower(this=source)
    return node


SPACES = "".join(c for c in map(chr, range(0x3001)) if unicodedata.category(c) == "Zs")


def _all_spaces(node: exp.Expr) -> exp.Expr:
    """Trim takes every Unicode space off in DuckDB, only U+0020 in Spark."""
    if isinstance(node, exp.Trim) and node.expression is None:
        return exp.Trim(
            this=node.this, expression=exp.Literal.string(SPACES), position=node.args.get("position") or "BOTH"
        )
    return node


_PATTERNED = (exp.RegexpLike, exp.RegexpReplace, exp.RegexpExtract)


def java_pattern(pattern: str) -> str:
    r"""The same pattern for Java's engine.

    `$` means the very end (in Java also the place before a last line break); a dot is any character
    but a line feed (in Java four more are none); `\s` has no vertical tab.
    """
    parts, inside, at = [], False, 0
    while at < len(pattern):
        step = 2 if pattern[at] == "\\" else 1
        part = pattern[at : at + step]
        if part == "[":
            inside = True
        elif part == "]":
            inside = False
        elif part == "$" and not inside:
            part = r"\z"
        elif part == r"\s":
            part = r"\t\n\f\r " if inside else r"[\t\n\f\r ]"
        parts.append(part)
        at += step
    made = "".join(parts)
    return f"(?d){made}" if "." in re.sub(r"\\.|\[[^\]]*\]", "", made) else made


def _java_patterns(node: exp.Expr) -> exp.Expr:
    """Regular expressions are RE2's in DuckDB and Java's in Spark; see `java_pattern`."""
    if not isinstance(node, _PATTERNED):
        return node
    if isinstance(pattern := node.expression, exp.Literal):
        node.set("expression", exp.Literal.string(java_pattern(pattern.this)))
    if isinstance(node, exp.RegexpReplace) and isinstance(replacement := node.args.get("replacement"), exp.Literal):
        turned = re.sub(r"\\(\d)", r"$\1", replacement.this.replace("$", r"\$"))
        node.set("replacement", exp.Literal.string(turned))
    return node


def _fractions(node: exp.Expr) -> exp.Expr:
    """0.7 is a DECIMAL on both, but Spark keeps it one in a division and cuts digits off; here it is a DOUBLE."""
    if isinstance(node, exp.Literal) and not node.is_string and not node.this.isdigit():
        return exp.cast(node.copy(), "DOUBLE")
    return node


REWRITES: tuple[Rewrite, ...] = (
    _fractions,
    _bytes_of_text,
    _calendar_days,
    _interval_of_days,
    _without_accents,
    _letter_by_letter,
    _all_spaces,
    _java_patterns,
)


@cache
def strip_accents_sql() -> str:
    """Spark's statement that makes the function STRIP_ACCENTS.

    Letters that Unicode takes apart into a letter and marks become the letter; marks alone go. Every
    other character is brought into its composed form, as DuckDB does it.
    """
    letters, bare = [], []
    for c in map(chr, range(0x80, 0x110000)):
        if unicodedata.category(c)[0] in "CM" or 0xAC00 <= ord(c) <= 0xD7A3:  # noqa: PLR2004  Hangul is composed anew
            continue
        apart = unicodedata.normalize("NFD", c)
        made = unicodedata.normalize("NFC", "".join(x for x in apart if not unicodedata.category(x).startswith("M")))
        if made != c and len(made) == 1:
            letters.append(c)
            bare.append(made)
    listed = (exp.Literal.string("".join(x)).sql(dialect="spark") for x in (letters, bare))
    body = f"translate(regexp_replace(x, '\\\\p{{M}}+', ''), {', '.join(listed)})"
    return f"CREATE OR REPLACE TEMPORARY FUNCTION {STRIP_ACCENTS}(x STRING) RETURNS STRING RETURN {body}"
