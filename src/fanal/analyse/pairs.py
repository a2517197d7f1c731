"""Which accounts are compared: those behind one identifier value, in time linear in their number.

Behind a value with few accounts every pair is compared. Behind one with many, each account is
compared with its neighbours in several orders (as they were seen, by birth year, by name, by user
name), so that a prolific offender's accounts find each other and a hub of thousands stays cheap.
"""

from dataclasses import dataclass

import numpy as np

from fanal.analyse.coherence import Features, Ints

ALL_PAIRS = 12
NEIGHBOURS = 8


@dataclass(frozen=True)
class Uses:
    """Which account uses which value: one row each, by value and account.

    Attributes:
        value: place of the value, dense from 0; `account`: account_id.
        kind: place in coherence.KINDS, per value.
        obs: smallest observation of the use.
        first_day: first day of the use, days since 1970, 0 unknown; `last_day`: the last one.
        paid: 1 where the value shows only who paid or signed for the account, not who uses it.
        host: of a mailbox, a number from 1, per value; 0 for all else.
    """

    value: Ints
    account: Ints
    kind: Ints
    obs: Ints
    first_day: Ints
    last_day: Ints
    paid: Ints
    host: Ints


@dataclass(frozen=True)
class Meetings:
    """Pairs of uses of one value, by place in `Uses`; `fair` where the choice of pair ignored all features."""

    left: Ints
    right: Ints
    fair: Ints


def meet(uses: Uses, f: Features) -> Meetings:
    """All pairs of uses to compare; each at most once a value."""
    sizes = np.bincount(uses.value) if len(uses.value) else np.zeros(0, dtype=np.int64)
    big = sizes[uses.value] > ALL_PAIRS if len(uses.value) else np.zeros(0, dtype=bool)
    left, right = _windows(uses.value, np.arange(len(uses.value)), ALL_PAIRS - 1)
    fair = np.ones(len(left), dtype=np.int64)
    large = np.flatnonzero(big)
    account = uses.account[large]
    for features in (
        (f.name_a[account], f.born_low[account]),
        (f.born_low[account], f.name_a[account]),
        (f.born_low[account], f.username[account]),
    ):
        own = large[np.lexsort((*features, uses.value[large]))]
        more_left, more_right = _windows(uses.value, own, NEIGHBOURS)
        left, right = np.concatenate((left, more_left)), np.concatenate((right, more_right))
        fair = np.concatenate((fair, np.zeros(len(more_left), dtype=np.int64)))
    swap = uses.account[left] > uses.account[right]
    left, right = np.where(swap, right, left), np.where(swap, left, right)
    # The first of equal pairs stays: a fair one where there is one.
    _, first = np.unique(left * np.int64(len(uses.value) + 1) + right, return_index=True)
    return Meetings(left[first], right[first], fair[first])


def _windows(value: Ints, order: Ints, reach: int) -> tuple[Ints, Ints]:
    """Pairs of places at most `reach` apart in `order` that have one value."""
    lefts, rights = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    ordered = value[order]
    at = np.arange(len(order))
    for step in range(1, reach + 1):
        at = at[at < len(order) - step]
        # Once a place has left its group at this distance it never comes back at a greater one.
        at = at[ordered[at] == ordered[at + step]]
        if not len(at):
            break
        lefts.append(order[at])
        rights.append(order[at + step])
    return np.concatenate(lefts), np.concatenate(rights)
