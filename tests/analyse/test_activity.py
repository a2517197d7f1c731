"""When accounts were active."""

import datetime as dt

import pyarrow as pa

from fanal.analyse.activity import Gap, summed

MONDAY = dt.datetime(2024, 1, 1, 5)


def rows(*told: tuple[str, dt.datetime, int]) -> pa.Table:
    kinds, hours, counts = (list(column) for column in zip(*told, strict=True)) if told else ([], [], [])
    at = pa.array(hours, pa.timestamp("us"))
    return pa.table({"kind": pa.array(kinds, pa.string()), "hour": at, "n": pa.array(counts, pa.int64())})


def test_nothing_is_told_of_nothing() -> None:
    assert summed(rows()).rows == ()


def test_counts_of_a_day_stand_in_the_order_of_the_kinds() -> None:
    found = summed(rows(("logins", MONDAY, 2), ("uploads", MONDAY, 3), ("logins", MONDAY.replace(hour=9), 1)))
    assert found.rows == ((dt.date(2024, 1, 1), (3, 3, 0, 0)),)


def test_the_hour_of_the_week_begins_on_monday_at_midnight() -> None:
    week = summed(rows(("logins", MONDAY, 2), ("messages", MONDAY + dt.timedelta(days=6), 4))).week
    assert (week[0][5], week[6][5], sum(map(sum, week))) == (2, 4, 6)


def test_days_without_activity_are_told_as_a_gap() -> None:
    found = summed(rows(("logins", MONDAY, 1), ("logins", MONDAY + dt.timedelta(days=20), 1)))
    assert found.gaps == (Gap(dt.date(2024, 1, 2), dt.date(2024, 1, 20), 19),)


def test_a_long_time_is_told_by_the_month_and_an_empty_month_is_there() -> None:
    found = summed(rows(("logins", MONDAY, 1), ("logins", MONDAY.replace(year=2026, month=6), 1)))
    assert found.period == "month"
    assert len(found.rows) == 30
    assert found.rows[1] == (dt.date(2024, 2, 1), (0, 0, 0, 0))
