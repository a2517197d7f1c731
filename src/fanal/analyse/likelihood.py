"""How votes become probabilities, and what each kind is worth in the case at hand: compiled loops over votes.

The model has two places for an identity: where it lives now, and where it comes from. Addresses and
checked documents speak for the first; what a user brings along (number, mailbox, statements, settings)
speaks for the second, all together, which is why they agree with one another without proving that nobody
moved. A vote either tells the truth, with its kind's reliability, or is noise of that kind: what everyone
has by default, or what everyone's VPN shows, is frequent noise, and proves little.

Expectation and maximisation after Dawid and Skene, "Maximum likelihood estimation of observer error-rates
using the EM algorithm", Applied Statistics 28 (1979), with the shipped figures as priors.
"""

from dataclasses import dataclass

import numba
import numpy as np

from fanal.analyse import origin
from fanal.analyse.sightings import Flags, Floats, Ints, Small
from fanal.analyse.votes import LANGUAGES, NIGHTS, SYMBOLS, Votes, fits, names_countries

KINDS = len(origin.EVIDENCE)
# All the countries that no vote names have together at least this share of the identities.
LEAST = 1e-3


@dataclass(frozen=True)
class Worth:
    """What evidence is worth.

    Attributes:
        reliability: of each kind by grade (`origin.MANY`: rows or days behind the vote), 0 to 1.
        noise: kinds by symbols, how often a vote that tells nothing names each symbol.
        base: how common each country is among the identities.
        moved: how often an identity lives elsewhere than where it comes from.
    """

    reliability: Floats
    noise: Floats
    base: Floats
    moved: float


def shipped() -> Worth:
    """What evidence is worth before a case is looked at (`origin`)."""
    noise = np.full((KINDS, SYMBOLS), 1.0 / origin.ALIKE)
    spread = fits()[LANGUAGES:NIGHTS] > 0
    noise[:, LANGUAGES:NIGHTS] = np.minimum(spread.sum(axis=1) / origin.ALIKE, 1.0)
    noise[:, NIGHTS:] = 1.0 / 24
    return Worth(
        np.array([e.grades for e in origin.EVIDENCE]),
        noise,
        np.full(LANGUAGES, 1.0 / origin.ALIKE),
        origin.MOVED,
    )


BROUGHT = np.array([e.source == "brought" for e in origin.EVIDENCE])
GRADED = np.array([len(set(e.grades)) > 1 for e in origin.EVIDENCE])
MANY = np.array(origin.MANY)


@numba.njit(cache=True)
def _grade(graded: bool, rows: int, many: Ints) -> int:  # pragma: no cover  compiled
    """The grade of a vote: how many rows or days are behind it, where that matters."""
    grade = 0
    while grade < len(many) and (rows >= many[grade] or not graded):
        grade += 1
    return grade


@numba.njit(cache=True)
def _candidates(
    lo: int, hi: int, symbol: Small, fit: Floats, naming: Flags, found: Ints, seen: Ints, iid: int
) -> int:  # pragma: no cover  compiled
    """The countries that the votes lo to hi name, into `found`; how many. `seen` remembers by identity."""
    n = 0
    for vote in range(lo, hi):
        s = symbol[vote]
        if s < fit.shape[1]:
            if seen[s] != iid:
                seen[s] = iid
                found[n] = s
                n += 1
        elif naming[s]:
            for code in range(fit.shape[1]):
                if fit[s, code] > 0 and seen[code] != iid:
                    seen[code] = iid
                    found[n] = code
                    n += 1
    return n


@numba.njit(cache=True)
def _ratios(
    lo: int,
    hi: int,
    symbol: Small,
    share: Floats,
    trust: float,
    noise: Floats,
    fit: Floats,
    found: Ints,
    n: int,
    ratio: Floats,
) -> float:  # pragma: no cover  compiled
    """One kind's likelihood of each candidate over that of a country it does not name, into `ratio`; its noise."""
    expected = 0.0
    for vote in range(lo, hi):
        expected += share[vote] * noise[symbol[vote]]
    for c in range(n):
        named = 0.0
        for vote in range(lo, hi):
            named += share[vote] * fit[symbol[vote], found[c]]
        ratio[c] = 1.0 + trust * named / ((1.0 - trust) * expected)
    return expected


@numba.njit(cache=True)
def _homes_of(
    lo: int, hi: int, symbol: Small, found: Ints, n: int, several: Flags
) -> None:  # pragma: no cover  compiled
    """Mark the candidates in which an identity was seen, where there are several; its login votes are lo to hi."""
    for c in range(n):
        several[c] = False
        for vote in range(lo, hi):
            several[c] = several[c] or (hi - lo > 1 and symbol[vote] == found[c])


@numba.njit(cache=True)
def _weigh(
    n: int, found: Ints, now: Floats, then: Floats, several: Flags, base: Floats, moved: float, between: float,
    out: Floats,
) -> tuple[float, float]:  # pragma: no cover  compiled  # fmt: skip
    """The probability of each candidate, into `out`. Returned: the mean of `then`, and what was divided by."""
    rest, places, at_all = 1.0, 0, 0.0
    for c in range(n):
        rest -= base[found[c]]
        if several[c]:
            places += 1
            at_all += then[c]
    rest = max(rest, LEAST)
    mean, whole = rest, rest
    for c in range(n):
        mean += base[found[c]] * then[c]
        whole += base[found[c]]
    mean /= whole
    total = rest * ((1.0 - moved) + moved * mean)
    for c in range(n):
        came = (1.0 - moved) * then[c]
        if several[c]:
            # Who was seen in several countries mostly comes from one of them.
            came = (1.0 - moved) * ((1.0 - between) * then[c] + between * (at_all - then[c]) / (places - 1))
        out[c] = base[found[c]] * now[c] * (came + moved * mean)
        total += out[c]
    for c in range(n):
        out[c] /= total
    return mean, total


@numba.njit(cache=True)
def _origins(
    n: int, found: Ints, now: Floats, then: Floats, several: Flags, base: Floats, moved: float, between: float,
    total: float, out: Floats,
) -> float:  # pragma: no cover  compiled  # fmt: skip
    """Where an identity comes from: the probability of each candidate, into `out`. Returned: that it has moved."""
    rest, places, at_all = 1.0, 0, 0.0
    for c in range(n):
        rest -= base[found[c]]
        if several[c]:
            places += 1
            at_all += base[found[c]] * now[c]
    rest = max(rest, LEAST)
    lives, whole, mean = rest, rest, rest
    for c in range(n):
        lives += base[found[c]] * now[c]
        mean += base[found[c]] * then[c]
        whole += base[found[c]]
    for c in range(n):
        here = base[found[c]] * now[c]
        stayed = here
        if several[c]:
            stayed = (1.0 - between) * here + between * (at_all - here) / (places - 1)
        out[c] = then[c] * ((1.0 - moved) * stayed + moved * base[found[c]] * lives / whole) / total
    return moved * mean / whole * lives / total


@numba.njit(cache=True)
def _expect(  # noqa: C901, PLR0912, PLR0915  one compiled loop; parts of it would pass twenty arrays about
    start: Ints,
    step: int,
    kind: Small,
    symbol: Small,
    share: Floats,
    whole: Small,
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
) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:  # pragma: no cover  compiled
    """One pass over every `step`th identity.

    Returned: by kind and grade true votes, all votes, those beside votes of what was brought along, and of these
    the ones that are apart from it; noise by kind and symbol; countries.
    """
    kinds = len(reliability)
    true, asked = np.zeros(reliability.shape), np.zeros(reliability.shape)
    beside, apart = np.zeros(reliability.shape), np.zeros(reliability.shape)
    drawn, lives = np.zeros(noise.shape), np.zeros(len(base))
    found, seen = np.empty(fit.shape[1], np.int64), np.full(fit.shape[1], -1, np.int64)
    ratio = np.empty((kinds, fit.shape[1]))
    now, then, out = np.empty(fit.shape[1]), np.empty(fit.shape[1]), np.empty(fit.shape[1])
    came, several = np.empty(fit.shape[1]), np.zeros(fit.shape[1], np.bool_)
    expected, begin, end = np.zeros(kinds), np.zeros(kinds, np.int64), np.zeros(kinds, np.int64)
    grade = np.zeros(kinds, np.int64)
    for iid in range(0, len(start) - 1, step):
        lo, hi = start[iid], start[iid + 1]
        n = _candidates(lo, hi, symbol, fit, naming, found, seen, iid)
        if n == 0:
            continue
        now[:n] = 1.0
        then[:n] = 1.0
        several[:n] = False
        at = lo
        present = 0
        while at < hi:
            k = kind[at]
            to = at
            while to < hi and kind[to] == k:
                to += 1
            begin[present], end[present] = at, to
            if k == home:
                _homes_of(at, to, symbol, found, n, several)
            grade[present] = _grade(graded[k], whole[at], many)
            trust = reliability[k, grade[present]]
            expected[present] = _ratios(at, to, symbol, share, trust, noise[k], fit, found, n, ratio[present])
            for c in range(n):
                if brought[k]:
                    then[c] *= ratio[present, c]
                else:
                    now[c] *= ratio[present, c]
            present += 1
            at = to
        _, total = _weigh(n, found, now, then, several, base, moved, between, out)
        moves_here = _origins(n, found, now, then, several, base, moved, between, total, came)
        for c in range(n):
            lives[found[c]] += out[c]
        told = False
        for i in range(present):
            told = told or brought[kind[begin[i]]]
        for i in range(present):
            k = kind[begin[i]]
            truth = 0.0
            for c in range(n):
                probable = came[c] if brought[k] else out[c]
                truth += probable * (1.0 - 1.0 / ratio[i, c])
            true[k, grade[i]] += truth
            asked[k, grade[i]] += 1.0
            if told:
                beside[k, grade[i]] += 1.0
                apart[k, grade[i]] += 1.0 - truth + moves_here
            for vote in range(begin[i], end[i]):
                drawn[k, symbol[vote]] += (1.0 - truth) * share[vote] * noise[k, symbol[vote]] / expected[i]
    return true, asked, beside, apart, drawn, lives


def learned(votes: Votes) -> Worth:
    """What each kind is worth in this case, from how far kinds agree with one another; nobody's answer is needed.

    The shipped figures stand as if they rested on `origin.PRIOR` identities: a small case hardly moves them. At most
    `origin.LEARN_FROM` identities are looked at.
    """
    prior = worth = shipped()
    step = max(1, (len(votes.start) - 1) // origin.LEARN_FROM)
    for _ in range(origin.ROUNDS):
        true, asked, beside, apart, drawn, lives = _expect(
            votes.start, step, votes.kind, votes.symbol, votes.share, votes.whole, BROUGHT, GRADED, MANY, fits(),
            names_countries(), worth.reliability, worth.noise, worth.base, worth.moved, origin.BETWEEN,
            origin.HOME,
        )  # fmt: skip
        # Where addresses and what was brought along disagree, the votes do not say who is wrong: how often
        # they disagree is learned, how that is shared out is not.
        home, moves = beside[origin.HOME], np.array(origin.MOVED_OF_APART) * apart[origin.HOME]
        asked[origin.HOME], true[origin.HOME] = home, home - apart[origin.HOME] + moves
        weight = float(origin.PRIOR)
        worth = Worth(
            np.clip((prior.reliability * weight + true) / (weight + asked), *origin.BOUNDS),
            (_noise(prior, worth) * origin.PRIOR + drawn) / (origin.PRIOR + drawn.sum(axis=1, keepdims=True)),
            (prior.base * origin.PRIOR + lives) / (origin.PRIOR + lives.sum()),
            float(np.clip((prior.moved * weight + moves.sum()) / (weight + home.sum()), *origin.MOVED_BOUNDS)),
        )
    return worth


def _noise(prior: Worth, worth: Worth) -> Floats:
    """What noise is expected before it is seen: countries as common as they are among the identities."""
    noise = prior.noise.copy()
    noise[:, :LANGUAGES] = worth.base
    return noise
