"""Tables of a tracing tool: one row an input or output, or one row a transfer between two accounts.

The columns are known by their names; from them a mapping is made, and the reader of CSV reads it.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from fanal.read.chain_facts import said_in_comments
from fanal.read.chain_head import Head, head_of
from fanal.read.contract import Sink, Source
from fanal.read.mapped_rows import pieces
from fanal.read.tabular import CSV

HEAD = 1 << 16
#: Digits of an amount that the lake's numbers hold for certain: all of a bitcoin's, not all of an ether's.
KEPT_DIGITS = 15
UNITS = {"satoshi": 100_000_000, "wei": 10**18, "coin": 1}
_IN, _OUT = ("in", "input", "inputs", "i", "sent", "vin"), ("out", "output", "outputs", "o", "received")


def read_csv(source: Source, head: Head, raw: bytes, sink: Sink) -> dict[str, str]:
    """Read a chain table.

    Args:
        source: the exhibit.
        head: its head, as `head_of` found it.
        raw: the first bytes of the file.
        sink: takes rows, rejects and counts.

    Returns:
        What it says of its tool.
    """
    unit = source.options.get("unit")
    units = UNITS.get(str(unit), head.units)
    sink.note("unit", {"units_a_coin": units, "digits_kept": KEPT_DIGITS, "open": not (head.named_unit or unit)})
    asset = str(source.options.get("asset") or head.asset)
    CSV.read(replace(source, path=_bare(source, head), mapping=_mapping(source, head, units, asset)), sink)
    return said_in_comments(raw[: head.start].decode("utf-8", "replace"))


def excerpt_of(source: Source, locator: str) -> str:
    """The row of the table, as it stands."""
    with source.path.open("rb") as f:
        head = head_of(f.read(HEAD))
    return CSV.excerpt(source if head is None else replace(source, path=_bare(source, head)), locator)


def _bare(source: Source, head: Head) -> Path:
    """The table without the comments before it."""
    if not head.start:
        return source.path
    target, skip = source.scratch / "table.csv", head.start
    with target.open("wb") as out:
        for piece in pieces(source.path):
            out.write(piece[skip:])
            skip = max(0, skip - len(piece))
    return target


def _mapping(source: Source, head: Head, units: int, asset: str) -> dict[str, Any]:
    """The mapping that a person would write for the table."""
    table = _q(Path(source.name).stem)
    of = {mean: _q(name) for mean, name in head.columns.items()}
    number = f"TRY_CAST({of['amount']} AS DOUBLE)"
    amount = of["amount"] if units == 1 else f"coalesce(CAST({number} / {units} AS VARCHAR), {of['amount']})"
    given = f"nullif(trim({of['asset']}), '')" if "asset" in of else "NULL"
    coin = f"coalesce({given}, {_text(asset)})" if asset else given
    rest = f"{of['tx']} AS tx, {of.get('n', 'NULL')} AS n, {amount} AS amount, {coin} AS asset, _row FROM {table}"
    if "side" in of and "address" in of:
        word = f"lower(trim({of['side']}))"
        told = f"WHEN {word} IN ({_list(_IN)}) THEN 'in' WHEN {word} IN ({_list(_OUT)}) THEN 'out'"
        side = f"CASE {told} ELSE {of['side']} END"
        select = f"SELECT {side} AS side, nullif(trim({of['address']}), '') AS address, {rest}"
    else:
        select = (
            f"SELECT 'in' AS side, {of['from']} AS address, {rest} UNION ALL "
            f"SELECT 'out' AS side, {of['to']} AS address, {rest} WHERE trim({of['to']}) <> ''"
        )
    tables = {"tx_io": select}
    if "at" in of:
        tables["remark"] = (
            f"SELECT 'block_time' AS key, {of['at']} AS value, _row FROM {table} WHERE trim({of['at']}) <> ''"
        )
    return {"fanal_mapping": 1, "platform": "chain", "source": "csv", "tables": tables}


def _q(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(map(_text, words))
