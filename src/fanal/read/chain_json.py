"""Transactions as nodes and explorers tell them in JSON, to inputs and outputs.

The JSON is read by the kernel of JSON lines, the rest is SQL (`chain.sql`); no key is followed that is not named there.
"""

import codecs
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from fanal.base.instants import sql_instant
from fanal.base.language import mark
from fanal.engine.duck import Duck
from fanal.engine.statements import fill, load
from fanal.read.chain_facts import said_in_members
from fanal.read.chain_objects import to_lines
from fanal.read.contract import Sink, Source
from fanal.read.jsonl import Lines, load_lines
from fanal.read.mapped_rows import Loader
from fanal.read.window import CHUNK

#: The part of the exhibit whose rows are counted. Not a name in the exhibit.
PART = "transactions"
KEYS = ["txid", "vin", "vout", "blocktime", "time", "status", "result", "tx"]
NO_TRANSACTION = mark("no transaction with inputs and outputs")
NO_AMOUNT = mark("not a number")
HEAD = 1 << 16
_ARRAY = re.compile(r'"transactions"\s*:\s*\[')


def opened(source: Source) -> tuple[Path, dict[str, str]]:
    """The file as JSON lines (itself, or a copy in scratch), and what it says of the tool that made it."""
    with source.path.open("rb") as f:
        raw = f.read(HEAD)
    begin = len(codecs.BOM_UTF8) if raw.startswith(codecs.BOM_UTF8) else 0
    text = raw.decode("latin-1")
    first = len(text) - len(text[begin:].lstrip())
    target = source.scratch / "transactions.jsonl"
    if wrapped := _ARRAY.search(text):
        to_lines(source.path, target, wrapped.end() - 1, within=True)
        return target, said_in_members(raw.decode("utf-8", "replace")[: wrapped.start()])
    if text[first : first + 1] == "[":
        to_lines(source.path, target, first, within=True)
        return target, {}
    if _is_object(text[begin:].lstrip().partition("\n")[0]):
        return source.path, {}
    to_lines(source.path, target, first, within=False)
    return target, {}


def read_json(source: Source, sink: Sink, asset: str) -> dict[str, Any]:
    """Read transactions in JSON.

    Args:
        source: the exhibit.
        sink: takes rows, rejects and counts.
        asset: of the chain.

    Returns:
        What the extract says of its tool.
    """
    path, said = opened(source)
    statements = load("fanal.read", "chain.sql")
    with Duck(spill=source.scratch) as engine, Lines(replace(source, path=path), CHUNK, KEYS) as lines:
        into = Loader(engine, source, sink, "lines", KEYS)
        into.part = PART
        rows, _ = load_lines(lines, into, KEYS, sink)
        for name in ("transactions", "sides"):
            engine.define(name, statements[name])
        literal = "'" + asset.replace("'", "''") + "'"
        for batch in engine.batches(fill(statements["tx_io"], part=PART, asset=literal)):
            sink.rows("tx_io", batch)
        times = fill(statements["times"], part=PART, instant=sql_instant("stamp", "epoch_s"))
        for batch in engine.batches(times):
            sink.rows("remark", batch.select(["locator", "key", "value"]))
        _reject(engine, statements, sink)
        lost = _lost(engine, statements, sink)
        counts = engine.rows(statements["counts"]).to_pylist()[0]
    for key, n in counts.items():
        if n:
            sink.note(key, n)
    bad = into.rejected + lost
    sink.count(PART, source=rows, read=rows - bad, rejected=bad)
    return said


def excerpt_of(source: Source, number: int) -> str:
    """The text of the N-th transaction of the file, from 1, free of media; "" where there is none."""
    path, _ = opened(source)
    rows = 0
    with Lines(replace(source, path=path), CHUNK, []) as lines:
        for cells, count in lines.blocks():
            if rows < number <= rows + count:
                return lines.shown(cells, number - rows - 1, None)
            rows += count
    return ""


def _reject(engine: Duck, statements: dict[str, str], sink: Sink) -> None:
    """Amounts that are no numbers: the rows stay, their amount is empty."""
    bad = engine.rows(fill(statements["amounts"], part=PART))
    if bad.num_rows:
        sink.reject_rows(_rejects(bad["locator"], "amount", NO_AMOUNT, bad["value"]))


def _lost(engine: Duck, statements: dict[str, str], sink: Sink) -> int:
    """Objects that are no transactions."""
    lost = engine.rows(statements["lost"])["_row"]
    if len(lost):
        places = pc.binary_join_element_wise(f"{PART}:", lost.cast(pa.string()), "")
        sink.reject_rows(_rejects(places, None, NO_TRANSACTION, pa.repeat("", len(lost))))
    return len(lost)


def _rejects(places: Any, column: str | None, reason: str, shown: Any) -> pa.Table:
    n = len(places)
    named = pa.nulls(n, pa.string()) if column is None else pa.repeat(column, n)
    return pa.table([places, named, pa.repeat(reason, n), shown], names=["locator", "column", "reason", "excerpt"])


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
