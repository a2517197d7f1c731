"""The reader's language: gettext for one set of catalogues shared by command line, desk and packages.

English is the language of the message ids. The language is a context variable, so that a package
for one country and a page for another officer can be made in one process.
"""

import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LOCALE_DIR = Path(__file__).resolve().parent.parent / "locale"
LANGUAGES = ("en", "fr", "es", "de", "nl")
#: What a package, its cover and its requests are written in, for those who receive them. A catalogue of one that is
#: not among LANGUAGES holds only what such papers say.
PACKAGE_LANGUAGES = (*LANGUAGES, "it", "pl", "pt")
DOMAIN = "django"

_current: ContextVar[str | None] = ContextVar("fanal_language", default=None)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, LOCALE_DIR, languages=[language], fallback=True)


def environment_language() -> str:
    """The language that FANAL_LANG, LC_ALL, LC_MESSAGES or LANG asks for; English where none is ours."""
    for variable in ("FANAL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        code = os.environ.get(variable, "")[:2].lower()
        if code in LANGUAGES:
            return code
        if code:
            return "en"
    return "en"


def language() -> str:
    """The two-letter code of the language in force."""
    return _current.get() or environment_language()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Everything translated inside the block is in `code` (a two-letter language)."""
    token = _current.set(code)
    try:
        yield
    finally:
        _current.reset(token)


def translate(message: str) -> str:
    """The message in the language in force; the message itself where there is no translation."""
    return _catalogue(language()).gettext(message)


def translate_count(one: str, many: str, n: int) -> str:
    """The singular or plural message for `n`, in the language in force."""
    return _catalogue(language()).ngettext(one, many, n)


def mark(message: str) -> str:
    """Mark a literal for the catalogues without translating it here."""
    return message
