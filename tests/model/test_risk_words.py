"""Passages that an officer should read first: found in five languages, quoted as they stand, never judged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.model.risk_words import QUOTE_CHARS, SUGGESTIONS, TEXT_CHARS, WORDS, suggestions

FOUND = [
    ("en", "message 1. She is 9 years old and lives with him. message 2.", "She is 9 years old and lives with him."),
    ("en", "The child is in danger.", "The child is in danger."),
    ("en", "An 8-year-old, tonight!", "An 8-year-old, tonight!"),
    ("fr", "L\u2019enfant a peur. message 2", "L\u2019enfant a peur."),
    ("fr", "Elle a 7 ans et vit avec lui.", "Elle a 7 ans et vit avec lui."),
    ("es", "La niña está en peligro.", "La niña está en peligro."),
    ("es", "Tiene 12 años. Vive con él.", "Tiene 12 años. Vive con él."),
    ("de", "Das Mädchen wohnt bei ihm.", "Das Mädchen wohnt bei ihm."),
    ("de", "Er ist 10 Jahre alt, heute Abend.", "Er ist 10 Jahre alt, heute Abend."),
    ("nl", "Zij is 8 jaar en woont bij hem.", "Zij is 8 jaar en woont bij hem."),
    ("nl", "Het kind loopt gevaar.", "Het kind loopt gevaar."),
]
NOT_FOUND = [
    "message 12",
    "I am 45 years old and live with a friend.",
    "He is 18 years old and lives with me tonight.",
    "I saw children in the group today.",
    "kind regards, this is urgent",  # the word for a child in two other languages
    "The child. message 1. message 2. It is urgent.",
    "",
]


@pytest.mark.parametrize(("language", "text", "quote"), FOUND)
def test_a_passage_is_suggested_and_quoted_as_it_stands(language, text, quote):
    (found,) = suggestions(text)
    assert (found.language, found.quote) == (language, quote)
    assert text[found.start :].startswith(quote[:10])


@pytest.mark.parametrize("text", NOT_FOUND)
def test_what_says_nothing_of_the_kind_is_not_suggested(text):
    assert suggestions(text) == []


def test_a_line_that_mail_wrapped_is_one_sentence():
    (found,) = suggestions("message 1 and she is 9 years\nold and lives\nwith him. message 2")
    assert found.quote == "message 1 and she is 9 years old and lives with him."


def test_a_blank_line_ends_a_sentence_but_not_a_passage():
    assert suggestions("The boy\n\nmessage 1\n\nis in danger") == []
    assert len(suggestions("The boy\n\nis in danger")) == 1


def test_a_long_sentence_is_quoted_from_where_it_says_so():
    (found,) = suggestions("word " * 400 + "the child is in danger " + "word " * 400)
    assert len(found.quote) <= QUOTE_CHARS
    assert "child is in danger" in found.quote


def test_a_text_gives_no_more_than_a_person_can_read():
    assert len(suggestions("The child is in danger. " * 200)) == SUGGESTIONS


def test_what_lies_beyond_the_text_that_is_looked_at_is_not_found():
    assert suggestions("x " * (TEXT_CHARS // 2) + "The child is in danger.") == []


def test_every_language_has_words_of_every_kind():
    assert {frozenset(kinds) for kinds in WORDS.values()} == {frozenset(("child", "age", "danger", "contact", "now"))}
    assert set(WORDS) == {"en", "fr", "es", "de", "nl"}


@given(st.text(max_size=300))
def test_a_quote_is_made_of_the_texts_own_words(text):
    for found in suggestions(text + " the child is in danger. " + text):
        assert set(found.quote.split()) <= set((text + " the child is in danger. " + text).split()) | {
            found.quote.split()[0], found.quote.split()[-1],
        }  # fmt: skip
