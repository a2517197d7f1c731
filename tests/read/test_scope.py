"""The scope of an order: what lies outside is counted and not written."""

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fanal.base.instants import bound, text
from fanal.read.scope import Scope
from fanal.read.sink import LakeSink

MAY = {"scope": {"from": "2024-05-01T00:00:00Z", "to": "2024-06-01T00:00:00Z"}}


@pytest.fixture
def written(tmp_path):
    """Writes rows under a scope; gives back tables and account."""

    def write(options, *calls):
        sink = LakeSink(3, tmp_path, scope=Scope.of(options))
        for table, columns in calls:
            sink.rows(table, pa.table(columns))
        account = sink.close()
        return {t: pq.read_table(paths[0]).to_pylist() for t, paths in sink.files.items()}, account

    return write


def logins(*days):
    places = [f"logins:{n}" for n in range(1, len(days) + 1)]
    return "login", {"locator": places, "account": [f"kx:{n}" for n in range(1, len(days) + 1)], "at": list(days)}


def test_rows_before_and_after_the_dates_stay_unread_and_are_counted(written):
    tables, account = written(MAY, logins("2024-04-30 23:59:59", "2024-05-01", "2024-05-31 23:59:59", "2024-06-01"))
    assert [row["account"] for row in tables["login"]] == ["kx:2", "kx:3"]
    assert account["outside_scope"] == {"login": 2}
    assert account["first_at"] == "2024-05-01T00:00:00Z"


def test_a_row_keeps_its_number_whatever_the_scope_leaves_out(written, tmp_path):
    days = logins("2024-04-30", "2024-05-02")
    narrow, _ = written(MAY, days)
    whole, _ = written({}, days)
    assert narrow["login"][0]["obs"] == whole["login"][1]["obs"]


def test_a_row_without_an_instant_is_inside_and_a_broken_one_is_a_reject(written):
    tables, account = written(MAY, logins(None, "not a day"))
    assert len(tables["login"]) == 2
    assert account["outside_scope"] == {}
    assert [row["locator"] for row in tables["reject"]] == ["logins:2"]


def test_a_cell_of_a_row_outside_is_not_even_a_reject(written):
    call = ("login", {"locator": ["logins:1"], "at": ["2020-01-01"], "src_port": ["not a port"]})
    tables, account = written(MAY, call)
    assert tables == {}
    assert account["outside_scope"] == {"login": 1}


def test_an_account_that_only_a_line_outside_names_goes_with_it(written):
    lines = {"locator": ["line:1", "line:2"], "account": ["whatsapp:+34600000001", "whatsapp:+34600000002"]}
    said = {**lines, "at": ["2020-01-01 10:00:00", "2024-05-02 10:00:00"], "body": ["message 1", "message 2"]}
    marks = {"locator": ["line:1", "line:2"], "key": ["edited", "edited"], "value": ["true", "true"]}
    tables, account = written(MAY, ("account", lines), ("message", said), ("remark", marks))
    assert [row["account"] for row in tables["account"]] == ["whatsapp:+34600000002"]
    assert [row["locator"] for row in tables["remark"]] == ["line:2"]
    assert account["outside_scope"] == {"account": 1, "message": 1, "remark": 1}
    assert account["tables"] == {"account": 1, "message": 1, "remark": 1}


def test_an_account_that_a_line_inside_names_later_stays(written):
    said = {"locator": ["line:1", "line:2"], "account": ["x:1", "x:1"], "at": ["2020-01-01", "2024-05-02"]}
    tables, _ = written(MAY, ("account", {"locator": ["line:1"], "account": ["x:1"]}), ("message", said))
    assert [row["account"] for row in tables["account"]] == ["x:1"]


def test_only_the_named_accounts_and_channels_are_covered(written):
    options = {"scope": {"accounts": ["x:1", "x:group"]}}
    said = {
        "locator": ["m:1", "m:2", "m:3", "m:4"],
        "account": ["x:1", "x:2", "x:2", None],
        "channel": ["x:other", "x:group", "x:other", None],
    }
    tables, account = written(options, ("message", said), ("channel", {"locator": ["c:1"], "channel": ["x:other"]}))
    assert [row["locator"] for row in tables["message"]] == ["m:1", "m:2", "m:4"]
    assert len(tables["channel"]) == 1
    assert account["outside_scope"] == {"message": 1}


def test_days_of_an_order_begin_and_end_in_its_own_zone():
    assert text(bound("2024-05-01", "Europe/Madrid")) == "2024-04-30T22:00:00Z"
    assert text(bound("2024-05-31", "Europe/Madrid", end=True)) == "2024-05-31T22:00:00Z"
    assert bound("2024-05-01T12:00:00Z", end=True) == datetime(2024, 5, 1, 12, tzinfo=UTC)


def test_without_a_scope_nothing_is_left_out_or_said(written):
    _, account = written({}, logins("2020-01-01"))
    assert "outside_scope" not in account
