"""Text to instants and whole numbers where it is written as databases write it: compiled loops over one column.

They decide nothing about other text: whoever calls them asks the engine, whose casts are the definition.
"""

# Bytes are compared with their codes.
# ruff: noqa: PLR2004

import numpy as np
import numpy.typing as npt

from fanal.base.compiled import compiled
from fanal.read.cell_kernel import Bytes, Flags, Places

Numbers = npt.NDArray[np.int64]

#: What became of a cell: it is NULL, it was cast, it is written in another way.
NOTHING, DONE, OTHER = range(3)
_DATE_TIME = 19
#: Whole numbers of more digits may not fit.
_DIGITS = 18


@compiled
def _number(data: Bytes, p: int, size: int) -> int:
    """The number that so many digits at p stand for, -1 where other bytes are among them."""
    value = 0
    for i in range(p, p + size):
        digit = data[i] - 48
        if not 0 <= digit <= 9:
            return -1
        value = value * 10 + digit
    return value


@compiled
def _days(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date of the Gregorian calendar, after H. Hinnant's days_from_civil."""
    if month <= 2:
        year -= 1
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


@compiled
def _instant(data: Bytes, p: int, out: Numbers, row: int) -> bool:
    """Microseconds since 1970 of `2024-05-01 12:30:00` at p, a T or a blank in it; False where it is none."""
    if (
        data[p + 4] != 45
        or data[p + 7] != 45
        or data[p + 13] != 58
        or data[p + 16] != 58
        or data[p + 10] not in (32, 84)
    ):
        return False
    year, month, day = _number(data, p, 4), _number(data, p + 5, 2), _number(data, p + 8, 2)
    hour, minute, second = _number(data, p + 11, 2), _number(data, p + 14, 2), _number(data, p + 17, 2)
    if year < 1 or not 1 <= month <= 12 or day < 1 or not 0 <= hour <= 23:
        return False
    if not 0 <= minute <= 59 or not 0 <= second <= 59:
        return False
    longest = 30 if month in (4, 6, 9, 11) else 31
    if month == 2:
        longest = 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    if day > longest:
        return False
    out[row] = (_days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second) * 1_000_000
    return True


@compiled
def cast_instants(data: Bytes, offsets: Places, there: Flags, out: Numbers, became: Bytes) -> int:
    """Date and time to the second, without an offset, in UTC.

    Args:
        data: the text of all cells.
        offsets: rows + 1 places in `data`.
        there: False for NULL.
        out: microseconds since 1970, where a cell became DONE.
        became: NOTHING, DONE or OTHER.

    Returns:
        How many are OTHER.
    """
    others = 0
    for r in range(len(there)):
        p = offsets[r]
        if not there[r]:
            became[r] = NOTHING
        elif offsets[r + 1] - p == _DATE_TIME and _instant(data, p, out, r):
            became[r] = DONE
        else:
            became[r] = OTHER
            others += 1
    return others


@compiled
def cast_whole(data: Bytes, offsets: Places, there: Flags, out: Numbers, became: Bytes) -> int:
    """Whole numbers of at most 18 digits, with a minus or without a sign. Args and return as `cast_instants`."""
    others = 0
    for r in range(len(there)):
        p, end = offsets[r], offsets[r + 1]
        if not there[r]:
            became[r] = NOTHING
            continue
        negative = p < end and data[p] == 45
        if negative:
            p += 1
        value = _number(data, p, end - p) if 1 <= end - p <= _DIGITS else -1
        if value < 0:
            became[r] = OTHER
            others += 1
        else:
            became[r] = DONE
            out[r] = -value if negative else value
    return others
