"""Runs a mapping: the analyst's SELECTs over the exhibit's tables, into the sink, row by accounted row.

Knows no exhibit format: a reader has bound the source tables in the engine, every column VARCHAR
plus `_row`, before it calls `run_mapping`.
"""

from collections.abc import Mapping as Pairs

import pyarrow as pa
import pyarrow.compute as pc

from fanal.base.instants import sql_instant, sql_precision
from fanal.base.language import mark
from fanal.engine.duck import Duck, StatementFailed
from fanal.model.tables import BY_NAME, UTC_INSTANT, Table
from fanal.read.chain_facts import traced
from fanal.read.contract import Sink, Source
from fanal.read.mapping_casts import Casts, LeftText, leaves_text
from fanal.read.mapping_errors import BrokenSelect, UnknownSourceTable
from fanal.read.mapping_form import Mapping
from fanal.read.mapping_sql import ROW, Branch

_REASON_INSTANT = mark("not an instant")
_REASON_WHOLE = mark("not a whole number")
_REASON_NUMBER = mark("not a number")
_REASON_BOOL = mark("neither true nor false")
_REASON_BYTES = mark("not 64 hexadecimal digits")
_REASON_JSON = mark("not JSON")
_REASON_WORD = mark("none of the words that this column takes")
_BAD = "?"


def run_mapping(
    mapping: Mapping, engine: Duck, parts: Pairs[str, int], source: Source, sink: Sink, *, partial: bool = False
) -> None:
    """Run every SELECT of a mapping and account for the rows of every part.

    Args:
        mapping: the checked mapping.
        engine: with the source tables that the mapping reads bound under their own names: columns
            VARCHAR, plus `_row` BIGINT. It is locked here; Parquet in `source.scratch` stays readable.
        parts: every table of the exhibit to its rows that the parser could read; rows that it could
            not, it has counted itself.
        source: the exhibit.
        sink: takes rows, rejects and counts.
        partial: True where the exhibit was cut off: then a missing source table is noted, not an error.

    Raises:
        UnknownSourceTable: a SELECT reads a table that is not in `parts`.
        BrokenSelect: the engine refuses a SELECT; nothing was handed to the sink before.
    """
    engine.lock(source.scratch)
    if mapping.answer:
        sink.note("answer", dict(mapping.answer))
    if any(selection.table == "tx_io" for selection in mapping.selections):
        sink.note("chain", traced({}, source.options))
    have = {name.lower() for name in parts}
    missing = sorted({name for name in mapping.reads if name.lower() not in have})
    if missing and partial:
        sink.note("missing_tables", missing)
    for table, branch, sql in _plan(mapping, engine, parts, missing if partial else []):
        casts = Casts(engine, _left(mapping, BY_NAME[table], branch))
        try:
            for batch in engine.batches(sql):
                _hand_over(BY_NAME[table], batch, casts, sink)
        except StatementFailed as e:
            raise BrokenSelect(path=mapping.path, table=table, detail=e.fields["detail"]) from e
    _broken_json(mapping, engine, parts, sink)
    named = {name.lower() for name in mapping.reads}
    for part, n in parts.items():
        if part.lower() in named:
            sink.count(part, source=n, read=n)
        else:
            sink.count(part, source=n, unmapped=n)


def _plan(mapping: Mapping, engine: Duck, parts: Pairs[str, int], without: list[str]) -> list[tuple[str, Branch, str]]:
    """Canonical table and statement of every branch, each accepted by the engine; some tables may be missing."""
    have = {name.lower() for name in parts}
    plan: list[tuple[str, Branch, str]] = []
    for selection in mapping.selections:
        for branch in selection.branches:
            if any(name in without for name in branch.reads):
                continue
            absent = [name for name in branch.reads if name.lower() not in have]
            if absent:
                known = ", ".join(parts) or "none"
                raise UnknownSourceTable(path=mapping.path, table=selection.table, source=absent[0], known=known)
            sql = _statement(mapping, BY_NAME[selection.table], branch)
            _try(engine, f"SELECT * FROM ({sql}) LIMIT 0", mapping, selection.table)
            plan.append((selection.table, branch, sql))
    return plan


def _try(engine: Duck, sql: str, mapping: Mapping, table: str) -> None:
    try:
        engine.rows(sql)
    except StatementFailed as e:
        raise BrokenSelect(path=mapping.path, table=table, detail=e.fields["detail"]) from e


def _broken_json(mapping: Mapping, engine: Duck, parts: Pairs[str, int], sink: Sink) -> None:
    """A reject for every cell that a SELECT reads as JSON and that is none: what it was asked for is NULL there.

    Where the SQL does not say whose a column is, it is looked for in every table that the SELECT reads; one that only a
    WITH has cannot be looked at, and stands in the note `json_not_checked`.
    """
    named = {name.lower(): name for name in parts}
    asked: dict[tuple[str, str], None] = {}
    unknown: dict[str, None] = {}
    for branch in (branch for selection in mapping.selections for branch in selection.branches):
        for owner, column in branch.json:
            tables = [named[name.lower()] for name in ([owner] if owner else branch.reads) if name.lower() in named]
            having = [table for table in tables if _has(engine, table, column)]
            asked |= dict.fromkeys((table, column) for table in having)
            unknown |= {} if having else {column: None}
    if unknown:
        sink.note("json_not_checked", sorted(unknown))
    for table, column in asked:
        said = _q(column)
        sql = (
            f"SELECT {_text(table + ':')} || {ROW} AS locator, {said} AS excerpt FROM {_q(table)}"
            f" WHERE trim({said}) <> '' AND NOT json_valid({said}) ORDER BY {ROW}"
        )
        for batch in engine.batches(sql):
            cells = {name: batch.column(name) for name in batch.schema.names}
            said_of_all = {"column": column, "reason": _REASON_JSON}
            fixed = {name: pa.repeat(word, batch.num_rows) for name, word in said_of_all.items()}
            sink.reject_rows(pa.RecordBatch.from_pydict({**cells, **fixed}))


def _has(engine: Duck, table: str, column: str) -> bool:
    try:
        engine.rows(f"SELECT {_q(column)} FROM {_q(table)} LIMIT 0")
    except StatementFailed:
        return False
    return True


def _statement(mapping: Mapping, table: Table, branch: Branch) -> str:
    """The analyst's SELECT, wrapped: keys with the platform, text cast, what failed beside it."""
    kinds = dict(table.columns)
    typed = [
        name for name in branch.columns if name in table.words or (name != "native_id" and kinds[name] != pa.string())
    ]
    texts = ", ".join(f"CAST({_q(name)} AS VARCHAR) AS {_q(name)}" for name in branch.columns)
    inner = f"SELECT CAST({ROW} AS BIGINT) AS {ROW}, {texts} FROM ({branch.sql}) AS given"
    if branch.reordered:
        inner += f" ORDER BY {', '.join([ROW, *map(_q, branch.columns)])}"
    left = {column.name for column in _left(mapping, table, branch)}
    # Trimmed once, and not wherever a text is looked at: the engine does not see that it is the same.
    trimmed = {*typed, *table.keys} - left
    said = ", ".join(f"{_trimmed(_q(name))} AS {_q(name)}" if name in trimmed else _q(name) for name in branch.columns)
    made = [f"{_text(branch.table + ':')} || {ROW} AS locator"]
    if "platform" in kinds:
        made.append(f"{_text(mapping.platform)} AS platform")
    for name in branch.columns:
        prefix = _text(mapping.platform + ":")
        if name == "native_id":
            made += [_q(name), f"{prefix} || nullif(trim({_q(name)}), '') AS {_q(table.name)}"]
        elif name in table.keys:
            made.append(f"{prefix} || {_q(name)} AS {_q(name)}")
        elif name in left:
            made.append(f"{_q(name)} AS {_q(_BAD + name)}")
        elif name not in typed:
            made.append(_q(name))
        else:
            made += _typed(mapping, table, branch, name)
    middle = f"SELECT {', '.join(made)} FROM (SELECT {ROW}, {said} FROM ({inner}) AS texts) AS said"
    cast = [name for name in typed if name not in left]
    if not cast:
        return middle
    # A cell is bad where something was said and nothing came of it; only then does its text travel on.
    final = [f"CASE WHEN {_q(n)} IS NULL THEN {_q(_BAD + n)} END AS {_q(_BAD + n)}" for n in cast]
    if "at" in cast and "at_precision" in kinds:
        final.append('CASE WHEN "at" IS NOT NULL THEN at_precision END AS at_precision')
    return f"SELECT * REPLACE ({', '.join(final)}) FROM ({middle}) AS casts"


def _typed(mapping: Mapping, table: Table, branch: Branch, name: str) -> list[str]:
    """The columns made of one that is not text: its cast, its text, and the precision of an instant."""
    kinds = dict(table.columns)
    said, form = _q(name), _form(mapping, table, branch, name)
    if name in table.words:
        listed = ", ".join(map(_text, table.words[name]))
        word = f"lower({said})"
        return [f"CASE WHEN {word} IN ({listed}) THEN {word} END AS {_q(name)}", f"{said} AS {_q(_BAD + name)}"]
    made = [
        f"{_cast(said, kinds[name], form, mapping.time_zone)} AS {_q(name)}",
        f"{said} AS {_q(_BAD + name)}",
    ]
    if name == "at" and "at_precision" in kinds:
        made.append(f"{sql_precision(said, form)} AS at_precision")
    return made


def _form(mapping: Mapping, table: Table, branch: Branch, name: str) -> str:
    """How a column's instants are written."""
    return dict(branch.instants).get(name) or mapping.instants.get(f"{table.name}.{name}", mapping.usual_instants)


def _left(mapping: Mapping, table: Table, branch: Branch) -> list[LeftText]:
    """The columns that the SELECT leaves as text, to be cast batch by batch."""
    kinds = dict(table.columns)
    left = []
    for name in branch.columns:
        form = _form(mapping, table, branch, name)
        kind = kinds[name]
        if name not in table.words and name != "native_id" and leaves_text(kind, form, mapping.time_zone):
            finely = sql_precision("v", form) if name == "at" and "at_precision" in kinds else ""
            left.append(LeftText(name, kind, _trimmed("v"), _cast("v", kind, form, mapping.time_zone), finely))
    return left


def _trimmed(text: str) -> str:
    """SQL: the text without spaces at its ends, NULL where nothing is left; most has none, which is quick to see."""
    tidy = f"strlen({text}) = length({text}) AND NOT starts_with({text}, ' ') AND NOT ends_with({text}, ' ')"
    return f"CASE WHEN {tidy} THEN nullif({text}, '') ELSE nullif(trim({text}), '') END"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _cast(said: str, kind: pa.DataType, form: str, time_zone: str) -> str:
    """SQL from text to a canonical type, NULL where it cannot. Decimal text is no whole number by rounding."""
    if kind == UTC_INSTANT:
        return sql_instant(said, form, time_zone)
    if kind == pa.int64():
        # Most are written as the engine writes them; a pattern costs three times as much.
        plain = f"TRY_CAST({said} AS BIGINT)"
        whole = f"regexp_extract({said}, '^([+-]?[0-9]+)([.]0*)?$', 1)"
        return (
            f"CASE WHEN CAST({plain} AS VARCHAR) = {said} THEN {plain} ELSE TRY_CAST(nullif({whole}, '') AS BIGINT) END"
        )
    if kind == pa.float64():
        number = f"TRY_CAST({said} AS DOUBLE)"
        return f"CASE WHEN isfinite({number}) THEN {number} END"
    if kind == pa.bool_():
        return f"TRY_CAST({said} AS BOOLEAN)"
    return f"unhex(CASE WHEN regexp_full_match({said}, '[0-9a-fA-F]{{64}}') THEN {said} END)"


def _hand_over(table: Table, batch: pa.RecordBatch, casts: Casts, sink: Sink) -> None:
    """One batch to the sink: the canonical columns as rows, cells whose cast failed as rejects."""
    schema = table.schema
    columns: dict[str, pa.Array] = {}
    bad: dict[str, pa.Array] = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if not name.startswith(_BAD):
            columns[name] = column.cast(schema.field(name).type) if name in schema.names else column
        elif (done := casts.done(name[1:], column)) is None:
            bad[name[1:]] = column
        else:
            columns[name[1:]], bad[name[1:]] = done.values, done.bad
            if done.precision is not None:
                columns["at_precision"] = done.precision
    sink.rows(table.name, pa.RecordBatch.from_pydict(columns))
    for name, cells in bad.items():
        if cells.null_count == batch.num_rows:
            continue
        there = pc.is_valid(cells)
        excerpts = cells.filter(there)
        reason = _REASON_WORD if name in table.words else _reason(schema.field(name).type)
        sink.reject_rows(
            pa.RecordBatch.from_pydict(
                {
                    "locator": batch.column("locator").filter(there),
                    "column": pa.repeat(f"{table.name}.{name}", len(excerpts)),
                    "reason": pa.repeat(reason, len(excerpts)),
                    "excerpt": excerpts,
                }
            )
        )


def _reason(kind: pa.DataType) -> str:
    if kind == UTC_INSTANT:
        return _REASON_INSTANT
    if kind == pa.int64():
        return _REASON_WHOLE
    if kind == pa.float64():
        return _REASON_NUMBER
    return _REASON_BOOL if kind == pa.bool_() else _REASON_BYTES


def _q(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
