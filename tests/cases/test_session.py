import dataclasses

import pytest

from fanal.cases import session
from fanal.cases.access import Actor, NoOfficer
from fanal.exchange.keys import WrongPassphrase


@pytest.fixture(autouse=True)
def memory_folder(tmp_path, monkeypatch):
    folder = tmp_path / "run"
    folder.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


def test_an_officer_who_logged_in_signs_until_logging_out(node):
    session.log_in(node, "1", session.DEMO_PASSPHRASE)
    assert session.logged_in(node).officer == "1"
    session.log_out(node)
    with pytest.raises(NoOfficer):
        session.logged_in(node)


def test_a_wrong_pass_phrase_opens_nothing(node):
    with pytest.raises(WrongPassphrase):
        session.log_in(node, "1", "wrong")
    with pytest.raises(NoOfficer):
        session.logged_in(node)


def test_a_session_expires(node, monkeypatch):
    monkeypatch.setattr(session, "HOURS", -1)
    session.log_in(node, "1", session.DEMO_PASSPHRASE)
    with pytest.raises(NoOfficer):
        session.logged_in(node)


def test_acting_as_another_is_refused_outside_a_demonstration_node(node):
    with pytest.raises(session.OnlyInDemo):
        session.acting_as(dataclasses.replace(node, demo=False), "1")


def test_every_officer_opens_the_nodes_keys_with_their_own(node, first, second):
    assert session.node_keys(node, first).public == session.node_keys(node, second).public


def test_an_actor_without_a_key_does_not_open_the_nodes_keys(node):
    with pytest.raises(NoOfficer):
        session.node_keys(node, Actor("1"))


def test_the_session_file_is_for_its_owner_alone(node, memory_folder):
    session.log_in(node, "1", session.DEMO_PASSPHRASE)
    (file,) = memory_folder.rglob("*.session")
    assert file.stat().st_mode & 0o077 == 0


def test_no_private_key_of_the_node_lies_in_the_clear(node):
    for path in node.folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"AGE-SECRET-KEY" not in data
            assert b"BEGIN PRIVATE KEY" not in data
