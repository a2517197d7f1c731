"""The head of a table of chain data: which columns of it say transaction, address and amount."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "tx": ("tx_hash", "txid", "txhash", "tx_id", "transaction_hash", "transaction_id", "tx", "hash", "transaction"),
    "side": ("io", "side", "direction", "input_output"),
    "address": ("address", "addr"),
    "from": ("from", "from_address", "sender", "from_addr"),
    "to": ("to", "to_address", "receiver", "recipient", "to_addr"),
    "n": ("n", "index", "io_index", "vout", "log_index"),
    "asset": ("asset", "currency", "coin", "symbol", "token_symbol"),
    "at": ("timestamp", "block_time", "unixtimestamp", "time", "datetime", "date_time", "at", "date"),
}
#: Columns of amounts with the unit in their name, and how many smallest units make one.
_AMOUNTS: Mapping[str, tuple[int, str]] = {
    **dict.fromkeys(("value_sat", "satoshi", "satoshis", "value_satoshi", "amount_sat", "sats"), (100_000_000, "BTC")),
    **dict.fromkeys(("value_wei", "wei", "amount_wei"), (10**18, "ETH")),
    **dict.fromkeys(("value_btc", "amount_btc"), (1, "BTC")),
    **dict.fromkeys(("value_eth", "amount_eth"), (1, "ETH")),
    **dict.fromkeys(("amount", "value", "quantity"), (1, "")),
}
#: A table that names customers is an exchange's, and says more than this reader knows of.
_OTHERS = re.compile(r"(?:customer|user|account|member|email|login)")


@dataclass(frozen=True)
class Head:
    """The head of a table: bytes before it, its delimiter, its columns by what they mean, amount's unit and asset."""

    start: int
    columns: Mapping[str, str]
    units: int
    asset: str
    named_unit: bool


def head_of(raw: bytes) -> Head | None:
    """The head of a chain table; None where it is none. Lines that begin with # or ; before it are comments."""
    text = raw.decode("utf-8-sig", "replace")
    start = len(raw) - len(text.encode("utf-8", "replace")) if raw.startswith(b"\xef\xbb\xbf") else 0
    for line in text.splitlines(keepends=True):
        if line.strip() and line[0] not in "#;":
            break
        start += len(line.encode("utf-8", "replace"))
    else:
        return None
    delimiter = max(",;\t|", key=line.count)
    names = next(csv.reader([line.strip()], delimiter=delimiter))
    known = {re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_"): name for name in reversed(names)}
    found = {mean: known[name] for mean, listed in _COLUMNS.items() for name in reversed(listed) if name in known}
    amount = next((name for name in _AMOUNTS if name in known), None)
    pair = "from" in found and "to" in found and "side" not in found
    if "tx" not in found or amount is None or not (pair or {"side", "address"} <= set(found)):
        return None
    if any(_OTHERS.match(name) for name in known):
        return None
    units, asset = _AMOUNTS[amount]
    return Head(start, {**found, "amount": known[amount]}, units, asset, amount not in ("amount", "value", "quantity"))
