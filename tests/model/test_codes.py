import pytest

from fanal.base.language import speaking
from fanal.model.codes import (
    OUTCOME_WORDS,
    Grade,
    Handling,
    HandlingTextMissing,
    UnknownCode,
    in_words,
)


def test_h3_always_shows_its_own_text() -> None:
    with speaking("en"):
        assert Handling("H3", "ask first").line().endswith("ask first")


@pytest.mark.parametrize(("code", "text"), [("H3", ""), ("H3", "  "), ("H1", "more")])
def test_text_belongs_to_h3_alone(code: str, text: str) -> None:
    with pytest.raises(HandlingTextMissing):
        Handling(code, text)


@pytest.mark.parametrize(("source", "information"), [("D", "1"), ("A", "5"), ("A1", "")])
def test_the_two_grades_are_checked_each_in_its_own_column(source: str, information: str) -> None:
    with pytest.raises(UnknownCode):
        Grade(source, information)


def test_an_unknown_handling_code_is_refused() -> None:
    with pytest.raises(UnknownCode, match="H1 H2 H3"):
        Handling("H4")


def test_a_partner_code_that_we_do_not_have_is_shown_as_it_is() -> None:
    assert in_words("seen", OUTCOME_WORDS) == "seen"
