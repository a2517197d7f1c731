"""Parquet files through a mapping: values as text, bytes as digests, and files that lie or are broken."""

import datetime as dt
import decimal
import hashlib
import io
import json
import uuid

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapped_case import mapping, read, source_of

from fanal.read import parquet
from fanal.read.contract import Unreadable
from fanal.read.mapping import MappingError
from fanal.read.parquet import PARQUET

TAKE = mapping("parquet", account="SELECT id AS native_id, value AS username, _row FROM x")


def written(columns, **options):
    made = io.BytesIO()
    pq.write_table(columns if isinstance(columns, pa.Table) else pa.table(columns), made, **options)
    return made.getvalue()


def digest(data):
    return f"sha256:{hashlib.sha256(data).hexdigest()}:{len(data)}"


def values(tmp_path, array, **options):
    """What a column becomes: its values as the mapping's SELECT sees them, and the rejects."""
    content = written({"id": pa.array(range(len(array))), "value": array}, **options)
    sink = read(PARQUET, tmp_path, "x.parquet", content, TAKE)
    return [r["username"] for r in sink.tables.get("account", [])], sink


def not_utf8(*cells):
    raw = pa.array(cells, pa.binary())
    return pa.Array.from_buffers(pa.string(), len(raw), raw.buffers())


INSTANT = dt.datetime(2022, 4, 1, 10, 0, 0, 250_000)


@pytest.mark.parametrize(
    ("array", "texts"),
    [
        (pa.array(["a", "", None]), ["a", "", None]),
        (pa.array(["a", "b", "a", None]).dictionary_encode(), ["a", "b", "a", None]),
        (pa.array([1, -2, None], pa.int64()), ["1", "-2", None]),
        (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
        (pa.array([0.1, -1e300, None]), ["0.1", "-1e+300", None]),
        (pa.array(np.array([1.5], np.float16)), ["1.5"]),
        (pa.array([True, None]), ["true", None]),
        (pa.array([decimal.Decimal("0.00000001"), decimal.Decimal("-12.5")], pa.decimal128(18, 8)),
         ["0.00000001", "-12.50000000"]),
        (pa.array([decimal.Decimal("1" * 40)], pa.decimal256(40, 0)), ["1" * 40]),
        (pa.array([dt.date(2022, 4, 1)]), ["2022-04-01"]),
        (pa.array([dt.time(1, 2, 3)], pa.time64("us")), ["01:02:03.000000"]),
        (pa.array([INSTANT], pa.timestamp("us", "Europe/Brussels")), ["2022-04-01 10:00:00.250000Z"]),
        (pa.array([INSTANT.replace(microsecond=0)], pa.timestamp("ns", "UTC")), ["2022-04-01 10:00:00Z"]),
        (pa.array([INSTANT], pa.timestamp("ms")), ["2022-04-01 10:00:00.250"]),
        (pa.nulls(2), [None, None]),
        (pa.array([b"\xff\xd8", None]), [digest(b"\xff\xd8"), None]),
        (pa.array([b"ab", b"cd"], pa.binary(2)), [digest(b"ab"), digest(b"cd")]),
        (pa.array([b"", b"x"], pa.large_binary()), [digest(b""), digest(b"x")]),
        (pa.array([uuid.UUID(int=18).bytes], pa.uuid()), ["00000000-0000-0000-0000-000000000012"]),
        (pa.array([["a", None], [], None]), ['["a",null]', "[]", None]),
    ],
    ids=lambda x: str(x.type) if isinstance(x, pa.Array) else "",
)  # fmt: skip
@pytest.mark.parametrize("options", [{}, {"use_dictionary": False, "compression": "none", "version": "2.6"}])
def test_values_become_text(tmp_path, array, texts, options):
    found, sink = values(tmp_path, array, **options)
    assert found == texts
    assert sink.rejects == []


def test_nested_values_are_json_without_bytes(tmp_path):
    kind = pa.struct(
        [
            ("n", pa.int64()), ("photo", pa.binary()), ("at", pa.timestamp("us", "UTC")), ("sum", pa.decimal128(9, 2)),
            ('a "b"', pa.list_(pa.struct([("raw", pa.binary())]))), ("m", pa.map_(pa.string(), pa.binary())),
        ]
    )  # fmt: skip
    row = {
        "n": 1, "photo": b"\xff", "at": INSTANT, "sum": decimal.Decimal("1.50"), 'a "b"': [{"raw": b"x"}, None],
        "m": [("k", b"v")],
    }  # fmt: skip
    found, sink = values(tmp_path, pa.array([row, None, dict.fromkeys(row)], kind))
    assert json.loads(found[0]) == {
        "n": 1, "photo": digest(b"\xff"), "at": "2022-04-01T10:00:00.250000Z", "sum": "1.50",
        'a "b"': [{"raw": digest(b"x")}, None], "m": {"k": digest(b"v")},
    }  # fmt: skip
    assert found[1] is None
    assert set(json.loads(found[2]).values()) == {None}
    assert sink.rejects == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.none() | st.text(max_size=6)), min_size=1, max_size=40),
    st.integers(1, 9),
    st.booleans(),
    st.sampled_from([1, 7, 1 << 20]),
)
def test_rows_come_back_as_they_were_written_whatever_the_row_groups(tmp_path, monkeypatch, rows, group, words, size):
    monkeypatch.setattr(parquet, "TEXT_BYTES", size)
    columns = {"id": pa.array([n for n, _ in rows], pa.int64()), "value": pa.array([t for _, t in rows], pa.string())}
    content = written(columns, row_group_size=group, use_dictionary=words)
    take = mapping("parquet", account="SELECT id AS native_id, value AS username, _row FROM x")
    sink = read(PARQUET, tmp_path, "x.parquet", content, take)
    said = [(r["native_id"], r["username"]) for r in sink.tables["account"]]
    assert said == [(str(n), t) for n, t in rows]
    assert [r["locator"] for r in sink.tables["account"]] == [f"x:{n}" for n in range(1, len(rows) + 1)]


def test_text_that_is_not_utf8_stays_escaped_and_is_told(tmp_path):
    for options in ({}, {"use_dictionary": False}):
        found, sink = values(tmp_path, not_utf8("é".encode(), b"a\xe9", None, b"a\xe9"), **options)
        assert found == ["é", "a\\xe9", None, "a\\xe9"]
        assert [(r["locator"], r["column"]) for r in sink.rejects] == [("x:2", "value"), ("x:4", "value")]


def test_nested_text_that_is_not_utf8_is_empty_and_told(tmp_path):
    inner = pa.ListArray.from_arrays([0, 1, 1, 2], not_utf8(b"a", b"\xff"))
    found, sink = values(tmp_path, inner)
    assert found == [None, None, None]
    assert {r["column"] for r in sink.rejects} == {"value"}


def test_names_that_sql_cannot_tell_apart_and_names_with_dots_are_columns_of_their_own(tmp_path):
    columns = [pa.array([n]) for n in range(1, 6)]
    table = pa.Table.from_arrays(columns, names=["id", "ID", "a.b", "_row", 'q"x'])
    take = mapping(
        "parquet", account='SELECT id AS native_id, "ID_2" || "a.b" || _row_2 || "q""x" AS username, _row FROM x'
    )
    sink = read(PARQUET, tmp_path, "x.parquet", written(table), take)
    assert [(r["native_id"], r["username"]) for r in sink.tables["account"]] == [("1", "2345")]


def test_a_mapping_that_reads_no_column_still_counts_the_rows(tmp_path):
    take = mapping("parquet", account="SELECT _row AS native_id, _row FROM x")
    sink = read(PARQUET, tmp_path, "x.parquet", written({"id": pa.array(range(5))}, row_group_size=2), take)
    assert [r["native_id"] for r in sink.tables["account"]] == ["1", "2", "3", "4", "5"]
    assert sink.counts["x"] == {"source": 5, "read": 5, "rejected": 0, "unmapped": 0}


def test_the_excerpt_is_the_row_with_bytes_by_digest(tmp_path):
    columns = {"id": pa.array(range(1, 8)), "photo": pa.array([b"message 12"] * 7), "tags": pa.array([["a"]] * 7)}
    source = source_of(tmp_path, "x.parquet", written(columns, row_group_size=3), TAKE)
    for n in (1, 3, 4, 7):
        assert json.loads(PARQUET.excerpt(source, f"x:{n}")) == {
            "id": str(n), "photo": digest(b"message 12"), "tags": '["a"]',
        }  # fmt: skip
    with pytest.raises(Unreadable, match="no row x:8"):
        PARQUET.excerpt(source, "x:8")


def test_tables_are_told_with_columns_and_rows(tmp_path):
    source = source_of(tmp_path, "x.parquet", written({"id": pa.array(range(7)), "value": pa.nulls(7)}), TAKE)
    ((name, table),) = PARQUET.tables(source).items()
    assert (name, table.columns, table.rows) == ("x", ("id", "value"), 7)


def test_a_file_without_rows_is_read(tmp_path):
    sink = read(PARQUET, tmp_path, "x.parquet", written({"id": pa.array([], pa.int64()), "value": pa.nulls(0)}), TAKE)
    assert sink.counts["x"] == {"source": 0, "read": 0, "rejected": 0, "unmapped": 0}


WHOLE = written({"id": pa.array(range(3000)), "value": pa.array([f"message {n}" for n in range(3000)])},
                row_group_size=1000, compression="none", use_dictionary=False, write_page_checksum=True)  # fmt: skip


@pytest.mark.parametrize("end", [4, 100, len(WHOLE) // 2, len(WHOLE) - 9, len(WHOLE) - 1])
def test_a_file_that_is_cut_off_is_refused(tmp_path, end):
    with pytest.raises(Unreadable, match=r"x\.parquet.*footer"):
        read(PARQUET, tmp_path, "x.parquet", WHOLE[:end], TAKE)


def test_an_encrypted_file_is_refused(tmp_path):
    content = b"PARE" + WHOLE[4:-4] + b"PARE"
    assert PARQUET.detect(content, "x") > 0.9
    with pytest.raises(Unreadable, match="footer"):
        read(PARQUET, tmp_path, "x.parquet", content, TAKE)


def test_a_footer_that_speaks_of_its_own_enormous_length_is_refused(tmp_path):
    with pytest.raises(Unreadable, match="footer"):
        read(PARQUET, tmp_path, "x.parquet", WHOLE[:-8] + b"\xff\xff\xff\x7fPAR1", TAKE)


def test_of_a_broken_row_group_its_rows_are_rejected_and_the_others_are_read(tmp_path):
    place = WHOLE.index(b"message 1000")
    broken = WHOLE[: place - 60] + bytes(60) + WHOLE[place:]
    sink = read(PARQUET, tmp_path, "x.parquet", broken, TAKE)
    numbers = [int(r["locator"][2:]) for r in sink.tables["account"]]
    assert numbers == [*range(1, 1001), *range(2001, 3001)]
    assert [(r["locator"], r["reason"]) for r in sink.rejects] == [("x:1001", "a row group that cannot be read")]
    assert sink.counts["x"] == {"source": 3000, "read": 2000, "rejected": 1000, "unmapped": 0}
    assert PARQUET.excerpt(source_of(tmp_path, "x.parquet", broken, TAKE), "x:1001") == ""


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 700), st.integers(0, 255))
def test_one_wrong_byte_in_the_footer_ends_in_rows_rejects_or_a_refusal(tmp_path, back, byte):
    at = len(WHOLE) - 1 - back
    content = WHOLE[:at] + bytes([byte]) + WHOLE[at + 1 :]
    try:
        sink = read(PARQUET, tmp_path, "x.parquet", content, TAKE)
    except (Unreadable, MappingError):
        return
    counts = sink.counts["x"]
    assert counts["source"] == counts["read"] + counts["rejected"]
    assert counts["read"] == len(sink.tables.get("account", []))


def test_a_small_file_of_large_repeated_text_is_read_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "TEXT_BYTES", 1 << 20)
    text = "message 12 " * 20_000
    array = pa.array([text] * 100).dictionary_encode()
    sizes = []
    written_rows = parquet.ScratchTable.write
    monkeypatch.setattr(
        parquet.ScratchTable, "write", lambda self, rows: (sizes.append(rows.nbytes), written_rows(self, rows))
    )
    found, _ = values(tmp_path, array)
    assert found == [text] * 100
    assert max(sizes) < 2 << 20
