"""Scores every pair that met behind a value: the values they share, then what they state. No engine, no table."""

from dataclasses import dataclass

import numpy as np

from fanal.analyse.coherence import (
    AGREES,
    BIT,
    CONTRADICTIONS,
    DISAGREES,
    GAP_MONTHS_DAYS,
    GAP_YEARS_DAYS,
    KIND_NAMES,
    KINDS,
    LINK,
    REVIEW,
    RULES,
    STRONG,
    WEIGHT,
    Features,
    Floats,
    Ints,
    compare,
    prior,
)
from fanal.analyse.pairs import Meetings, Uses

# A second shared value is not independent of the first (one sign-up form): it counts half.
FURTHER_VALUE = 0.5
REFUSED, IN_REVIEW, LINKED = 0, 1, 2


@dataclass(frozen=True)
class Meeting:
    """One value behind which a pair met.

    Attributes:
        a: account_id, the smaller one; `b`: the other.
        value: dense place of the value, -1 for a change of number.
        bit: of the rule in KINDS; `context`: bits of what else holds of this value.
        score: log-odds that the value gives alone.
        obs_a: the observation that shows a's use; `obs_b`: b's.
    """

    a: Ints
    b: Ints
    value: Ints
    bit: Ints
    context: Ints
    score: Floats
    obs_a: Ints
    obs_b: Ints


@dataclass
class Pairs:
    """Distinct pairs with their score and band (REFUSED, IN_REVIEW, LINKED).

    Attributes:
        a: account_id, the smaller one; `b`: the other. Sorted.
        llr: summed log-likelihood ratio; `mask`: bits of the rules behind it.
        best: dense place of the value that says most, -1 for none.
        of: for each meeting, the place of its pair.
    """

    a: Ints
    b: Ints
    llr: Floats
    mask: Ints
    best: Ints
    shared: Floats
    band: Ints
    of: Ints


@dataclass(frozen=True)
class Recorded:
    """Pairs that a source itself records as one: a change of number, a name in an address book.

    Attributes:
        a: account_id; `b`: the other; `obs`: the record; `rule`: which of coherence.KINDS it is.
    """

    a: Ints
    b: Ints
    obs: Ints
    rule: tuple[str, ...]


def score_meetings(uses: Uses, met: Meetings, f: Features, recorded: Recorded) -> Meeting:
    """The log-odds of each value for each pair behind it, given how the accounts behind it get on.

    Args:
        uses: who uses which value.
        met: pairs of uses.
        f: features by account_id.
        recorded: pairs that need no value to meet behind.
    """
    a, b, value = uses.account[met.left], uses.account[met.right], uses.value[met.left]
    stated, mask = compare(f, a, b)
    clash = (mask & CONTRADICTIONS) != 0
    agree = ((stated >= AGREES) & ~clash).astype(np.float64)
    disagree = (clash | (stated <= DISAGREES)).astype(np.float64)
    values = len(uses.kind)
    fair = met.fair.astype(np.float64)
    pairs = np.bincount(value, weights=fair, minlength=values)
    # n accounts make n(n-1)/2 pairs but only n-1 of them are independent.
    size = np.bincount(uses.value, minlength=values)
    weight = ((size - 1) / np.maximum(pairs, 1))[value]
    agreeing = np.bincount(value, weights=agree * fair, minlength=values)[value] - agree * fair
    clashing = np.bincount(value, weights=disagree * fair, minlength=values)[value] - disagree * fair
    kind = uses.kind[value]
    score = prior(kind, agreeing * weight, clashing * weight, size[value])
    # Who pays for an account need not be its user: such a value alone never links the two.
    paid = uses.payer[met.left] != uses.payer[met.right]
    score = np.where(paid, np.minimum(score, WEIGHT["paid_from_held"]), score)
    alone = np.array([rule.weight for rule in KINDS])[kind]
    context = np.where(score < alone - 1, BIT["shared_by_several"], 0).astype(np.int64)
    gap = np.where(kind == KIND_NAMES.index("phone"), _gap(uses, met, f), 0)
    context |= np.where(gap >= GAP_YEARS_DAYS, BIT["years_apart"], 0)
    context |= np.where((gap >= GAP_MONTHS_DAYS) & (gap < GAP_YEARS_DAYS), BIT["months_apart"], 0)
    for name in ("years_apart", "months_apart"):
        score = score + np.where(context & BIT[name], WEIGHT[name], 0.0)
    old, new, obs = recorded.a, recorded.b, recorded.obs
    bits = np.array([BIT[rule.name] for rule in KINDS])
    return Meeting(
        np.concatenate((a, np.minimum(old, new))),
        np.concatenate((b, np.maximum(old, new))),
        np.concatenate((value, np.full(len(old), -1))),
        np.concatenate(
            (
                np.where(paid, BIT["paid_from_held"], bits[kind]),
                np.array([BIT[rule] for rule in recorded.rule], dtype=np.int64),
            )
        ),
        np.concatenate((context, np.zeros(len(old), dtype=np.int64))),
        np.concatenate((score, np.array([WEIGHT[rule] for rule in recorded.rule], dtype=np.float64))),
        np.concatenate((uses.obs[met.left], obs)),
        np.concatenate((uses.obs[met.right], obs)),
    )


def _gap(uses: Uses, met: Meetings, f: Features) -> Ints:
    """Days between the end of one account's use of the value and the start of the other's; 0 where they overlap."""

    def span(at: Ints) -> tuple[Ints, Ints]:
        account = uses.account[at]
        starts = np.stack((uses.first_day[at], f.first_day[account]))
        start = np.where(starts > 0, starts, np.iinfo(np.int64).max).min(axis=0)
        return np.where(start == np.iinfo(np.int64).max, 0, start), np.maximum(uses.last_day[at], f.last_day[account])

    (start_l, end_l), (start_r, end_r) = span(met.left), span(met.right)
    known = (start_l > 0) & (start_r > 0)
    return np.where(known, np.maximum(np.maximum(start_l - end_r, start_r - end_l), 0), 0)


def score_pairs(n: int, m: Meeting, f: Features, extra: tuple[Ints, Ints]) -> Pairs:
    """One row a pair: all its values together with what the two accounts state.

    Args:
        n: number of accounts.
        m: meetings.
        f: features by account_id.
        extra: pairs to have in any case, those that officers decided on, smaller id first.
    """
    keys, inverse = np.unique(np.concatenate((m.a * n + m.b, extra[0] * n + extra[1])), return_inverse=True)
    of = inverse[: len(m.a)].astype(np.int64)
    a, b = (keys // n).astype(np.int64), (keys % n).astype(np.int64)
    stated, mask = compare(f, a, b)
    np.bitwise_or.at(mask, of, m.bit | m.context)
    best_score = np.full(len(keys), -np.inf)
    np.maximum.at(best_score, of, m.score)
    order = np.lexsort((m.value, -m.score, of))
    best = np.full(len(keys), -1, dtype=np.int64)
    first = order[np.unique(of[order], return_index=True)[1]]
    best[of[first]] = m.value[first]
    positive = np.maximum(m.score, 0)
    total = np.bincount(of, weights=positive, minlength=len(keys))
    met = np.isfinite(best_score)
    top = np.where(met, best_score, -LINK)
    shared = top + FURTHER_VALUE * (total - np.maximum(np.where(met, top, 0), 0))
    llr = shared + stated
    clash = (mask & CONTRADICTIONS) != 0
    against = sum(np.where(mask & BIT[rule.name], rule.weight, 0.0) for rule in RULES if rule.contradiction)
    band = np.where(llr >= LINK, LINKED, np.where(llr >= REVIEW, IN_REVIEW, REFUSED))
    # A contradiction never merges; where all the rest speaks loudly an officer should look.
    band = np.where(clash, np.where(llr - against >= STRONG, IN_REVIEW, REFUSED), band)
    return Pairs(a, b, llr, mask, best, shared, band.astype(np.int64), of)
