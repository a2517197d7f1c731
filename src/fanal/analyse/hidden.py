"""Addresses and networks that hide their users but stand on no list, told from the case's own data.

A residential network's users mostly bring that country's numbers, mailboxes and statements along. Where
the users of one address or network name many different other countries, far more often than the users of
the same country's other networks do, it is taken for the exit of an anonymiser: context, not a place.
Foreigners who live in a country are on all its networks, so theirs are not. It is a rule with three
constants, not a list, and says so in the finding.
"""

from dataclasses import dataclass

import numba
import numpy as np

from fanal.analyse.sightings import Ints, Logins, Small

# Users of whom something else names a country; the share of them whom it names another one; how many different
# ones, counted as if all were named equally often (the inverse of Simpson's index).
USERS, ELSEWHERE, NAMED = 20, 0.6, 3.0
# A network's user has at least this share of his days there: strays, and journeys, say nothing of it.
OFTEN = 0.2
# How much more often than among the users of the country's other networks; where too few use those, this share.
TIMES, ELSEWHERE_ALONE = 2.5, 0.8


@dataclass(frozen=True)
class Hidden:
    """What was found, one entry an address or network: its number, users, share elsewhere, countries named."""

    number: Ints
    users: Ints
    elsewhere: Ints
    named: Ints


def unlisted(logins: Logins, group_of: Small, home_of: Small, other: Small, countries: int, often: float) -> Hidden:
    """The addresses, or networks, whose users name many other countries.

    Args:
        logins: of all.
        group_of: the group of each address: itself, or its network's part in one country; -1 for one that does not
            count anyway.
        home_of: the country of each group.
        other: the country that something other than a login names for each identity, -1 where nothing does.
        countries: how many there are.
        often: least share of an identity's days that make it a user of the group.

    Returns:
        The groups in order of number.
    """
    groups = len(home_of)
    users, elsewhere = _users(logins.start, logins.order, logins.place, group_of, home_of, other, often)
    share = elsewhere / np.maximum(users, 1)
    by_country = [np.bincount(home_of, n, minlength=countries)[home_of].astype(np.int64) for n in (users, elsewhere)]
    others = by_country[0] - users
    usual = (by_country[1] - elsewhere) / np.maximum(others, 1)
    far = np.where(others >= USERS, share >= TIMES * usual, share >= ELSEWHERE_ALONE)
    likely = np.flatnonzero((users >= USERS) & (share >= ELSEWHERE) & far)
    row_of = np.full(groups, -1, np.int32)
    row_of[likely] = np.arange(len(likely), dtype=np.int32)
    tally = _tally(logins.start, logins.order, logins.place, group_of, other, row_of, len(likely), countries, often)
    tally[np.arange(len(likely)), home_of[likely]] = 0
    named = tally.sum(axis=1) ** 2 / np.maximum((tally.astype(np.float64) ** 2).sum(axis=1), 1)
    found = likely[named >= NAMED]
    return Hidden(found, users[found], elsewhere[found], np.rint(named[named >= NAMED]).astype(np.int64))


@numba.njit(cache=True)
def _groups(
    begin: int, end: int, order: Small, place: Small, group_of: Small, often: float
) -> Small:  # pragma: no cover  compiled
    """The groups that hold at least the share `often` of one identity's rows, in order."""
    found = np.empty(end - begin, np.int32)
    n = 0
    for at in range(begin, end):
        group = group_of[place[order[at]]]
        if group >= 0:
            found[n] = group
            n += 1
    found = np.sort(found[:n])
    kept, at = 0, 0
    while at < n:
        to = at
        while to < n and found[to] == found[at]:
            to += 1
        if to - at >= often * n:
            found[kept] = found[at]
            kept += 1
        at = to
    return found[:kept]


@numba.njit(cache=True)
def _users(
    start: Ints, order: Small, place: Small, group_of: Small, home_of: Small, other: Small, often: float
) -> tuple[Ints, Ints]:  # pragma: no cover  compiled
    """Of each group: users of whom something else names a country, and of them those whom it names another."""
    users, elsewhere = np.zeros(len(home_of), np.int64), np.zeros(len(home_of), np.int64)
    for iid in range(len(start) - 1):
        if other[iid] < 0:
            continue
        found = _groups(start[iid], start[iid + 1], order, place, group_of, often)
        for i in range(len(found)):
            users[found[i]] += 1
            elsewhere[found[i]] += other[iid] != home_of[found[i]]
    return users, elsewhere


@numba.njit(cache=True)
def _tally(
    start: Ints,
    order: Small,
    place: Small,
    group_of: Small,
    other: Small,
    row_of: Small,
    rows: int,
    countries: int,
    often: float,
) -> Ints:  # pragma: no cover  compiled
    """How many users of each group that has a row name which country."""
    tally = np.zeros((rows, countries), np.int64)
    for iid in range(len(start) - 1):
        if other[iid] < 0:
            continue
        found = _groups(start[iid], start[iid + 1], order, place, group_of, often)
        for i in range(len(found)):
            if row_of[found[i]] >= 0:
                tally[row_of[found[i]], other[iid]] += 1
    return tally
