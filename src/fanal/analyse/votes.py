"""Votes: what each kind of evidence says of each identity, as whole numbers. One vote a kind, cut into shares.

A vote names a symbol: a country, a language, or the hour at which the night begins. Which symbols fit
which country is a matrix (`fits`), so that all kinds are weighed alike.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.analyse import nations, origin
from fanal.analyse.sightings import Flags, Floats, Homes, Ints, Small

_KIND_BITS, _SYMBOL_BITS = 4, 10
NO_OBS = np.iinfo(np.int64).max
LANGUAGES = len(nations.CODES)
NIGHTS = LANGUAGES + len(nations.languages())
SYMBOLS = NIGHTS + nations.HOURS


@dataclass(frozen=True)
class Votes:
    """Votes of all identities.

    Attributes:
        start: where each identity's votes begin; one more entry than there are identities.
        kind, symbol: of each vote, in this order within an identity. n: rows or days behind it. share: of its kind.
        whole: rows or days behind its kind. obs: an example, NO_OBS where there is none.
    """

    start: Ints
    kind: Small
    symbol: Small
    n: Small
    share: Floats
    whole: Small
    obs: Ints


@cache
def fits() -> Floats:
    """Symbols by countries: how probable a symbol is where it tells the truth about somebody of that country."""
    made = np.zeros((SYMBOLS, LANGUAGES))
    made[:LANGUAGES] = np.eye(LANGUAGES)
    spoken = nations.language_countries()
    made[LANGUAGES:NIGHTS] = spoken / np.maximum(spoken.sum(axis=0), 1)
    night = nations.country_nights()
    made[NIGHTS:] = night / np.maximum(night.sum(axis=0), 1)
    return made


@cache
def names_countries() -> Flags:
    """Whether a symbol brings in its countries as candidates: all countries, and languages of few."""
    few = np.ones(SYMBOLS, dtype=np.bool_)
    few[LANGUAGES:NIGHTS] = nations.language_countries().sum(axis=1) <= origin.FEW
    few[NIGHTS:] = False
    return few


@dataclass(frozen=True)
class Part:
    """Votes of some kinds, not in order: identity, kind, symbol, rows behind, weight before it is cut, example."""

    iid: Ints
    kind: Ints
    symbol: Ints
    n: Ints
    weight: Floats
    obs: Ints


def _key(iid: Ints, kind: Ints | int, symbol: Ints) -> Ints:
    return np.asarray((iid << (_KIND_BITS + _SYMBOL_BITS)) | np.asarray(kind << _SYMBOL_BITS) | symbol, dtype=np.int64)


def _counted(key: Ints, obs: Ints) -> Part:
    """Rows by key: how many, and the first of them."""
    if not len(key):
        empty = np.zeros(0, np.int64)
        return Part(empty, empty, empty, empty, np.zeros(0), empty)
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    begin = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    n = np.diff(np.append(begin, len(key)))
    first = np.minimum.reduceat(obs[order], begin)
    one = ordered[begin]
    kind = (one >> _SYMBOL_BITS) & ((1 << _KIND_BITS) - 1)
    return Part(
        one >> (_KIND_BITS + _SYMBOL_BITS), kind, one & ((1 << _SYMBOL_BITS) - 1), n, n.astype(np.float64), first
    )


def column(table: pa.Table, name: str, missing: int = -1) -> Ints:
    """A column as int64; NULL as `missing`."""
    filled = pc.fill_null(table[name].combine_chunks().cast(pa.int64()), missing)
    return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=np.int64)


def of_values(uses: pa.Table, iid_of: Small) -> Part:
    """Votes of numbers and mailboxes. Each value counts once for an identity.

    Args:
        uses: account_id, value_id, obs, code, kind (0 number, 1 mailbox), national (0 or 1).
        iid_of: the identity of each account_id.
    """
    iid = iid_of[column(uses, "account_id")].astype(np.int64)
    mail, national = column(uses, "kind") == 1, column(uses, "national") == 1
    kind = np.where(mail, origin.MAIL, np.where(national, origin.PHONE_NATIONAL, origin.PHONE))
    value, code, obs = column(uses, "value_id"), column(uses, "code"), column(uses, "obs")
    order = np.lexsort((obs, value, kind, iid))
    iid, kind, value, code, obs = (a[order] for a in (iid, kind, value, code, obs))
    once = np.ones(len(iid), dtype=np.bool_)
    once[1:] = (iid[1:] != iid[:-1]) | (kind[1:] != kind[:-1]) | (value[1:] != value[:-1])
    once &= iid >= 0
    return _counted(_key(iid[once], kind[once], code[once]), obs[once])


def of_accounts(stated: pa.Table, iid_of: Small) -> Part:
    """Votes of what accounts state.

    Args:
        stated: account_id, obs, checked (0 or 1), and as numbers stated, language, region, zone; NULL where silent.
        iid_of: the identity of each account_id.
    """
    iid, obs = iid_of[column(stated, "account_id")].astype(np.int64), column(stated, "obs")
    keys, seen = [], []
    language, region = column(stated, "language"), column(stated, "region")
    spoken = np.where(language < 0, -1, np.where(region >= 0, region, LANGUAGES + language))
    country = np.where(column(stated, "checked") == 1, origin.KYC, origin.STATED)
    for kind, symbol in (
        (country, column(stated, "stated")),
        (origin.LANGUAGE, spoken),
        (origin.ZONE, column(stated, "zone")),
    ):
        has = (symbol >= 0) & (iid >= 0)
        keys.append(_key(iid[has], kind[has] if isinstance(kind, np.ndarray) else kind, symbol[has]))
        seen.append(obs[has])
    return _counted(np.concatenate(keys), np.concatenate(seen))


def of_homes(homes: Homes) -> Part:
    """Votes of the countries in which identities were seen."""
    iid = homes.iid.astype(np.int64)
    return Part(
        iid,
        np.full(len(iid), origin.HOME),
        homes.code.astype(np.int64),
        homes.n.astype(np.int64),
        homes.share,
        homes.obs,
    )


def of_nights(quiet: Small, seen: Small, zoned: Ints) -> Part:
    """Votes of quiet hours, for those who did not choose a time zone (`zoned`: their identities)."""
    has = quiet >= 0
    has[zoned] = False
    iid = np.flatnonzero(has)
    nothing = np.full(len(iid), NO_OBS)
    symbol = NIGHTS + quiet[iid].astype(np.int64)
    return Part(iid, np.full(len(iid), origin.NIGHT), symbol, seen[iid].astype(np.int64), np.ones(len(iid)), nothing)


def together(parts: list[Part], identities: int) -> Votes:
    """All votes in order, each kind's cut into shares."""
    iid, kind, symbol, n, weight, obs = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("iid", "kind", "symbol", "n", "weight", "obs")
    )
    key = _key(iid, kind, symbol)
    order = np.argsort(key, kind="stable")
    key, n, weight, obs = key[order], n[order], weight[order], obs[order]
    of_kind = key >> _SYMBOL_BITS
    begin = np.flatnonzero(np.concatenate(([True], of_kind[1:] != of_kind[:-1]))) if len(key) else np.zeros(0, int)
    length = np.diff(np.append(begin, len(key)))
    share, whole = weight, n
    if len(key):
        share = weight / np.repeat(np.add.reduceat(weight, begin), length)
        whole = np.repeat(np.add.reduceat(n, begin), length)
    start = np.searchsorted(key >> (_KIND_BITS + _SYMBOL_BITS), np.arange(identities + 1))
    return Votes(
        start.astype(np.int64), (of_kind & ((1 << _KIND_BITS) - 1)).astype(np.int32),
        (key & ((1 << _SYMBOL_BITS) - 1)).astype(np.int32), n.astype(np.int32), share, whole.astype(np.int32), obs,
    )  # fmt: skip


def leading(parts: list[Part], identities: int) -> Small:
    """The country that most kinds name for each identity; -1 where none does, or two are level."""
    iid, symbol = (np.concatenate([getattr(part, name) for part in parts]) for name in ("iid", "symbol"))
    named = symbol < LANGUAGES
    kinds = _counted(_key(iid[named], 0, symbol[named]), iid[named])
    order = np.lexsort((-kinds.n, kinds.iid))
    who, n, what = kinds.iid[order], kinds.n[order], kinds.symbol[order]
    first = np.concatenate(([True], who[1:] != who[:-1])) if len(who) else np.zeros(0, dtype=np.bool_)
    level = np.zeros(len(who), dtype=np.bool_)
    if len(who):
        level[:-1] = first[:-1] & ~first[1:] & (n[1:] == n[:-1])
    found = np.full(identities, -1, np.int32)
    kept = first & ~level
    found[who[kept]] = what[kept]
    return found
