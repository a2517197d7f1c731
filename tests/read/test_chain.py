"""Extracts of a chain: a node's JSON, an explorer's, tables of tracing tools."""

import json
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapped_case import Remembered

from fanal.read import chain_objects
from fanal.read.chain import CHAIN
from fanal.read.chain_examples import explorer_transaction, node_transaction
from fanal.read.contract import Source, Unreadable
from fanal.read.registry import MappingMissing, detect

TX = ["a" * 64, "b" * 64]


def source_of(tmp_path, content, name="extract.json", **options):
    path, scratch = tmp_path / name, tmp_path / "scratch"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    scratch.mkdir(exist_ok=True)
    return Source(path, name, 1, scratch, options=options)


def read(tmp_path, content, name="extract.json", **options):
    sink = Remembered()
    CHAIN.read(source_of(tmp_path, content, name, **options), sink)
    return sink


def sides(sink):
    return [(r["tx"], r["side"], r["n"], r["address"], r["amount"]) for r in sink.tables.get("tx_io", [])]


NODE = [
    node_transaction(TX[0], [None], [("one", 50)]),
    node_transaction(TX[1], [("one", 50)], [("two", 0.1), (None, 0), ("one", 49.8999)]),
]
TOLD = [
    (TX[0], "in", 0, None, None),
    (TX[0], "out", 0, "one", 50.0),
    (TX[1], "in", 0, "one", 50.0),
    (TX[1], "out", 0, "two", 0.1),
    (TX[1], "out", 1, None, 0.0),
    (TX[1], "out", 2, "one", 49.8999),
]


@pytest.mark.parametrize(
    "layout",
    [
        json.dumps,
        lambda txs: json.dumps(txs, indent=4),
        lambda txs: "\n".join(map(json.dumps, txs)),
        lambda txs: "\r\n".join(json.dumps(t, indent=1) for t in txs),
        lambda txs: "".join(json.dumps(t, indent=1) for t in txs),
        lambda txs: "\ufeff" + json.dumps(txs),
        lambda txs: json.dumps({"tool": "x", "transactions": txs, "more": [1, {"vin": 2}]}, indent=2),
        lambda txs: "\n".join(json.dumps({"result": t, "error": None, "id": 1}) for t in txs),
    ],
)
def test_transactions_are_found_whatever_layout_they_stand_in(tmp_path, layout):
    sink = read(tmp_path, layout(NODE))
    assert sides(sink) == TOLD
    assert sink.rejects == []
    assert sink.counts["transactions"] == {"source": 2, "read": 2, "rejected": 0, "unmapped": 0}
    assert (sink.notes["coinbase"], sink.notes["without_address"]) == (1, 1)
    assert {r["asset"] for r in sink.tables["tx_io"]} == {"BTC"}


def test_the_transactions_of_a_block_are_rows_of_its_line(tmp_path):
    block = {
        "hash": "c" * 64,
        "time": 1_700_000_000,
        "tx": [{k: v for k, v in t.items() if k != "blocktime"} for t in NODE],
    }
    sink = read(tmp_path, json.dumps({"result": block}))
    assert sorted(map(str, sides(sink))) == sorted(map(str, TOLD))
    assert sink.tables["remark"] == [
        {"locator": "transactions:1", "key": "block_time", "value": "2023-11-14T22:13:20Z"}
    ]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 21_000_000 * 10**8), min_size=1, max_size=5))
def test_satoshi_come_back_from_amounts_without_loss(tmp_path, values):
    tx = explorer_transaction(TX[0], [("one", sum(values))], [("two", value) for value in values])
    amounts = [r["amount"] for r in read(tmp_path, json.dumps([tx])).tables["tx_io"] if r["side"] == "out"]
    assert [int(Decimal(f"{amount:.8f}") * 10**8) for amount in amounts] == values


def test_inputs_whose_origin_the_extract_does_not_tell_are_counted(tmp_path):
    tx = node_transaction(TX[0], [("one", 1)], [("two", 1)])
    del tx["vin"][0]["prevout"]
    sink = read(tmp_path, json.dumps([tx]))
    assert sides(sink)[0] == (TX[0], "in", 0, None, None)
    assert sink.notes["inputs_without_prevout"] == 1


def test_old_nodes_list_addresses_and_several_are_none(tmp_path):
    tx = node_transaction(TX[0], [], [("x", 1), ("y", 2)])
    tx["vout"][0]["scriptPubKey"] = {"addresses": ["one"]}
    tx["vout"][1]["scriptPubKey"] = {"addresses": ["one", "two"]}
    assert [row[3] for row in sides(read(tmp_path, json.dumps([tx])))] == ["one", None]


def test_what_is_no_transaction_is_a_reject_and_a_cut_is_told(tmp_path):
    sink = read(tmp_path, json.dumps([NODE[0], {"vin": [], "vout": 1}, 12])[:-1] + ', {"txid": "')
    assert sorted(r["locator"] for r in sink.rejects) == ["transactions:2", "transactions:3", "transactions:4"]
    assert sink.counts["transactions"] == {"source": 4, "read": 1, "rejected": 3, "unmapped": 0}
    assert sink.notes["truncated"] is True


def test_an_amount_that_is_no_number_is_a_reject(tmp_path):
    tx = node_transaction(TX[0], [], [("one", "much")])
    sink = read(tmp_path, json.dumps([tx]))
    assert sides(sink) == [(TX[0], "out", 0, "one", None)]
    assert [(r["locator"], r["column"], r["excerpt"]) for r in sink.rejects] == [("transactions:1", "amount", "much")]


def test_tool_version_and_date_come_from_the_file_or_the_register_or_stay_open(tmp_path):
    content = json.dumps({"tool": "Tracer \u00e9", "version": 2, "exported_at": "2026-01-31", "transactions": NODE})
    said = {"tool": "Tracer \u00e9", "version": "2", "date": "2026-01-31"}
    assert read(tmp_path, content).notes["chain"] == {**said, "from": "file", "open": False}
    told = read(tmp_path, json.dumps(NODE), tool="T", tool_version="1", tool_date="2026-02-01").notes["chain"]
    assert told == {"tool": "T", "version": "1", "date": "2026-02-01", "from": "register", "open": False}
    assert read(tmp_path, json.dumps(NODE)).notes["chain"] == {"from": "register", "open": True}


def test_the_excerpt_is_the_transactions_own_text(tmp_path):
    source = source_of(tmp_path, json.dumps(NODE, indent=1))
    assert json.loads(CHAIN.excerpt(source, "transactions:2")) == NODE[1]


def test_a_table_of_inputs_and_outputs_is_read_with_its_unit(tmp_path):
    content = "# tool: Tracer\ntx_hash;io;address;value_sat\nt;inputs;one;150000000\nt;OUT;two;1\nt;aside;two;1\n"
    sink = read(tmp_path, content, "trace.csv")
    assert sides(sink) == [
        ("t", "in", None, "one", 1.5),
        ("t", "out", None, "two", 1e-08),
        ("t", None, None, "two", 1e-08),
    ]
    assert [(r["locator"], r["column"], r["excerpt"]) for r in sink.rejects] == [("trace:3", "tx_io.side", "aside")]
    assert sink.notes["chain"] == {"tool": "Tracer", "from": "file", "open": True}
    assert CHAIN.excerpt(source_of(tmp_path, content, "trace.csv"), "trace:2") == "t;OUT;two;1"


def test_a_unit_that_no_column_names_is_open_unless_the_register_tells_it(tmp_path):
    content = "tx_hash,io,address,value\nt,in,one,150000000\n"
    sink = read(tmp_path, content, "trace.csv")
    assert (sides(sink)[0][4], sink.notes["unit"]["open"]) == (150_000_000.0, True)
    told = read(tmp_path, content, "trace.csv", unit="satoshi", asset="LTC")
    assert (sides(told)[0][4], told.notes["unit"]["open"]) == (1.5, False)
    assert told.tables["tx_io"][0]["asset"] == "LTC"


def test_a_transfer_between_accounts_is_an_input_and_an_output(tmp_path):
    content = "Txhash,UnixTimestamp,From,To,Value_wei\nt,1700000000,0xone,0xtwo,2500000000000000000\nu,1,0xone,,1\n"
    sink = read(tmp_path, content, "transfers.csv")
    assert sides(sink) == [
        ("t", "in", None, "0xone", 2.5),
        ("u", "in", None, "0xone", 1e-18),
        ("t", "out", None, "0xtwo", 2.5),
    ]
    assert {r["asset"] for r in sink.tables["tx_io"]} == {"ETH"}


@pytest.mark.parametrize(
    "head", [b"customer,tx,io,address,value\n", b"id,name\n", b"tx,address,value\n", b"# tool: x\n"]
)
def test_a_table_that_says_more_or_less_is_left_to_a_mapping(tmp_path, head):
    assert CHAIN.detect(head, "x.csv") == 0.0
    with pytest.raises(MappingMissing):
        detect(head, "x.csv")
    with pytest.raises(Unreadable):
        read(tmp_path, head, "x.csv")


_JSON = st.recursive(
    st.none() | st.integers() | st.text(st.sampled_from('a"\\{}[],\n'), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from('a"{'), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.dictionaries(st.sampled_from("xyz"), _JSON, max_size=3), max_size=5),
    st.integers(0, 2),
    st.integers(1, 9),
)
def test_objects_come_back_from_an_array_wherever_pieces_end(tmp_path, objects, indent, size):
    text = json.dumps(objects, indent=indent or None).encode()
    state, out = np.array([1, 0, 0, 0, 0], np.int64), b""
    for at in range(1, len(text), size):
        made = np.empty(2 * size + 1, np.uint8)
        n = chain_objects._cut(np.frombuffer(text[at : at + size], np.uint8), made, state, 1)
        out += made[:n].tobytes()
    assert [json.loads(line) for line in out.splitlines()] == objects
