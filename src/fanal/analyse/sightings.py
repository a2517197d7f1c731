"""Logins by identity: in which countries it was seen on which days, at which hours it is quiet.

Integer arrays and compiled loops; it knows no table. An identity's days are counted once, however
many of its accounts and addresses were active on them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# A day counts half for every so many days before the last one seen: who has moved lives where he was seen last,
# who travels comes home. Tuned, see docs/methods/attribute.md.
HALF_LIFE_DAYS = 45.0
# Quiet hours count where so many hours of days were seen, spread over so many hours of the clock, and
# next to none of them at night.
NIGHT_HOURS, HOURS_SEEN, HOURS_AWAKE, NIGHT_SHARE = 5, 60, 8, 0.04


@dataclass(frozen=True)
class Logins:
    """One row an account, address and day, ordered by identity: 24 bytes a row.

    Attributes:
        start: where each identity's rows begin in `order`; one more entry than there are identities.
        order: row numbers, identity by identity.
        place: number of the address. day: days since 1970. hours: bit mask of UTC hours. obs: an example.
    """

    start: Ints
    order: Small
    place: Small
    day: Small
    hours: Small
    obs: Ints


@dataclass(frozen=True)
class Homes:
    """Countries in which identities were seen, by identity and country.

    Attributes:
        iid, code: identity and country. n: days. obs: an example.
        share: of the identity's days, late ones weighing more.
    """

    iid: Small
    code: Small
    n: Small
    share: Floats
    obs: Ints


def by_identity(batches: Iterator[pa.RecordBatch], rows: int, iid_of: Small, identities: int, nowhere: int) -> Logins:
    """Put the rows of `login_day` in the order of identities.

    Args:
        batches: account_id, ip_id (-1 for an address that is no place), day (date), hour_mask, obs.
        rows: at most so many.
        iid_of: the identity of each account_id; -1 where it has none.
        identities: how many there are.
        nowhere: the place that stands for -1.
    """
    iid, place, day, hours = (np.empty(rows, np.int32) for _ in range(4))
    obs = np.empty(rows, np.int64)
    n = 0
    for batch in batches:
        one = iid_of[batch.column("account_id").to_numpy(zero_copy_only=False)]
        keep = one >= 0
        end = n + int(keep.sum())
        iid[n:end] = one[keep]
        address = batch.column("ip_id").to_numpy(zero_copy_only=False)[keep]
        place[n:end] = np.where(address < 0, nowhere, address)
        day[n:end] = batch.column("day").cast(pa.int32()).to_numpy(zero_copy_only=False)[keep]
        hours[n:end] = batch.column("hour_mask").to_numpy(zero_copy_only=False)[keep]
        obs[n:end] = batch.column("obs").to_numpy(zero_copy_only=False)[keep]
        n = end
    start, order = _ordered(iid[:n], identities)
    return Logins(start, order, place[:n], day[:n], hours[:n], obs[:n])


@numba.njit(cache=True)
def _ordered(iid: Small, identities: int) -> tuple[Ints, Small]:  # pragma: no cover  compiled
    start = np.zeros(identities + 1, np.int64)
    for one in iid:
        start[one + 1] += 1
    start = np.cumsum(start)
    at = start[:-1].copy()
    order = np.empty(len(iid), np.int32)
    for row in range(len(iid)):
        order[at[iid[row]]] = row
        at[iid[row]] += 1
    return start, order


def homes(logins: Logins, code_of: Small) -> Homes:
    """Where identities were seen.

    Args:
        logins: of all.
        code_of: the country of each address, -1 for one that does not count (an anonymiser's, an unknown one).
    """
    return Homes(*_homes(logins.start, logins.order, logins.place, logins.day, logins.obs, code_of, HALF_LIFE_DAYS))


@numba.njit(cache=True)
def _homes(  # noqa: C901  one compiled loop
    start: Ints, order: Small, place: Small, day: Small, obs: Ints, code_of: Small, half_life: float
) -> tuple[Small, Small, Small, Floats, Ints]:  # pragma: no cover  compiled
    iids = numba.typed.List.empty_list(numba.int32)
    codes = numba.typed.List.empty_list(numba.int32)
    days = numba.typed.List.empty_list(numba.int32)
    shares = numba.typed.List.empty_list(numba.float64)
    first = numba.typed.List.empty_list(numba.int64)
    for iid in range(len(start) - 1):
        begin, end = start[iid], start[iid + 1]
        keys = np.empty(end - begin, np.int64)
        seen, last = 0, 0
        for at in range(begin, end):
            row = order[at]
            code = code_of[place[row]]
            if code >= 0:
                keys[seen] = (np.int64(code) << 20) | day[row]
                last = max(last, day[row])
                seen += 1
        if seen == 0:
            continue
        keys = np.sort(keys[:seen])
        whole, from_ = 0.0, len(iids)
        i = 0
        while i < seen:
            code = keys[i] >> 20
            n, weight, before = 0, 0.0, -1
            while i < seen and keys[i] >> 20 == code:
                if keys[i] != before:
                    n += 1
                    weight += 2.0 ** ((np.float64(keys[i] & 0xFFFFF) - last) / half_life)
                    before = keys[i]
                i += 1
            iids.append(np.int32(iid))
            codes.append(np.int32(code))
            days.append(np.int32(n))
            shares.append(weight)
            first.append(np.int64(-1))
            whole += weight
        for at in range(begin, end):
            row = order[at]
            code = code_of[place[row]]
            for one in range(from_, len(iids)):
                if codes[one] == code and (first[one] < 0 or obs[row] < first[one]):
                    first[one] = obs[row]
        for one in range(from_, len(iids)):
            shares[one] /= whole
    n = len(iids)
    made = (np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n), np.empty(n, np.int64))
    for one in range(n):
        made[0][one], made[1][one], made[2][one] = iids[one], codes[one], days[one]
        made[3][one], made[4][one] = shares[one], first[one]
    return made


def last_days(logins: Logins) -> Small:
    """The day each identity was last seen on, wherever; 0 for those who never were."""
    last = np.zeros(len(logins.start) - 1, np.int32)
    seen = np.diff(logins.start) > 0
    if len(logins.order):
        last[seen] = np.maximum.reduceat(logins.day[logins.order], logins.start[:-1][seen])
    return last


def quiet_hours(logins: Logins) -> tuple[Small, Small]:
    """The UTC hour (0 to 23) at which each identity's night begins, and hours of days seen; -1 where none shows."""
    return _quiet(logins.start, logins.order, logins.hours, NIGHT_HOURS, HOURS_SEEN, HOURS_AWAKE, NIGHT_SHARE)


@numba.njit(cache=True)
def _quiet(  # noqa: C901  one compiled loop
    start: Ints, order: Small, hours: Small, night: int, least_seen: int, awake: int, at_most: float
) -> tuple[Small, Small]:  # pragma: no cover  compiled
    identities = len(start) - 1
    quiet, seen = np.full(identities, -1, np.int32), np.zeros(identities, np.int32)
    count = np.zeros(24, np.int64)
    turn = 2.0 * np.pi / 24
    for iid in range(identities):
        count[:] = 0
        for at in range(start[iid], start[iid + 1]):
            mask = hours[order[at]]
            for hour in range(24):
                count[hour] += (mask >> hour) & 1
        total = count.sum()
        seen[iid] = total
        if total < least_seen or (count > 0).sum() < awake:
            continue
        fewest = total + 1
        for hour in range(24):
            asleep = 0
            for step in range(night):
                asleep += count[(hour + step) % 24]
            fewest = min(fewest, asleep)
        if fewest > at_most * total:
            continue
        # Of equally quiet stretches the middle one: the night is longer than the hours looked at.
        x, y = 0.0, 0.0
        for hour in range(24):
            asleep = 0
            for step in range(night):
                asleep += count[(hour + step) % 24]
            if asleep == fewest:
                x += np.cos(hour * turn)
                y += np.sin(hour * turn)
        quiet[iid] = np.int32(np.rint(np.arctan2(y, x) / turn)) % 24
    return quiet, seen


@numba.njit(cache=True)
def first_at(logins_start: Ints, order: Small, place: Small, obs: Ints, marked: Flags) -> tuple[Small, Ints]:
    """Identities with a login from a marked address, and their first such observation."""  # pragma: no cover  compiled
    identities = len(logins_start) - 1
    iids, first = np.empty(identities, np.int32), np.empty(identities, np.int64)
    n = 0
    for iid in range(identities):
        found = np.int64(-1)
        for at in range(logins_start[iid], logins_start[iid + 1]):
            row = order[at]
            if marked[place[row]] and (found < 0 or obs[row] < found):
                found = obs[row]
        if found >= 0:
            iids[n], first[n] = iid, found
            n += 1
    return iids[:n], first[:n]
