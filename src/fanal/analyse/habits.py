"""When accounts log in, from where beside home, and whether they hide: habits that tell people of one household apart.

Nothing here links by itself. A household has its line, its country and its language in common; when each of its
members is awake, who of them hides behind an anonymiser, and where each goes with a telephone, it mostly has not.
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

#: Hours: how far the middle of the day of two people of one household lies apart (standard deviation of each), and
#: how far that of one person's two accounts does, however long they were watched.
PEOPLE_SPREAD, OWN_DRIFT = 2.0, 0.7
#: As how many logins the usual spread of an account's logins around the middle of its day counts.
USUAL_LOGINS = 10.0
#: How far one account's logins spread around the middle of its day, where no account was watched that long.
OWN_SPREAD = 3.5
#: From which natural-log likelihood ratio on hours agree, and differ.
AGREE, DIFFER = 0.3, -0.7
_TURN = 2 * np.pi / 24


@dataclass(frozen=True)
class Several:
    """Things of which each account has any number, by account_id.

    Attributes:
        start: where an account's begin in `thing`, one more than there are accounts. thing: numbers, ascending in each.
    """

    start: Ints
    thing: Ints

    @staticmethod
    def of(account: Ints, thing: Ints, n: int) -> "Several":
        """From pairs in any order, each once or more. n: number of accounts."""
        order = np.lexsort((thing, account))
        account, thing = account[order], thing[order]
        new = (np.diff(account, prepend=-1) != 0) | (np.diff(thing, prepend=-1) != 0)
        account, thing = account[new], thing[new]
        return Several(np.searchsorted(account, np.arange(n + 1)).astype(np.int64), thing)

    @property
    def account(self) -> Ints:
        """Whose each thing is."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    def of_groups(self, group: Ints) -> "Several":
        """The same of groups of accounts, by the number of the group, which is that of one of its accounts."""
        return Several.of(group[self.account], self.thing, len(group))

    def without(self, other: "Several") -> "Several":
        """What each has here and not there."""
        most = np.int64(max(self.thing.max(initial=0), other.thing.max(initial=0)) + 1)
        kept = ~np.isin(self.account * most + self.thing, other.account * most + other.thing)
        return Several.of(self.account[kept], self.thing[kept], len(self.start) - 1)

    def in_common(self, a: Ints, b: Ints) -> Ints:
        """How many the accounts of each pair have in common; -1 where one of them has none."""
        return _in_common(self.start, self.thing, a, b)


@dataclass(frozen=True)
class Habits:
    """What each account does, by account_id.

    Attributes:
        days: one row an account, five columns: the sums of cosine and sine of the hours of its logins on a circle of
            a day, and their number; rows of logins through anonymisers, and all of them. Rows can be added up.
        usual: how far an account's logins usually spread around the middle of its day: variance, square hours.
        away: addresses that few use, without the one that it uses most.
    """

    days: Floats
    usual: float
    away: Several


def nothing_known(n: int) -> Habits:
    """Of n accounts of which no login is known."""
    return Habits(np.zeros((n, 5)), OWN_SPREAD**2, Several(np.zeros(n + 1, np.int64), np.zeros(0, np.int64)))


def hours_of(account: Ints, mask: Ints, times: Ints, n: int) -> tuple[Floats, float]:
    """The first three columns of `Habits.days`, and `usual`.

    Args:
        account: account ids; `mask`: 24 bits, the UTC hours with logins; `times`: how many such days it has.
        n: number of accounts.
    """
    total, seen = np.zeros(n, np.complex128), np.zeros(n)
    for hour in range(24):
        count = np.bincount(account, weights=times * ((mask >> hour) & 1), minlength=n)
        total += count * np.exp(1j * _TURN * (hour + 0.5))
        seen += count
    often = seen >= USUAL_LOGINS
    spread = _spread(np.abs(total[often]) / seen[often])
    usual = float(np.median(spread)) if often.any() else OWN_SPREAD**2
    return np.stack((total.real, total.imag, seen), axis=1), usual


def alike_hours(h: Habits, a: Ints, b: Ints) -> Floats:
    """Natural-log likelihood ratio that two accounts keep one person's hours rather than two housemates'; 0 unknown."""
    return hours_ratio(h.days[a], h.days[b], h.usual)


def _spread(length: Floats) -> Floats:
    """The circular variance, in square hours, of a mean resultant length."""
    return -2 * np.log(np.clip(length, 1e-6, 1 - 1e-6)) / _TURN**2


@numba.njit(cache=True)
def hour_ratio(x: Floats, y: Floats, usual: float) -> float:  # pragma: no cover  compiled
    """The ratio of `alike_hours` for two rows of `Habits.days`.

    After Lindley, "A problem in forensic science", Biometrika 64 (1977): the difference of two means against how much
    people differ from each other.
    """
    if x[2] == 0 or y[2] == 0:
        return 0.0
    turn = 2 * np.pi / 24
    error = OWN_DRIFT**2
    for row in (x, y):
        length = min(max(np.sqrt(row[0] ** 2 + row[1] ** 2) / row[2], 1e-6), 1 - 1e-6)
        own = -2 * np.log(length) / turn**2
        error += (USUAL_LOGINS * usual + row[2] * own) / (USUAL_LOGINS + row[2]) / row[2]
    apart = abs(np.arctan2(x[1], x[0]) - np.arctan2(y[1], y[0])) / turn
    apart = min(apart, 24 - apart)
    other = error + 2 * PEOPLE_SPREAD**2
    return float(0.5 * (np.log(other / error) - apart**2 * (1 / error - 1 / other)))


@numba.njit(cache=True)
def hours_ratio(x: Floats, y: Floats, usual: float) -> Floats:  # pragma: no cover  compiled
    """`hour_ratio` row by row."""
    found = np.zeros(len(x))
    for i in range(len(x)):
        found[i] = hour_ratio(x[i], y[i], usual)
    return found


@numba.njit(cache=True)
def _in_common(start: Ints, thing: Ints, a: Ints, b: Ints) -> Ints:  # pragma: no cover  compiled
    found = np.zeros(len(a), np.int64)
    for i in range(len(a)):
        x, y = start[a[i]], start[b[i]]
        if x == start[a[i] + 1] or y == start[b[i] + 1]:
            found[i] = -1
        while x < start[a[i] + 1] and y < start[b[i] + 1]:
            found[i] += thing[x] == thing[y]
            step = thing[x] <= thing[y]
            y += thing[y] <= thing[x]
            x += step
    return found
