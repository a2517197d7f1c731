"""Who pays from which wallet: own ones, and the custodial ones of exchanges that many customers pay from."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from fanal.sample import coins
from fanal.sample.accounts import PLATFORM, Accounts, active_span
from fanal.sample.draw import Ints, chosen, stream
from fanal.sample.letters import Text
from fanal.sample.plan import Plan

BTC, ETH = 0, 1
ASSETS = ("BTC", "ETH")
CUSTODIAL = 40
RECEIVING = 200


@dataclass
class Wallets:
    """The wallets of the sample.

    Attributes:
        payers: rows of accounts that pay. persons: who stands behind them, ascending.
        first, count: the stretch of each of these persons' wallets in `text`.
        asset, text: of every own wallet. custodial, receiving: addresses that many share, by asset the same way.
    """

    payers: Ints
    persons: Ints
    first: Ints
    count: Ints
    asset: Ints
    text: Text
    custodial_asset: Ints
    custodial: Text
    receiving_asset: Ints
    receiving: Text

    def place(self, person: Ints) -> Ints:
        """The row in `persons` of each person; only for persons who are there."""
        return np.searchsorted(self.persons, person)


def _addresses(rng: np.random.Generator, n: int) -> tuple[Ints, Text]:
    """`n` addresses of all forms and the asset of each."""
    form = rng.choice(6, size=n, p=(0.14, 0.1, 0.24, 0.07, 0.27, 0.18))
    payload = rng.integers(0, 256, (n, 32), dtype=np.uint8)
    payload[:, 0] |= 16
    short = payload[:, :20]
    made = (
        coins.base58check(0, short[form == 0]),
        coins.base58check(5, short[form == 1]),
        coins.segwit(0, short[form == 2]),  # noqa: PLR2004  the forms are numbered
        coins.segwit(1, payload[form == 3]),  # noqa: PLR2004
        coins.ethereum(short[form == 4], capitals=True),  # noqa: PLR2004
        coins.ethereum(short[form == 5], capitals=False),  # noqa: PLR2004
    )
    order = np.argsort(form, kind="stable")
    back = np.empty(n, dtype=np.int64)
    back[order] = np.arange(n)
    return np.where(form >= 4, ETH, BTC), pa.concat_arrays(made).take(pa.array(back))  # noqa: PLR2004


def opened(accounts: Accounts, plan: Plan, seed: int) -> Wallets:
    """Payers of the plan and their wallets: one for most, up to three."""
    rng = stream(seed, "wallets")
    rows = accounts.rows(PLATFORM)
    weight = accounts.rate[rows] * (0.02 + active_span(accounts)[rows])
    # A key of exponential races draws without replacement by weight, in one pass.
    race = rng.exponential(1.0, len(rows)) / weight
    payers = np.sort(rows[np.argsort(race, kind="stable")[: plan.payers]])
    persons = np.unique(accounts.holder[payers])
    count = rng.choice((1, 2, 3), size=len(persons), p=(0.7, 0.22, 0.08))
    asset, text = _addresses(rng, int(count.sum()))
    custodial_asset, custodial = _addresses(rng, CUSTODIAL)
    receiving_asset, receiving = _addresses(rng, RECEIVING)
    return Wallets(
        payers, persons, np.cumsum(count) - count, count, asset, text,
        custodial_asset, custodial, receiving_asset, receiving,
    )  # fmt: skip


@dataclass
class Payments:
    """One row a payment, in order of time. `wallet` counts own wallets from 0 and custodial ones from -1 down."""

    account: Ints
    at: Ints
    asset: Ints
    wallet: Ints
    receiver: Ints
    amount: Ints


def paid(accounts: Accounts, wallets: Wallets, seed: int) -> Payments:
    """Payments of every payer over his account's life, five on average. `amount` is in 10^-8 of the asset."""
    rng = stream(seed, "payments")
    account = np.repeat(wallets.payers, rng.geometric(0.2, len(wallets.payers)))
    n = len(account)
    life = accounts.last[account] - accounts.created[account]
    at = accounts.created[account] + (rng.random(n) * life).astype(np.int64)
    order = np.argsort(at, kind="stable")
    account, at = account[order], at[order]
    place = wallets.place(accounts.holder[account])
    own = wallets.first[place] + (rng.random(n) * wallets.count[place]).astype(np.int64)
    shared = chosen(rng, 1.0 / np.arange(1, CUSTODIAL + 1), n)
    custodial = rng.random(n) < 0.2  # noqa: PLR2004  one payment in five comes straight from an exchange
    asset = np.where(custodial, wallets.custodial_asset[shared], wallets.asset[own])
    receiver = np.empty(n, dtype=np.int64)
    for each in (BTC, ETH):
        pool = np.flatnonzero(wallets.receiving_asset == each)
        mine = asset == each
        receiver[mine] = pool[rng.integers(0, len(pool), int(mine.sum()))]
    euros = rng.choice((10, 15, 20, 40), size=n)
    per_euro = np.where(asset == BTC, 2_500, 45_000)
    amount = (euros * per_euro * rng.uniform(0.6, 1.6, n)).astype(np.int64)
    return Payments(account, at, asset, np.where(custodial, -1 - shared, own), receiver, amount)
