"""The step `snapshots`: copies of one source, taken at different times, hold one fact in several rows.

An officer says which exhibit is a later copy of which; nothing is guessed. Rows of the same content
are one fact with several supports: the first observation stands for it, the later ones count nowhere.
What changed under the same native key, or vanished, is reported row by row; what is new is counted.
"""

from collections import Counter
from collections.abc import Mapping

import pyarrow as pa

from fanal.analyse.step import Account
from fanal.engine.door import Engine
from fanal.engine.statements import fill, load
from fanal.model.inputs import Copy, Inputs
from fanal.model.tables import TABLES, Table

_S, _I = pa.string(), pa.int64()
SAME_ROW = "same_row"
#: Tables whose rows are events: under the same key, with another content, they are the same event still.
EVENTS = ("message", "payment", "share", "membership", "tx_io")
#: What tells one native row from another besides its content; a table that is not here has no such key.
KEYS: Mapping[str, tuple[str, ...]] = {
    "account": ("account",),
    "identifier": ("account", "kind", "relation"),
    "channel": ("channel",),
    "membership": ("account", "channel", "change", "at"),
    "message": ("account", "channel", "native_id"),
    "media": ("media",),
    "share": ("account", "media", "at", "action"),
    "payment": ("account", "tx"),
    "tx_io": ("tx", "n", "side"),
}
#: The messenger's own number of a message stands beside it; without one, its instant is what is left.
_NATIVE = 'coalesce(r.value, CAST(t."at" AS VARCHAR)) AS native_id'
_REMARKED = (
    "LEFT JOIN (SELECT exhibit, locator, min(value) AS value FROM remark WHERE key = 'native_id' "
    "GROUP BY exhibit, locator) AS r ON r.exhibit = t.exhibit AND r.locator = t.locator"
)


class Snapshots:
    """Which rows of a later copy say what an earlier one said."""

    name = "snapshots"
    version = 1
    reads: tuple[str, ...] = tuple(table.name for table in TABLES)
    inputs: tuple[str, ...] = ("copies",)
    writes: Mapping[str, pa.Schema] = {
        SAME_ROW: pa.schema(
            [("obs", _I), ("fact", _I), ("table_name", _S), ("exhibit", pa.int32()), ("changed", pa.bool_())]
        ),
        "snapshot_change": pa.schema(
            [
                ("table_name", _S), ("what", _S), ("exhibit", pa.int32()), ("earlier", pa.int32()), ("obs", _I),
                ("locator", _S), ("earlier_obs", _I), ("earlier_locator", _S),
            ]
        ),
    }  # fmt: skip
    order: Mapping[str, str] = {
        SAME_ROW: "obs",
        "snapshot_change": "exhibit, table_name, what, coalesce(obs, earlier_obs)",
    }

    def run(self, engine: Engine, inputs: Inputs) -> Account:
        """See Step.run."""
        for name, schema in self.writes.items():
            engine.bind(f"{name} none", schema.empty_table())
            engine.define(name, f'SELECT * FROM "{name} none"')
        if not inputs.copies:
            return {"copies": 0}
        sql = load("fanal.analyse", "snapshots.sql")
        engine.bind("snapshots_input", _chains(inputs.copies))
        engine.define("copy", sql["copy"])
        counts: Counter[str] = Counter()
        for table in TABLES:
            if table.name != "remark":
                self._compare(engine, sql, table)
                counts.update(engine.rows(sql["counted"]).to_pylist()[0])
        return {"copies": len(inputs.copies), **counts}

    @staticmethod
    def _compare(engine: Engine, sql: Mapping[str, str], table: Table) -> None:
        content = [f'"{name}"' for name, _ in table.columns]
        key = [f'"{name}"' for name in KEYS.get(table.name, ())]
        columns, joined = [f"t.{name}" for name in key], ""
        if table.name == "message":
            columns[-1], joined = _NATIVE, _REMARKED
        places = {
            "table": table.name,
            "content": ", ".join(content),
            "content_of": ", ".join(f"t.{name}" for name in content),
            "key": ", ".join(key),
            "key_of": ", ".join(columns) or "TRUE AS keyless",
            "joined": joined,
            "match": _match("l", "e", key),
            "match_one": _match("one", "l", key),
            "match_other": _match("other", "e", key),
        }
        for name in ("same", "fact_of", "only_later", "only_earlier"):
            engine.define(name, fill(sql[name], **places))
        engine.define("changed", fill(sql["changed" if key else "none_changed"], **places))
        engine.define("found", fill(sql["changes"], **places))
        parts = [f"SELECT * FROM {SAME_ROW}", "SELECT * FROM same"]
        if table.name in EVENTS:
            parts.append(f"SELECT obs, fact, '{table.name}', exhibit, TRUE FROM changed")
        for name, union in (
            (SAME_ROW, parts),
            ("snapshot_change", ["SELECT * FROM snapshot_change", "SELECT * FROM found"]),
        ):
            engine.define("grown", " UNION ALL ".join(union))
            engine.define(name, "SELECT * FROM grown")


def _match(one: str, other: str, key: list[str]) -> str:
    return " AND ".join(f"{one}.{name} IS NOT DISTINCT FROM {other}.{name}" for name in key)


def _chains(copies: tuple[Copy, ...]) -> pa.Table:
    """Every exhibit of a chain of copies: which it follows (None for the first), and the chain's first."""
    earlier = {copy.exhibit: copy.earlier for copy in copies}
    comparable = {copy.exhibit: copy.comparable for copy in copies}
    members = sorted({*earlier, *earlier.values()})
    rows = [
        {"exhibit": n, "root": _root(n, earlier), "earlier": earlier.get(n), "comparable": comparable.get(n, True)}
        for n in members
    ]
    number = pa.int32()
    schema = pa.schema([("exhibit", number), ("root", number), ("earlier", number), ("comparable", pa.bool_())])
    return pa.Table.from_pylist(rows, schema)


def _root(exhibit: int, earlier: Mapping[int, int]) -> int:
    while exhibit in earlier:
        exhibit = earlier[exhibit]
    return exhibit
