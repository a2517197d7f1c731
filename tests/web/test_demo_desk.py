"""The desk at the end of `make demo`: its address, and codes that let a visitor in."""

import re
import socket
import subprocess
from pathlib import Path

import pytest
from desk_case import Desk
from served import Served
from whole_case import typed

from fanal.cases.node import load_node
from fanal.cli.demo_desk import code_of, show_desk
from fanal.cli.serve import environment, prepare


def test_a_demo_nodes_code_lets_its_officer_in(served: Served, case: Desk) -> None:
    visitor = served.visitor()
    code = code_of(case.node.folder, "7")
    page = visitor.pass_phrase("7")
    entered = visitor.open(page.url, {"csrfmiddlewaretoken": page.token, "code": code})
    assert entered.url == f"{served.base}/operations/kx/"


def test_no_other_node_tells_a_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANAL_PASSPHRASE", "a phrase of seven words for this test")
    typed("init", tmp_path / "node", "--agency", "Unit 7", "--country", "NL")
    prepare(environment(load_node(tmp_path / "node"), "127.0.0.1"))
    with pytest.raises(subprocess.CalledProcessError) as refused:
        code_of(tmp_path / "node", "1")
    assert refused.value.stdout == ""
    assert "OnlyInDemo" in refused.value.stderr


def test_without_a_terminal_the_desk_answers_says_how_to_sign_in_and_ends(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    typed("init", tmp_path / "node", "--agency", "Unit 7", "--country", "NL", "--demo")
    show_desk(tmp_path / "node", stay=False)
    said = capfd.readouterr().err
    port = int(re.search(r"http://localhost:(\d+)/", said)[1])  # type: ignore[index]
    assert len(re.findall(r"code \d{6} ", said)) == 2
    with socket.socket() as tried:
        assert tried.connect_ex(("127.0.0.1", port)) != 0
