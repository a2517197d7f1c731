"""The accounts of the platform and of its forum: who holds which, and which identifiers each one shows.

Keys, not text: `wording` turns them into addresses and numbers. Rows are in order of creation.
"""

from dataclasses import dataclass

import numpy as np

from fanal.sample.draw import Flags, Floats, Ints, chosen, stream
from fanal.sample.letters import DAY
from fanal.sample.people import People
from fanal.sample.plan import END, START

PLATFORM, FORUM = 0, 1
FORUM_SHARE = 0.067
NO_MAIL, MAIN_MAIL, SECOND_MAIL, THROWN_MAIL, SHARED_MAIL = range(5)
PLAIN, DOTTED, PLUS, UPPER, OTHER_DOMAIN = range(5)
INTERNATIONAL_PHONE, ZEROS_PHONE, NATIONAL_PHONE, SPACED_PHONE = range(4)
NO_DEVICE = -1
DEFAULT_DEVICES = ("00000000-0000-0000-0000-000000000000", "unknown", "9774d56d682e549c", "null")
FIRST_DEFAULT = -10
ID_GAP = 0.02


@dataclass
class Accounts:
    """One row an account of platform or forum.

    Attributes:
        holder: the person. site: PLATFORM or FORUM. number: native id on the platform, serial in the forum.
        created, last: seconds since 1970 of the first and last activity. rate: weight of its activity.
        mail, mail_form: which mailbox, written how. inbox: number of the shared throw-away inbox.
        has_phone, phone_form: whether it shows the number, and how it is written.
        device: key of a device; NO_DEVICE; FIRST_DEFAULT - i for a default id.
        own_name: whether the username is the one he uses everywhere.
        told_name, told_born, told_country: 0 not told, 1 true, 2 another (country: index or -1).
        agent: number of the browser.
    """

    holder: Ints
    site: Ints
    number: Ints
    created: Ints
    last: Ints
    rate: Floats
    mail: Ints
    mail_form: Ints
    inbox: Ints
    has_phone: Flags
    phone_form: Ints
    device: Ints
    own_name: Flags
    told_name: Ints
    told_born: Ints
    told_country: Ints
    agent: Ints

    def __len__(self) -> int:
        return len(self.holder)

    def rows(self, site: int) -> Ints:
        """Row numbers of one site's accounts, in order of creation."""
        return np.flatnonzero(self.site == site)


def _firsts(holder: Ints, site: Ints) -> Flags:
    """Whether a row is its holder's first on its site."""
    _, index = np.unique(holder * 2 + site, return_index=True)
    first = np.zeros(len(holder), dtype=np.bool_)
    first[index] = True
    return first


def shared_inboxes(people: People) -> int:
    """How many throw-away inboxes strangers share."""
    return max(3, len(people) // 2000)


def opened(people: People, seed: int) -> Accounts:
    """The accounts that these persons open."""
    rng = stream(seed, "accounts")
    holder = np.repeat(np.arange(len(people)), people.accounts)
    n = len(holder)
    slot = np.arange(n) - np.repeat(np.cumsum(people.accounts) - people.accounts, people.accounts)
    left = END - DAY - people.joined[holder]
    created = people.joined[holder] + np.where(slot == 0, 0, (rng.random(n) * left).astype(np.int64))
    order = np.argsort(created, kind="stable")
    holder, created = holder[order], created[order]
    many = people.accounts[holder] >= 12  # noqa: PLR2004  see people.HEAVY_EVERY: he takes more care
    site = np.where(rng.random(n) < FORUM_SHARE, FORUM, PLATFORM)
    mail = np.where(
        many,
        rng.choice(5, size=n, p=(0.10, 0.40, 0.20, 0.20, 0.10)),
        rng.choice(5, size=n, p=(0.06, 0.72, 0.12, 0.06, 0.04)),
    )
    inboxes = shared_inboxes(people)
    span = np.minimum(rng.exponential(220 * DAY, n).astype(np.int64) + DAY, END - 1 - created)
    own = rng.random(n)
    device = np.where(own < 0.75, holder * 2, holder * 2 + 1)  # noqa: PLR2004  a second device of one's own
    family = people.shares_device[holder] & (rng.random(n) < 0.5)  # noqa: PLR2004
    device = np.where(family, len(people) * 2 + people.head[holder], device)
    kind = rng.random(n)
    default = FIRST_DEFAULT - rng.choice(len(DEFAULT_DEVICES), size=n, p=(0.5, 0.25, 0.15, 0.1))
    device = np.where(kind < 0.04, default, np.where(kind < 0.34, NO_DEVICE, device))  # noqa: PLR2004
    gaps = rng.random(n) < ID_GAP
    number = np.empty(n, dtype=np.int64)
    for each in (PLATFORM, FORUM):
        rows = np.flatnonzero(site == each)
        number[rows] = np.cumsum(1 + gaps[rows])
    stated = people.stated[holder]
    return Accounts(
        holder=holder, site=site, number=number, created=created,
        last=created + np.maximum(span, 60), rate=rng.lognormal(0.0, 1.1, n),
        mail=mail, mail_form=rng.choice(5, size=n, p=(0.62, 0.12, 0.12, 0.08, 0.06)),
        inbox=chosen(rng, 1.0 / np.arange(1, inboxes + 1) ** 0.7, n),
        has_phone=(rng.random(n) < np.where(many, 0.25, 0.42)) | people.recycled[holder],
        phone_form=rng.choice(4, size=n, p=(0.55, 0.2, 0.1, 0.15)),
        device=device, own_name=_firsts(holder, site) & (rng.random(n) < 0.4),  # noqa: PLR2004
        told_name=rng.choice(3, size=n, p=(0.72, 0.2, 0.08)),
        told_born=rng.choice(3, size=n, p=(0.5, 0.42, 0.08)),
        told_country=np.where(rng.random(n) < 0.8, stated, -1),  # noqa: PLR2004
        agent=rng.integers(0, 40, n),
    )  # fmt: skip


def active_span(accounts: Accounts) -> Floats:
    """How long each account was in use, as a share of the platform's life."""
    return np.asarray((accounts.last - accounts.created) / (END - START), dtype=np.float64)
