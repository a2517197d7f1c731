"""The six catalogues that hold only what packages say: whole, with the same places, and nothing else in them."""

import re
import sys
from pathlib import Path

import pytest

from fanal.base.language import LANGUAGES, PACKAGE_LANGUAGES

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import messages

SIX = tuple(language for language in PACKAGE_LANGUAGES if language not in LANGUAGES)
WORDS = re.compile(r"[A-Za-z]{4,} [a-z]{2,} [a-z]{2,}")


@pytest.mark.parametrize("language", SIX)
def test_every_message_of_a_package_is_translated_with_the_same_places(language):
    assert messages.faults(language) == []


@pytest.mark.parametrize("language", SIX)
def test_every_plural_has_as_many_forms_as_the_language(language):
    catalogue = messages.read(language)
    forms = {len(entry.string) for entry in catalogue if isinstance(entry.id, tuple)}
    assert forms == {3 if language == "pl" else 2}


@pytest.mark.parametrize("language", SIX)
def test_no_sentence_is_left_in_english(language):
    entries = [entry for entry in messages.read(language) if entry.id]
    same = [entry.id for entry in entries if entry.id in messages.strings(entry)]
    assert [text for text in same if WORDS.search(text)] == []


@pytest.mark.parametrize("language", SIX)
def test_apostrophes_and_spaces_are_plain(language):
    texts = [text for entry in messages.read(language) if entry.id for text in messages.strings(entry)]
    assert [text for text in texts if re.search("[\u2019\u00a0\u202f]", text)] == []


def test_what_a_package_says_is_found_through_its_imports():
    texts = {message.text for message in messages.package_messages()}
    assert {
        "What cannot wait",  # the summary, through what it is made of
        "Both accounts use the same mailbox, which is mostly one person's.",  # a reason
        "the data had expired",  # an outcome
        "Answer each row under its reference.",  # a request
        "How to answer",  # the cover
        "Mailboxes.",  # the glossary
        "A child may be at risk now: nothing comes before it.",  # a weight
    } <= texts


def test_what_only_the_nodes_own_officers_read_is_not_asked_of_the_six():
    texts = {message.text for message in messages.package_messages()}
    assert not {"Make a node: keys, case store, lake, first officer.", "Next: fanal figures"} & texts


def test_a_new_message_of_a_package_is_missed_in_each_of_the_six(monkeypatch):
    today = messages.package_messages()
    monkeypatch.setattr(messages, "package_messages", lambda: [*today, messages.Message("Never said before.")])
    for language in SIX:
        assert messages.faults(language) == ["missing: Never said before."]


def test_every_module_named_as_speaking_to_officers_alone_is_one():
    for name in (*messages.TO_OWN_OFFICERS, *messages.SPOKEN_FROM):
        assert (messages.SOURCE.parent / f"{name.replace('.', '/')}.py").is_file()
