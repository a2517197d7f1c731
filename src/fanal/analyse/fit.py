"""Moves the shipped constants of `coherence` towards what the case at hand shows. Arrays in, constants out.

Two things are learned without anyone's help, by expectation and maximisation (Winkler 1988; Dempster, Laird
and Rubin 1977): the chances of each comparison, and how personal a value of each kind is. How personal one
value is follows from both (a Beta prior, updated with the comparisons behind that value alone). What ships
counts as so many pairs already seen, so that a small case moves nothing much, and no weight moves further
than MOST. Where officers have decided enough pairs, those enter with their verdicts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from fanal.analyse.coherence import ALSO, BIT, COMPARISONS, GROUPS, KINDS, WEIGHT, Floats, Ints
from fanal.analyse.distinct import distinct
from fanal.analyse.saying import said_of_values

ROUNDS = 12
#: As how many pairs of one person, and of two, the shipped chances count; and as how many values a kind's prior.
SHIPPED_PAIRS, SHIPPED_VALUES = 150.0, 20.0
#: No learned weight moves further from the shipped one than this, and none changes its sign. What a household has in
#: common anyway hardly moves: who lies between one person and strangers cannot be learned without knowing the people.
MOST = {
    "only": 0.0, "neither": 0.0, "birth": 0.5, "name": 1.0, "home": 0.15, "hours": 0.3, "hide": 0.8, "elsewhere": 0.8,
    "countr": 0.3, "language": 0.15, "also": 0.5, "mailboxes": 0.3, "numbers": 0.3, "devices": 0.3,
}  # fmt: skip
#: How far the prior of a kind and size may rise above the shipped one, and fall below it.
RISE, FALL = 0.5, 2.5
#: Two people behind a value of more accounts are strangers, not a household: the chances are not learned from them.
HOUSEHOLD = 12
#: How often two accounts behind a value that several people share are one person's, at most.
SEVERAL = 0.35
#: What the pairs behind a value say of it counts at so much: they have accounts in common, so that one odd account, or
#: one thing that a household does alike, speaks out of several of them.
TOLD_SHARE = 0.7
#: What all comparisons behind a value may add to, or take from, the log-odds that it is one person's.
TOLD_MOST = 8.0
#: Sizes of values (accounts behind them) from which on a prior of its own is learned, and what each costs at first.
SIZES = np.array([2, 3, 5, 9, 20, 60])
COST = np.array([0.0, 0.1, 0.3, 0.7, 1.2, 2.5])
#: Pairs that officers decided, of each verdict, from which on they count; and as how many undecided ones each counts.
DECIDED_EACH, DECIDED_ALL, DECIDED_WEIGHT = 50, 200, 3.0
#: More pairs than that teach nothing new; of more, whole values are left out.
LEARNED_FROM = 400_000
# What accounts state and do, one thing each; which other values they share is not independent from pair to pair.
STATED = (
    *(group for group in GROUPS if not any(name.startswith("also_") for name in group)),
    ("same_username",),
    ("same_verified_person", "verified_people_differ"),
    ("documents_differ",),
)
# A household has these in common: however many agree, that makes no value one person's.
_AT_HOME = ("same_home", "same_hours", "both_hide", "same_elsewhere", "same_country", "same_language")
HOUSEHOLDS = tuple(group for group in GROUPS if group[0] in _AT_HOME)
_KIND = {rule.name for rule in KINDS}
_RULE = {rule.name: rule for rule in (*COMPARISONS, *ALSO)}


@dataclass(frozen=True)
class Seen:
    """Pairs of accounts that met behind a value by no choice of features.

    Attributes:
        mask: bits of the comparisons that hold. value: place of the value. weight: as how many pairs it counts.
        size: accounts behind each value.
    """

    mask: Ints
    value: Ints
    weight: Floats
    size: Ints

    @cached_property
    def patterns(self) -> tuple[Ints, Ints]:
        """The different masks, and for each pair the place of its own. One that nobody shows stands among them."""
        masks, place = distinct(np.append(self.mask, 0))
        return masks, place[:-1]

    @cached_property
    def shares(self) -> Floats:
        """Values by STATED: as how much of an independent pair each of a value's pairs that tell of it counts.

        k accounts make k(k-1)/2 pairs of which only k-1 are independent.
        """
        n = len(self.size)
        masks, place = self.patterns
        every = self.size * (self.size - 1) / 2 / np.maximum(np.bincount(self.value, minlength=n), 1)
        found = np.empty((n, len(STATED)))
        for thing, group in enumerate(STATED):
            tells = (masks & sum(BIT[name] for name in group)) != 0
            telling = np.bincount(self.value, weights=tells[place], minlength=n)
            accounts = (1 + np.sqrt(1 + 8 * telling * every)) / 2
            found[:, thing] = (accounts - 1) / np.maximum(telling, 1)
        return found


@dataclass(frozen=True)
class Values:
    """What is known of each value before anything behind it is compared.

    Attributes:
        kind: place in KINDS. size: accounts behind it. host: of a mailbox, a number from 1; 0 for all else.
    """

    kind: Ints
    size: Ints
    host: Ints

    @property
    def cell(self) -> Ints:
        """Place in a flattened Constants.prior."""
        return np.asarray(self.kind * len(SIZES) + size_class(self.size))


@dataclass(frozen=True)
class Decided:
    """Pairs that officers decided: bits of what holds, and 1.0 for one person, 0.0 for two."""

    mask: Ints
    same: Floats

    @property
    def enough(self) -> bool:
        """Whether they are enough to learn from."""
        alike = int(self.same.sum())
        return len(self.same) >= DECIDED_ALL and min(alike, len(self.same) - alike) >= DECIDED_EACH


@dataclass(frozen=True)
class Constants:
    """What a run uses.

    Attributes:
        weight: by rule name. prior: log-odds by place in KINDS and size of the value (SIZES).
        host: what the prior of a mailbox loses or gains by its host, by number; the first stands for all else.
        other: how often the rule holds for two people, by name.
        decided: for each rule, decided pairs that show what it compares. seen: undecided ones, by their weight.
    """

    weight: Mapping[str, float]
    prior: Floats
    host: Floats
    other: Mapping[str, float]
    decided: Mapping[str, int]
    seen: Mapping[str, int]

    def start(self, values: Values) -> Floats:
        """Log-odds that two accounts behind each value are one person's, before anything is compared."""
        return np.asarray(self.prior.ravel()[values.cell] + self.host_of(values))

    def host_of(self, values: Values) -> Floats:
        """What each value's host adds; nothing where no host was learned."""
        return self.host[values.host] if len(self.host) > 1 else np.zeros(len(values.host))


def shipped() -> Constants:
    """The constants as they ship."""
    base = np.array([rule.weight for rule in KINDS])
    nothing = dict.fromkeys(_RULE, 0)
    return Constants(
        dict(WEIGHT),
        base[:, None] - COST[None, :],
        np.zeros(1),
        {name: rule.other for name, rule in _RULE.items()},
        nothing,
        nothing,
    )


def constant_table(used: Constants) -> pa.Table:
    """Every constant that a run used beside the one that ships: weights of rules, then priors by kind and size."""
    rows = [
        {
            "rule": name,
            "shipped": WEIGHT[name],
            "used": float(used.weight[name]),
            "decided_pairs": used.decided.get(name, 0),
            "pairs": used.seen.get(name, 0),
        }
        for name in used.weight
        if name not in _KIND
    ]
    ships = shipped().prior
    for kind, rule in enumerate(KINDS):
        for place, size in enumerate(SIZES):
            least, known = float(ships[kind, place]), float(used.prior[kind, place])
            rows.append(
                {"rule": f"{rule.name} {size}+", "shipped": least, "used": known, "decided_pairs": 0, "pairs": 0}
            )
    return pa.Table.from_pylist(rows)


def size_class(size: Ints) -> Ints:
    """Place in SIZES of a number of accounts behind a value."""
    return np.maximum(np.searchsorted(SIZES, size, side="right") - 1, 0)


def told(mask: Ints, weight: Mapping[str, float]) -> Floats:
    """The summed weights of the comparisons whose bits are set."""
    kinds, place = distinct(mask)
    score = np.zeros(len(kinds))
    for name in _RULE:
        score += np.where(kinds & BIT[name], weight[name], 0.0)
    return np.asarray(score[place])


def sigmoid(x: Floats) -> Floats:
    """The probability of log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -30, 30))))


def logit(p: Floats) -> Floats:
    """The log-odds of a probability."""
    p = np.clip(p, 1e-9, 1 - 1e-9)
    return np.asarray(np.log(p / (1 - p)))


@dataclass(frozen=True)
class Personal:
    """How personal each value is: one person's alone, or shared by several who have a few accounts each.

    Attributes:
        odds: log-odds that all accounts behind the value are one person's.
        apart: how often two accounts are one person's where several share the value.
    """

    odds: Floats
    apart: Floats

    def pair(self, value: Ints, own: Floats) -> Floats:
        """Probability that two accounts behind a value are one person's, what their own comparison said left out."""
        alone = sigmoid(self.odds[value] - own)
        return np.asarray(alone + (1 - alone) * self.apart[value])

    @property
    def mean(self) -> Floats:
        """Probability that any two accounts behind a value are one person's."""
        alone = sigmoid(self.odds)
        return np.asarray(alone + (1 - alone) * self.apart)


def personal(seen: Seen, values: Values, used: Constants) -> tuple[Personal, Floats]:
    """How personal values are, from what the accounts behind each state and do.

    Of each thing compared, the mean over the pairs that tell of it counts as often as independent pairs are among them.

    Args:
        seen: pairs.
        values: behind which they met.
        used: constants.

    Returns:
        The values, and for each pair what it said of its value.
    """
    n, size = len(values.kind), values.size
    masks, place = seen.patterns
    start = sigmoid(used.start(values))
    apart = np.minimum(np.minimum(SEVERAL, 2.0 / np.maximum(size, 1)), start / 2)
    scores = [
        np.asarray(sum(np.where(masks & BIT[name], used.weight[name], 0.0) for name in group)) for group in STATED
    ]
    limited = [group in HOUSEHOLDS for group in STATED]
    said = said_of_values(seen.value, place, apart, scores, seen.shares, limited)
    said *= TOLD_SHARE
    total = np.bincount(seen.value, weights=said, minlength=n)
    odds = logit((start - apart) / (1 - apart))
    return Personal(odds + np.clip(total, -TOLD_MOST, TOLD_MOST), apart), said


def fit(seen: Seen, values: Values, decided: Decided) -> Constants:
    """Constants for this case.

    Args:
        seen: fair pairs behind values.
        values: behind which they met.
        decided: what officers decided.
    """
    used = shipped()
    if len(seen.value) > LEARNED_FROM:
        keep = seen.value % (len(seen.value) // LEARNED_FROM + 1) == 0
        seen = Seen(seen.mask[keep], seen.value[keep], seen.weight[keep], seen.size)
    if not decided.enough:
        decided = Decided(np.zeros(0, dtype=np.int64), np.zeros(0))
    kinds, place = distinct(np.concatenate((seen.mask, decided.mask)))
    heavy = np.full(len(decided.mask), DECIDED_WEIGHT)
    there = np.flatnonzero(np.bincount(seen.value))
    small = np.where(values.size[seen.value] <= HOUSEHOLD, seen.weight, 0.0)
    for _ in range(ROUNDS):
        masks, at = seen.patterns
        score = told(masks, used.weight)[at]
        found, said = personal(seen, values, used)
        posterior = sigmoid(logit(found.pair(seen.value, said)) + score)
        alike = np.concatenate((small * posterior, heavy * decided.same))
        apart = np.concatenate((small * (1 - posterior), heavy * (1 - decided.same)))
        same = np.asarray(np.bincount(place, weights=alike, minlength=len(kinds)), dtype=np.float64)
        other = np.asarray(np.bincount(place, weights=apart, minlength=len(kinds)), dtype=np.float64)
        weight, chance = _chances(kinds, same, other)
        mean = found.mean[there]
        used = Constants(
            # What a host costs its mailboxes is not the price of all mailboxes.
            weight, _priors(values.cell[there], sigmoid(logit(mean) - used.host_of(values)[there])),
            _hosts(values.host, there, mean, used.prior.ravel()[values.cell]), chance, used.decided, used.seen,
        )  # fmt: skip
    counted = {name: round(float(seen.weight[(seen.mask & _group_bits(name)) != 0].sum())) for name in _RULE}
    judged = {name: int(((decided.mask & _group_bits(name)) != 0).sum()) for name in _RULE}
    return Constants(used.weight, used.prior, used.host, used.other, judged, counted)


def _group_bits(name: str) -> int:
    return next((sum(BIT[n] for n in group) for group in GROUPS if name in group), BIT[name])


def _most(name: str) -> float:
    return next(most for word, most in MOST.items() if word in name)


def _chances(kinds: Ints, same: Floats, other: Floats) -> tuple[dict[str, float], dict[str, float]]:
    """Weights and chances from how often each pattern was seen, of one person and of two."""
    weight, chance = dict(WEIGHT), {name: rule.other for name, rule in _RULE.items()}
    for group in GROUPS:
        seen_same = np.array([same[(kinds & BIT[name]) != 0].sum() for name in group])
        seen_other = np.array([other[(kinds & BIT[name]) != 0].sum() for name in group])
        m = seen_same + SHIPPED_PAIRS * np.array([_RULE[name].same for name in group])
        u = seen_other + SHIPPED_PAIRS * np.array([_RULE[name].other for name in group])
        for name, up, down in zip(group, m / m.sum(), u / u.sum(), strict=True):
            ships, most = WEIGHT[name], _most(name)
            moved = float(np.clip(np.log(up / down), ships - most, ships + most))
            weight[name] = round(max(moved, 0.0) if ships > 0 else min(moved, 0.0), 3)
            chance[name] = float(down)
    return weight, chance


def _priors(cell: Ints, p: Floats) -> Floats:
    """Log-odds of each kind and size: the mean over its values, the shipped one counting as SHIPPED_VALUES."""
    ships = shipped().prior
    n = np.bincount(cell, minlength=ships.size).reshape(ships.shape)
    total = np.bincount(cell, weights=p, minlength=ships.size).reshape(ships.shape)
    mean = (total + SHIPPED_VALUES * sigmoid(ships)) / (n + SHIPPED_VALUES)
    return np.clip(logit(mean), ships - FALL, ships + RISE)


def _hosts(host: Ints, there: Ints, mean: Floats, prior: Floats) -> Floats:
    """What mailboxes of each host lose or gain beside all mailboxes: a host where anyone opens any box loses."""
    count = int(host.max(initial=0)) + 1
    usual = sigmoid(prior[there])
    n = np.bincount(host[there], minlength=count)
    before = np.bincount(host[there], weights=usual, minlength=count) / np.maximum(n, 1)
    after = (np.bincount(host[there], weights=mean, minlength=count) + SHIPPED_VALUES * before) / (n + SHIPPED_VALUES)
    moved = np.where(n > 0, logit(after) - logit(before), 0.0)
    moved[0] = 0.0
    return np.asarray(np.clip(moved, -FALL, 0.0))
