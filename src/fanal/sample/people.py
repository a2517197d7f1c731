"""The invented persons of the platform sample: where they live, with whom, what they share, when they came.

Columns of numpy arrays, one row a person; nothing here is text yet (see `wording`). Ages are adult.
"""

from dataclasses import dataclass

import numpy as np

from fanal.sample.draw import Flags, Floats, Ints, chosen, stream
from fanal.sample.letters import DAY
from fanal.sample.places import countries
from fanal.sample.plan import END, START, Plan

HEAVY_EVERY = 2000
ACCOUNTS_OF_MOST = np.array([0.86, 0.09, 0.03, 0.012, 0.005, 0.003])
HOUSEHOLD_SIZES = np.array([0.93, 0.04, 0.015, 0.01, 0.005])
VPN_SHARE, LIAR_SHARE, AWAY_SHARE = 1 / 6, 0.04, 0.1
GIVEN_NAMES, SURNAMES = 72, 4096
RECYCLE_SHARE = 0.003
NEVER = END + 1


@dataclass
class People:
    """One row a person.

    Attributes:
        accounts: how many he holds on platform and forum together.
        country: index into `places.countries()`.
        head: the first person of his household; himself where he lives alone.
        shares_home, shares_phone, shares_device: whether his household does.
        born: days since 1970. given, surname: name numbers. surname is the household's for most.
        vpn: hides most logins. liar: states another country.
        away: index of a second country or -1; he is there from `left_at` until `back_at` (NEVER: moved for good).
        phone_of: whose number he writes: his own, his household's, or one that a stranger had before him.
        recycled: his number was a stranger's before, or will be after him.
        joined: seconds since 1970. peak: local hour of most activity.
    """

    accounts: Ints
    country: Ints
    head: Ints
    shares_home: Flags
    shares_phone: Flags
    shares_device: Flags
    born: Ints
    given: Ints
    surname: Ints
    vpn: Flags
    liar: Flags
    stated: Ints
    away: Ints
    left_at: Ints
    back_at: Ints
    phone_of: Ints
    recycled: Flags
    joined: Ints
    peak: Floats
    rank_in_country: Ints

    def __len__(self) -> int:
        return len(self.country)

    @property
    def in_household(self) -> Flags:
        """Whether he lives with another person of the sample."""
        return np.asarray(np.bincount(self.head, minlength=len(self))[self.head] > 1)


def _accounts(rng: np.random.Generator, total: int) -> Ints:
    """Accounts per person, adding up to `total`: mostly one, a few two dozen."""
    n = rng.choice(np.arange(1, 7), size=total, p=ACCOUNTS_OF_MOST)
    heavy = np.arange(137, total, HEAVY_EVERY)
    n[heavy] = rng.integers(12, 25, len(heavy))
    reached = np.cumsum(n)
    persons = int(np.searchsorted(reached, total)) + 1
    n = n[:persons]
    n[-1] -= reached[persons - 1] - total
    return n.astype(np.int64)


def _households(rng: np.random.Generator, persons: int) -> Ints:
    size = rng.choice(np.arange(1, 6), size=persons, p=HOUSEHOLD_SIZES)
    first = np.cumsum(size) - size
    return np.repeat(first, size)[:persons].astype(np.int64)


def _recycled(rng: np.random.Generator, country: Ints, joined: Ints, alone: Flags) -> tuple[Ints, Ints]:
    """Pairs of strangers of one country, the second of whom came two years or more after the first."""
    third = (END - START) // 3
    wanted = max(2, int(len(country) * RECYCLE_SHARE))
    early = np.flatnonzero(alone & (joined < START + third))
    late = np.flatnonzero(alone & (joined > START + 2 * third))
    early = rng.permutation(early)[: 4 * wanted]
    late = rng.permutation(late)[: 4 * wanted]
    early = early[np.argsort(country[early], kind="stable")]
    late = late[np.argsort(country[late], kind="stable")]
    place_e = np.arange(len(early)) - np.searchsorted(country[early], country[early])
    place_l = np.arange(len(late)) - np.searchsorted(country[late], country[late])
    key_e, key_l = country[early] * len(country) + place_e, country[late] * len(country) + place_l
    _, at_e, at_l = np.intersect1d(key_e, key_l, assume_unique=True, return_indices=True)
    some = rng.permutation(len(at_e))[:wanted]
    return early[at_e[some]], late[at_l[some]]


def invented(plan: Plan, seed: int) -> People:
    """The persons of a plan."""
    rng = stream(seed, "people")
    accounts = _accounts(rng, plan.registered)
    n = len(accounts)
    head = _households(rng, n)
    weights = np.array([c.weight for c in countries()], dtype=np.float64)
    country = chosen(rng, weights, n)[head]
    alone = np.bincount(head, minlength=n)[head] == 1
    joined = START + (rng.random(n) ** 0.75 * (END - START - 3 * DAY)).astype(np.int64)
    liar = rng.random(n) < LIAR_SHARE
    stated = np.where(liar, chosen(rng, weights, n), country)
    goes = rng.random(n) < AWAY_SHARE
    away = chosen(rng, weights, n)
    away = np.where(goes & (away != country), away, -1)
    left_at = START + (rng.random(n) * (END - START)).astype(np.int64)
    for_good = rng.random(n) < 0.5  # noqa: PLR2004  half of those who leave come back within two months
    back_at = np.where(for_good, NEVER, left_at + rng.integers(5, 60, n) * DAY)
    phone_shared = (rng.random(n) < 0.5)[head] & ~alone  # noqa: PLR2004  half of all households
    device_shared = (rng.random(n) < 0.5)[head] & ~alone  # noqa: PLR2004
    phone_of = np.where(phone_shared & (rng.random(n) < 0.7), head, np.arange(n))  # noqa: PLR2004  some have their own too
    before, after = _recycled(rng, country, joined, alone)
    phone_of[after] = before
    recycled = np.zeros(n, dtype=np.bool_)
    recycled[before] = recycled[after] = True
    family_name = rng.random(n) < 0.75  # noqa: PLR2004
    surname = rng.integers(0, SURNAMES, n)
    order = np.argsort(country, kind="stable")
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.arange(n) - np.searchsorted(country[order], country[order])
    return People(
        accounts=accounts, country=country, head=head,
        shares_home=(rng.random(n) < 0.9)[head] & ~alone,  # noqa: PLR2004
        shares_phone=phone_shared, shares_device=device_shared,
        born=(rng.beta(2.0, 2.6, n) * 48 * 365.25).astype(np.int64) - 19 * 365,
        given=rng.integers(0, GIVEN_NAMES, n), surname=np.where(family_name, surname[head], surname),
        vpn=rng.random(n) < VPN_SHARE, liar=stated != country, stated=stated,
        away=away, left_at=left_at, back_at=back_at, phone_of=phone_of, recycled=recycled, joined=joined,
        peak=np.where(rng.random(n) < 0.8, rng.normal(21.0, 1.8, n), rng.normal(14.0, 3.0, n)),  # noqa: PLR2004
        rank_in_country=rank,
    )  # fmt: skip
