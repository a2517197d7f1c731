"""What speaks for a country, how far it is trusted, and the words for the answer. Constants, in one place.

Reviewed 2026-11-23. Each reliability is a judgement: how often evidence of this kind, standing
alone, names the country that its user lives in. None is trained, and their sum
is shown in words, not as a figure, until a node has confirmed and disproved enough of its own answers.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import pyarrow as pa
from babel import Locale
from babel.core import get_global
from babel.languages import get_official_languages

from fanal.base import instants
from fanal.base.language import mark, translate
from fanal.model.countries import COUNTRIES

# An account may come from any of so many countries that matter to it, all alike before evidence is seen.
ALIKE = 30
# Evidence of one user is not independent: what comes on top of the strongest kind counts in part.
SHARED = 0.7
# What one source can weigh at most (a natural-log likelihood ratio), or its strongest kind where that is more.
# Whoever moves takes his number, mailbox and settings along, and they all name the old country: lowered when the
# platform sample showed people who had moved as almost certain.
CAP = 5.5
# Days of login count for the last half year in which any was seen.
RECENT_DAYS = 183
# Candidates below this probability are not written.
SHOWN = 0.01
WORDS = ((0.95, "almost certain"), (0.8, "likely"), (0.5, "possible"), (0.0, "undetermined"))
POSSIBLE = 0.5


@dataclass(frozen=True)
class Evidence:
    """One kind of evidence of where an identity is. It has one vote, however many rows it rests on.

    Attributes:
        name: stable, as it stands in `support.reason`.
        source: `checked` by a provider, `seen` in logins, or `brought` along by the user.
        reliability: see the module.
        half: rows (days, numbers, accounts) at which half of the reliability is reached; 0, one row says it all.
        text: what a user reads.
        why: the reason for the reliability.
    """

    name: str
    source: str
    reliability: float
    half: float
    text: str
    why: str


EVIDENCE = (
    Evidence(
        "kyc", "checked", 0.95, 0.0, mark("A provider verified the customer's country."),
        "checked against a document; people move, and some documents are false",
    ),
    Evidence(
        "phone", "brought", 0.92, 0.0, mark("A telephone number of this country."),
        "issued there, mostly to residents; numbers are bought abroad, and expatriates keep theirs",
    ),
    Evidence(
        "phone_national", "brought", 0.8, 0.0,
        mark("A number valid in this country, written without calling code; the country was stated."),
        "the country came from the user, but the number fits its numbering plan",
    ),
    Evidence(
        "home_address", "seen", 0.93, 1.0,
        mark("Days of login from addresses of this country, without VPN, Tor and hosting."),
        "databases disagree on 2 to 5 % of addresses; one day may be a journey, and not every VPN is on the lists",
    ),
    Evidence(
        "mail_country", "brought", 0.8, 0.0, mark("A mailbox under this country's domain."),
        "mostly residents' providers; some domains are sold to anyone, and those are left out",
    ),
    Evidence(
        "stated_country", "brought", 0.75, 0.0, mark("The user stated this country."),
        "some lie, and forms have a default",
    ),
    Evidence(
        "language", "brought", 0.6, 0.0, mark("A language of this country was chosen."), "shared by several countries",
    ),
    Evidence(
        "time_zone", "brought", 0.6, 0.0, mark("A time zone of this country was chosen."),
        "set by the device, or left at its default",
    ),
    Evidence(
        "hours", "seen", 0.3, 0.0, mark("The quiet hours of the day fit this country's night."),
        "a band of the globe has the same night, and some people live at night",
    ),
)  # fmt: skip

# What could still come in and turn an answer, in the order in which it is worth asking for.
ASKED_FOR = ("kyc", "home_address", "phone")

_FRAMES = {
    "rests_on": mark("It rests on: {text}"),
    "open_to": mark("It would change if this spoke for another country: {text}"),
    "ask_for": mark("It is undetermined; this would help: {text}"),
}

_CODES = tuple(sorted(str(code) for code in COUNTRIES))
# Domains of countries that anyone anywhere buys, and those that are none.
SOLD_TO_ANYONE = frozenset(
    [
        "ac",
        "ai",
        "am",
        "as",
        "bz",
        "cc",
        "cd",
        "cf",
        "co",
        "cx",
        "eu",
        "fm",
        "ga",
        "gg",
        "gl",
        "gq",
        "gs",
        "io",
        "la",
        "li",
        "ly",
        "me",
        "ml",
        "ms",
        "mu",
        "nu",
        "pw",
        "sc",
        "sh",
        "sr",
        "st",
        "su",
        "tk",
        "to",
        "tv",
        "vc",
        "vg",
        "ws",
    ]
)
# The night of a country by the clock of its zones; a zone's neighbours have nearly the same.
NIGHT_BEGINS, NIGHT_HOURS, NEIGHBOURS = 1, 5, 2
# A quarter of the countries share a night.
SAME_NIGHT = 4 / ALIKE
# Quiet hours count where so many hours of days were seen, spread over so many hours of the clock, and
# next to none of them at night.
HOURS_SEEN, HOURS_AWAKE, NIGHT_SHARE = 60, 8, 0.04
_SPELLED_OTHERWISE = {"uk": "GB"}
# A language of more countries than this brings in no candidate of its own.
FEW = 4
_NAMES_IN = ("en", "fr", "es", "de", "nl")


def say(would_change: str) -> str:
    """The words for a `would_change` of the lake, in the language in force."""
    texts = {evidence.name: evidence.text for evidence in EVIDENCE}
    said = []
    for code in would_change.split():
        frame, name = code.split(":", 1)
        said.append(translate(_FRAMES[frame]).format(text=translate(texts[name])))
    return " ".join(said)


def evidence_table() -> pa.Table:
    """EVIDENCE as rows: kind, source, reliability, half."""
    return pa.table(
        {
            "kind": [e.name for e in EVIDENCE],
            "source": [e.source for e in EVIDENCE],
            "reliability": [e.reliability for e in EVIDENCE],
            "half": [e.half for e in EVIDENCE],
        }
    )


@cache
def country_names() -> pa.Table:
    """How countries are written: `written` (lower case, without accents by the reader of the table) and `country`."""
    rows = {code.lower(): code for code in _CODES}
    for language in _NAMES_IN:
        for code, name in Locale(language).territories.items():
            if code in COUNTRIES:
                rows.setdefault(str(name).lower(), code)
    return pa.table({"written": list(rows), "country": list(rows.values())})


@cache
def country_domains() -> pa.Table:
    """Top-level domains that speak for a country: `domain` and `country`."""
    rows = {code.lower(): code for code in _CODES if code.lower() not in SOLD_TO_ANYONE} | _SPELLED_OTHERWISE
    rows.pop("gb", None)
    return pa.table({"domain": list(rows), "country": list(rows.values())})


@cache
def country_languages() -> pa.Table:
    """Official languages: `language` (two letters), `country`, and `share`, one over the language's countries."""
    spoken: dict[str, list[str]] = {}
    for code in _CODES:
        for language in get_official_languages(code, de_facto=True):
            spoken.setdefault(language.split("_")[0], []).append(code)
    rows = [(lang, code, 1 / len(codes)) for lang, codes in spoken.items() for code in codes]
    return pa.table({name: [row[i] for row in rows] for i, name in enumerate(("language", "country", "share"))})


@cache
def country_zones() -> pa.Table:
    """Time zones of the tz database: `zone` and the `country` whose it is."""
    owners: dict[str, str] = {zone: code for zone, code in get_global("zone_territories").items() if code in COUNTRIES}
    aliases = {alias: owners[zone] for alias, zone in get_global("zone_aliases").items() if zone in owners}
    rows = aliases | owners
    return pa.table({"zone": list(rows), "country": list(rows.values())})


@cache
def country_nights() -> pa.Table:
    """The UTC hours (0 to 23) at which a country's night may begin: `country` and `quiet`."""
    rows: set[tuple[str, int]] = set()
    for zone, country in zip(*(country_zones()[name].to_pylist() for name in ("zone", "country")), strict=True):
        try:
            clock = instants.zone(zone)
        except instants.UnknownZone:
            continue
        for season in (datetime(2023, 1, 15), datetime(2023, 7, 15)):  # noqa: DTZ001  any winter's and summer's day
            ahead = (clock.utcoffset(season) or timedelta()) // timedelta(hours=1)
            rows |= {(country, (NIGHT_BEGINS - ahead + off) % 24) for off in range(-NEIGHBOURS, NEIGHBOURS + 1)}
    ordered = sorted(rows)
    return pa.table({"country": [c for c, _ in ordered], "quiet": pa.array([q for _, q in ordered], pa.int64())})


def asked_table() -> pa.Table:
    """ASKED_FOR as rows: kind, and what one clear vote of it would weigh (natural-log likelihood ratio)."""
    trusted = {e.name: e.reliability for e in EVIDENCE}
    weights = [math.log(1 + ALIKE * trusted[kind] / (1 - trusted[kind])) for kind in ASKED_FOR]
    return pa.table({"kind": list(ASKED_FOR), "llr": weights})


def in_words(probability: float) -> str:
    """A probability in the words of WORDS, which is how people are shown it."""
    return next(word for least, word in WORDS if probability >= least)
