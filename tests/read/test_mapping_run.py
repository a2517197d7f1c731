"""Mappings run over bound tables: keys, casts, rejects, order, counts, walls."""

from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from mapped_case import Remembered, mapping

from fanal.engine.duck import Duck, StatementFailed
from fanal.read.contract import Source
from fanal.read.mapping import MappingError, parse_mapping, run_mapping


def table(*rows, names):
    columns = {name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(names)}
    return pa.table({**columns, "_row": pa.array(range(1, len(rows) + 1), pa.int64())})


@pytest.fixture
def run(tmp_path):
    def with_tables(text, parts=None, partial=False, **tables):
        sink = Remembered()
        with Duck() as engine:
            for name, rows in tables.items():
                engine.bind(name, rows)
            counts = {name: rows.num_rows for name, rows in tables.items()} | (parts or {})
            source = Source(tmp_path / "x", "x", 1, tmp_path)
            run_mapping(parse_mapping(text, "m.yaml"), engine, counts, source, sink, partial=partial)
        return sink

    return with_tables


def test_keys_carry_the_platform_and_null_stays_null(run):
    text = mapping("csv", share="SELECT u AS account, v AS media, c AS channel, _row FROM t")
    sink = run(text, t=table(("1", "9", None), ("", " 7 ", "x"), names="uvc"))
    assert [(r["account"], r["media"], r["channel"]) for r in sink.tables["share"]] == [
        ("kx:1", "kx:9", None),
        (None, "kx:7", "kx:x"),
    ]


def test_an_account_gets_its_key_platform_and_locator(run):
    sink = run(mapping("csv", account="SELECT id AS native_id, _row FROM t"), t=table(("5",), names=["id"]))
    assert sink.tables["account"] == [{"locator": "t:1", "platform": "kx", "native_id": "5", "account": "kx:5"}]


def test_a_cell_that_cannot_be_cast_is_null_and_a_reject(run):
    text = mapping("csv", media="SELECT id AS native_id, b AS bytes, d AS duration_s, _row FROM t")
    rows = table(("1", "12", "1.5"), ("2", "12.5", "nan"), ("3", "", None), ("4", "7.0", "x"), names=["id", "b", "d"])
    sink = run(text, t=rows)
    assert [(r["bytes"], r["duration_s"]) for r in sink.tables["media"]] == [
        (12, 1.5),
        (None, None),
        (None, None),
        (7, None),
    ]
    assert [(r["locator"], r["column"], r["excerpt"]) for r in sink.rejects] == [
        ("t:2", "media.bytes", "12.5"),
        ("t:2", "media.duration_s", "nan"),
        ("t:4", "media.duration_s", "x"),
    ]
    assert sink.counts["t"] == {"source": 4, "read": 4, "rejected": 0, "unmapped": 0}


@pytest.mark.parametrize(
    ("form", "cell", "at", "precision"),
    [
        ("iso", "2022-04-01 10:00:00", datetime(2022, 4, 1, 8, 0), "second"),
        ("iso", "2022-04-01T10:00:00.250Z", datetime(2022, 4, 1, 10, 0, 0, 250_000), "millisecond"),
        ("iso", "2022-04-01 10:00+05:30", datetime(2022, 4, 1, 4, 30), "minute"),
        ("iso", "2022-04-01", datetime(2022, 3, 31, 22, 0), "day"),
        ("epoch_s", "1650000000", datetime(2022, 4, 15, 5, 20), "second"),
        ("epoch_ms", "1650000000123", datetime(2022, 4, 15, 5, 20, 0, 123_000), "millisecond"),
        ("'%d.%m.%Y %H:%M'", "01.04.2022 10:00", datetime(2022, 4, 1, 8, 0), "minute"),
        ("iso", "0000-00-00 00:00:00", None, None),
        ("iso", "infinity", None, None),
        ("epoch_s", "99999999999999999", None, None),
        ("web_log", "15/Apr/2022:07:20:00 +0200", datetime(2022, 4, 15, 5, 20), "second"),
        ("web_log", "1650000000.123", datetime(2022, 4, 15, 5, 20, 0, 123_000), "millisecond"),
        ("web_log", "1650000000.123456", datetime(2022, 4, 15, 5, 20, 0, 123_456), "microsecond"),
        ("web_log", "1650000000123", datetime(2022, 4, 15, 5, 20, 0, 123_000), "millisecond"),
        ("web_log", "2022-04-15T05:20:00Z", datetime(2022, 4, 15, 5, 20), "second"),
        ("web_log", "99/Xxx/2022:07:20:00 +0200", None, None),
        ("epoch_s", "1e400", None, None),
    ],
)
def test_instants_are_utc_with_their_precision(run, form, cell, at, precision):
    text = mapping("csv", login="SELECT u AS account, ts AS at, _row FROM t")
    text += f"time_zone: Europe/Brussels\ninstants: {{login.at: {form}}}\n"
    sink = run(text, t=table(("1", cell), names=["u", "ts"]))
    assert (sink.tables["login"][0]["at"], sink.tables["login"][0]["at_precision"]) == (at, precision)
    assert [r["excerpt"] for r in sink.rejects] == ([] if at else [cell])


def test_branches_of_a_union_come_in_order_each_with_its_table(run):
    text = mapping(
        "csv",
        identifier="SELECT id AS account, 'email' AS kind, m AS value, _row FROM b "
        "UNION ALL SELECT id AS account, 'phone' AS kind, p AS value, _row FROM a",
    )
    sink = run(text, a=table(("1", "p1"), names=["id", "p"]), b=table(("1", "m1"), ("2", "m2"), names=["id", "m"]))
    assert [(r["locator"], r["value"]) for r in sink.tables["identifier"]] == [
        ("b:1", "m1"),
        ("b:2", "m2"),
        ("a:1", "p1"),
    ]


def test_joined_and_grouped_rows_come_in_the_order_of_their_table(run):
    text = mapping("csv", channel="SELECT c AS native_id, min(_row) AS _row FROM t GROUP BY c")
    sink = run(text, t=table(*[(str(n % 97),) for n in range(5_000)], names=["c"]))
    assert [r["locator"] for r in sink.tables["channel"]] == [f"t:{n}" for n in range(1, 98)]


def test_tables_that_no_select_names_are_counted_as_unmapped(run):
    sink = run(
        mapping("csv", account="SELECT id AS native_id, _row FROM t"), {"other": 12}, t=table(("5",), names=["id"])
    )
    assert sink.counts["other"] == {"source": 12, "read": 0, "rejected": 0, "unmapped": 12}


def test_rows_that_a_where_leaves_out_were_read(run):
    text = mapping("csv", account="SELECT id AS native_id, _row FROM t WHERE id = '2'")
    sink = run(text, t=table(("1",), ("2",), names=["id"]))
    assert sink.counts["t"]["read"] == 2
    assert len(sink.tables["account"]) == 1


def test_a_table_that_the_exhibit_lacks_is_named(run):
    with pytest.raises(MappingError, match="no table users; it has t"):
        run(mapping("csv", account="SELECT id AS native_id, _row FROM users"), t=table(("5",), names=["id"]))


def test_a_table_missing_from_a_cut_exhibit_is_noted_and_the_others_are_read(run):
    text = mapping("csv", account="SELECT id AS native_id, _row FROM t", login="SELECT a AS account, _row FROM gone")
    sink = run(text, partial=True, t=table(("5",), names=["id"]))
    assert len(sink.tables["account"]) == 1
    assert sink.notes["missing_tables"] == ["gone"]


def test_a_column_that_the_table_lacks_is_told_before_any_row_is_handed_over(run):
    text = mapping("csv", account="SELECT id AS native_id, _row FROM t", login="SELECT nobody AS account, _row FROM t")
    with pytest.raises(MappingError, match=r"tables\.login: broken SELECT.*nobody"):
        run(text, t=table(("5",), names=["id"]))


def test_unnested_parts_of_a_cell_share_its_locator(run):
    text = mapping(
        "csv",
        identifier="SELECT id AS account, 'crypto_address' AS kind, unnest(string_split(w, ';')) AS value, _row FROM t",
    )
    sink = run(text, t=table(("1", "a;b"), ("2", "c"), names=["id", "w"]))
    assert [(r["locator"], r["value"]) for r in sink.tables["identifier"]] == [("t:1", "a"), ("t:1", "b"), ("t:2", "c")]


def test_the_engine_is_locked_but_for_the_scratch_folder(tmp_path):
    scratch, outside = tmp_path / "scratch", tmp_path / "outside.parquet"
    scratch.mkdir()
    pq.write_table(table(("5",), names=["id"]), scratch / "t.parquet")
    pq.write_table(table(("5",), names=["id"]), outside)
    with Duck() as engine:
        engine.bind("t", [scratch / "t.parquet"])
        text = mapping("csv", account="SELECT id AS native_id, _row FROM t")
        run_mapping(parse_mapping(text, "m"), engine, {"t": 1}, Source(outside, "x", 1, scratch), Remembered())
        assert engine.rows("SELECT count(*) AS n FROM t")["n"].to_pylist() == [1]
        with pytest.raises(StatementFailed):
            engine.rows(f"SELECT * FROM read_parquet('{outside}')")
        with pytest.raises(StatementFailed):
            engine.execute("SET enable_external_access = true")


BROKEN = [("1", '{"a": [1, {"b": "x"}], "k": "v"}'), ("2", "no json"), ("3", " "), ("4", None), ("5", '{"a": 5')]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("json_extract_string(j, '$.a[1].b')", "x"),
        ("j ->> 'k'", "v"),
        ("j -> 'k'", '"v"'),
        ("CAST(j AS JSON) ->> 'k'", "v"),
        ("json_array_length(j, '$.a')", "2"),
        ("json_exists(j, '$.k')", "true"),
        ("json_keys(j)[1]", "a"),
        ("json_type(j)", "OBJECT"),
        ('from_json(j, \'{"k": "VARCHAR"}\').k', "v"),
        ("upper(json_extract(j, '$.a') ->> '$[1].b')", "X"),
    ],
)
def test_text_that_is_no_json_gives_an_empty_cell_and_a_reject(run, asked, found):
    text = mapping("csv", remark=f"SELECT id AS key, {asked} AS value, _row FROM t")
    sink = run(text, t=table(*BROKEN, names=["id", "j"]))
    assert [row["value"] for row in sink.tables["remark"]] == [found, None, None, None, None]
    assert [(r["locator"], r["column"], r["reason"], r["excerpt"]) for r in sink.rejects] == [
        ("t:2", "j", "not JSON", "no json"),
        ("t:5", "j", "not JSON", '{"a": 5'),
    ]
    assert sink.counts["t"] == {"source": 5, "read": 5, "rejected": 0, "unmapped": 0}


def test_a_condition_on_text_that_is_no_json_holds_for_the_other_rows(run):
    text = mapping("csv", remark="SELECT id AS key, id AS value, _row FROM t WHERE j ->> 'k' = 'v'")
    sink = run(text, t=table(*BROKEN, names=["id", "j"]))
    assert [row["value"] for row in sink.tables["remark"]] == ["1"]
    assert [r["locator"] for r in sink.rejects] == ["t:2", "t:5"]


def test_a_broken_cell_is_rejected_once_however_many_selects_read_it(run):
    select = "SELECT t.id AS key, j ->> 'k' AS value, t._row FROM t JOIN u ON u.id = t.id"
    text = mapping("csv", remark=f"{select} UNION ALL {select}")
    sink = run(text, t=table(*BROKEN, names=["id", "j"]), u=table(("1",), names=["id"]))
    assert [r["locator"] for r in sink.rejects] == ["t:2", "t:5"]


def test_who_asks_whether_text_is_json_gets_no_reject(run):
    text = mapping("csv", remark="SELECT id AS key, CASE WHEN json_valid(j) THEN j ->> 'k' END AS value, _row FROM t")
    assert run(text, t=table(*BROKEN, names=["id", "j"])).rejects == []


def test_json_that_cannot_be_checked_is_noted(run):
    select = "WITH w AS (SELECT id, j AS text, _row FROM t) SELECT id AS key, text ->> 'k' AS value, _row FROM w"
    sink = run(mapping("csv", remark=select), t=table(*BROKEN, names=["id", "j"]))
    assert [row["value"] for row in sink.tables["remark"]] == ["v", None, None, None, None]
    assert sink.notes["json_not_checked"] == ["text"]
