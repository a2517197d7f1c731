"""The sink: numbers, types, rejects, counts, and no media past this point."""

from datetime import datetime
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.model.tables import BY_NAME, REJECT, obs_base
from fanal.read.sink import EXCERPT, FIRST_REJECT, LakeSink


def written(folder: Path, table: str, exhibit: int = 3) -> list[dict]:
    return pq.read_table(folder / f"{table}-{exhibit}.parquet").to_pylist()


def test_it_numbers_observations_in_the_order_of_the_calls(tmp_path):
    sink = LakeSink(3, tmp_path)
    sink.rows("account", pa.table({"locator": ["users:1", "users:2"], "account": ["kx:1", "kx:2"]}))
    sink.rows("message", pa.table({"locator": ["messages:1"], "body": ["message 1"]}))
    sink.rows("account", pa.table({"locator": ["users:3"], "account": ["kx:3"]}))
    sink.close()
    assert [r["obs"] - obs_base(3) for r in written(tmp_path, "account")] == [1, 2, 4]
    assert [r["obs"] - obs_base(3) for r in written(tmp_path, "message")] == [3]


def test_rejects_move_no_observation(tmp_path):
    sink = LakeSink(3, tmp_path)
    sink.rows("login", pa.table({"locator": ["logins:1"], "at": ["nonsense"]}))
    sink.reject("logins:2", None, "cut off", "rest")
    sink.rows("login", pa.table({"locator": ["logins:3"], "at": ["2026-01-31T12:00:00Z"]}))
    sink.close()
    assert [r["obs"] - obs_base(3) for r in written(tmp_path, "login")] == [1, 2]
    numbers = [r["obs"] - obs_base(3) for r in written(tmp_path, "reject")]
    assert numbers == [FIRST_REJECT + 1, FIRST_REJECT + 2]


def test_it_adds_the_exhibit_and_leaves_missing_columns_null(tmp_path):
    sink = LakeSink(3, tmp_path)
    sink.rows("channel", pa.table({"locator": ["1"], "channel": ["fo:1"]}))
    sink.close()
    stored = pq.read_table(tmp_path / "channel-3.parquet")
    assert stored.schema.equals(BY_NAME["channel"].schema)
    assert stored.to_pylist() == [
        {"exhibit": 3, "locator": "1", "obs": obs_base(3) + 1, "channel": "fo:1", "platform": None,
         "native_id": None, "title": None, "kind": None}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "column", "text", "value"),
    [
        ("login", "at", "2026-01-31T12:00:00+02:00", datetime(2026, 1, 31, 10)),
        ("login", "at", "2026-01-31 12:00:00", datetime(2026, 1, 31, 12)),
        ("login", "src_port", " 443 ", 443),
        ("login", "src_port", "+7", 7),
        ("login", "success", "True", True),
        ("login", "success", "0", False),
        ("payment", "amount", "1.5e2", 150.0),
        ("payment", "amount", "-.5", -0.5),
    ],
)
def test_it_casts_text_to_the_canonical_type(tmp_path, table, column, text, value):
    sink = LakeSink(3, tmp_path)
    sink.rows(table, pa.table({"locator": ["x:1"], column: [text]}))
    account = sink.close()
    assert written(tmp_path, table)[0][column] == value
    assert "reject" not in account["tables"]


@pytest.mark.parametrize(
    ("table", "column", "text", "reason"),
    [
        ("login", "at", "yesterday", "not an instant"),
        ("login", "src_port", "1.5", "not a whole number"),
        ("login", "src_port", "0x10", "not a whole number"),
        ("login", "src_port", "99999999999999999999", "not a whole number"),
        ("login", "success", "perhaps", "neither true nor false"),
        ("payment", "amount", "nan", "not a number"),
        ("payment", "amount", "1_000", "not a number"),
    ],
)
def test_a_failed_cast_keeps_the_row_and_writes_a_reject(tmp_path, table, column, text, reason):
    sink = LakeSink(3, tmp_path)
    sink.rows(table, pa.table({"locator": ["x:1", "x:2"], column: [text, None]}))
    sink.close()
    assert [r[column] for r in written(tmp_path, table)] == [None, None]
    (reject,) = written(tmp_path, "reject")
    assert (reject["locator"], reject["column"], reject["reason"], reject["excerpt"]) == ("x:1", column, reason, text)


def test_blank_text_is_null_without_a_reject(tmp_path):
    sink = LakeSink(3, tmp_path)
    sink.rows("login", pa.table({"locator": ["x:1"], "at": [" "], "src_port": [""], "success": [""]}))
    account = sink.close()
    assert written(tmp_path, "login")[0]["at"] is None
    assert "reject" not in account["tables"]


def test_text_without_an_offset_is_taken_in_the_sinks_time_zone(tmp_path):
    sink = LakeSink(3, tmp_path, "Europe/Brussels")
    sink.rows("login", pa.table({"locator": ["x:1"], "at": ["2026-07-01 12:00:00"]}))
    account = sink.close()
    assert account["first_at"] == "2026-07-01T10:00:00Z"


def test_typed_and_text_batches_of_one_table_may_alternate(tmp_path):
    sink = LakeSink(3, tmp_path)
    sink.rows("login", pa.table({"locator": ["x:1"], "src_port": ["80"]}))
    sink.rows("login", pa.table({"locator": ["x:2"], "src_port": pa.array([443], pa.int32())}))
    sink.rows("login", pa.RecordBatch.from_pydict({"locator": ["x:3"]}))
    sink.close()
    assert [r["src_port"] for r in written(tmp_path, "login")] == [80, 443, None]


def test_dictionary_and_large_text_become_plain_text(tmp_path):
    sink = LakeSink(3, tmp_path)
    platform = pa.array(["kx", "kx"]).dictionary_encode()
    sink.rows("channel", pa.table({"locator": pa.array(["1", "2"], pa.large_string()), "platform": platform}))
    sink.close()
    assert [r["platform"] for r in written(tmp_path, "channel")] == ["kx", "kx"]


def test_it_reports_the_first_and_last_instant_over_all_tables(tmp_path):
    sink = LakeSink(3, tmp_path)
    sink.rows("login", pa.table({"locator": ["1", "2"], "at": ["2026-02-01T00:00:00Z", None]}))
    sink.rows("payment", pa.table({"locator": ["3"], "at": ["2026-01-01T00:00:00.5Z"]}))
    account = sink.close()
    assert (account["first_at"], account["last_at"]) == ("2026-01-01T00:00:00.500000Z", "2026-02-01T00:00:00Z")


def test_counts_of_a_part_add_up(tmp_path):
    sink = LakeSink(3, tmp_path)
    sink.count("users", source=10, read=8)
    sink.count("users", source=5, rejected=3, unmapped=4)
    sink.note("dialect", "mysql")
    account = sink.close()
    assert account["rows"] == {"users": {"source": 15, "read": 8, "rejected": 3, "unmapped": 4}}
    assert account["notes"] == {"dialect": "mysql"}


def test_it_fills_the_norm_of_identifiers(tmp_path):
    sink = LakeSink(3, tmp_path)
    columns = {"locator": ["users:1"], "account": ["kx:1"], "kind": ["email"], "value": ["Member.12@Example.ORG"]}
    sink.rows("identifier", pa.table(columns))
    sink.close()
    (row,) = written(tmp_path, "identifier")
    assert row["norm"] == "member.12@example.org"
    assert row["value"] == "Member.12@Example.ORG"


def test_encoded_content_becomes_digest_and_length_in_every_text_column(tmp_path):
    payload = bytes(range(256)).hex()
    sink = LakeSink(3, tmp_path)
    sink.rows("message", pa.table({"locator": ["m:1", "m:2"], "body": [f"see {payload} end", "message 2"]}))
    sink.rows("link", pa.table({"locator": ["m:3"], "url": ["data:image/gif;base64,R0lGODlhAQABAAAAACw="]}))
    sink.close()
    bodies = [r["body"] for r in written(tmp_path, "message")]
    assert bodies[0].startswith("see [withheld: 512 bytes, sha256 ")
    assert bodies[0].endswith("] end")
    assert bodies[1] == "message 2"
    assert written(tmp_path, "link")[0]["url"].startswith("[withheld: 42 bytes, sha256 ")


def test_excerpts_are_cut_and_freed_of_media(tmp_path):
    sink = LakeSink(3, tmp_path)
    sink.reject("x:1", None, "too long", "word " * 100)
    sink.reject("x:2", None, "binary", "GIF\x00\x01")
    rejects = {"locator": ["x:3"], "column": ["body"], "reason": ["broken"], "excerpt": ["ab12" * 100]}
    sink.reject_rows(pa.table(rejects))
    sink.close()
    stored = pq.read_table(tmp_path / "reject-3.parquet")
    assert stored.schema.equals(REJECT.schema)
    excerpts = stored["excerpt"].to_pylist()
    assert len(excerpts[0]) == EXCERPT
    assert excerpts[1].startswith("[withheld: 5 bytes")
    assert excerpts[2].startswith("[withheld: 400 bytes")


def test_rejects_without_any_column_named_are_taken(tmp_path):
    sink = LakeSink(3, tmp_path)
    rejects = {"locator": ["x:3"], "column": pa.nulls(1), "reason": ["broken"], "excerpt": ["rest"]}
    sink.reject_rows(pa.table(rejects))
    sink.close()
    assert written(tmp_path, "reject")[0]["column"] is None


def test_an_unknown_column_is_the_readers_mistake(tmp_path):
    sink = LakeSink(3, tmp_path)
    with pytest.raises(KeyError, match="colour"):
        sink.rows("account", pa.table({"locator": ["1"], "colour": ["red"]}))


def test_an_error_leaves_no_whole_file(tmp_path):
    def break_off():
        with LakeSink(3, tmp_path) as sink:
            sink.rows("account", pa.table({"locator": ["1"]}))
            sink._write("account")
            sink.rows("account", pa.table({"colour": ["red"]}))

    with pytest.raises(KeyError):
        break_off()
    assert list(tmp_path.glob("*.part"))
    assert list(tmp_path.glob("*.parquet")) == []


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["account", "message"]), st.integers(0, 4)), max_size=8))
def test_observations_are_unique_and_ascending_whatever_the_batches(tmp_path_factory, calls):
    folder = tmp_path_factory.mktemp("sink")
    sink = LakeSink(1, folder)
    for table, n in calls:
        sink.rows(table, pa.table({"locator": pa.array([str(i) for i in range(n)], pa.string())}))
    sink.close()
    numbers = {table: [r["obs"] for r in written(folder, table, 1)] for table in sink.files}
    assert all(obs == sorted(obs) for obs in numbers.values())
    assert sorted(chain(*numbers.values())) == [obs_base(1) + 1 + i for i in range(sum(n for _, n in calls))]
