"""Telephone numbers of a column, read as the phonenumbers library reads them, by its plans as arrays.

Compiled loops over the bytes of a column. Each follows a function of the library, which is the reference:
`_parsed` its `parse`, `_stripped` its taking off of national prefixes, `_dialled` its look for a calling code.
"""

# ruff: noqa: PLR2004  bytes are compared with their codes, and UTF-8 is cut by its masks

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

from fanal.model.phone_plans import DIGITS, LETTERS, POSSIBLE, TOO_LONG, Numbers, Plans
from fanal.model.text_memory import Bytes, Flags

Loop = TypeVar("Loop", bound=Callable[..., Any])
_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "_nrt": False}
_LEAST, _MOST = 4, 24
_SHORTEST, _LONGEST = 2, 17
#: How a character of a written number counts. Of those that are left out, what also stands before `tel:`.
OTHER, LEFT_OUT, SPACE, HIDDEN = range(4)


def _compiled(loop: Loop) -> Loop:
    """Compile a function that makes no array of its own, and counts no references to those it is given."""
    return cast("Loop", njit(**_OPTIONS)(loop))


@_compiled
def _character(data: Bytes, at: int) -> tuple[int, int]:  # pragma: no cover  compiled
    """The character at a place and where the next one begins; those of four bytes are all one to this."""
    first = int(data[at])
    if first < 0x80:
        return first, at + 1
    if first < 0xE0:
        return (first & 0x1F) << 6 | (data[at + 1] & 0x3F), at + 2
    if first < 0xF0:
        return (first & 0x0F) << 12 | (data[at + 1] & 0x3F) << 6 | (data[at + 2] & 0x3F), at + 3
    return 0xFFFF, at + 4


@_compiled
def _after_scheme(data: Bytes, at: int, end: int, counts: Bytes) -> int:  # pragma: no cover  compiled
    """Where a number begins after `tel:`; `at` where there is none."""
    place, found = at, 0
    while place < end and found < 4:
        c, after = _character(data, place)
        if (c < 0x80 and found < 3 and c | 32 == (116, 101, 108)[found]) or (c == 58 and found == 3):
            found += 1
        elif counts[c] != HIDDEN and not (counts[c] == SPACE and not found):
            return at
        place = after
    return place if found == 4 else at


@_compiled
def _read(
    data: Bytes, at: int, end: int, counts: Bytes, digits: Bytes
) -> tuple[int, int, bool]:  # pragma: no cover  compiled
    """The digits of a written number.

    Returns:
        How many digits, 0 where the text is no number; the place in `Plans.of_region` of the letters before it, -1
        for none; and whether a plus stands before it.
    """
    n, region, plus, letters, colon = 0, 0, False, 0, False
    at = _after_scheme(data, at, end, counts)
    while at < end:
        c, at = _character(data, at)
        if 48 <= c <= 57 and (colon or not letters):
            if n == _MOST:
                return 0, -1, False
            digits[n] = c - 48
            n += 1
        elif counts[c] != OTHER:
            continue
        elif n or plus:
            return 0, -1, False
        elif c == 43 and (colon or not letters):
            plus = True
        elif c == 58 and letters == 2 and not colon:
            colon = True
        elif 97 <= c | 32 <= 122 and letters < 2:
            region = region * LETTERS + (c | 32) - 97
            letters += 1
        else:
            return 0, -1, False
    return (n if n >= _LEAST else 0), (region if letters else -1), plus


@_compiled
def _value(
    after: Numbers, value: Numbers, state: int, digits: Bytes, start: int, n: int
) -> int:  # pragma: no cover  compiled
    """What a state says of the digits from `start` up to `n`."""
    for i in range(start, n):
        state = after[state, digits[i]]
    return int(value[state])


@_compiled
def _prefix(plans: Plans, state: int, digits: Bytes, n: int) -> tuple[int, int, int]:  # pragma: no cover  compiled
    """How many digits of the beginning match, -1 for no match, and where the last group begins and ends."""
    length, start, end = -1, -1, -1
    for i in range(n + 1):
        match = plans.prefix_match[state, int(i == n)]
        if match[0]:
            length, start, end = i, match[1], match[2]
        if i < n:
            state = plans.prefix_after[state, digits[i]]
            if not state:
                break
    return length, start, end


@_compiled
def _stripped(plans: Plans, plan: int, digits: Bytes, n: int, made: Bytes) -> int:  # pragma: no cover  compiled
    """Digits without their national prefix into `made`, unless that makes a viable number one that is not."""
    length, start, end = -1, -1, -1
    if n and plans.national[plan]:
        length, start, end = _prefix(plans, plans.national[plan], digits, n)
    m = 0
    if length >= 0:
        if start >= 0 and plans.rule[plan, 0] >= 0:
            for i in range(plans.rule[plan, 0]):
                made[m] = plans.rule[plan, 1 + i]
                m += 1
            for i in range(start, end):
                made[m] = digits[i]
                m += 1
        for i in range(length, n):
            made[m] = digits[i]
            m += 1
        general = plans.general[plan]
        if _value(plans.after, plans.value, general, made, 0, m) or not _value(
            plans.after, plans.value, general, digits, 0, n
        ):
            return m
    for i in range(n):
        made[i] = digits[i]
    return n


@_compiled
def _coded(plans: Plans, digits: Bytes, n: int) -> tuple[int, int]:  # pragma: no cover  compiled
    """The main plan of the calling code that digits begin with, and how many it has; -1 where none does."""
    if n > _SHORTEST and digits[0]:
        code = 0
        for i in range(min(n, 3)):
            code = code * 10 + digits[i]
            if plans.of_code[code] >= 0:
                return int(plans.of_code[code]), i + 1
    return -1, 0


@_compiled
def _dialled(
    plans: Plans, plan: int, digits: Bytes, n: int, made: Bytes
) -> tuple[int, int]:  # pragma: no cover  compiled
    """What was dialled in a region as digits after their calling code, into `made`.

    Returns:
        The plan that they are of and how many there are; -1 where no calling code is one.
    """
    length = -1
    if plans.abroad[plan]:
        length, _, _ = _prefix(plans, plans.abroad[plan], digits, n)
    if length >= 0 and not (length < n and digits[length] == 0):
        main, size = _coded(plans, digits[length:], n - length)
        for i in range(length + size, n):
            made[i - length - size] = digits[i]
        return main, n - length - size
    size = int(plans.code_digits[plan])
    code = 0
    for i in range(min(size, n)):
        code = code * 10 + digits[i]
    if code == plans.code[plan]:
        m = _stripped(plans, plan, digits[size:], n - size, made)
        general = plans.general[plan]
        better = _value(plans.after, plans.value, general, made, 0, m) and not _value(
            plans.after, plans.value, general, digits, 0, n
        )
        if better or plans.lengths[plan, n] == TOO_LONG:
            return int(plans.main[plan]), m
    for i in range(n):
        made[i] = digits[i]
    return plan, n


@_compiled
def _parsed(
    plans: Plans, region: int, plus: bool, digits: Bytes, n: int, room: npt.NDArray[np.uint8]
) -> tuple[int, int]:  # pragma: no cover  compiled
    """The national number of read digits, into the second row of `room`.

    Returns:
        Its plan and how many digits it has; -1 where it is not valid.
    """
    national, potential = room[0], room[1]
    if not plus and region < 0 and not digits[0] and not digits[1]:
        plus, digits, n = True, digits[2:], n - 2
    if plus:
        plan, size = _coded(plans, digits, n)
        n -= size
        for i in range(n):
            national[i] = digits[size + i]
    else:
        plan = int(plans.of_region[region]) if region >= 0 else -1
        if plan >= 0:
            plan, n = _dialled(plans, plan, digits, n, national)
    if plan < 0 or n < _SHORTEST:
        return -1, 0
    m = _stripped(plans, plan, national, n, potential)
    if plans.lengths[plan, m] < POSSIBLE:
        m = n
        for i in range(n):
            potential[i] = national[i]
    known = m <= _LONGEST and _value(plans.after, plans.value, plans.valid[plan], potential, 0, m)
    return (plan if known else -1), m


@_compiled
def write_norms(
    offsets: npt.NDArray[np.int64],
    data: Bytes,
    valid: Flags,
    plans: Plans,
    counts: Bytes,
    room: Bytes,
    ends: Numbers,
    out: Bytes,
) -> int:  # pragma: no cover  compiled
    """Normal forms of a column of written numbers.

    Args:
        offsets, data, valid: see text_parts.
        plans: see Plans.
        counts: how each character counts, by its code up to 0xFFFF.
        room: shape (3, DIGITS), to work in.
        ends: is filled with where each row's norm ends in `out`; one that is empty is none. One more than rows.
        out: is filled with the norms.

    Returns:
        How many rows have one.
    """
    found, at = 0, 0
    digits, number = room[2], room[1]
    for row in range(len(offsets) - 1):
        ends[row] = at
        if len(valid) and not valid[row]:
            continue
        n, region, plus = _read(data, offsets[row], offsets[row + 1], counts, digits)
        if not n:
            continue
        plan, m = _parsed(plans, region, plus, digits, n, room)
        if plan < 0:
            continue
        found += 1
        out[at] = 43
        size, code = plans.code_digits[plan], plans.code[plan]
        for i in range(size, 0, -1):
            out[at + i] = 48 + code % 10
            code //= 10
        at += 1 + size
        for i in range(m):
            out[at + i] = 48 + number[i]
        at += m
    ends[len(offsets) - 1] = at
    return found


@_compiled
def regions_of(
    offsets: npt.NDArray[np.int64], data: Bytes, plans: Plans, digits: Bytes, out: Numbers
) -> None:  # pragma: no cover  compiled
    """The plan of the region that each norm belongs to, into `out`; -1 where it belongs to none or is no norm."""
    for row in range(len(offsets) - 1):
        out[row] = -1
        n = 0
        for i in range(offsets[row], min(offsets[row + 1], offsets[row] + DIGITS)):
            if i == offsets[row] and data[i] == 43:
                continue
            if i == offsets[row] or not 48 <= data[i] <= 57:
                n = 0
                break
            digits[n] = data[i] - 48
            n += 1
        plan, size = _coded(plans, digits, n)
        if plan >= 0:
            out[row] = _value(plans.after, plans.value, plans.region[plan], digits, size, n) - 1
