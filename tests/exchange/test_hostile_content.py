"""What a hostile peer could sign and seal: heads, files and tables that packages do not hold are refused.

Every test looks at each file of the node's folder and at each row of its case store, before and after.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from exchange_cases import Agency, heading
from hostile_cases import JSON, Receiver, Sent, counted, edit, sealed, tar_of

from fanal.exchange import vetting
from fanal.exchange.refusals import Malformed, TooBig, Unwanted
from fanal.work.operations import open_operation
from fanal.work.receive import OtherOperation


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 50_000,
        '{"number": ' + "9" * 100_000 + "}",
        "[]",
        "null",
        "\ud800",
        '{"a": 1',
    ],
    ids=["deep lists", "deep objects", "a huge number", "a list", "null", "no UTF-8", "cut"],
)
def test_json_that_would_break_its_parser_is_refused(us: Receiver, sent: Sent, text: str) -> None:
    us.refuses(sent(lambda bag: (bag / JSON).write_bytes(text.encode("utf-8", "surrogatepass"))), Malformed)


def test_json_of_any_length_is_not_read(us: Receiver, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fanal.exchange.heading.LONGEST_JSON", 10_000)
    us.refuses(sent(lambda bag: edit(bag, more="x" * 20_000)), TooBig)


def test_a_manifest_of_any_length_is_not_read(
    us: Receiver, bag: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fanal.exchange.bag.LONGEST_TAG", 100)
    us.refuses(sealed(tar_of(bag), us.us, tmp_path / "x.fanal"), TooBig)


@pytest.mark.parametrize(
    "more",
    [
        {"title": "a\x1b[2Jb"},
        {"title": "nul\x00"},
        {"title": "half \ud800"},
        {"title": "x" * 20_000},
        {"title": 7},
        {"legal_basis": None},
        {"checkpoint": 3},
        {"handling": "H1"},
        {"handling": [{"text": "no code"}]},
        {"counts": {}},
        {"counts": {"included": 10**30, "accounts": -1, "rows": {}}},
        {"counts": {"included": 1, "accounts": 1, "rows": {"account": float("nan")}}},
        {"counts": {"included": 1, "accounts": 1, "rows": {"account": 1}}},
        {"counts": {"included": 1, "accounts": 1, "rows": {}, "note": "a\x00"}},
    ],
    ids=lambda more: ascii(more)[:40],
)
def test_a_head_that_says_something_impossible_is_refused(us: Receiver, sent: Sent, more: dict[str, Any]) -> None:
    us.refuses(sent(lambda bag: edit(bag, **more)), Malformed)


@pytest.mark.parametrize("party", [{"agency": "A\x1b[31m"}, {"agency": "x" * 300}, {"node": "../../up"}], ids=ascii)
def test_a_sender_whose_name_is_none_is_refused(
    us: Receiver, peers: dict[str, Agency], sent: Sent, party: dict[str, str]
) -> None:
    told = heading(peers["one"], us.us).to_json()["sender"]
    us.refuses(sent(lambda bag: edit(bag, sender={**told, **party})), Malformed)


@pytest.mark.parametrize(
    "name", ["data/video.mp4", "data/tables/more/identity.parquet", "data/run.sh", "data/identity.parquet"]
)
def test_a_file_that_packages_do_not_hold_is_refused(us: Receiver, sent: Sent, name: str) -> None:
    def add(bag: Path) -> None:
        (bag / name).parent.mkdir(exist_ok=True)
        (bag / name).write_bytes(b"content")

    us.refuses(sent(add), Unwanted)


def nested(kind: pa.DataType) -> pa.Table:
    return pa.table({"column": pa.array([None], kind)})


def not_utf8() -> pa.Table:
    text = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(bytes(4) + b"\2\0\0\0"), pa.py_buffer(b"\xff\xfe")]
    )
    return pa.table({"column": text})


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("obs", nested(pa.int64())),
        ("received_identity", nested(pa.int64())),
        ("Identity2", nested(pa.int64())),
        ("fingerprint", nested(pa.int64())),
        ("more", nested(pa.list_(pa.binary()))),
        ("more", nested(pa.struct([("inner", pa.list_(pa.binary(16)))]))),
        ("more", nested(pa.list_(pa.list_(pa.list_(pa.list_(pa.int8())))))),
        ("more", nested(pa.duration("s"))),
        ("more", pa.table({"'; DROP TABLE": pa.array([1])})),
        ("more", not_utf8()),
        ("more", pa.table({"column": ["data:image/png;base64," + "A1" * 200]})),
        ("more", pa.table({"column": ["B7x9" * 200]})),
    ],
    ids=lambda value: value if isinstance(value, str) else str(value.schema).replace("\n", " ")[:40],
)
def test_a_table_that_packages_do_not_carry_is_refused(us: Receiver, sent: Sent, name: str, table: pa.Table) -> None:
    us.refuses(sent(lambda bag: counted(bag, name, table)), Malformed)


def test_an_observation_that_comes_twice_is_refused(us: Receiver, sent: Sent) -> None:
    def double(bag: Path) -> None:
        table = pq.read_table(bag / "data/tables/account.parquet")
        counted(bag, "account", pa.concat_tables([table, table]))

    us.refuses(sent(double), Malformed)


@pytest.mark.parametrize(
    ("most", "what"), [({"rows": 10}, "rows"), ({"decoded": 1_000}, "bytes"), ({"columns": 3}, "columns")], ids=str
)
def test_a_table_that_unpacks_to_more_than_a_node_takes_is_refused_by_its_footer(
    us: Receiver, sent: Sent, monkeypatch: pytest.MonkeyPatch, most: dict[str, int], what: str
) -> None:
    small = replace(vetting.Most(), **most)
    monkeypatch.setattr(vetting, "Most", lambda: small)
    assert what in us.refuses(sent(lambda _: None), TooBig)


def test_a_table_whose_pages_are_broken_is_refused(us: Receiver, sent: Sent) -> None:
    def damage(bag: Path) -> None:
        path = bag / "data/tables/login.parquet"
        raw = bytearray(path.read_bytes())
        raw[40:400] = os.urandom(360)
        path.write_bytes(raw)

    us.refuses(sent(damage), Malformed)


def test_tables_that_kill_what_decodes_them_are_refused(
    us: Receiver, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vetting, "WALLS", replace(vetting.WALLS, address_space=64 << 20))
    us.refuses(sent(lambda _: None), Malformed)


def test_a_package_for_an_operation_of_ours_is_refused(us: Receiver, sent: Sent) -> None:
    open_operation(us.officer, us.node, "ours", "Ours", "order 1")
    us.refuses(sent(lambda _: None), OtherOperation, into="ours")
