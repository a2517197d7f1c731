from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.base.instants import BadInstant, UnknownZone, parse, precision, sql_instant, text
from fanal.engine.duck import Duck

MOMENTS = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1))
OFFSETS = st.integers(-14 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


@pytest.fixture(scope="module")
def duck():
    with Duck(threads=1) as engine:
        yield engine


def in_sql(duck, value, form="iso", zone="UTC"):
    return duck.rows(f"SELECT {sql_instant('$value', form, zone)} AS at", value=value)["at"][0].as_py()


@given(MOMENTS, OFFSETS)
def test_an_offset_in_the_text_is_never_dropped(moment, offset):
    stated = moment.replace(tzinfo=offset)
    assert parse(stated.isoformat()) == stated


@given(MOMENTS)
def test_an_instant_written_as_text_reads_back(moment):
    assert parse(text(moment.replace(tzinfo=UTC))) == moment.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "form", "zone", "expected"),
    [
        ("2020-01-01T00:00:00+02:00", "iso", "UTC", "2019-12-31T22:00:00"),
        ("2020-01-01T00:00:00+02:00", "iso", "Europe/Madrid", "2019-12-31T22:00:00"),
        ("2020-07-01 00:00:00", "iso", "Europe/Brussels", "2020-06-30T22:00:00"),
        ("2020-01-01 00:00:00", "iso", "Europe/Brussels", "2019-12-31T23:00:00"),
        ("2020-01-01T00:00:00Z", "iso", "America/Lima", "2020-01-01T00:00:00"),
        ("1600000000", "epoch_s", "UTC", "2020-09-13T12:26:40"),
        ("1600000000.5", "epoch_s", "UTC", "2020-09-13T12:26:40.500000"),
        ("1600000000123", "epoch_ms", "UTC", "2020-09-13T12:26:40.123000"),
        ("-62135596800", "epoch_s", "UTC", "0001-01-01T00:00:00"),
        ("697975800.5", "apple_s", "UTC", "2023-02-13T10:10:00.500000"),
        ("10/Oct/2000:13:55:36 -0700", "%d/%b/%Y:%H:%M:%S %z", "UTC", "2000-10-10T20:55:36"),
        ("10/Oct/2000:13:55:36 -0700", "web_log", "UTC", "2000-10-10T20:55:36"),
        ("2020-01-01T00:00:00+02:00", "web_log", "UTC", "2019-12-31T22:00:00"),
        ("2020-01-01 00:00:00", "web_log", "Europe/Brussels", "2019-12-31T23:00:00"),
        ("1600000000.5", "web_log", "Europe/Brussels", "2020-09-13T12:26:40.500000"),
        ("1600000000123", "web_log", "UTC", "2020-09-13T12:26:40.123000"),
        ("10/10/2000 13:55", "%d/%m/%Y %H:%M", "Europe/Paris", "2000-10-10T11:55:00"),
    ],
)
def test_sql_reads_each_form_into_utc(duck, value, form, zone, expected):
    assert in_sql(duck, value, form, zone) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("form", ["iso", "epoch_s", "epoch_ms", "apple_s", "web_log", "%d/%m/%Y"])
def test_text_that_is_no_instant_is_null_in_sql(duck, form):
    assert in_sql(duck, "message 12", form) is None


@pytest.mark.parametrize("count", ["-62135596801", "253402300800", "1e300", "-1e300"])
def test_a_count_that_leads_out_of_the_calendar_is_null_in_sql(duck, count):
    assert in_sql(duck, count, "epoch_s") is None


@pytest.mark.parametrize("zone", ["UTC", "Europe/Madrid"])
@given(moment=MOMENTS, offset=OFFSETS)
def test_sql_and_python_read_the_same_instant(duck, zone, moment, offset):
    stated = moment.replace(tzinfo=offset).isoformat()
    assert in_sql(duck, stated, "iso", zone).replace(tzinfo=UTC) == parse(stated, zone)


def test_an_unknown_zone_is_refused():
    with pytest.raises(UnknownZone):
        sql_instant("x", "iso", "Mars/Olympus")


def test_a_pattern_cannot_end_the_literal_it_stands_in():
    with pytest.raises(BadInstant):
        sql_instant("x", "%d'); DROP TABLE t; --")


@pytest.mark.parametrize(
    ("form", "sample", "expected"),
    [
        ("epoch_s", "", "second"),
        ("epoch_ms", "", "millisecond"),
        ("iso", "2020-01-01", "day"),
        ("iso", "2020-01-01 10:00", "minute"),
        ("iso", "2020-01-01 10:00:01", "second"),
        ("iso", "2020-01-01 10:00:01.123456", "microsecond"),
        ("%d/%m/%y %H:%M", "", "minute"),
        ("%d/%m/%y %H:%M:%S", "", "second"),
        ("%d/%m/%y", "", "day"),
    ],
)
def test_a_form_tells_how_finely_it_tells_time(form, sample, expected):
    assert precision(form, sample) == expected
