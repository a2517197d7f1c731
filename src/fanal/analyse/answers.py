"""From votes and what they are worth to answers: countries with probability, and what would change them."""

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np

from fanal.analyse import origin
from fanal.analyse.likelihood import BROUGHT, GRADED, MANY, Worth, _candidates, _grade, _homes_of, _ratios, _weigh
from fanal.analyse.sightings import Flags, Floats, Ints, Small
from fanal.analyse.votes import NO_OBS, Votes, fits, names_countries

FOR, AGAINST, CONTEXT = 0, 1, 2
ROLES = ("for", "against", "context")


@dataclass(frozen=True)
class Answers:
    """One entry an identity.

    Attributes:
        code: the best country, -1 where nothing names one. probability: its. n: rows and days behind all votes.
        rests: bits of the kinds without which it would be undetermined. open: bits of places in `origin.ASKED_FOR`
            of kinds not heard that could turn it.
    """

    code: Small
    probability: Floats
    n: Ints
    rests: Small
    open: Small


@dataclass(frozen=True)
class Posterior:
    """One entry a country that an identity may live in: rank from 1 by probability."""

    iid: Small
    code: Small
    probability: Floats
    rank: Small


@dataclass(frozen=True)
class Grounds:
    """One entry an example row: of which identity, kind, weight (natural-log likelihood ratio), and role."""

    iid: Small
    kind: Small
    obs: Ints
    weight: Floats
    role: Small


def unmoved(last_day: Small) -> Floats:
    """How probable it is that each identity still lives where it was last seen, by the newest day of the case.

    Args:
        last_day: days since 1970, 0 for who was never seen: as long ago, then, as the middle one of the others.
    """
    seen = last_day > 0
    if not seen.any():
        return np.ones(len(last_day))
    ago = last_day.max() - np.where(seen, last_day, np.median(last_day[seen]))
    return np.asarray((1.0 - origin.MOVES_A_YEAR) ** (ago / 365.25), dtype=np.float64)


def answers(votes: Votes, worth: Worth, keep: Floats, examples: int) -> tuple[Answers, Posterior, Grounds]:
    """The answers, the countries above `origin.SHOWN`, and at most `examples` rows for each answer.

    Args:
        votes, worth: of the case.
        keep: of each identity, how probable it is that it has not moved since it was last seen.
        examples: rows.
    """
    asked = np.array([[e.name for e in origin.EVIDENCE].index(name) for name in origin.ASKED_FOR])
    best, every, ground = _answers(
        votes.start, votes.kind, votes.symbol, votes.n, votes.share, votes.whole, votes.obs, BROUGHT, GRADED, MANY,
        fits(), names_countries(), worth.reliability, worth.noise, worth.base, worth.moved, origin.BETWEEN, origin.HOME,
        keep, asked, 1.0 / origin.ALIKE,
        origin.POSSIBLE, origin.SHOWN, examples, NO_OBS,
    )  # fmt: skip
    return Answers(*best), Posterior(*every), Grounds(*ground)


@numba.njit(cache=True)
def _without(
    skip: int,
    present: int,
    kinds: Small,
    ratio: Floats,
    brought: Flags,
    n: int,
    now: Floats,
    then: Floats,
) -> None:  # pragma: no cover  compiled
    """Products of the kinds' ratios into `now` and `then`, the kind at place `skip` left out."""
    now[:n] = 1.0
    then[:n] = 1.0
    for i in range(present):
        if i != skip:
            for c in range(n):
                if brought[kinds[i]]:
                    then[c] *= ratio[i, c]
                else:
                    now[c] *= ratio[i, c]


@numba.njit(cache=True)
def _longer(column: Any, room: int) -> Any:  # pragma: no cover  compiled, for whole numbers and for fractions
    """The same column with room for more."""
    made = np.empty(room, column.dtype)
    made[: len(column)] = column
    return made


@numba.njit(cache=True)
def _turned(
    target: int, best: int, factor: float, seen: bool, n: int, found: Ints, now: Floats, then: Floats, several: Flags,
    base: Floats, moved: float, between: float, out: Floats,
) -> float:  # pragma: no cover  compiled  # fmt: skip
    """The best country's probability, were another vote heard for the candidate at `target`."""
    side = now if seen else then
    before = side[target]
    side[target] = before * factor
    _weigh(n, found, now, then, several, base, moved, between, out)
    side[target] = before
    turned: float = out[best]
    return turned


@numba.njit(cache=True)
def _answers(  # noqa: C901, PLR0912, PLR0915  one compiled loop; parts of it would pass twenty arrays about
    start: Ints,
    kind: Small,
    symbol: Small,
    number: Small,
    share: Floats,
    whole: Small,
    obs: Ints,
    brought: Flags,
    graded: Flags,
    many: Ints,
    fit: Floats,
    naming: Flags,
    reliability: Floats,
    noise: Floats,
    base: Floats,
    moved: float,
    between: float,
    home: int,
    keep: Floats,
    asked: Ints,
    alike: float,
    possible: float,
    shown: float,
    examples: int,
    no_obs: int,
) -> Any:  # pragma: no cover  compiled
    """Three groups of arrays: the fields of Answers, Posterior and Grounds."""
    identities, countries, kinds = len(start) - 1, fit.shape[1], len(reliability)
    best_code, best_p = np.full(identities, -1, np.int32), np.zeros(identities)
    rows = np.zeros(identities, np.int64)
    rests, open_ = np.zeros(identities, np.int32), np.zeros(identities, np.int32)
    votes = len(kind)
    g_iid, g_kind, g_role = np.empty(votes, np.int32), np.empty(votes, np.int32), np.empty(votes, np.int32)
    g_obs, g_weight = np.empty(len(kind), np.int64), np.empty(len(kind))
    grounds = 0
    room = 2 * identities + countries
    p_iid, p_code, p_rank = np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.int32)
    p_p = np.empty(room)
    written = 0
    # One place more than there are countries: for one that no vote names.
    found, seen = np.empty(countries + 1, np.int64), np.full(countries, -1, np.int64)
    ratio, base = np.ones((kinds, countries + 1)), np.append(base, alike)
    now, then = np.ones(countries + 1), np.ones(countries + 1)
    out, other = np.empty(countries + 1), np.empty(countries + 1)
    trusts, expected, several = np.empty(kinds), np.empty(kinds), np.zeros(countries + 1, np.bool_)
    begin, end, held = np.empty(kinds, np.int64), np.empty(kinds, np.int64), np.empty(kinds, np.int32)
    for iid in range(identities):
        lo, hi = start[iid], start[iid + 1]
        n = _candidates(lo, hi, symbol, fit, naming, found, seen, iid)
        several[: n + 1] = False
        present, at = 0, lo
        while at < hi:
            k, to = kind[at], at
            while to < hi and kind[to] == k:
                rows[iid] += number[to]
                to += 1
            held[present], begin[present], end[present] = k, at, to
            if k == home:
                _homes_of(at, to, symbol, found, n, several)
            trusts[present] = reliability[k, _grade(graded[k], whole[at], many)]
            expected[present] = _ratios(at, to, symbol, share, trusts[present], noise[k], fit, found, n, ratio[present])
            present += 1
            at = to
        if n == 0:
            rows[iid] = 0
            for place in range(len(asked)):
                open_[iid] |= 1 << place
            continue
        _without(-1, present, held, ratio, brought, n, now, then)
        _weigh(n, found, now, then, several, base, moved, between, out)
        out[:n] *= keep[iid]
        least = possible / keep[iid]
        best = 0
        for c in range(1, n):
            if out[c] > out[best] or (out[c] == out[best] and found[c] < found[best]):
                best = c
        best_code[iid], best_p[iid] = found[best], out[best]
        determined = out[best] >= possible
        second = -1
        for c in range(n):
            if c != best and (second < 0 or out[c] > out[second]):
                second = c
        # Countries, the most probable first.
        rank = 0
        if written + n > room:
            room = 2 * room + n
            p_iid, p_code, p_rank = _longer(p_iid, room), _longer(p_code, room), _longer(p_rank, room)
            p_p = _longer(p_p, room)
        other[:n] = out[:n]
        while True:
            top = -1
            for c in range(n):
                if other[c] < shown:
                    continue
                if top < 0 or other[c] > other[top] or (other[c] == other[top] and found[c] < found[top]):
                    top = c
            if top < 0:
                break
            rank += 1
            p_iid[written], p_code[written], p_p[written], p_rank[written] = iid, found[top], other[top], rank
            written += 1
            other[top] = -1.0
        # Rows that speak for the answer, and those that speak for another.
        first = grounds
        for i in range(present):
            for vote in range(begin[i], end[i]):
                if obs[vote] == no_obs:
                    continue
                speaks = fit[symbol[vote], found[best]] > 0
                most = fit[symbol[vote], found[best]]
                if not speaks:
                    for c in range(n):
                        most = max(most, fit[symbol[vote], found[c]])
                if most <= 0:
                    continue
                weight = np.log(1.0 + trusts[i] * share[vote] * most / ((1.0 - trusts[i]) * expected[i]))
                place = grounds
                while place > first and g_weight[place - 1] < weight:
                    if place - first < examples:
                        g_kind[place], g_obs[place] = g_kind[place - 1], g_obs[place - 1]
                        g_role[place], g_weight[place] = g_role[place - 1], g_weight[place - 1]
                    place -= 1
                if place - first >= examples:
                    continue
                g_iid[grounds if grounds - first < examples else grounds - 1] = iid
                g_kind[place], g_obs[place], g_weight[place] = held[i], obs[vote], weight
                g_role[place] = (0 if speaks else 1) if determined else 2
                grounds = min(grounds + 1, first + examples)
        # What has not been heard and could turn the answer; where there is none, all that could give one.
        found[n] = countries
        now[n], then[n] = 1.0, 1.0
        for place in range(len(asked)):
            k = asked[place]
            heard = False
            for i in range(present):
                heard = heard or held[i] == k
            if heard:
                continue
            turns = not determined
            if not turns:
                factor = 1.0 + reliability[k, -1] / ((1.0 - reliability[k, -1]) * alike)
                now_best = _turned(
                    n, best, factor, not brought[k], n + 1, found, now, then, several, base, moved, between, other
                )
                turns = now_best < least
                if second >= 0 and not turns:
                    factor = 1.0 + reliability[k, -1] / ((1.0 - reliability[k, -1]) * noise[k, found[second]])
                    now_best = _turned(
                        second, best, factor, not brought[k], n, found, now, then, several, base, moved, between, other
                    )
                    turns = now_best < least
            if turns:
                open_[iid] |= 1 << place
        if determined:
            for i in range(present):
                if ratio[i, best] > 1.0:
                    _without(i, present, held, ratio, brought, n, now, then)
                    _weigh(n, found, now, then, several, base, moved, between, other)
                    if other[best] < least:
                        rests[iid] |= 1 << held[i]
    return (
        (best_code, best_p, rows, rests, open_),
        (p_iid[:written], p_code[:written], p_p[:written], p_rank[:written]),
        (g_iid[:grounds], g_kind[:grounds], g_obs[:grounds], g_weight[:grounds], g_role[:grounds]),
    )
