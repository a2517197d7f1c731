"""The same rows in arrays and in SQL: `normalise` gives the same tables both ways."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.analyse.normalise import Normalise
from fanal.engine.door import InProcess, TableSource
from fanal.engine.duck import Duck
from fanal.model.inputs import Inputs, ListEntry
from fanal.model.kinds import KINDS
from fanal.model.tables import BY_NAME

ACCOUNTS = st.sampled_from([None, "kx:1", "kx:2", "kx:12", "forum:1", "mail:a@example.org", "wa:+34600000000", "kx:é"])
KIND = st.sampled_from([*(kind.name for kind in KINDS), "no_kind_of_these"])
TEXTS = st.one_of(
    st.sampled_from(
        ["a@x.test", "b@x.test", "+34600000000", "", "a", "ab", "abcdefgh", "abcdefgh\0", "abcdefghi", "é"]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40),
)
IPS = st.one_of(
    st.none(),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(str),
    st.sampled_from(["1.2.3.4", "::ffff:1.2.3.4", "01.2.3.4", "1.2.3", "1.2.3.256", "1.2.3.4.5", "", "no address"]),
    st.integers(0, 9).map("203.0.113.{}".format),
)
INSTANTS = st.one_of(
    st.none(),
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
    st.integers(0, 60).map(lambda h: datetime(2023, 1, 1) + timedelta(hours=h)),
)
COLUMNS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "account": {"account": ACCOUNTS},
    "identifier": {
        "account": ACCOUNTS, "kind": KIND, "norm": st.none() | TEXTS,
        "relation": st.sampled_from([None, "user", "payer"]), "observed_at": INSTANTS,
    },
    "login": {"account": ACCOUNTS, "ip": IPS, "at": INSTANTS, "success": st.sampled_from([None, True, False])},
    "membership": {"account": ACCOUNTS, "by_account": ACCOUNTS},
}  # fmt: skip


class Elsewhere:
    """An engine with the door's own methods alone, as one has whose rows are not in this process."""

    def __init__(self, engine: Duck) -> None:
        self._engine = engine

    def bind(self, name: str, source: TableSource) -> None:
        self._engine.bind(name, source)

    def define(self, name: str, sql: str, **params: Any) -> None:
        self._engine.define(name, sql, **params)

    def name(self, name: str, sql: str) -> None:
        self._engine.name(name, sql)

    def rows(self, sql: str, **params: Any) -> pa.Table:
        return self._engine.rows(sql, **params)

    def batches(self, sql: str, size: int = 131_072, **params: Any) -> Iterator[pa.RecordBatch]:
        return self._engine.batches(sql, size, **params)

    def drop(self, name: str) -> None:
        self._engine.drop(name)

    def close(self) -> None:
        self._engine.close()


@st.composite
def evidence(draw: st.DrawFn) -> dict[str, pa.Table]:
    """Some rows of the tables that name accounts."""
    obs, tables = iter(draw(st.permutations(range(200)))), {}
    for table, columns in COLUMNS.items():
        found = draw(st.lists(st.fixed_dictionaries(columns), max_size=40))
        rows = [{"exhibit": 1, "locator": "x", "obs": next(obs), **row} for row in found]
        tables[table] = pa.Table.from_pylist(rows, BY_NAME[table].schema)
    return tables


def made(tables: dict[str, pa.Table], *, here: bool) -> tuple[dict[str, pa.Table], dict[str, int | str]]:
    lists = (
        ListEntry("test", "email", "a@x.test", "disposable_mail"),
        ListEntry("test", "email", "@x.test", "custodial"),
        ListEntry("test", "ip", "203.0.113.1", "tor"),
        ListEntry("test", "ip_range", "203.0.113.2/31", "vpn", since="2023-01-02", until="2023-01-03"),
    )
    with Duck(threads=1) as duck:
        engine = duck if here else Elsewhere(duck)
        assert isinstance(engine, InProcess) is here
        for name in Normalise.reads:
            engine.bind(name, tables.get(name, BY_NAME[name].schema.empty_table()))
        account = Normalise().run(engine, Inputs(lists=lists))
        found = {}
        for name, schema in Normalise.writes.items():
            order = Normalise.order.get(name) or ", ".join(f'"{column}" NULLS FIRST' for column in schema.names)
            ending = "" if here and duck.is_in_order(name, order) else f" ORDER BY {order}"
            found[name] = engine.rows(f'SELECT * FROM "{name}"{ending}').select(schema.names).cast(schema)
    return found, account


@settings(max_examples=30, deadline=None)
@given(evidence())
def test_arrays_and_statements_make_the_same_tables_in_the_same_order(tables: dict[str, pa.Table]) -> None:
    here, told = made(tables, here=True)
    there, told_there = made(tables, here=False)
    assert told == told_there
    for name, table in here.items():
        assert table.to_pylist() == there[name].to_pylist(), name


def test_an_account_with_many_logins_is_counted_by_address_and_day() -> None:
    start = datetime(2023, 1, 1)
    rows = [
        {"exhibit": 1, "locator": "x", "obs": 5000 - n, "account": "kx:1", "ip": f"203.0.113.{n % 7}", "success": True,
         "at": start + timedelta(hours=5 * n % 711)}
        for n in range(3000)
    ]  # fmt: skip
    tables = {"login": pa.Table.from_pylist(rows, BY_NAME["login"].schema)}
    here, _ = made(tables, here=True)
    there, _ = made(tables, here=False)
    assert here["login_day"].equals(there["login_day"])
    assert sum(here["login_day"]["n"].to_pylist()) == 3000
