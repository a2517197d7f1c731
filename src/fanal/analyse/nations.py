"""Countries as small whole numbers, and what speaks for one: names, domains, languages, time zones, nights.

From CLDR and the tz database; tables of words and clocks, no judgement. How far each is trusted
stands in `origin`.
"""

from datetime import datetime, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from babel import Locale
from babel.core import get_global
from babel.languages import get_official_languages

from fanal.base import instants
from fanal.model.countries import COUNTRIES

#: A country is its place here; NOWHERE stands for none.
CODES = tuple(sorted(str(code) for code in COUNTRIES))
NOWHERE = -1
HOURS = 24
# Domains of countries that anyone anywhere buys, and those that are none.
SOLD_TO_ANYONE = frozenset(
    [
        "ac", "ai", "am", "as", "bz", "cc", "cd", "cf", "co", "cx", "eu", "fm", "ga", "gg", "gl", "gq", "gs", "io",
        "la", "li", "ly", "me", "ml", "ms", "mu", "nu", "pw", "sc", "sh", "sr", "st", "su", "tk", "to", "tv", "vc",
        "vg", "ws",
    ]
)  # fmt: skip
# The night of a country by the clock of its zones; a zone's neighbours have nearly the same.
NIGHT_BEGINS, NEIGHBOURS = 1, 2
NIGHT_WIDTH = 2 * NEIGHBOURS + 1
_SPELLED_OTHERWISE = {"uk": "GB"}
_NAMES_IN = ("en", "fr", "es", "de", "nl")
_CODE = pa.int64()

Weights = npt.NDArray[np.float64]


@cache
def number_of() -> dict[str, int]:
    """The number of each country."""
    return {code: n for n, code in enumerate(CODES)}


def _coded(rows: dict[str, str], key: str) -> pa.Table:
    known = number_of()
    return pa.table({key: list(rows), "code": pa.array([known[code] for code in rows.values()], _CODE)})


@cache
def country_codes() -> pa.Table:
    """`country` (alpha-2) and `code` (its number)."""
    return _coded({code: code for code in CODES}, "country")


@cache
def country_names() -> pa.Table:
    """How countries are written: `written` (lower case, without accents by the reader of the table) and `code`."""
    rows = {code.lower(): code for code in CODES}
    for language in _NAMES_IN:
        for code, name in Locale(language).territories.items():
            if code in COUNTRIES:
                rows.setdefault(str(name).lower(), code)
    return _coded(rows, "written")


@cache
def country_domains() -> pa.Table:
    """Top-level domains that speak for a country: `domain` and `code`."""
    rows = {code.lower(): code for code in CODES if code.lower() not in SOLD_TO_ANYONE} | _SPELLED_OTHERWISE
    rows.pop("gb", None)
    return _coded(rows, "domain")


@cache
def country_zones() -> pa.Table:
    """Time zones of the tz database: `zone` and the `code` of the country whose it is."""
    owners: dict[str, str] = {zone: code for zone, code in get_global("zone_territories").items() if code in COUNTRIES}
    aliases = {alias: owners[zone] for alias, zone in get_global("zone_aliases").items() if zone in owners}
    return _coded(aliases | owners, "zone")


@cache
def _spoken() -> dict[str, list[int]]:
    """Each language's countries, by number."""
    spoken: dict[str, list[int]] = {}
    for n, code in enumerate(CODES):
        for language in get_official_languages(code, de_facto=True):
            there = spoken.setdefault(language.split("_")[0], [])
            if n not in there:
                there.append(n)
    return spoken


@cache
def languages() -> pa.Table:
    """Official languages that have two letters or three: `language` and `code`, its number from 0."""
    found = sorted(_spoken())
    return pa.table({"language": found, "code": pa.array(range(len(found)), _CODE)})


@cache
def language_countries() -> Weights:
    """Languages by countries: 1 where the language is official."""
    made = np.zeros((len(languages()), len(CODES)))
    for row, language in enumerate(sorted(_spoken())):
        made[row, _spoken()[language]] = 1.0
    return made


@cache
def country_nights() -> Weights:
    """UTC hours by countries: 1 where a country's night may begin at that hour."""
    made = np.zeros((HOURS, len(CODES)))
    for zone, country in zip(*(country_zones()[name].to_pylist() for name in ("zone", "code")), strict=True):
        try:
            clock = instants.zone(zone)
        except instants.UnknownZone:
            continue
        for season in (datetime(2023, 1, 15), datetime(2023, 7, 15)):  # noqa: DTZ001  any winter's and summer's day
            ahead = (clock.utcoffset(season) or timedelta()) // timedelta(hours=1)
            for off in range(-NEIGHBOURS, NEIGHBOURS + 1):
                made[(NIGHT_BEGINS - ahead + off) % HOURS, country] = 1.0
    return made
