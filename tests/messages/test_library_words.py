"""The command-line library's own sentences are still the ones that Fanal translates."""

from pathlib import Path

import pytest
import typer

from fanal.base.language import speaking
from fanal.cli.library_words import ERRORS, HELP, form_of, retell
from fanal.cli.main import main

LIBRARY = "".join(path.read_text(encoding="utf-8") for path in Path(typer.__file__).parent.rglob("*.py"))
#: A wrong command line, and what is said of it in French before the pointer to the help.
WRONG = {
    ("op", "new"): "Argument manquant : 'SLUG'.",
    ("op", "new", "x", "--title", "x"): "Option manquante : '--legal-basis'.",
    ("opp",): "Commande inconnue : 'opp'. Vouliez-vous dire 'op' ?.",
    ("zzzz",): "Commande inconnue : 'zzzz'.",
    ("status", "--zzzz"): "Option inconnue : --zzzz.",
    ("status", "--op"): "L'option '--op' exige une valeur.",
    ("init", "x", "--demo=1"): "L'option '--demo' n'admet pas de valeur.",
    ("event", "a", "b", "c"): "Argument(s) en trop (b c).",
    ("exclude", "x"): "Valeur incorrecte pour 'EXHIBIT' : un nombre entier est attendu.",
    ("bench", "path", "--scale", "x"): "Valeur incorrecte pour '--scale' : un nombre est attendu.",
    ("sample", "platform", "x", "--scale", "99"): "Valeur incorrecte pour '--scale' : 10 au plus.",
    ("sample", "platform", "x", "--scale", "0"): "Valeur incorrecte pour '--scale' : 0.0001 au moins.",
    ("status", "--format", "x"): "Valeur incorrecte pour '--format' : "
    "'x' n'est pas l'une de 'text', 'json', 'jsonl', 'csv'.",
}


@pytest.mark.parametrize("message", HELP)
def test_the_library_still_says_the_words_of_its_help(message):
    assert message in LIBRARY


@pytest.mark.parametrize("arguments", sorted(WRONG), ids=" ".join)
def test_wrong_use_is_told_in_french(arguments, capsys, monkeypatch):
    monkeypatch.setenv("LANGUAGE", "en")
    with speaking("fr"):
        assert main(list(arguments)) == 2
    assert capsys.readouterr().err == f"fanal: F-CLI-01: {WRONG[arguments]} `fanal --help` montre les commandes.\n"


@pytest.mark.parametrize("message", ERRORS)
def test_an_english_sentence_is_retold_as_it_stood(message):
    assert retell(message) == message


def test_a_sentence_that_is_not_known_stays():
    with speaking("fr"):
        assert retell("Something quite new.") == "Something quite new."


def test_a_form_takes_anything_in_its_places():
    found = form_of("Invalid value for {name}: {why}").fullmatch("Invalid value for '-x': no (at all)")
    assert found
    assert found.groupdict() == {"name": "'-x'", "why": "no (at all)"}
