"""Scores every pair that met behind a value: the values they share, then what they state. No engine, no table."""

from dataclasses import dataclass, fields, replace

import numpy as np
from numba import njit

from fanal.analyse.coherence import (
    BIT,
    COMPARED_KINDS,
    CONTRADICTIONS,
    GAP_MONTHS_DAYS,
    GAP_YEARS_DAYS,
    HARD,
    KIND_NAMES,
    KINDS,
    LINK,
    REVIEW,
    RULES,
    STRONG,
    WEIGHT,
    Features,
    Flags,
    Floats,
    Ints,
    compare,
)
from fanal.analyse.distinct import distinct
from fanal.analyse.fit import Constants, Decided, Seen, Values, fit, logit, personal, shipped, sigmoid, told
from fanal.analyse.pairs import Meetings, Uses

# A second shared value of the same kind is not independent of the first (one sign-up form): it counts half.
FURTHER_VALUE = 0.5
WALLETS = (KIND_NAMES.index("crypto_address"), KIND_NAMES.index("spent_together"))
# From this probability on, a value counts as shared by one person when another brought the pair together.
SHARED_FROM = 0.2
# As how many accounts that all state something else the world outside the case counts.
COMMON_FROM = 200
REFUSED, IN_REVIEW, LINKED = 0, 1, 2


@dataclass(frozen=True)
class Meeting:
    """One value behind which a pair met.

    Attributes:
        a: account_id, the smaller one; `b`: the other.
        value: dense place of the value, -1 for a pair that a source itself records.
        kind: place in KINDS; `context`: bits of what else holds of this value.
        score: log-odds that the value gives alone; `purity`: how personal it is beside others of its kind, 0 to 1.
        obs_a: the observation that shows a's use; `obs_b`: b's.
        stated: bits of what the two accounts state and do.
    """

    a: Ints
    b: Ints
    value: Ints
    kind: Ints
    context: Ints
    score: Floats
    purity: Floats
    obs_a: Ints
    obs_b: Ints
    stated: Ints

    @property
    def bit(self) -> Ints:
        """Of the rule in KINDS."""
        return np.array([BIT[rule.name] for rule in KINDS], dtype=np.int64)[self.kind]


@dataclass
class Pairs:
    """Distinct pairs with their score and band (REFUSED, IN_REVIEW, LINKED).

    Attributes:
        a: account_id, the smaller one; `b`: the other. Sorted.
        llr: summed log-likelihood ratio; `mask`: bits of the rules behind it.
        best: dense place of the value that says most, -1 for none.
        shared: what the values say, without what the accounts state.
        of: for each meeting, the place of its pair.
        outvotable: in review only because the two state different birth years: others may outvote them.
    """

    a: Ints
    b: Ints
    llr: Floats
    mask: Ints
    best: Ints
    shared: Floats
    band: Ints
    of: Ints
    outvotable: Flags


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


def score_meetings(
    uses: Uses, met: Meetings, f: Features, recorded: Recorded, decided: tuple[Ints, Ints, Floats]
) -> tuple[Meeting, Constants]:
    """The log-odds of each value for each pair behind it, given how the accounts behind it get on.

    Args:
        uses: who uses which value.
        met: pairs of uses.
        f: features by account_id.
        recorded: pairs that need no value to meet behind.
        decided: pairs that officers decided: account ids, smaller first, and 1.0 for one person, 0.0 for two.

    Returns:
        The meetings, and the constants as this case shows them.
    """
    a, b, value = uses.account[met.left], uses.account[met.right], uses.value[met.left]
    n = len(uses.kind)
    size = np.bincount(uses.value, minlength=n)
    is_fair = met.fair > 0
    keys, of = np.unique(a * np.int64(len(f.shows)) + b, return_inverse=True)
    # Two who meet behind several values are compared once.
    stated = compare(f, keys // len(f.shows), keys % len(f.shows))[of]
    # m accounts make m(m-1)/2 pairs but only m-1 of them are independent.
    independent = ((size - 1) / np.maximum(np.bincount(value, weights=met.fair, minlength=n), 1))[value]
    seen = Seen(stated[is_fair], value[is_fair], independent[is_fair], size)
    values = Values(uses.kind, size, uses.host)
    first, _ = personal(seen, values, shipped())
    purity = _purity(first.mean[value], sigmoid(shipped().start(values))[value])
    mask = stated | _elsewhere(of, a, b, uses.kind[value], purity, f)
    seen = Seen(mask[is_fair], value[is_fair], independent[is_fair], size)
    used = fit(seen, values, Decided(compare(f, decided[0], decided[1]), decided[2]))
    found, said = personal(seen, values, used)
    own = np.zeros(len(value))
    own[is_fair] = said
    probability = found.pair(value, own)
    kind = uses.kind[value]
    score = logit(probability)
    alone = used.start(values)[value]
    context = np.where(score < alone - 1, BIT["shared_by_several"], 0).astype(np.int64)
    gap = np.where(kind == KIND_NAMES.index("phone"), _gap(uses, met, f), 0)
    context |= np.where(gap >= GAP_YEARS_DAYS, BIT["years_apart"], 0)
    context |= np.where((gap >= GAP_MONTHS_DAYS) & (gap < GAP_YEARS_DAYS), BIT["months_apart"], 0)
    for name in ("years_apart", "months_apart"):
        # However well the others behind a number get on, it may have been given to another since.
        score = np.where(context & BIT[name], np.minimum(score, alone) + used.weight[name], score)
    # Who pays for an account need not be its user. Two accounts paid from one wallet have a payer in common.
    paid_left, paid_right = uses.paid[met.left] > 0, uses.paid[met.right] > 0
    mixed = paid_left != paid_right
    paid = mixed | (paid_left & ~np.isin(kind, WALLETS))
    context |= np.where(paid & ~mixed, BIT["paid_for"], 0)
    score = np.where(paid, np.minimum(score, WEIGHT["paid_from_held"]), score)
    old, new, obs = recorded.a, recorded.b, recorded.obs
    rules = np.array([KIND_NAMES.index(rule) for rule in recorded.rule], dtype=np.int64)
    one, other = np.minimum(old, new), np.maximum(old, new)
    return Meeting(
        np.concatenate((a, one)),
        np.concatenate((b, other)),
        np.concatenate((value, np.full(len(old), -1))),
        np.concatenate((np.where(mixed, KIND_NAMES.index("paid_from_held"), kind), rules)),
        np.concatenate((context, np.zeros(len(old), dtype=np.int64))),
        np.concatenate((score, np.array([rule.weight for rule in KINDS])[rules])),
        np.concatenate((_purity(probability, sigmoid(alone)), np.ones(len(old)))),
        np.concatenate((uses.obs[met.left], obs)),
        np.concatenate((uses.obs[met.right], obs)),
        np.concatenate((stated, compare(f, one, other))),
    ), used


def _purity(probability: Floats, prior: Floats) -> Floats:
    return np.asarray(np.minimum(probability / np.maximum(prior, 1e-9), 1.0))


def _shared_kinds(of: Ints, n: int, kind: Ints, where: Flags) -> Ints:
    """Bits of the kinds that each of n pairs shares, `of` being the pair of each meeting."""
    bits = np.zeros(n, dtype=np.int64)
    for place in range(len(KINDS)):
        those = where & (kind == place)
        bits[of[those]] |= 1 << place
    return bits


def _elsewhere(of: Ints, a: Ints, b: Ints, kind: Ints, purity: Floats, f: Features) -> Ints:
    """For each meeting, bits of what its pair shares, and does not share, of the other kinds; `of` is that pair."""
    pairs = int(of.max(initial=-1)) + 1
    personal_kinds = _shared_kinds(of, pairs, kind, purity >= SHARED_FROM)
    any_kinds = _shared_kinds(of, pairs, kind, np.ones(len(a), dtype=bool))
    mask = np.zeros(len(a), dtype=np.int64)
    for name, differ in COMPARED_KINDS.items():
        place = KIND_NAMES.index(name)
        bit = 1 << place
        other = kind != place
        mask |= np.where(other & ((personal_kinds[of] & bit) != 0), BIT[f"also_{name}"], 0)
        mask |= np.where(other & ((f.shows[a] & f.shows[b] & ~any_kinds[of] & bit) != 0), BIT[differ], 0)
    return mask


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


def score_pairs(n: int, m: Meeting, f: Features, extra: tuple[Ints, Ints], used: Constants) -> Pairs:
    """One row a pair: all its values together with what the two accounts state.

    Args:
        n: number of accounts.
        m: meetings.
        f: features by account_id.
        extra: pairs to have in any case, those that officers decided on, smaller id first.
        used: constants.
    """
    keys, inverse = np.unique(np.concatenate((m.a * n + m.b, extra[0] * n + extra[1])), return_inverse=True)
    of = inverse[: len(m.a)].astype(np.int64)
    a, b = (keys // n).astype(np.int64), (keys % n).astype(np.int64)
    mask, unmet = np.zeros(len(keys), dtype=np.int64), np.ones(len(keys), dtype=bool)
    mask[of], unmet[of] = m.stated, False
    mask[unmet] = compare(f, a[unmet], b[unmet])
    # Who shares a mailbox shares its name.
    boxes = np.zeros(len(keys), dtype=np.int64)
    np.bitwise_or.at(boxes, of, m.bit & BIT["shares_email"])
    mask = np.where(boxes, mask & ~BIT["same_handle"], mask)
    stated = told(mask, used.weight) - _common(f, a, mask, used)
    first = _strongest(of, m.score, m.value, len(keys))
    met = first >= 0
    best, best_kind = np.full(len(keys), -1, dtype=np.int64), np.full(len(keys), -1, dtype=np.int64)
    best[met], best_kind[met] = m.value[first[met]], m.kind[first[met]]
    top = np.full(len(keys), -LINK)
    top[met] = m.score[first[met]]
    rest = np.ones(len(of), dtype=bool)
    rest[first[met]] = False
    shared = top + _further(_only(m, rest), of[rest], best_kind, used, len(keys))
    np.bitwise_or.at(mask, of, m.bit | m.context)
    for name, differ in COMPARED_KINDS.items():
        bit = 1 << KIND_NAMES.index(name)
        lacks = met & ((f.shows[a] & f.shows[b] & bit) != 0) & ((mask & BIT[f"shares_{name}"]) == 0)
        mask |= np.where(lacks, BIT[differ], 0)
        stated = stated + np.where(lacks, used.weight[differ], 0.0)
    llr = shared + stated
    clash = (mask & CONTRADICTIONS) != 0
    against = sum(np.where(mask & BIT[rule.name], used.weight[rule.name], 0.0) for rule in RULES if rule.contradiction)
    band = np.where(llr >= LINK, LINKED, np.where(llr >= REVIEW, IN_REVIEW, REFUSED))
    # A contradiction never merges alone; where the sum with it, or all the rest loudly, speaks for one person an
    # officer should look.
    band = np.where(clash, np.where((llr >= REVIEW) | (llr - against >= STRONG), IN_REVIEW, REFUSED), band)
    outvotable = clash & ((mask & HARD) == 0) & (llr >= LINK)
    return Pairs(a, b, llr, mask, best, shared, band.astype(np.int64), of, outvotable)


@njit(cache=True, nogil=True)
def _strongest(of: Ints, score: Floats, value: Ints, n: int) -> Ints:  # pragma: no cover  compiled
    """For each of n pairs its meeting of the highest score, of several that of the smallest value; -1 for none."""
    found = np.full(n, -1)
    for i in range(len(of)):
        best = found[of[i]]
        if best < 0 or score[i] > score[best] or (score[i] == score[best] and value[i] < value[best]):
            found[of[i]] = i
    return found


def _only(m: Meeting, keep: Flags) -> Meeting:
    return replace(m, **{part.name: getattr(m, part.name)[keep] for part in fields(m)})


def _further(m: Meeting, of: Ints, best_kind: Ints, used: Constants, n: int) -> Floats:
    """What the values besides the best add to each pair: of each other kind once, of the same kind half."""
    more = np.zeros(n)
    same_kind = m.kind == best_kind[of]
    more += np.bincount(
        of, weights=np.where(same_kind, FURTHER_VALUE * np.clip(m.score, 0.0, STRONG), 0.0), minlength=n
    )
    for place, name in enumerate(KIND_NAMES):
        those = ~same_kind & (m.kind == place)
        if not those.any():
            continue
        one = np.zeros(n)
        gain = used.weight[f"also_{name}"] * m.purity if name in COMPARED_KINDS else FURTHER_VALUE * m.score
        np.maximum.at(one, of[those], np.maximum(gain[those], 0.0))
        more += one
    return more


def _common(f: Features, a: Ints, mask: Ints, used: Constants) -> Floats:
    """What agreement on something common is worth less: many state that year, bear that name, use that word."""
    low, high = np.minimum(f.name_a, f.name_b), np.maximum(f.name_a, f.name_b)
    less = np.zeros(len(a))
    for rule, column in (
        ("same_birth_year", f.born_low),
        ("same_name", np.where(low > 0, low * np.int64(1_000_003) + high, 0)),
        ("same_username", f.username),
    ):
        codes, place = distinct(column)
        counts = np.bincount(place, minlength=len(codes))
        known = counts[codes > 0].sum()
        if not known:
            continue
        # How many others have it; the few accounts of a small case do not tell what is common.
        share = np.maximum(counts[place][a] - 2, 0) / (known + COMMON_FROM)
        floor = used.other[rule]
        less += np.where(mask & BIT[rule], np.log(np.maximum(share, floor) / floor), 0.0)
    return less
