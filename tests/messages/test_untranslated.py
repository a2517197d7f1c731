"""Nothing is said to people past the catalogues: a look through the source, and a small case in French."""

import ast
import re
from pathlib import Path

import pytest

import fanal
from fanal.analyse.registry import STEPS
from fanal.base import language
from fanal.base.language import speaking
from fanal.cli.main import main

SOURCE = Path(fanal.__file__).parent
FILES = [
    path
    for path in sorted(SOURCE.rglob("*.py"))
    if not {"sample", "bench", "migrations"} & set(path.relative_to(SOURCE).parts)
]
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
MAPPING = """
fanal_mapping: 1
platform: ex
source: csv
tables:
  account: SELECT id AS native_id, login AS username, country AS stated_country, _row FROM people
  identifier: SELECT id AS account, 'email' AS kind, mail AS value, _row FROM people WHERE mail <> ''
"""
THRESHOLD = 'version = 1\napprover = "office 7"\napproved_at = "2026-01-31"\n[rules]\n'
EVENT = (
    '{"event": "arrest", "reference": "r1", "reported_by": "ES", "country": "ES", "at": "2026-01-31", '
    '"status": "done", "person": "ES-1", "conduct": ["shared"], "born": "1980-01-01"}\n'
)
#: What stands in a cell and is no word of Fanal's: names of exhibits, parts, agencies, and what was typed.
NO_WORDS = re.compile(r"[^a-z]*|people(\.csv(, \d+)?)?|[A-Z]{2}|ex:\d|Unit 7|\w+\.\w+|[0-9a-f]{12,}")


def literals(value):
    """The literal text of an expression that is a string or an f-string; what is called in it is not looked at."""
    parts = [value] if isinstance(value, ast.Constant) else value.values if isinstance(value, ast.JoinedStr) else []
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_error_carries_a_sentence_that_is_not_translated(path):
    raised = [node.exc for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Raise)]
    told = [kw.value for call in raised if isinstance(call, ast.Call) for kw in call.keywords]
    assert [text for value in told for text in literals(value) if SENTENCE.search(text)] == []


@pytest.mark.parametrize("path", sorted((SOURCE / "cli").glob("*.py")), ids=lambda path: path.name)
def test_no_command_prints_a_sentence_that_is_not_translated(path):
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr in ("print", "write", "echo"):
            found += [text for text in literals(node.args[0]) if SENTENCE.search(text)]
    assert found == []


class Watched:
    """The French catalogue, with a note of every message that it does not have."""

    def __init__(self, catalogue):
        self.catalogue = catalogue
        self.missed = set()

    def gettext(self, message):
        if message not in self.catalogue._catalog:
            self.missed.add(message)
        return self.catalogue.gettext(message)

    def ngettext(self, one, many, n):
        return self.catalogue.ngettext(one, many, n)


@pytest.fixture
def watched(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "200")
    made = Watched(language._catalogue("fr"))
    monkeypatch.setattr(language, "_catalogue", lambda _: made)
    with speaking("fr"):
        yield made


def test_a_small_case_is_told_in_french_throughout(watched, tmp_path, capsys):
    for name, text in (
        ("people.csv", "id,login,country,mail\n1,ana,ES,ana@example.net\n2,bea,FR,ana@example.net\n"),
        ("people.yaml", MAPPING),
        ("threshold.toml", THRESHOLD),
        ("events.jsonl", EVENT),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    node = str(tmp_path / "node")
    made = ("init", node, "--agency", "Unit 7", "--country", "ES", "--demo", "--language", "fr")
    lines = [
        ("op", "new", "op-1", "--title", "T", "--legal-basis", "B"),
        ("add", str(tmp_path / "people.csv"), "--mapping", str(tmp_path / "people.yaml")),
        ("event", str(tmp_path / "events.jsonl")),
        ("op", "threshold", str(tmp_path / "threshold.toml")),
        ("run",),
        ("status",),
        ("figures",),
        ("identities",),
        ("persons",),
        ("leads",),
        ("explain", "ex:1"),
        ("decide", "ex:1,ex:2", "different", "--reason", "R"),
        ("history", "ex:1"),
        ("exclude", "1"),
        ("package", "list"),
        ("peer", "list"),
        ("op", "list"),
        ("officer", "list"),
        ("check",),
        ("audit", "verify"),
    ]
    codes = [main(list(made)), *(main(["-C", node, *line]) for line in lines)]
    capsys.readouterr()
    assert codes == [0] * len(codes)
    typed = {step.name for step in STEPS}
    assert {message for message in watched.missed - typed if not NO_WORDS.fullmatch(message)} == set()
