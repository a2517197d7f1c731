"""Writes truth/: who stands behind every account, and how many traps the sample holds. No other command reads it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from fanal.sample import accounts as a
from fanal.sample import wording
from fanal.sample.accounts import Accounts
from fanal.sample.customers import Customers
from fanal.sample.draw import Flags, Ints
from fanal.sample.forum import write_lines
from fanal.sample.kx import CHUNK
from fanal.sample.letters import DAY, Text, day, instant, joined, picked, where
from fanal.sample.people import NEVER, People
from fanal.sample.places import codes
from fanal.sample.plan import END
from fanal.sample.traffic import moved_for_good
from fanal.sample.wallets import Payments, Wallets

_MAIL = ("none", "main", "second", "thrown", "shared")


def account_keys(accounts: Accounts, rows: Ints) -> Text:
    """Account keys as the lake has them: kx:<id> and fo:<login>."""
    forum = accounts.site[rows] == a.FORUM
    return where(forum, joined("fo:", wording.usernames(accounts, rows)), joined("kx:", accounts.number[rows]))


def own_phone(people: People) -> Flags:
    """Whose number is nobody else's: not a household's, not recycled."""
    others = np.zeros(len(people), dtype=np.bool_)
    others[people.phone_of[people.phone_of != np.arange(len(people))]] = True
    return np.asarray((people.phone_of == np.arange(len(people))) & ~others)


def groups(people: People, accounts: Accounts, wallets: Wallets, payments: Payments, customers: Customers) -> Ints:
    """What the exhibits alone can show: accounts that one person's own identifiers hold together.

    Returns the number of its group for every account and then every customer. Shared, thrown-away and
    recycled identifiers hold nothing together.
    """
    n, m, persons = len(accounts), len(customers), len(people)
    mail = np.flatnonzero((accounts.mail == a.MAIN_MAIL) | (accounts.mail == a.SECOND_MAIL))
    # A national number is read with the country that its account states.
    readable = (accounts.phone_form != a.NATIONAL_PHONE) | (accounts.told_country == people.country[accounts.holder])
    phone = np.flatnonzero(accounts.has_phone & readable & own_phone(people)[accounts.holder])
    device = np.flatnonzero((accounts.device >= 0) & (accounts.device < 2 * persons))
    bought = np.flatnonzero(payments.wallet >= 0)
    customer_phone = np.flatnonzero(own_phone(people)[customers.holder])
    base = n + m
    left = [mail, phone, device, payments.account[bought], n + customer_phone, n + np.arange(m)]
    right = [
        base + accounts.holder[mail] * 2 + (accounts.mail[mail] == a.SECOND_MAIL),
        base + 2 * persons + accounts.holder[phone],
        base + 3 * persons + accounts.device[device],
        base + 5 * persons + payments.wallet[bought],
        base + 2 * persons + customers.holder[customer_phone],
        base + customers.holder * 2 + (customers.mailboxes() == a.SECOND_MAIL),
    ]
    place = wallets.place(customers.holder)
    for i in range(3):
        has = np.flatnonzero(wallets.count[place] > i)
        left.append(n + has)
        right.append(base + 5 * persons + wallets.first[place[has]] + i)
    size = base + 5 * persons + len(wallets.asset)
    rows, columns = np.concatenate(left), np.concatenate(right)
    graph = coo_array((np.ones(len(rows), dtype=np.bool_), (rows, columns)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    _, number = np.unique(label[:base], return_inverse=True)
    return np.asarray(number, dtype=np.int64)


def write_accounts(path: Path, people: People, accounts: Accounts, customers: Customers, group: Ints) -> None:
    """Write accounts.csv: one row an account of any platform."""
    lives = moved_for_good(people)
    hold = accounts.holder
    family = (accounts.device >= 2 * len(people)).astype(np.int32)
    device = np.where(accounts.device == a.NO_DEVICE, 0, np.where(accounts.device <= a.FIRST_DEFAULT, 3, 1 + family))
    own = own_phone(people)
    phone = np.where(~accounts.has_phone, 0, np.where(people.recycled[hold], 3, np.where(own[hold], 1, 2)))
    with path.open("wb") as file:
        file.write(b"account,person,country,home,told_country,household,vpn,mail,phone,device,group\n")
        for start in range(0, len(accounts), CHUNK):
            rows = np.arange(start, min(start + CHUNK, len(accounts)))
            p = hold[rows]
            told = where(accounts.told_country[rows] < 0, "", wording.country_codes(accounts.told_country[rows]))
            write_lines(
                file,
                joined(
                    account_keys(accounts, rows), ",", p, ",", picked(codes(), lives[p]), ",",
                    picked(codes(), people.country[p]), ",", told, ",", people.head[p], ",",
                    people.vpn[p].astype(np.int32), ",",
                    picked(_MAIL, accounts.mail[rows]), ",",
                    picked(("none", "own", "family", "recycled"), phone[rows]), ",",
                    picked(("none", "own", "family", "default"), device[rows]), ",", group[rows], "\n",
                ),
            )  # fmt: skip
        p = customers.holder
        write_lines(
            file,
            joined(
                "ex:", customers.keys(), ",", p, ",", picked(codes(), lives[p]), ",",
                picked(codes(), people.country[p]), ",", picked(codes(), lives[p]), ",", people.head[p], ",",
                people.vpn[p].astype(np.int32), ",", picked(_MAIL, customers.mailboxes()), ",",
                where(own[p], "own", where(people.recycled[p], "recycled", "family")), ",none,",
                group[len(accounts) :], "\n",
            ),
        )  # fmt: skip


def write_persons(path: Path, people: People) -> None:
    """Write persons.csv: one row a person."""
    with path.open("wb") as file:
        file.write(b"person,home,country,stated_country,born,household,vpn,liar,away,left_at,back_at,accounts\n")
        lives = moved_for_good(people)
        for start in range(0, len(people), CHUNK):
            p = np.arange(start, min(start + CHUNK, len(people)))
            away = people.away[p]
            back = where((away < 0) | (people.back_at[p] == NEVER), "", instant(people.back_at[p], "T", "Z"))
            write_lines(
                file,
                joined(
                    p, ",", picked(codes(), people.country[p]), ",", picked(codes(), lives[p]), ",",
                    picked(codes(), people.stated[p]), ",", day(people.born[p] * DAY), ",", people.head[p], ",",
                    people.vpn[p].astype(np.int32), ",", people.liar[p].astype(np.int32), ",",
                    where(away < 0, "", picked(codes(), np.maximum(away, 0))), ",",
                    where(away < 0, "", instant(people.left_at[p], "T", "Z")), ",", back, ",", people.accounts[p], "\n",
                ),
            )  # fmt: skip


def traps(people: People, accounts: Accounts, payments: Payments) -> dict[str, int]:
    """How many accounts (or payments, or persons) each trap of the sample touches."""
    hold = accounts.holder
    holders = np.bincount(accounts.inbox[accounts.mail == a.SHARED_MAIL])
    return {
        "accounts_in_shared_inboxes": int((accounts.mail == a.SHARED_MAIL).sum()),
        "largest_shared_inbox": int(holders.max()) if len(holders) else 0,
        "accounts_with_thrown_inboxes": int((accounts.mail == a.THROWN_MAIL).sum()),
        "accounts_with_default_devices": int((accounts.device <= a.FIRST_DEFAULT).sum()),
        "accounts_with_family_devices": int((accounts.device >= 2 * len(people)).sum()),
        "accounts_with_family_phones": int(
            (accounts.has_phone & people.shares_phone[hold] & (people.phone_of[hold] == people.head[hold])).sum()
        ),
        "persons_with_recycled_phones": int(people.recycled.sum()),
        "payments_from_custodial_wallets": int((payments.wallet < 0).sum()),
        "persons_behind_vpns": int(people.vpn.sum()),
        "persons_stating_another_country": int(people.liar.sum()),
        "persons_moved_or_travelling": int(((people.away >= 0) & (people.left_at < END)).sum()),
        "persons_with_a_dozen_accounts": int((people.accounts >= 12).sum()),  # noqa: PLR2004  the figure in the name
    }


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file with sorted keys."""
    path.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def text_column(values: Text) -> list[str]:
    """A short column as Python text; for a few hundred rows."""
    return [str(v) for v in pa.array(values).to_pylist()]
