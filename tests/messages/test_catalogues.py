import re

import pytest

import messages

LANGUAGES = ("fr", "es", "de", "nl")
WORDS = re.compile(r"[A-Za-z]{4,} [a-z]{2,} [a-z]{2,}")


@pytest.fixture(scope="module")
def every_message():
    return messages.messages()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_with_the_same_places(language):
    assert messages.faults(language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_writing_the_catalogue_again_changes_nothing(language):
    assert messages.updated(language) == messages.catalogue_path(language).read_text(encoding="utf-8")


def translated():
    """Every English text of the catalogue with its French ones."""
    for entry in messages.read("fr"):
        if entry.id:
            for text in messages.strings(entry):
                yield (entry.id if isinstance(entry.id, str) else entry.id[0]), text


def test_no_sentence_is_its_own_translation():
    same = [text for english, text in translated() if english == text and WORDS.search(text)]
    assert [text for text in same if not text.startswith("fanal -C")] == []


def test_apostrophes_and_spaces_are_plain():
    assert [text for _, text in translated() if re.search("[\u2019\u00a0\u202f]", text)] == []


def test_double_signs_have_a_space_before_them():
    # Commands in backticks and examples of YAML keep the colon as it is typed.
    bare = re.compile(r"(?<=[a-zà-ÿ)}»])[:;?!](?=\s|$)")
    typed = re.compile(r"`[^`]*`|login\.at: epoch_s|table\.colonne: |\{\{\w+: [^}]*\}\}")
    assert [text for _, text in translated() if bare.search(typed.sub("", text))] == []


def test_a_message_of_every_origin_is_collected(every_message):
    texts = {message.text for message in every_message}
    assert {
        "Make a node: keys, case store, lake, first officer.",  # help
        "The stated birth years differ by more than one.",  # a rule
        "Next: fanal figures",  # a notice
        "not an instant",  # a reject
        "held back",  # a column
        "arrests by country",  # a key of a record
        "identity account",  # a table
        "Three nodes: a coordination desk and two national units",  # the demonstration
        "There is no role {role}; the roles are {known}.",  # an error
        "Missing argument {name}.",  # the library
    } <= texts


def test_a_plural_is_collected_with_its_singular(every_message):
    assert {
        "It holds {n} online identity with {accounts} accounts.": (
            "It holds {n} online identities with {accounts} accounts."
        )
    }.items() <= {message.text: message.plural for message in every_message if message.plural}.items()


def test_a_translation_that_loses_a_place_is_found(monkeypatch):
    catalogue = messages.read("fr")
    catalogue["The statement failed: {detail}"].string = "La requête a échoué"
    catalogue["Logged out."].string = "Session de {officer} fermée."
    catalogue["Stopped."].flags.add("fuzzy")
    catalogue["Nothing found."].string = ""
    catalogue.add("No longer said.", "N'est plus dit.")
    found = set(messages.faults("fr"))
    monkeypatch.setattr(messages, "read", lambda _: catalogue)
    assert [fault for fault in messages.faults("fr") if fault not in found] == [
        "other places: Logged out.",
        "missing: Nothing found.",
        "fuzzy: Stopped.",
        "other places: The statement failed: {detail}",
        "left over: No longer said.",
    ]


def test_a_message_that_is_said_again_gets_its_translation_back(monkeypatch, tmp_path):
    monkeypatch.setattr(messages, "LOCALE_DIR", tmp_path)
    path = messages.catalogue_path("fr")
    path.parent.mkdir(parents=True)
    path.write_text('msgid ""\nmsgstr ""\n\n#~ msgid "Logged out."\n#~ msgstr "Session fermée."\n', encoding="utf-8")
    monkeypatch.setattr(messages, "messages", lambda: [messages.Message("Logged out.")])
    assert 'msgid "Logged out."\nmsgstr "Session fermée."' in messages.updated("fr")


def test_a_message_that_is_gone_stays_as_a_comment_until_it_is_pruned(monkeypatch, tmp_path):
    monkeypatch.setattr(messages, "LOCALE_DIR", tmp_path)
    path = messages.catalogue_path("fr")
    path.parent.mkdir(parents=True)
    path.write_text('msgid ""\nmsgstr ""\n\nmsgid "Gone."\nmsgstr "Parti."\n', encoding="utf-8")
    monkeypatch.setattr(messages, "messages", lambda: [messages.Message("Logged out.")])
    assert '#~ msgid "Gone."' in messages.updated("fr")
    assert "Gone." not in messages.updated("fr", keep=False)
