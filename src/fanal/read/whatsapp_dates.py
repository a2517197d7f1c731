"""Which number of a date is the day: decided over a whole export, from what the dates themselves show.

Turns dates and clocks as they stand into the plain form that `base/instants` reads; it parses no
instant itself. Works on distinct values.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fanal.base.instants import sql_instant
from fanal.engine.duck import Duck
from fanal.read.whatsapp_heads import HALVES_BEHIND, LATE_BEFORE, MARKS, SPACES, ZEROES, Style

#: How `plain_stamps` writes an instant, for `base.instants.sql_instant`.
PLAIN = "%Y-%m-%d %H:%M:%S"
DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day_first", "month_first", "year_first"
_MONTHS = 12
_FIRST_YEAR, _LAST_YEAR = 2009, 2099
#: The Buddhist era is 543 years ahead; a year in this range can be no other.
_BUDDHIST = (2552, 2642)
_BUDDHIST_AHEAD = 543
_PARTS = r"^(?P<a>[0-9]+)[^0-9]+(?P<b>[0-9]+)[^0-9]+(?P<c>[0-9]+)"
_CLOCK = r"(?P<h>[0-9]{1,2})[:.](?P<m>[0-9]{2})(?:[:.](?P<s>[0-9]{2}))?"
#: What stands for marks, spaces and digits of other scripts.
_WESTERN = {
    **dict.fromkeys(MARKS, ""),
    **dict.fromkeys(SPACES[1:], " "),
    **{chr(ord(zero) + n): str(n) for zero in ZEROES[1:] for n in range(10)},
}
#: A day to read clocks by, its midnight, a day less a second, and no instant, in microseconds since 1970.
_SOME_DAY, _MIDNIGHT, _DAY_LESS_A_SECOND, _NONE = "1970-01-02", 86_400_000_000, 86_399_000_000, -(1 << 62)
#: Looks the zone up in the tz database, which takes longer than the rest of a block's dates.
_instant = cache(sql_instant)
_PM = "|".join([r"[Pp]\.?\s?[Mm]", *map(re.escape, (*LATE_BEFORE, *(late for _, late in HALVES_BEHIND)))])
#: French of Canada parts hour and minute so.
_HOUR = " h "


@dataclass(frozen=True)
class Order:
    """What was decided, and why.

    Attributes:
        chosen: DAY_FIRST, MONTH_FIRST or YEAR_FIRST.
        evidence: "values" (numbers over 12), "sequence" (time does not run backwards), "form" (the
            custom of that form of date) or "year".
        open: True where the other order is possible too.
        calendar: "gregorian", "buddhist" or "unknown".
        counts: what was counted for and against.
    """

    chosen: str
    evidence: str
    open: bool
    calendar: str
    counts: dict[str, int] = field(default_factory=dict)

    def fact(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {"chosen": self.chosen, "evidence": self.evidence, "open": self.open, **self.counts}


def decide_order(days: Iterable[pa.Array], style: Style) -> Order:
    """Decide over all dates of an export (binary arrays), given in order.

    A date that comes many times counts once for values; for the sequence each change of date counts.
    """
    seen: dict[bytes, int] = {}
    runs = [_run(block, seen) for block in days]
    distinct = pa.array(list(seen), pa.binary()).cast(pa.string())
    first, second, third = _numbers(distinct)
    calendar = _calendar(first if style.year_first else third)
    if style.year_first:
        return Order(YEAR_FIRST, "year", open=False, calendar=calendar)
    over = {"first_over_12": int((first > _MONTHS).sum()), "second_over_12": int((second > _MONTHS).sum())}
    sequence = np.concatenate([np.empty(0, np.int64), *runs])
    backward = {
        DAY_FIRST: _backward(third * 10_000 + second * 100 + first, sequence),
        MONTH_FIRST: _backward(third * 10_000 + first * 100 + second, sequence),
    }
    counts = {**over, "backward_day_first": backward[DAY_FIRST], "backward_month_first": backward[MONTH_FIRST]}
    if over["first_over_12"] != over["second_over_12"]:
        chosen = DAY_FIRST if over["first_over_12"] > over["second_over_12"] else MONTH_FIRST
        return Order(chosen, "values", min(over.values()) > 0, calendar, counts)
    if backward[DAY_FIRST] != backward[MONTH_FIRST]:
        chosen = min(backward, key=lambda order: backward[order])
        return Order(chosen, "sequence", min(over.values()) > 0 or backward[chosen] > 0, calendar, counts)
    american = style.separator == "/" and style.meridiem == "after" and style.year_digits == 2  # noqa: PLR2004
    return Order(MONTH_FIRST if american else DAY_FIRST, "form", open=True, calendar=calendar, counts=counts)


def plain_stamps(day: pa.DictionaryArray, clock: pa.DictionaryArray, order: Order) -> pa.Array:
    """Dates and clocks as text in the form PLAIN; what has no such date stays without sense for the parser."""
    dates, clocks = _plain_days(day.dictionary, order), _plain_clocks(clock.dictionary)
    return pc.binary_join_element_wise(dates.take(day.indices), clocks.take(clock.indices), " ")


def instants(
    day: pa.DictionaryArray, clock: pa.DictionaryArray, order: Order, time_zone: str, engine: Duck
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Microseconds since 1970 in UTC, and which of them there are: an impossible date or clock has none.

    Every text is parsed once. On a day whose zone keeps one offset an instant is its midnight and its
    clock together; on the few others each stamp goes through the parser whole.
    """
    dates = _plain_days(day.dictionary, order)
    first, last = _parsed(engine, dates, time_zone, "text || ' 00:00:00'", "text || ' 23:59:59'")
    (clocks,) = _parsed(engine, _plain_clocks(clock.dictionary), "UTC", f"'{_SOME_DAY} ' || text")
    days, told = day.indices.to_numpy(), clock.indices.to_numpy()
    at = first[days] + (clocks[told] - _MIDNIGHT)
    there = (first[days] != _NONE) & (clocks[told] != _NONE)
    uneven = np.flatnonzero(there & ((last - first)[days] != _DAY_LESS_A_SECOND))
    if len(uneven):
        (at[uneven],) = _parsed(engine, plain_stamps(day.take(uneven), clock.take(uneven), order), time_zone, "text")
        there &= at != _NONE
    return at, there


def _parsed(engine: Duck, texts: pa.Array, time_zone: str, *stamps: str) -> list[npt.NDArray[np.int64]]:
    """Microseconds since 1970 of each stamp, a SQL expression over `text`; _NONE where it is none."""
    columns = ", ".join(f"{_instant(stamp, PLAIN, time_zone)} AS t{n}" for n, stamp in enumerate(stamps))
    engine.bind("told_times", pa.table({"n": np.arange(len(texts)), "text": texts}))
    rows = engine.rows(f"SELECT {columns} FROM told_times ORDER BY n")
    engine.drop("told_times")
    counts = (rows[f"t{n}"].cast(pa.timestamp("us")).cast(pa.int64()) for n in range(len(stamps)))
    return [pc.fill_null(count, _NONE).to_numpy() for count in counts]


def _run(block: pa.Array, seen: dict[bytes, int]) -> np.ndarray:
    """The dates of a block as numbers of `seen` (which grows), each stretch of equal dates once."""
    if not len(block):
        return np.empty(0, np.int64)
    coded = block.dictionary_encode()
    known = np.array([seen.setdefault(day, len(seen)) for day in coded.dictionary.to_pylist()], np.int64)
    numbers = known[coded.indices.to_numpy()]
    changes: np.ndarray = numbers[np.concatenate([[True], numbers[1:] != numbers[:-1]])]
    return changes


def _backward(days: np.ndarray, sequence: np.ndarray) -> int:
    along = days[sequence]
    return int((along[1:] < along[:-1]).sum())


def _western(text: pa.Array) -> pa.Array:
    """The text without marks, with digits 0 to 9 and plain spaces."""
    there = set("".join(text.to_pylist()))
    for character in there & _WESTERN.keys():
        text = pc.replace_substring(text, character, _WESTERN[character])
    return text


def _numbers(days: pa.Array) -> list[np.ndarray]:
    parts = pc.extract_regex(_western(days), _PARTS)
    return [pc.struct_field(parts, name).cast(pa.int64()).to_numpy(zero_copy_only=False) for name in "abc"]


def _calendar(years: np.ndarray) -> str:
    long = years[years > 99]  # noqa: PLR2004  two digits name no calendar
    if len(long) and ((long >= _BUDDHIST[0]) & (long <= _BUDDHIST[1])).all():
        return "buddhist"
    return "unknown" if len(long) and ((long < _FIRST_YEAR) | (long > _LAST_YEAR)).all() else "gregorian"


def _plain_days(days: pa.Array, order: Order) -> pa.Array:
    if not len(days):
        return days
    first, second, third = _numbers(days)
    year, month, day = {
        DAY_FIRST: (third, second, first),
        MONTH_FIRST: (third, first, second),
        YEAR_FIRST: (first, second, third),
    }[order.chosen]
    year = np.where(year <= 99, year + 2000, year)  # noqa: PLR2004  two digits
    year = year - _BUDDHIST_AHEAD if order.calendar == "buddhist" else year
    sound = (year >= _FIRST_YEAR) & (year <= _LAST_YEAR)
    padded = [pc.utf8_lpad(pa.array(part).cast(pa.string()), 2, "0") for part in (year, month, day)]
    return pc.if_else(pa.array(sound), pc.binary_join_element_wise(*padded, "-"), pa.scalar(""))


def _plain_clocks(clocks: pa.Array) -> pa.Array:
    western = pc.replace_substring(_western(clocks), _HOUR, ":")
    parts = pc.extract_regex(western, r"^[^0-9]*" + _CLOCK)
    hour, minute, second = (pc.struct_field(parts, name) for name in "hms")
    late = pc.match_substring_regex(western, _PM).to_numpy(zero_copy_only=False)
    halves = pc.match_substring_regex(western, r"[^0-9:.\s]").to_numpy(zero_copy_only=False)
    hours = hour.cast(pa.int64()).to_numpy(zero_copy_only=False)
    hours = np.where(halves & (hours <= _MONTHS), hours % 12 + np.where(late, 12, 0), hours)
    seconds = pc.if_else(pc.equal(second, ""), "00", second)
    return pc.binary_join_element_wise(pc.utf8_lpad(pa.array(hours).cast(pa.string()), 2, "0"), minute, seconds, ":")
