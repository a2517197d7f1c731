"""Logins to days: who used which address on which day, from batches of logins, on integers and in order."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from fanal.analyse.accounts import Accounts, whole_numbers
from fanal.analyse.addresses import Addresses
from fanal.analyse.coherence import Ints
from fanal.analyse.interning import Codes
from fanal.analyse.row_sort import sort_rows

_HOUR_US = 3_600_000_000
#: Hours since 1970 of any instant that the lake holds, as a number from 0 to below 2^33; whole days.
_HOURS_BEFORE, _HOUR_BITS = 24 << 27, 33
#: Rows of one batch of the result, about.
_BATCH = 1 << 20


Columns = npt.NDArray[np.int32]

_N = pa.int32()
_DAYS = pa.schema(
    [("account_id", _N), ("ip_id", _N), ("day", pa.date32()), ("hour_mask", _N), ("n", _N), ("obs", pa.int64())]
)


class Logins:
    """Collects accounts and logins batch by batch."""

    def __init__(self, accounts: Accounts) -> None:
        """None yet. `accounts`: takes their accounts."""
        self._accounts = accounts
        self._addresses = Addresses()
        self._kept: list[tuple[Codes, Ints, Ints]] = []

    def add(self, batch: pa.RecordBatch) -> None:
        """Take logins: columns account, ip, at, success, obs."""
        codes = self._accounts.codes(batch)
        columns = {name: batch.column(name) for name in ("ip", "at", "success", "obs")}
        addresses = self._addresses.codes(columns["ip"])
        plain = pc.and_(columns["at"].is_valid(), pc.fill_null(columns["success"], fill_value=True))
        kept = np.flatnonzero(np.asarray(plain.to_numpy(zero_copy_only=False)) & (codes >= 0) & (addresses != -1))
        hour = whole_numbers(columns["at"].cast(pa.int64()))[kept] // _HOUR_US + _HOURS_BEFORE
        key = addresses[kept].astype(np.int64) << _HOUR_BITS | hour
        self._kept.append((codes[kept], key, whole_numbers(columns["obs"])[kept]))

    def gathered(self, id_of: Codes) -> tuple[pa.Table, pa.Table]:
        """Addresses and days; what was collected is given up.

        Args:
            id_of: the id of each account's number, -1 for those to leave out.

        Returns:
            See `places.located`: a row's number is the address's id. And columns account_id, ip_id, day,
            hour_mask, n, obs, ordered by the first three.
        """
        places, row_of = self._addresses.located()
        return places, pa.Table.from_batches(self._days(id_of, row_of), _DAYS)

    def _days(self, id_of: Codes, row_of: Codes) -> Iterator[pa.RecordBatch]:
        n = int(id_of.max(initial=-1)) + 1
        starts = np.zeros(n + 1, np.int64)
        for codes, _, _ in self._kept:
            _count(codes, id_of, starts)
        np.cumsum(starts, out=starts)
        rows = np.empty((int(starts[-1]), 2), np.int64)
        place = starts[:-1].copy()
        while self._kept:
            _deal(*self._kept.pop(0), id_of, row_of, place, rows)
        low = 0
        while low < n:
            high = max(low + 1, int(np.searchsorted(starts, starts[low] + _BATCH, "right")) - 1)
            room = int(starts[high] - starts[low])
            numbers, obs = np.empty((5, room), np.int32), np.empty(room, np.int64)
            made = _folded(rows, starts, low, high, numbers, obs)
            arrays = [pa.array(column[:made]) for column in (*numbers, obs)]
            arrays[2] = arrays[2].cast(pa.date32())
            yield pa.RecordBatch.from_arrays(arrays, schema=_DAYS)
            low = high


@njit(cache=True, nogil=True)
def _count(codes: Codes, id_of: Codes, starts: Ints) -> None:  # pragma: no cover  compiled
    for i in range(len(codes)):
        account = id_of[codes[i]]
        if account >= 0:
            starts[account + 1] += 1


@njit(cache=True, nogil=True)
def _deal(
    codes: Codes, key: Ints, obs: Ints, id_of: Codes, row_of: Codes, place: Ints, rows: Ints
) -> None:  # pragma: no cover  compiled
    """Put logins where their account's begin: address and hour in one number, and the observation."""
    hours = (np.int64(1) << _HOUR_BITS) - 1
    for i in range(len(codes)):
        account = id_of[codes[i]]
        if account >= 0:
            at = place[account]
            place[account] = at + 1
            rows[at, 0] = np.int64(row_of[key[i] >> _HOUR_BITS]) << _HOUR_BITS | (key[i] & hours)
            rows[at, 1] = obs[i]


@njit(cache=True, nogil=True)
def _folded(
    rows: Ints, starts: Ints, low: int, high: int, made: Columns, obs: Ints
) -> int:  # pragma: no cover  compiled
    """One row for each account, address and day of accounts from `low` to `high`. Returns how many.

    Rows of `made` are account, address, day, the hours seen as bits, and the number of logins.
    """
    n = 0
    hours = (np.int64(1) << _HOUR_BITS) - 1
    for account in range(low, high):
        sort_rows(rows, starts[account], starts[account + 1])
        before = np.int64(-1)
        for i in range(starts[account], starts[account + 1]):
            hour = rows[i, 0] & hours
            group = rows[i, 0] - hour + hour // 24
            if group != before:
                before = group
                made[0, n], made[1, n] = account, rows[i, 0] >> _HOUR_BITS
                made[2, n] = hour // 24 - _HOURS_BEFORE // 24
                made[3, n], made[4, n], obs[n] = 0, 0, rows[i, 1]
                n += 1
            made[3, n - 1] |= np.int32(1) << np.int32(hour % 24)
            made[4, n - 1] += 1
            obs[n - 1] = min(obs[n - 1], rows[i, 1])
    return n
