"""Countries by ISO 3166 alpha-2 code, with their names in the reader's language (from CLDR)."""

from functools import cache

from babel import Locale

from fanal.base.language import language

# Codes that CLDR lists beside the countries: unions, pseudo-locales, unknown.
_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})

COUNTRIES = (
    frozenset(code for code in map(str, Locale("en").territories) if len(code) == len("BE") and code.isalpha())
    - _NOT_COUNTRIES
)


@cache
def _names(code: str) -> dict[str, str]:
    return {str(key): str(value) for key, value in Locale(code).territories.items()}


def country_name(code: str) -> str:
    """The country's name in the language in force; the code itself where it has none."""
    return _names(language()).get(code, code)
