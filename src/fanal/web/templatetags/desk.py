"""Template tags: everything that a page says goes through `say`, so that the catalogues have it."""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from json import dumps as as_json
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent
from django import template
from django.http import QueryDict

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.base.language import language, mark, translate
from fanal.cases.access import allowed
from fanal.model.countries import country_name
from fanal.web.requests import actor_of
from fanal.web.second_factor import factors

register = template.Library()

#: How far a tip has come, for its reader.
TIP_STATUS = {"new": mark("not assessed yet"), "assessed": mark("assessed"), "duplicate": mark("says the same again")}

#: Columns of a table whose values are codes of the program, and the words of one that are no words by themselves.
CODES = frozenset({"kind", "state", "use", "settled", "what"})
DIRECTIONS = {"out": mark("outgoing"), "in": mark("incoming")}
UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
#: Of a medium's key, what a page shows.
LONGEST_KEY = 20
#: What stands where nothing is known.
NOTHING = "\u2013"


@register.simple_tag
def say(message: str, **places: Any) -> str:
    """The message in the reader's language, its places filled."""
    said = translate(message)
    return said.format(**places) if places else said


@register.simple_tag(takes_context=True)
def second_factors(context: Mapping[str, Any]) -> frozenset[str]:
    """The kinds of second factor that the officer can use here."""
    return factors(context["request"])


@register.simple_tag(takes_context=True)
def may_here(context: Mapping[str, Any], verb: str) -> bool:
    """Whether the officer may do something in the page's operation: for what others are not even told of."""
    return allowed(actor_of(context["request"]), verb, context["operation"].slug)


@register.filter
def json(value: object) -> str:
    """A value for a page's script, in an attribute."""
    return as_json(value)


@register.filter
def said(word: object) -> str:
    """A word of the program (a code, a column) in the reader's language."""
    return translate(str(word).replace("_", " "))


@register.filter
def tip_status(status: str) -> str:
    """How far the triage of a tip has come."""
    return translate(TIP_STATUS.get(status, status))


@register.filter
def number(value: float | None) -> str:
    """A number as the reader writes it; a dash where it is not known."""
    return NOTHING if value is None else _written(value, language())


@lru_cache(maxsize=20_000, typed=True)
def _written(value: float, code: str) -> str:
    """A page has hundreds of numbers, and most of them stood on the one before."""
    return str(format_decimal(value, locale=code))


@register.filter
def percent(share: float | None) -> str:
    """A share as the reader writes a percentage; a dash where it is not known."""
    return NOTHING if share is None else str(format_percent(share, "#,##0.# %", locale=language()))


@register.filter
def size(octets: int) -> str:
    """A file's size in the unit that fits it."""
    power = min(max(octets.bit_length() - 1, 0) // 10, len(UNITS) - 1)
    return f"{format_decimal(round(octets / 1024**power, 1), locale=language())} {UNITS[power]}"


@register.filter
def duration(seconds: float | None) -> str:
    """Hours, minutes and seconds as a player shows them; a dash where it is not known."""
    return NOTHING if seconds is None else str(dt.timedelta(seconds=round(seconds)))


@register.filter
def instant(value: object) -> str:
    """Date and time in UTC as the reader writes them."""
    moment = _moment(value)
    return f"{format_datetime(moment, 'medium', locale=language())} UTC" if moment else NOTHING


@register.filter
def date_only(value: dt.date) -> str:
    """A day of the calendar as the reader writes it."""
    return str(format_date(value, "medium", locale=language()))


@register.filter
def weekday(value: dt.date) -> str:
    """The name of a day of the week in the reader's language."""
    return str(format_date(value, "EEEE", locale=language()))


@register.filter
def day(value: object) -> str:
    """A date as the reader writes it."""
    moment = _moment(value)
    return str(format_date(moment.date(), "medium", locale=language())) if moment else NOTHING


def _moment(value: object) -> dt.datetime | None:
    if isinstance(value, dt.datetime):
        return value
    try:
        return instants.parse(str(value)) if value else None
    except FanalError:
        return None


@register.filter
def country(code: object) -> str:
    """The name of a country in the reader's language."""
    return country_name(str(code)) if code else NOTHING


@register.filter
def short(identifier: object) -> str:
    """The beginning of an id: what people read to each other."""
    return str(identifier)[:12]


@register.filter
def medium(key: object) -> str:
    """A medium's key; of one that is a whole digest, the beginning."""
    told = str(key)
    return told if len(told) <= LONGEST_KEY else f"{told[:LONGEST_KEY]}\u2026"


@register.filter
def shown(value: object) -> str:
    """A value of a table's cell: lists with commas, yes and no as words, a dash for nothing."""
    if isinstance(value, bool):
        return translate("yes") if value else translate("no")
    if isinstance(value, list | tuple):
        return ", ".join(said(one) for one in value)
    return NOTHING if value in (None, "") else str(value)


@register.filter
def cell(value: object, column: str) -> str:
    """A value of a table's cell as `shown`, a code in the reader's words."""
    if column == "direction":
        return translate(DIRECTIONS[str(value)])
    return said(value) if column in CODES and value else shown(value)


@register.simple_tag(takes_context=True)
def with_query(context: Mapping[str, Any], **changes: Any) -> str:
    """This page's query with some parameters changed; None takes one away."""
    query: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return "?" + query.urlencode()
