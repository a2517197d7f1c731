"""What the command line says in French and in English, from outside."""

import os
import subprocess
import sys

import pytest


def said(language, *arguments):
    """Exit code, standard output and standard error of one call."""
    done = subprocess.run(
        [sys.executable, "-m", "fanal", *arguments],
        env={**os.environ, "FANAL_LANG": language, "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


def test_help_comes_in_french():
    code, out, _ = said("fr", "--help")
    assert code == 0
    assert out.startswith("Usage : fanal [OPTIONS] COMMANDE [ARGS]...\n")
    assert "\nCommandes :\n" in out
    assert "Afficher cette aide et s'arrêter." in out
    assert "  figures     L'opération en chiffres.\n" in out


def test_help_of_a_command_comes_in_french():
    _, out, _ = said("fr", "op", "new", "--help")
    assert "  Ouvrir une opération.\n" in out
    assert "Nom court : minuscules, chiffres, traits d'union.  [obligatoire]" in out


def test_an_error_comes_in_french():
    code, out, err = said("fr", "-C", "/nonexistent", "status")
    assert (code, out) == (1, "")
    assert err.startswith("fanal: F-NODE-01: /nonexistent n'est pas un nœud")


def test_english_stays_english():
    code, out, _ = said("en", "--help")
    assert code == 0
    assert out.startswith("Usage: fanal [OPTIONS] COMMAND [ARGS]...\n")
    assert "\nCommands:\n" in out
    assert "Show this message and exit." in out


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_short_description_is_cut(language):
    _, out, _ = said(language, "--help")
    assert "..." not in out.split("\n", 1)[1]


def test_a_group_without_its_command_shows_its_help_and_is_wrong_use():
    code, out, err = said("en", "op")
    assert (code, out) == (2, "")
    assert err.startswith("Usage: fanal op [OPTIONS] COMMAND [ARGS]...\n")
