"""Charts drawn on the server: numbers to the places of shapes. Colours and letters come from the stylesheet."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from fanal.analyse.activity import KINDS, Activity

WIDTH, HEIGHT = 960, 180
CELL = 20
#: Shades of the hour-of-week chart; the lightest is nothing at all.
SHADES = 5


def timeline(activity: Activity, kinds: Collection[str] = KINDS) -> dict[str, Any]:
    """Bars of some kinds together, a bar a period; `rows` are the same as a table.

    Args:
        activity: of everyone, or of one identity.
        kinds: of KINDS; all of them, where none is named.

    Returns:
        `bars` of x, y, w, h; `rows` of day and counts; `kinds`; `first` and `last` day; `most` in one period.
    """
    drawn = [
        (day, tuple(n for kind, n in zip(KINDS, counts, strict=True) if kind in kinds)) for day, counts in activity.rows
    ]
    totals = [sum(counts) for _, counts in drawn]
    most, wide = max(totals, default=0), WIDTH / max(len(totals), 1)
    bars = [
        {"x": round(n * wide, 1), "y": round(HEIGHT * (1 - total / most), 1), "w": round(max(wide * 0.85, 0.5), 1),
         "h": round(HEIGHT * total / most, 1)}
        for n, total in enumerate(totals)
        if total
    ]  # fmt: skip
    rows = [{"day": day, "counts": counts} for day, counts in drawn if any(counts)]
    named = tuple(kind for kind in KINDS if kind in kinds)
    return {
        "bars": bars,
        "rows": rows,
        "kinds": named,
        "most": most,
        "ends": (drawn[0][0], drawn[-1][0]) if drawn else None,
    }


def with_quiet_times(activity: Activity) -> dict[str, Any]:
    """The timeline with the times named in which nothing was done: between two activities, a period or more.

    Returns:
        As `timeline`; beside it `quiet`, of x, w, h, day and until (the first days of the first and last period), and
        in `rows`, at its place, a row of day and until for each.
    """
    line, wide = timeline(activity), WIDTH / max(len(activity.rows), 1)
    rows: list[dict[str, Any]] = []
    quiet: list[dict[str, Any]] = []
    for n, (day, counts) in enumerate(activity.rows):
        if any(counts):
            rows.append({"day": day, "counts": counts})
        elif rows and "until" in rows[-1]:
            rows[-1]["until"] = day
            quiet[-1] |= {"until": day, "w": round((n + 1) * wide - quiet[-1]["x"], 1)}
        else:
            rows.append({"day": day, "until": day})
            quiet.append({"day": day, "until": day, "x": round(n * wide, 1), "w": round(wide, 1), "h": HEIGHT})
    return line | {"quiet": quiet, "rows": rows}


def hours_of_week(activity: Activity) -> dict[str, Any]:
    """A cell an hour of the week, the darker the more; `rows` are the same as a table.

    Returns:
        `cells` of x, y, shade (0 for none); `rows` of a Monday-to-Sunday date and 24 counts.
    """
    most = max((n for day in activity.week for n in day), default=0)
    cells = [
        {"x": hour * CELL, "y": day * CELL, "shade": -(-n * (SHADES - 1) // most) if n else 0}
        for day, counts in enumerate(activity.week)
        for hour, n in enumerate(counts)
    ]
    monday = dt.date(2024, 1, 1)
    rows = [{"day": monday + dt.timedelta(days=n), "counts": counts} for n, counts in enumerate(activity.week)]
    return {"cells": cells, "rows": rows, "most": most}
