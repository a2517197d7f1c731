"""When accounts were active: by day, week or month, by hour of the week, and the gaps between. It concludes nothing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from fanal.analyse.page_tables import ACTIVITY, BY_HOUR, beside
from fanal.analyse.remembered import once
from fanal.engine.statements import load
from fanal.lake.snapshot import Snapshot

KINDS = ("logins", "uploads", "messages", "payments")
#: Days that are shown one by one, and weeks: above, the period is the next longer one.
MOST_DAYS, MOST_WEEKS = 92, 104
#: Days without any activity that are called a gap, and how many gaps are told, the longest first.
GAP_DAYS, MOST_GAPS = 14, 10
WEEK, HOURS = 7, 24


@dataclass(frozen=True)
class Gap:
    """Days without any activity: the first and the last of them, and how many."""

    first: dt.date
    last: dt.date
    days: int


@dataclass(frozen=True)
class Activity:
    """What was done, and when, in UTC.

    Attributes:
        period: `day`, `week` or `month`: what one row of `rows` covers.
        rows: first day of each period from the first activity to the last, with counts in the order of `KINDS`.
        week: counts of all kinds by day of the week (0 is Monday) and hour.
        gaps: the longest first.
    """

    period: str
    rows: tuple[tuple[dt.date, tuple[int, ...]], ...]
    week: tuple[tuple[int, ...], ...]
    gaps: tuple[Gap, ...]


def activity_of(snapshot: Snapshot, accounts: Sequence[str]) -> Activity:
    """The activity of some accounts, by their keys."""
    with beside(snapshot, BY_HOUR) as engine:
        return summed(engine.rows(load("fanal.analyse", "activity.sql")["of_accounts"], told=list(accounts)))


@once
def activity_of_all(snapshot: Snapshot) -> Activity:
    """The activity of everyone."""
    with beside(snapshot, ACTIVITY) as engine:
        return summed(engine.rows(f"SELECT * FROM {ACTIVITY.name}"))


def summed(rows: pa.Table) -> Activity:
    """Counts by kind and hour as `Activity` has them.

    Args:
        rows: `kind` (of KINDS), `hour` (timestamp), `n`.
    """
    week = [[0] * HOURS for _ in range(WEEK)]
    if not rows.num_rows:
        return Activity("day", (), tuple(map(tuple, week)), ())
    hour = rows["hour"].cast(pa.timestamp("us"))
    dated = pa.table({"kind": rows["kind"], "day": hour.cast(pa.date32(), safe=False), "n": rows["n"]})
    placed = pa.table({"weekday": pc.day_of_week(hour), "hour": pc.hour(hour), "n": rows["n"]})
    for row in placed.group_by(["weekday", "hour"]).aggregate([("n", "sum")]).to_pylist():
        week[row["weekday"]][row["hour"]] = int(row["n_sum"])
    days = dated.group_by(["day", "kind"]).aggregate([("n", "sum")]).to_pylist()
    active = sorted({row["day"] for row in days})
    span = (active[-1] - active[0]).days + 1
    period = "day" if span <= MOST_DAYS else "week" if span <= MOST_WEEKS * WEEK else "month"
    counts = {first: [0] * len(KINDS) for first in _periods(active[0], active[-1], period)}
    for row in days:
        counts[_begin(row["day"], period)][KINDS.index(row["kind"])] += int(row["n_sum"])
    told = tuple((first, tuple(n)) for first, n in counts.items())
    return Activity(period, told, tuple(map(tuple, week)), _gaps(active))


def _begin(day: dt.date, period: str) -> dt.date:
    if period == "month":
        return day.replace(day=1)
    return day - dt.timedelta(days=day.weekday()) if period == "week" else day


def _periods(first: dt.date, last: dt.date, period: str) -> list[dt.date]:
    found = [_begin(first, period)]
    step = {"day": 1, "week": WEEK, "month": 31}[period]
    while (following := _begin(found[-1] + dt.timedelta(days=step), period)) <= last:
        found.append(following)
    return found


def _gaps(active: Sequence[dt.date]) -> tuple[Gap, ...]:
    day = dt.timedelta(days=1)
    found = [
        Gap(one + day, other - day, (other - one).days - 1)
        for one, other in pairwise(active)
        if (other - one).days > GAP_DAYS
    ]
    return tuple(sorted(found, key=lambda gap: (-gap.days, gap.first))[:MOST_GAPS])
