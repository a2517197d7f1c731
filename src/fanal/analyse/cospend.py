"""The step `cospend`: which addresses one wallet spent together, and which addresses pay for many customers.

The inputs of one transaction are signed with the keys of all its addresses, which one holder has
as a rule (Nakamoto 2008, section 10; Meiklejohn et al., "A Fistful of Bitcoins", IMC 2013). The
rule is broken on purpose by joint transactions. Those with equal outputs (CoinJoin: JoinMarket,
Wasabi, Whirlpool) are left out; a PayJoin cannot be told from a payment. Chains of accounts (Ether,
Tron) have no inputs to join. An exchange's or processor's address pays for its customers and links
nobody. What it says is about addresses; `resolve` weighs it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from fanal.analyse.ids import content_id_sql, literal
from fanal.analyse.step import Account
from fanal.base.language import mark
from fanal.engine.door import Engine
from fanal.engine.duck import Duck
from fanal.engine.statements import fill, load
from fanal.model.inputs import Inputs
from fanal.model.kinds import BY_NAME
from fanal.model.lists import entry_table, lists_in_force
from fanal.model.tables import EXAMPLES_PER_FINDING, FINDING, SUPPORT, UTC_INSTANT

_S, _I, _T = pa.string(), pa.int64(), UTC_INSTANT
Ints = npt.NDArray[np.int64]

#: Assets whose transactions have inputs and outputs of their own (unspent outputs), not balances of accounts.
UTXO = ("BTC", "LTC", "BCH", "DASH", "DOGE")
#: So many outputs of one value make a transaction a joint one.
EQUAL_OUTPUTS = 3
#: From so many accounts on, what they state is held against each other; from so many, silence is no excuse.
MANY, VERY_MANY = 10, 100
#: The share of pairs that contradict from which an address pays for strangers. One person who lies in one of seven
#: accounts contradicts himself in at most three pairs of ten; strangers do in nine of ten.
STRANGERS_BORN, STRANGERS_NAMED, STRANGERS_LIVE = 0.5, 0.8, 0.5

WALLET_RULES = {
    "pays_for_strangers": mark(
        "Many accounts pay from this address, and what they state contradicts: it is an exchange's or a processor's."
    ),
    "pays_for_many": mark(
        "A hundred accounts or more pay from this address, and nothing shows that they are one person's."
    ),
    "spent_with_listed": mark("The address was spent together with one that a list names as an exchange's."),
}


@dataclass(frozen=True)
class _Wallets:
    """Addresses spent together: wallet numbers from 0, in order of their first address."""

    address: pa.Array
    wallet: Ints


class Cospend:
    """Addresses to wallets, and wallets that are no person's."""

    name = "cospend"
    version = 1
    reads: tuple[str, ...] = (
        "account", "identifier", "payment", "tx_io", "account_key", "value_key", "account_value",
    )  # fmt: skip
    inputs: tuple[str, ...] = ("lists", "editions")
    writes: Mapping[str, pa.Schema] = {
        "cospend_value": pa.schema(
            [("wallet", _I), ("address", _S), ("value_id", _I), ("tx", _S), ("obs", _I), ("transactions", _I)]
        ),
        "cospend_use": pa.schema(
            [
                ("value_id", _I), ("account_id", _I), ("kind", _S), ("obs", _I), ("first_at", _T), ("last_at", _T),
                ("payer", pa.int32()),
            ]
        ),
        "wallet_context": pa.schema([("value_id", _I), ("rule", _S), ("accounts", _I)]),
        "cospend_left_out": pa.schema([("tx", _S), ("rule", _S), ("obs", _I)]),
        "cospend_finding": FINDING,
        "cospend_support": SUPPORT,
    }  # fmt: skip
    order: Mapping[str, str] = {
        "cospend_value": "wallet, address",
        "cospend_use": "value_id, account_id, kind",
        "wallet_context": "value_id",
        "cospend_left_out": "tx",
    }

    def run(self, engine: Engine, inputs: Inputs) -> Account:
        """See Step.run."""
        sql = load("fanal.analyse", "cospend.sql")
        shipped = [one.entries for one in lists_in_force(inputs.editions) if one.kind == "crypto_address"]
        own = entry_table(entry for entry in inputs.lists if entry.kind == "crypto_address")
        engine.bind("cospend_list", pa.concat_tables([*shipped, own]))
        utxo = ", ".join(literal(asset.lower()) for asset in UTXO)
        for name in ("cospend_io", "cospend_equal", "cospend_tx", "cospend_input", "cospend_from"):
            engine.define(name, fill(sql[name], equal=str(EQUAL_OUTPUTS), utxo=utxo))
        found = _wallets(engine.rows("SELECT tx, address FROM cospend_input"))
        values = engine.rows("SELECT DISTINCT value FROM cospend_from")["value"].combine_chunks()
        engine.bind("cospend_norm", pa.table({"value": values, "norm": _norms(values)}))
        for name in ("cospend_new", "cospend_address", "cospend_owner"):
            engine.define(name, sql[name])
        engine.bind("cospend_member", _touched(engine, found, _norms(found.address)))
        engine.define("cospend_spent", sql["cospend_spent"])
        places = {
            "base": str(engine.rows(sql["cospend_base"])["base"][0].as_py()),
            "many": str(MANY),
            "version": str(self.version),
            "examples": str(EXAMPLES_PER_FINDING),
            "finding": content_id_sql(literal("cospend"), literal(str(self.version)), "a.norm"),
        }
        for name in ("cospend_unit", "cospend_stated"):
            engine.define(name, fill(sql[name], **places))
        engine.bind("cospend_ruled", _ruled(engine.rows("SELECT * FROM cospend_stated")))
        for name in ("wallet_context", "cospend_value", "cospend_shared", "cospend_use", "cospend_left_out",
                     "cospend_said", "cospend_finding", "cospend_support"):  # fmt: skip
            engine.define(name, fill(sql[name], **places))
        account: dict[str, int | str] = engine.rows(sql["cospend_account_of_run"]).to_pylist()[0]
        return account


def _norms(addresses: pa.Array) -> pa.Array:
    """Normal forms, as reading makes them: in this process, wherever the step's rows lie."""
    with Duck() as here:
        return BY_NAME["crypto_address"].norms(addresses, here)


def _codes(column: pa.ChunkedArray) -> tuple[Ints, pa.Array]:
    coded = column.combine_chunks().dictionary_encode()
    return np.asarray(coded.indices.cast(_I).to_numpy(zero_copy_only=False), dtype=np.int64), coded.dictionary


def _wallets(inputs: pa.Table) -> _Wallets:
    """Connected components of addresses over the transactions in which they were spent."""
    if not inputs.num_rows:
        return _Wallets(pa.array([], _S), np.zeros(0, dtype=np.int64))
    tx, _ = _codes(inputs["tx"])
    address, addresses = _codes(inputs["address"])
    n = len(addresses)
    size = n + int(tx.max()) + 1
    graph = coo_array((np.ones(len(tx), dtype=np.int8), (address, n + tx)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    order = np.asarray(pc.sort_indices(addresses).to_numpy(), dtype=np.int64)
    # Numbered by the first address in the order of the alphabet, so that they are the same on every run.
    _, first, numbered = np.unique(label[:n][order], return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    return _Wallets(addresses.take(pa.array(order)), rank[numbered].astype(np.int64))


def _touched(engine: Engine, found: _Wallets, norms: pa.Array) -> pa.Table:
    """The addresses of wallets from which an account pays: columns wallet, address, norm."""
    known = engine.rows(
        "SELECT DISTINCT a.norm FROM cospend_address AS a JOIN cospend_owner AS o ON o.value_id = a.linking"
    )["norm"].combine_chunks()
    paying = pc.is_in(norms, known).to_numpy(zero_copy_only=False).astype(np.bool_)
    keep = np.isin(found.wallet, np.unique(found.wallet[paying]))
    table = pa.table({"wallet": pa.array(found.wallet, _I), "address": found.address, "norm": norms.cast(_S)})
    return table.filter(pa.array(keep))


def _ruled(stated: pa.Table) -> pa.Table:
    """The units that are no person's, by what their accounts state: columns unit, rule, accounts.

    Args:
        stated: unit, born, name, country: one row an account of a unit of MANY accounts or more.
    """
    unit, units = _codes(stated["unit"].cast(_S))
    n = len(units)
    accounts = np.bincount(unit, minlength=n)
    ruled = np.zeros(n, dtype=np.bool_)
    open_ = np.ones(n, dtype=np.bool_)
    for column, least, slack in (
        ("born", STRANGERS_BORN, 1), ("name", STRANGERS_NAMED, 0), ("country", STRANGERS_LIVE, 0),
    ):  # fmt: skip
        known, share = _contradicting(unit, stated[column], n, slack)
        ruled |= open_ & (known >= MANY) & (share >= least)
        # Who states his year of birth is held to it; the weaker words are heard where it is silent.
        open_ &= known < MANY
    many = open_ & (accounts >= VERY_MANY)
    rule = np.where(ruled, "pays_for_strangers", "pays_for_many")[ruled | many]
    kept = units.cast(_I).take(pa.array(np.flatnonzero(ruled | many)))
    return pa.table({"unit": kept, "rule": pa.array(rule, _S), "accounts": pa.array(accounts[ruled | many], _I)})


def _contradicting(unit: Ints, column: pa.ChunkedArray, n: int, slack: int) -> tuple[Ints, npt.NDArray[np.float64]]:
    """Of each unit: how many accounts state it, and the share of their pairs that are more than `slack` apart."""
    stated = np.asarray(column.is_valid().to_numpy(), dtype=np.bool_)
    given = column.combine_chunks().drop_null()
    value = _codes(pa.chunked_array([given]))[0] if pa.types.is_string(given.type) else given.cast(_I).to_numpy()
    rows = unit[stated]
    known = np.bincount(rows, minlength=n)
    pairs, counts = np.unique(np.stack((rows, value)), axis=1, return_counts=True)
    same = np.bincount(pairs[0], weights=counts * (counts - 1) / 2, minlength=n)
    for step in range(1, slack + 1):
        beside = {(int(u), int(v)): int(c) for u, v, c in zip(pairs[0], pairs[1], counts, strict=True)}
        near = [c * beside.get((int(u), int(v) + step), 0) for u, v, c in zip(*pairs, counts, strict=True)]
        same += np.bincount(pairs[0], weights=np.array(near, dtype=np.float64), minlength=n)
    return known, 1 - same / np.maximum(known * (known - 1) / 2, 1)
