"""Officers of a node that is no demonstration: keys unlocked by pass phrases, one session at a time."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from fanal.cli.main import main

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Commands in such a node, made with the first officer's pass phrase; sessions lie in a folder of the test."""
    (tmp_path / "memory").mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "memory"))

    def run(*arguments: str, phrase: str = "") -> tuple[int, str, str]:
        monkeypatch.setenv("FANAL_PASSPHRASE", phrase)
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main(list(arguments))
        return code, out.getvalue(), err.getvalue()

    node = str(tmp_path / "node")
    assert run("init", node, "--agency", "Unit 7", "--country", "BE", phrase="first phrase")[0] == 0
    return lambda *arguments, phrase="": run("-C", node, *arguments, phrase=phrase)


def test_an_officer_works_from_login_to_logout(typed: Typed) -> None:
    assert typed("op", "list")[0] == 1
    assert typed("login", "1", phrase="first phrase")[0] == 0
    assert typed("op", "new", "kx", "--title", "T", "--legal-basis", "B")[0] == 0
    assert typed("logout")[0] == 0
    code, out, err = typed("op", "list")
    assert (code, out) == (1, "")
    assert "F-MAY-02" in err


def test_each_officer_has_a_pass_phrase_of_their_own(typed: Typed) -> None:
    assert typed("login", "1", phrase="first phrase")[0] == 0
    assert typed("officer", "add", "2", "--role", "coordinator", phrase="second phrase")[0] == 0
    assert typed("login", "2", phrase="first phrase")[0] == 1
    assert typed("login", "2", phrase="second phrase")[0] == 0
    assert typed("op", "new", "kx", "--title", "T", "--legal-basis", "B")[0] == 0
    assert typed("officer", "add", "3", phrase="third phrase")[0] == 1


def test_an_empty_pass_phrase_makes_no_node(tmp_path: Path, typed: Typed) -> None:
    code, out, err = typed("init", str(tmp_path / "other"), "--agency", "A", "--country", "BE", phrase="")
    assert (code, out) == (2, "")
    assert "F-KEY-02" in err
    assert not (tmp_path / "other").exists()


def test_a_wrong_pass_phrase_opens_no_session(tmp_path: Path, typed: Typed) -> None:
    code, _, err = typed("login", "1", phrase="not the one")
    assert code == 1
    assert "F-KEY-01" in err
    assert not [path for path in (tmp_path / "memory").rglob("*") if path.is_file()]


def test_nothing_unlocked_touches_the_node(tmp_path: Path, typed: Typed) -> None:
    typed("login", "1", phrase="first phrase")
    held = json.loads(next((tmp_path / "memory").rglob("*.session")).read_text())["key"]
    for path in (tmp_path / "node").rglob("*"):
        if path.is_file():
            assert held.encode() not in path.read_bytes()
            assert b"first phrase" not in path.read_bytes()


def test_what_was_done_is_in_the_log_under_the_officers_number(typed: Typed) -> None:
    typed("login", "1", phrase="first phrase")
    typed("op", "new", "kx", "--title", "T", "--legal-basis", "B")
    code, out, _ = typed("audit", "verify", "--format", "json")
    assert code == 0
    assert json.loads(out)["holds"]
