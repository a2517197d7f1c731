"""Which number is the day: decided over a whole export, with its evidence; and plain stamps of every form."""

# ruff: noqa: RUF001  some dates are in Arabic digits

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.read.whatsapp_dates import DAY_FIRST, MONTH_FIRST, YEAR_FIRST, Order, decide_order, plain_stamps
from fanal.read.whatsapp_heads import sniff

ANDROID = "13/02/23, 10:00 - A: x"
AMERICAN = "2/13/23, 10:00 PM - A: x"


def decide(*dates: str, form: str = ANDROID) -> Order:
    return decide_order([pa.array([date.encode() for date in dates], pa.binary())], sniff(form))


def plain(day: str, clock: str, chosen: str = DAY_FIRST, calendar: str = "gregorian") -> str:
    order = Order(chosen, "values", open=False, calendar=calendar)
    return plain_stamps(pa.array([day]).dictionary_encode(), pa.array([clock]).dictionary_encode(), order)[0].as_py()


@pytest.mark.parametrize(
    ("dates", "form", "chosen", "evidence", "is_open"),
    [
        (["13/02/23"], ANDROID, DAY_FIRST, "values", False),
        (["02/13/23"], ANDROID, MONTH_FIRST, "values", False),
        (["13/02/23", "14/02/23", "02/15/23"], ANDROID, DAY_FIRST, "values", True),
        (["09/01/23", "10/01/23", "03/02/23"], ANDROID, DAY_FIRST, "sequence", False),
        (["01/09/23", "01/10/23", "02/03/23"], ANDROID, MONTH_FIRST, "sequence", False),
        (["03/04/23", "04/04/23"], ANDROID, DAY_FIRST, "form", True),
        (["3/4/23", "4/4/23"], AMERICAN, MONTH_FIRST, "form", True),
        (["2023-02-03"], "2023-02-03, 10:00 - A: x", YEAR_FIRST, "year", False),
    ],
)
def test_the_order_of_dates_is_decided_with_its_evidence(dates, form, chosen, evidence, is_open):
    order = decide(*dates, form=form)
    assert (order.chosen, order.evidence, order.open) == (chosen, evidence, is_open)


@given(st.lists(st.dates(min_value=date(2015, 1, 1)), min_size=40, max_size=60), st.booleans())
def test_a_long_run_of_days_in_order_is_never_read_the_wrong_way_without_saying_so(dates, american):
    dates = sorted(d.replace(year=2015 + d.year % 10) for d in dates if (d.month, d.day) != (2, 29))
    written = [f"{d.month}/{d.day}/{d:%y}" if american else f"{d.day}/{d.month}/{d:%y}" for d in dates]
    order = decide(*written)
    assert order.open or order.chosen == (MONTH_FIRST if american else DAY_FIRST)


def test_the_sequence_goes_on_over_blocks():
    blocks = [pa.array(dates, pa.binary()) for dates in ([b"09/01/23"], [], [b"10/01/23"], [b"03/02/23"])]
    assert decide_order(blocks, sniff(ANDROID)).evidence == "sequence"


@pytest.mark.parametrize(
    ("year", "calendar"), [("2023", "gregorian"), ("2566", "buddhist"), ("1445", "unknown"), ("23", "gregorian")]
)
def test_the_calendar_is_told_by_the_years(year, calendar):
    assert decide(f"13/02/{year}", f"14/02/{year}").calendar == calendar


@pytest.mark.parametrize(
    ("day", "clock", "chosen", "expected"),
    [
        ("13/02/23", "9:05", DAY_FIRST, "2023-02-13 09:05:00"),
        ("2/13/23", "9:05:07", MONTH_FIRST, "2023-02-13 09:05:07"),
        ("2023-02-13", "09.05", YEAR_FIRST, "2023-02-13 09:05:00"),
        ("13/02/23", "12:00 AM", DAY_FIRST, "2023-02-13 00:00:00"),
        ("13/02/23", "12:00\u202fPM", DAY_FIRST, "2023-02-13 12:00:00"),
        ("13/02/23", "1:30 p.\u00a0m.", DAY_FIRST, "2023-02-13 13:30:00"),
        ("13/02/23", "11:59 a. m.", DAY_FIRST, "2023-02-13 11:59:00"),
        ("13/02/23", "下午1:30", DAY_FIRST, "2023-02-13 13:30:00"),
        ("13/02/23", "上午1:30", DAY_FIRST, "2023-02-13 01:30:00"),
        ("\u200f١٣\u200f/٢\u200f/٢٠٢٣", "٩:١٥ م", DAY_FIRST, "2023-02-13 21:15:00"),
        ("2023. 02. 13", "오후 1:30", YEAR_FIRST, "2023-02-13 13:30:00"),
        ("2023/02/13", "午前1:30", YEAR_FIRST, "2023-02-13 01:30:00"),
        ("13/02/23", "1:30 CH", DAY_FIRST, "2023-02-13 13:30:00"),
        ("13/02/23", "12:30 PG", DAY_FIRST, "2023-02-13 00:30:00"),
        ("13/02/23", "1:30 p.d.", DAY_FIRST, "2023-02-13 01:30:00"),
        ("2023-02-13", "12 h 30", YEAR_FIRST, "2023-02-13 12:30:00"),
        ("১৩/০২/২৩", "১:৩০ PM", DAY_FIRST, "2023-02-13 13:30:00"),
        ("13/02/1999", "10:00", DAY_FIRST, " 10:00:00"),
    ],
)
def test_a_stamp_becomes_plain(day, clock, chosen, expected):
    assert plain(day, clock, chosen) == expected


def test_a_buddhist_year_is_543_ahead():
    assert plain("13/02/2566", "10:00", calendar="buddhist") == "2023-02-13 10:00:00"
