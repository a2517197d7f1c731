"""Writes exchange.csv: what a crypto exchange answered about the customers behind wallets that paid the platform."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from fanal.sample import accounts as a
from fanal.sample import wording
from fanal.sample.draw import Flags, Ints, below, stream
from fanal.sample.forum import write_lines
from fanal.sample.letters import DAY, Text, csv_text, day, instant, joined, padded, picked, where
from fanal.sample.people import People
from fanal.sample.places import codes
from fanal.sample.plan import END, START, Plan
from fanal.sample.traffic import moved_for_good
from fanal.sample.wallets import Wallets

# Length of the national part of an account number (IBAN) by country; letters of a bank where one is needed.
_NATIONAL = {
    "DE": ("", 18), "FR": ("", 23), "ES": ("", 20), "BE": ("", 12), "AT": ("", 16), "PT": ("", 21), "PL": ("", 24),
    "NL": ("TEST", 10), "IE": ("TEST", 14), "FI": ("", 14), "SE": ("", 20), "DK": ("", 14), "CZ": ("", 20),
    "SK": ("", 20), "HU": ("", 24), "EE": ("", 16), "LT": ("", 16), "SI": ("", 15), "HR": ("", 17),
}  # fmt: skip


@dataclass
class Customers:
    """One row a customer of the exchange: the person, and when the exchange saw him first and last."""

    holder: Ints
    first: Ints
    last: Ints

    def __len__(self) -> int:
        return len(self.holder)

    def mailboxes(self) -> Ints:
        """Which of his mailboxes each gave the exchange: the main one, or one in ten the second."""
        return np.where(below(np.arange(len(self)), 103, 10) == 0, a.SECOND_MAIL, a.MAIN_MAIL)

    def keys(self) -> Text:
        """Native ids."""
        return joined("C", padded(np.arange(1, len(self) + 1), 6))


def opened(people: People, wallets: Wallets, plan: Plan, seed: int) -> Customers:
    """The customers of the plan, all of them persons who paid."""
    rng = stream(seed, "customers")
    holder = np.sort(rng.permutation(wallets.persons)[: plan.customers])
    if len(holder) < plan.customers:
        holder = np.concatenate([holder, rng.permutation(holder)[: plan.customers - len(holder)]])
    first = START - rng.integers(0, 900, len(holder)) * DAY + rng.integers(0, DAY, len(holder))
    return Customers(
        holder, first, np.minimum(people.joined[holder] + rng.integers(1, 800, len(holder)) * DAY, END - 1)
    )


def bank_accounts(people: People, holder: Ints) -> Text:
    """IBANs with right check digits at banks that do not exist (bank code 0); couples share one. None elsewhere."""
    owner = np.where(people.shares_home[holder], people.head[holder], holder)
    text = np.full(len(holder), None, dtype=object)
    home = people.country[owner]
    for code, (letters, digits) in _NATIONAL.items():
        mine = np.flatnonzero(home == codes().index(code))
        if not len(mine):
            continue
        serial = owner[mine] + 1
        # Check digits: the number with the country and 00 behind it, letters as 10 to 35, modulo 97.
        bank = "".join(str(ord(c) - 55) for c in letters)
        country = "".join(str(ord(c) - 55) for c in code)
        front = int(bank or 0) * pow(10, digits, 97) % 97
        rest = (front * 10**6 + serial % 97 * 10**6 + int(country + "00")) % 97
        check = 98 - rest
        made = joined(code, padded(check, 2), letters, padded(serial, digits))
        text[mine] = made.to_numpy(zero_copy_only=False)
    return pa.array(text, pa.string())


def _wallets(wallets: Wallets, holder: Ints) -> Text:
    """A customer's own addresses and the exchange's deposit address that he shares with others, with ; between."""
    place = wallets.place(holder)
    deposit = wallets.custodial.take(pa.array(below(holder, 101, len(wallets.custodial))))
    cell = wallets.text.take(pa.array(wallets.first[place]))
    for i in (1, 2):
        more: Flags = wallets.count[place] > i
        extra = wallets.text.take(pa.array(np.where(more, wallets.first[place] + i, 0)))
        cell = where(more, joined(cell, ";", extra), cell)
    return joined(cell, ";", deposit)


def write(path: Path, people: People, wallets: Wallets, customers: Customers) -> dict[str, int]:
    """Write the answer; returns its rows."""
    holder = customers.holder
    serial = np.arange(len(holder))
    form = below(serial, 102, 5)
    name = wording.surname_first(people.given[holder], people.surname[holder])
    which = customers.mailboxes()
    home = moved_for_good(people)[holder]
    # The owner of the number he writes: as everywhere else in the sample.
    phone = wording.phones(people, people.phone_of[holder], np.where(below(serial, 104, 3) == 0, a.SPACED_PHONE, 0))
    with path.open("wb") as file:
        file.write(b"customer_id,name,born,email,phone,country,document,bank_account,wallets,first_seen,last_seen\n")
        write_lines(
            file,
            joined(
                customers.keys(), ",", csv_text(name), ",",
                day(people.born[holder] * DAY), ",", csv_text(wording.mailbox(people, holder, which, form)), ",",
                csv_text(phone), ",", picked(codes(), home), ",", joined("X", padded(holder + 1, 8)), ",",
                csv_text(bank_accounts(people, holder)), ",", csv_text(_wallets(wallets, holder)), ",",
                instant(customers.first, "T", "Z"), ",", instant(customers.last, "T", "Z"), "\n",
            ),
        )  # fmt: skip
    return {"customers": len(customers)}
