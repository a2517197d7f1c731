"""Small extracts for the reader's examples: made-up transactions between made-up addresses."""

import json
from collections.abc import Iterable
from typing import Any

from fanal.read.contract import Example

_TX = [f"{n:064x}" for n in range(1, 4)]


def node_transaction(tx: str, vin: list[Any], vout: list[Any], at: int = 1_700_000_000) -> dict[str, Any]:
    """A transaction as a node tells it (getrawtransaction, verbosity 2): values in coins."""
    return {
        "txid": tx,
        "vin": [
            {"coinbase": "00"}
            if paid is None
            else {"txid": _TX[0], "vout": 0, "prevout": {"value": paid[1], "scriptPubKey": {"address": paid[0]}}}
            for paid in vin
        ],
        "vout": [
            {"n": n, "value": value, "scriptPubKey": {"type": "nulldata"} if address is None else {"address": address}}
            for n, (address, value) in enumerate(vout)
        ],
        "blocktime": at,
    }


def explorer_transaction(tx: str, vin: list[Any], vout: list[Any], at: int = 1_700_000_000) -> dict[str, Any]:
    """A transaction as explorers tell it: values in the smallest unit."""
    return {
        "txid": tx,
        "vin": [{"prevout": {"scriptpubkey": "00", "scriptpubkey_address": a, "value": v}} for a, v in vin],
        "vout": [{"scriptpubkey": "6a", "value": v, **({"scriptpubkey_address": a} if a else {})} for a, v in vout],
        "status": {"confirmed": True, "block_time": at},
    }


def extracts() -> Iterable[Example]:
    """See Reader.examples."""
    node = [
        node_transaction(_TX[0], [None], [("addr-one", 6.25)]),
        node_transaction(_TX[1], [("addr-one", 6.25)], [("addr-two", 1.5), (None, 0), ("addr-one", 4.7499)]),
    ]
    rows = {"tx_io": 6, "remark": 2}
    yield Example("extract.json", json.dumps(node, indent=1).encode(), rows)
    lines = "\n".join(json.dumps(one) for one in node).encode()
    yield Example("extract.jsonl", lines + b'\n{"txid": "cut', rows, rejects=1, hostile=True)
    told = {"tool": "Tracer 12", "version": "1.0", "date": "2026-01-31"}
    found = {
        **told,
        "transactions": [explorer_transaction(_TX[2], [("addr-two", 150_000_000)], [("addr-3", 149_990_000)])],
    }
    yield Example("report.json", json.dumps(found).encode(), {"tx_io": 2, "remark": 1})
    table = f"# tool: Tracer 12\n# version: 1.0\n# date: 2026-01-31\n{_TABLE}"
    yield Example("trace.csv", table.encode(), {"tx_io": 3, "remark": 3}, rejects=1)
    yield Example("transfers.csv", _TRANSFERS.encode(), {"tx_io": 2, "remark": 1})
    yield Example("none.json", b'[{"vin": 1, "vout": 2}, 12, {"a": [', {}, rejects=3, hostile=True)


_TABLE = f"""tx_hash,timestamp,io,address,value_satoshi
{_TX[0]},2023-11-14 22:13:20,input,addr-one,150000000
{_TX[0]},2023-11-14 22:13:20,output,addr-two,149990000
{_TX[0]},2023-11-14 22:13:20,output,addr-3,many
"""
_TRANSFERS = f"""Txhash,UnixTimestamp,From,To,Value_wei
{_TX[1]},1700000000,0xone,0xtwo,1500000000000000000
"""
