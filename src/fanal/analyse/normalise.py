"""The step `normalise`: accounts, identifier values and addresses get integer ids, once; it says nothing about anyone.

Every later join is on these integers. What a list calls context is marked here and nowhere else.
Country, network and anonymiser of an address come from the packed lists (`model.places`).
"""

from collections.abc import Mapping
from dataclasses import asdict

import pyarrow as pa
import pyarrow.compute as pc

from fanal.analyse.anonymisers import hidden, hidden_by
from fanal.analyse.gathering import gather
from fanal.analyse.step import Account
from fanal.base.digests import content_id
from fanal.engine.door import Engine, InProcess
from fanal.engine.statements import fill, load
from fanal.model.inputs import Inputs, ListEntry
from fanal.model.kinds import KINDS
from fanal.model.lists import ADDRESS_KINDS, editions_in_force, entry_table, lists_in_force, shipped_lists
from fanal.model.places import located, provenance
from fanal.model.tables import UTC_INSTANT

_S, _I, _T, _D = pa.string(), pa.int64(), UTC_INSTANT, pa.date32()
# Rises when the statements change. See `Normalise.version` for the rest.
STATEMENTS = 4
_EDITION_BITS = 24


class Normalise:
    """Accounts, values and addresses, each once, under an integer."""

    name = "normalise"
    reads: tuple[str, ...] = (
        "account", "identifier", "login", "membership", "message", "share", "payment", "link",
    )  # fmt: skip
    inputs: tuple[str, ...] = ("lists", "editions")
    writes: Mapping[str, pa.Schema] = {
        "account_key": pa.schema([("account_id", _I), ("account", _S), ("first_obs", _I)]),
        "value_key": pa.schema([("value_id", _I), ("kind", _S), ("norm", _S), ("links", pa.bool_()), ("context", _S)]),
        "account_value": pa.schema(
            [
                ("account_id", _I), ("value_id", _I), ("relation", _S), ("obs", _I), ("first_at", _T), ("last_at", _T),
                ("n", _I),
            ]
        ),
        "address": pa.schema(
            [
                ("ip_id", _I), ("ip", _S), ("family", pa.int8()), ("number", pa.uint64()), ("country", _S), ("asn", _I),
                ("holder", _S), ("anonymiser", _S),
            ]
        ),
        "login_day": pa.schema(
            [
                ("account_id", _I), ("ip_id", _I), ("day", pa.date32()), ("hour_mask", pa.int32()), ("n", pa.int32()),
                ("obs", _I), ("anonymiser", _S),
            ]
        ),
        "address_listed": pa.schema(
            [("ip_id", _I), ("since", _D), ("until", _D), ("anonymiser", _S), ("list", _S), ("edition", _S)]
        ),
        "value_listed": pa.schema(
            [
                ("value_id", _I), ("context", _S), ("list", _S), ("edition", _S), ("holder", _S), ("since", _D),
                ("until", _D),
            ]
        ),
        "list_edition": pa.schema(
            [
                ("name", _S), ("kinds", _S), ("source", _S), ("date", _S), ("digest", _S), ("entries", _I),
                ("since", _S), ("until", _S),
            ]
        ),
    }  # fmt: skip
    order: Mapping[str, str] = {
        "account_key": "account_id",
        "value_key": "value_id",
        "account_value": "account_id, value_id, relation",
        "address": "ip_id",
        "login_day": "account_id, ip_id, day",
        "address_listed": "ip_id, since",
        "list_edition": "name, since",
    }

    @property
    def version(self) -> int:
        """The statements' version, and under it a number that changes with the editions of the lists that ship."""
        editions = [provenance(part).digest for part in ("ip_country", "ip_asn")]
        digest = content_id(*editions, *(one.digest for one in shipped_lists()))
        return (STATEMENTS << _EDITION_BITS) + int(digest[: _EDITION_BITS // 4], 16)

    def run(self, engine: Engine, inputs: Inputs) -> Account:
        """See Step.run."""
        sql = load("fanal.analyse", "normalise.sql")
        every = _bind_lists(engine, inputs)
        editions = [asdict(edition) for edition in editions_in_force(inputs.editions)]
        engine.bind("list_edition", pa.Table.from_pylist(editions, self.writes["list_edition"]))
        never = ", ".join(f"'{kind.name}'" for kind in KINDS if not kind.links)
        known = ", ".join(f"'{kind.name}'" for kind in KINDS)
        found = gather(engine, sql, [kind.name for kind in KINDS]) if isinstance(engine, InProcess) else None
        if isinstance(engine, InProcess) and found:
            for name in ("account_key", "account_value"):
                engine.bind_in_order(name, getattr(found, name), self.order[name])
            engine.bind("normalise_value", found.normalise_value)
        else:
            for name in ("account_key", "normalise_value", "account_value"):
                engine.define(name, fill(sql[name], known=known))
        listed = ", ".join(f"'{kind.name}'" for kind in KINDS if kind.name in {*every["kind"].unique().to_pylist()})
        for name in ("normalise_context", "value_key"):
            engine.define(name, fill(sql[name], never=never, listed=listed or "''"))
        dated = every.filter(pc.invert(_steady(every)))
        if dated.num_rows:
            engine.bind("normalise_dated", dated)
            self._by_day(engine, sql)
        engine.define("value_listed", fill(sql["value_listed"], listed=listed or "''"))
        self.place(engine, sql, found.places if found else _addresses(engine, sql), inputs)
        if isinstance(engine, InProcess) and found:
            days = hidden_by(found.login_day, engine.rows("SELECT * FROM address_listed"))
            engine.bind_in_order("login_day", days, self.order["login_day"])
        else:
            engine.define("login_day", sql["login_day"])
        counts: dict[str, int] = engine.rows(sql["normalise_account"]).to_pylist()[0]
        return dict(counts)

    @staticmethod
    def place(engine: Engine, sql: Mapping[str, str], places: pa.Table, inputs: Inputs) -> None:
        """Define `address` and `address_listed`: what the lists know of addresses.

        Args:
            engine: takes them.
            sql: the statements of normalise.sql.
            places: see `model.places.located`.
            inputs: with the node's lists.
        """
        shipped = lists_in_force(inputs.editions)
        entries = [entry for one in shipped for entry in _entries(one.entries)]
        engine.bind("normalise_located", places)
        engine.bind("normalise_hidden", hidden(places, [*entries, *inputs.lists]))
        for name in ("address", "address_listed"):
            engine.define(name, sql[name])
        engine.bind("normalise_located", pa.table({"ip": pa.array([], _S)}))

    @staticmethod
    def _by_day(engine: Engine, sql: Mapping[str, str]) -> None:
        """Part the uses of values that a list names on some days only."""
        for name in ("value", "use", "key", "account"):
            engine.define(f"normalise_dated_{name}", sql[f"normalise_dated_{name}"])
        for name in ("account_value", "value_key"):
            engine.define(f"{name}_by_day", sql[f"{name}_by_day"])
        for name in ("account_value", "value_key"):
            engine.define(name, f"SELECT * FROM {name}_by_day")


def _bind_lists(engine: Engine, inputs: Inputs) -> pa.Table:
    """Bind what lists say of values: `normalise_every`, and of it what holds for all days. Returns all."""
    shipped = pa.concat_tables([one.entries for one in lists_in_force(inputs.editions)] or [entry_table(())])
    every = pa.concat_tables([shipped, entry_table(e for e in inputs.lists if e.kind not in ADDRESS_KINDS)])
    engine.bind("normalise_list", every.filter(_steady(every)))
    engine.bind("normalise_every", every)
    return every


def _steady(entries: pa.Table) -> pa.ChunkedArray:
    return pc.and_(pc.is_null(entries["since"]), pc.is_null(entries["until"]))


def _addresses(engine: Engine, sql: Mapping[str, str]) -> pa.Table:
    return located(engine.rows(sql["normalise_ip"])["ip"].combine_chunks())


def _entries(shipped: pa.Table) -> list[ListEntry]:
    """The shipped entries about addresses, of which there are few."""
    rows = shipped.filter(pc.is_in(shipped["kind"], pa.array(ADDRESS_KINDS))).drop_columns(["since", "until"])
    return [ListEntry(**row) for row in rows.to_pylist()]
