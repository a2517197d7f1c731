"""Days, instants, sizes and numbers as a reader of the language in force writes them, on plain paper.

Only for people: what a program or a provider's clerk copies (digests, ids, addresses) stays as it is. Thin and
no-break spaces become plain ones, since the channels that carry a cover text do not all have them.
"""

from datetime import UTC, datetime

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from fanal.base.errors import FanalError
from fanal.base.language import PACKAGE_LANGUAGES, language

_PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " "})


class UnknownLanguage(FanalError):
    """A paper was asked for in a language that packages are not written in."""

    code = "F-SUM-01"
    text = "Nothing is written in {language}; the languages of packages and requests are {known}."
    exit_code = 2


def package_language(code: str) -> str:
    """The code itself, where packages are written in that language. Raises UnknownLanguage."""
    if code not in PACKAGE_LANGUAGES:
        raise UnknownLanguage(language=code, known=" ".join(PACKAGE_LANGUAGES))
    return code


def day(at: datetime | None) -> str:
    """A day, the month in words; empty for none."""
    return format_date(_utc(at).date(), "long", locale=_locale()).translate(_PLAIN) if at else ""


def short_day(at: datetime | None) -> str:
    """A day, short enough for a cell of a table."""
    return format_date(_utc(at).date(), "medium", locale=_locale()).translate(_PLAIN) if at else ""


def instant(at: datetime | None) -> str:
    """A day and a time of 24 hours to the second, UTC: what a provider needs to find one subscriber."""
    if at is None:
        return ""
    told = format_time(_utc(at), "HH:mm:ss", locale=_locale())
    return f"{short_day(at)}, {told} UTC"


def number(n: int) -> str:
    """A whole number, grouped as the language does."""
    return format_decimal(n, locale=_locale()).translate(_PLAIN)


def _locale() -> str:
    """English is written as in Europe: the day before the month."""
    return "en_GB" if language() == "en" else language()


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
