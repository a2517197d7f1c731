from datetime import UTC, datetime, timedelta, timezone

import pytest

from fanal.base.language import PACKAGE_LANGUAGES, speaking
from fanal.exchange.spoken import UnknownLanguage, day, instant, number, package_language, short_day

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
DAYS = {
    "en": "4 March 2026",
    "fr": "4 mars 2026",
    "es": "4 de marzo de 2026",
    "de": "4. März 2026",
    "nl": "4 maart 2026",
    "it": "4 marzo 2026",
    "pl": "4 marca 2026",
    "pt": "4 de março de 2026",
}


@pytest.mark.parametrize("language", PACKAGE_LANGUAGES)
def test_a_day_is_written_as_its_reader_writes_it(language: str) -> None:
    with speaking(language):
        assert day(AT) == DAYS[language]


def test_an_instant_is_told_to_the_second_in_utc() -> None:
    with speaking("de"):
        assert instant(AT.astimezone(timezone(timedelta(hours=5)))) == "04.03.2026, 05:06:07 UTC"


def test_an_instant_without_a_zone_is_utc() -> None:
    with speaking("en"):
        assert instant(AT.replace(tzinfo=None)) == "4 Mar 2026, 05:06:07 UTC"


def test_nothing_is_said_of_no_instant() -> None:
    assert (day(None), short_day(None), instant(None)) == ("", "", "")


@pytest.mark.parametrize(("language", "told"), [("en", "1,234,567"), ("fr", "1 234 567"), ("de", "1.234.567")])
def test_numbers_are_grouped_with_signs_that_every_channel_carries(language: str, told: str) -> None:
    with speaking(language):
        assert number(1234567) == told


def test_a_language_that_packages_are_not_written_in_is_refused_with_those_that_there_are() -> None:
    assert [package_language(code) for code in PACKAGE_LANGUAGES] == list(PACKAGE_LANGUAGES)
    with pytest.raises(UnknownLanguage, match="en fr es de nl it pl pt"):
        package_language("xx")
