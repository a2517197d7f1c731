"""The step `normalise`: accounts, identifier values and addresses get integer ids, once; it says nothing about anyone.

Every later join is on these integers. What a list calls context is marked here and nowhere else.
Country, network and anonymiser of an address come from the packed lists (`model.places`).
"""

from collections.abc import Mapping

import pyarrow as pa

from fanal.analyse.step import Account
from fanal.base.digests import content_id
from fanal.engine.door import Engine
from fanal.engine.statements import fill, load
from fanal.model.inputs import Inputs
from fanal.model.kinds import KINDS
from fanal.model.lists import entry_table, shipped_lists
from fanal.model.places import located, provenance
from fanal.model.tables import UTC_INSTANT

_S, _I, _T = pa.string(), pa.int64(), UTC_INSTANT
# Rises when the statements change. See `Normalise.version` for the rest.
STATEMENTS = 2
_EDITION_BITS = 24


class Normalise:
    """Accounts, values and addresses, each once, under an integer."""

    name = "normalise"
    reads: tuple[str, ...] = (
        "account", "identifier", "login", "membership", "message", "share", "payment", "link",
    )  # fmt: skip
    inputs: tuple[str, ...] = ("lists",)
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
                ("obs", _I),
            ]
        ),
        "identifier_by_norm": pa.schema(
            [
                ("norm", _S), ("kind", _S), ("account", _S), ("value", _S), ("relation", _S), ("observed_at", _T),
                ("obs", _I),
            ]
        ),
        "login_by_ip": pa.schema([("ip", _S), ("at", _T), ("account", _S), ("src_port", _I), ("obs", _I)]),
    }  # fmt: skip
    order: Mapping[str, str] = {
        "account_key": "account_id",
        "value_key": "value_id",
        "account_value": "account_id, value_id, relation",
        "address": "ip_id",
        "login_day": "account_id, ip_id, day",
        "identifier_by_norm": "norm NULLS LAST, kind, obs",
        "login_by_ip": "ip NULLS LAST, obs",
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
        shipped = [one.entries for one in shipped_lists()]
        engine.bind("normalise_list", pa.concat_tables([*shipped, entry_table(inputs.lists)]))
        never = ", ".join(f"'{kind.name}'" for kind in KINDS if not kind.links)
        known = ", ".join(f"'{kind.name}'" for kind in KINDS)
        for name in ("account_key", "normalise_context", "value_key", "account_value"):
            engine.define(name, fill(sql[name], never=never, known=known))
        engine.bind("normalise_located", located(engine.rows(sql["normalise_ip"])["ip"].combine_chunks()))
        for name in ("normalise_listed_address", "address", "login_day"):
            engine.define(name, sql[name])
        engine.bind("normalise_located", pa.table({"ip": pa.array([], _S)}))
        for name in ("identifier_by_norm", "login_by_ip"):
            engine.name(name, sql[name])
        counts: dict[str, int] = engine.rows(sql["normalise_account"]).to_pylist()[0]
        return dict(counts)
