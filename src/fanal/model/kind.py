"""What an identifier kind is: one vectorised normaliser in SQL and one Python reference, held equal by a test.

A kind says when two written forms are the same identifier. It does not say whether two accounts
that share one belong together: that is for `resolve`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

# Marks that no one sees and that copying from a chat leaves behind, and the spaces that are not a space.
UNSEEN = (
    (0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD), (0x200B, 0x200F), (0x202A, 0x202E),
    (0x2060, 0x2064), (0x2066, 0x2069), (0xFEFF, 0xFEFF),
)  # fmt: skip
SPACES = (
    (0x09, 0x0D), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029),
    (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000),
)  # fmt: skip


def _sql_class(ranges: tuple[tuple[int, int], ...]) -> str:
    return "[" + "".join(f"\\x{{{first:x}}}-\\x{{{last:x}}}" for first, last in ranges) + "]"


def _class(ranges: tuple[tuple[int, int], ...]) -> str:
    return "[" + "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in ranges) + "]"


_UNSEEN_RE = re.compile(_class(UNSEEN))
_SPACE_RE = re.compile(_class(SPACES) + "+")


_VALUES = "fanal_kind_values"


class Sql(Protocol):
    """The part of `engine.door.Engine` that normalising needs. It may be locked."""

    def bind(self, name: str, source: pa.Table) -> None:
        """Let `name` stand for an Arrow table."""

    def rows(self, sql: str, **params: Any) -> pa.Table:
        """All rows of one SELECT."""

    def drop(self, name: str) -> None:
        """Forget a name."""


@dataclass(frozen=True)
class Kind:
    """One kind of identifier.

    Attributes:
        name: as it stands in the lake's column `kind`.
        label: for people, in the message catalogues.
        reason: what the normaliser does and why, in the message catalogues; its user reads it.
        links: whether two accounts may be linked by one value of this kind alone.
        examples: raw text and its normal form, None where there is none.
        norms: from values (strings, best distinct ones) to their normal forms, in their order, NULL
            where there is none. Vectorised, in SQL for the most part.
        normalise: the reference for one value; None where the text is no identifier of this kind.
    """

    name: str
    label: str
    reason: str
    links: bool
    examples: tuple[tuple[str, str | None], ...]
    norms: Callable[[pa.Array, Sql], pa.Array]
    normalise: Callable[[str], str | None]


def literal(text: str) -> str:
    """Text of this program as a SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def plain_sql(expression: str) -> str:
    """SQL: the text without unseen marks, every kind of space one space, none at the ends."""
    shown = f"regexp_replace({expression}, {literal(_sql_class(UNSEEN))}, '', 'g')"
    spaced = f"trim(regexp_replace({shown}, {literal(_sql_class(SPACES) + '+')}, ' ', 'g'))"
    # Most texts are plain as they stand; to see that takes a fifth of writing them anew.
    return f"CASE WHEN regexp_full_match({expression}, '[!-~]+( [!-~]+)*') THEN {expression} ELSE {spaced} END"


def plain(value: str) -> str:
    """The same as `plain_sql`, for one value."""
    return _SPACE_RE.sub(" ", _UNSEEN_RE.sub("", value)).strip(" ")


def select(table: pa.Table, engine: Sql, query: Callable[[str], str]) -> pa.Table:
    """The rows of a query over a table with the integer column `i`, sorted by it.

    Args:
        table: bound while the query runs.
        engine: where it runs.
        query: from the relation's name to a SELECT that keeps `i`.
    """
    engine.bind(_VALUES, table)
    try:
        return engine.rows(query(_VALUES)).sort_by("i")
    finally:
        engine.drop(_VALUES)


def numbered(values: pa.Array) -> pa.Table:
    """Values as a table: `i`, their index, and `value`."""
    return pa.table({"i": np.arange(len(values)), "value": values})


def in_sql(
    query: Callable[[str], str], finish: Callable[[pa.Array], pa.Array] | None = None
) -> Callable[[pa.Array, Sql], pa.Array]:
    """Norms by one query and, where SQL cannot say it all (a checksum), a vectorised second pass.

    Args:
        query: from the name of a relation with columns `i` and `value` to a SELECT of `i` and `norm`.
        finish: takes the query's norms and returns as many, NULL where there is none.
    """

    def norms(values: pa.Array, engine: Sql) -> pa.Array:
        made = select(numbered(values), engine, query).column("norm").combine_chunks().cast(pa.string())
        return finish(made) if finish else made

    return norms


def simple_query(expression: str) -> Callable[[str], str]:
    """A query whose norm is one SQL expression over `v`, the plain text of the value."""

    def query(source: str) -> str:
        return f"SELECT i, {expression} AS norm FROM (SELECT i, {plain_sql('value')} AS v FROM {source})"

    return query
