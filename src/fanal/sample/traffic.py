"""When accounts log in and from where: week by week, in order of time, never all at once.

A person's address is computed for the instant asked: his household's line, his telephone network's shared
address, an exit of the VPN he hides behind, or a line in the country that he is in just then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from fanal.sample.accounts import Accounts
from fanal.sample.draw import Ints, below, chosen, mixed, share, split, stream
from fanal.sample.letters import DAY
from fanal.sample.people import NEVER, People
from fanal.sample.places import access_space, countries, vpn_exits
from fanal.sample.plan import END, START, WEEK

HIDDEN = 0.85
MOBILE = 0.15
MOBILE_POOL = 1500


@dataclass
class Logins:
    """One row a login, in order of time: account row, seconds since 1970, IPv4 address as a number."""

    account: Ints
    at: Ints
    ip: Ints


def country_at(people: People, person: Ints, at: Ints) -> Ints:
    """The country each person is in at an instant."""
    gone = (people.away[person] >= 0) & (at >= people.left_at[person]) & (at < people.back_at[person])
    return np.where(gone, people.away[person], people.country[person])


def addresses(people: People, person: Ints, at: Ints, draw: Ints, seed: int) -> Ints:
    """The address each person shows at an instant; `draw` is any number that differs from row to row."""
    country = country_at(people, person, at)
    at_home = country == people.country[person]
    line = np.where(at_home & people.shares_home[person], people.head[person], person)
    # One to five lines over the three years, changed at a person's own dates.
    lines = 1 + below(line, seed + 21, 5)
    turn = ((at - START) / (END - START) * lines + share(line, seed + 22)).astype(np.int64)
    turn = np.where(at_home, turn, 17)
    space = access_space()
    home = mixed(line * 64 + turn, seed + 23)
    mobile = mixed(below(person * 1009 + draw % 5, seed + 24, MOBILE_POOL), seed + 25)
    seen = space.address(country, np.where(share(draw, seed + 26) < MOBILE, mobile, home))
    exits = vpn_exits()
    exit_ = exits[below(person * 16 + draw % 7, seed + 27, len(exits))]
    hides = people.vpn[person] & (share(draw, seed + 28) < HIDDEN)
    return np.where(hides, exit_, seen)


def moved_for_good(people: People) -> Ints:
    """Where each person lives at the end: the second country of those who never came back."""
    moved = (people.away >= 0) & (people.back_at == NEVER) & (people.left_at < END)
    return np.where(moved, people.away, people.country)


def weeks(
    people: People, accounts: Accounts, rows: Ints, total: int, start: int, seed: int, part: str
) -> Iterator[Logins]:
    """`total` logins of the accounts in `rows` from `start` to END, a week at a time.

    Each week has its share of the total by how much its active accounts do.
    """
    rng = stream(seed, part)
    created, last, rate = accounts.created[rows], accounts.last[rows], accounts.rate[rows]
    borders = [*range(start, END, WEEK), END]
    stretches = list(pairwise(borders))
    busy = np.array([float(rate[(created < e) & (last > b)].sum()) * (e - b) for b, e in stretches])
    offset = np.array([c.utc_offset for c in countries()])
    for (begin, end), count in zip(stretches, split(total, busy), strict=True):
        active = np.flatnonzero((created < end) & (last > begin))
        if not count:
            continue
        mine = active[chosen(rng, rate[active], int(count))]
        person = accounts.holder[rows[mine]]
        date = begin + rng.integers(0, (end - begin) // DAY, len(mine)) * DAY
        at = date + rng.integers(0, DAY, len(mine))
        local = people.peak[person] + rng.normal(0.0, 2.6, len(mine))
        hour = (local - offset[country_at(people, person, at)]) % 24
        at = date + (hour * 3600).astype(np.int64) + rng.integers(0, 60, len(mine))
        # The day's borders and the account's: nobody logs in before he registered.
        at = np.minimum(np.maximum(at, created[mine] + rng.integers(1, 600, len(mine))), END - 1)
        order = np.argsort(at, kind="stable")
        mine, at, person = mine[order], at[order], person[order]
        ip = addresses(people, person, at, rng.integers(0, 1 << 40, len(mine)), seed)
        yield Logins(rows[mine], at, ip)
