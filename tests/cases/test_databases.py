"""The two databases of a case store: their addresses, who writes when, and the way from one to the other."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from fanal.audit.log import AuditLog
from fanal.cases import database
from fanal.cases.access import INSTALLER
from fanal.cases.database import NoDriver, UnknownDatabase, database_settings, shown
from fanal.cases.decisions import decide, standing
from fanal.cases.models import Decision, Outbox
from fanal.cases.moving import NotEmpty, copy_rows
from fanal.cases.node import load_node
from fanal.cases.outbox import record
from fanal.cases.session import acting_as
from fanal.cases.store import StoreUnreachable, describe, open_store
from fanal.work.check import check_node
from fanal.work.log import sequence, verify_log
from fanal.work.nodes import DatabaseTaken, init_node, move_store
from stores import database_of, put

TIMES = 12
#: A process that acts and sequences, again and again.
WRITER = f"""
import sys
from pathlib import Path
import fanal.work
from fanal.cases.node import load_node
from fanal.cases.outbox import record
from fanal.cases.session import acting_as
from fanal.work.log import sequence
node = load_node(Path(sys.argv[1]))
officer = acting_as(node, "1")
for n in range({TIMES}):
    record(officer, "person.read", f"{{sys.argv[2]}}-{{n}}")
    sequence(officer, node)
"""


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgresql://host/fanal", {"HOST": "host", "NAME": "fanal", "PORT": "", "USER": "", "PASSWORD": ""}),
        ("postgres://u:p%40ss@host:5433/f", {"HOST": "host", "PORT": "5433", "USER": "u", "PASSWORD": "p@ss"}),
        ("postgresql:///fanal?host=/run/postgresql", {"HOST": "/run/postgresql", "NAME": "fanal"}),
        ("postgresql://[::1]/fanal", {"HOST": "::1"}),
        ("sqlite:///a/case.sqlite", {"NAME": "/a/case.sqlite"}),
    ],
)
def test_an_address_is_understood(address, expected):
    assert database_settings(address).items() >= expected.items()


def test_parameters_of_the_driver_stand_behind_the_question_mark():
    assert database_settings("postgresql://host/f?sslmode=verify-full")["OPTIONS"]["sslmode"] == "verify-full"


@pytest.mark.parametrize(
    "address",
    ["mysql://host/f", "postgresql://host", "postgresql://host/", "postgresql://host:x/f", "case.sqlite"],
)
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(UnknownDatabase):
        database_settings(address)


def test_a_password_is_never_shown():
    assert shown("postgresql://u:secret@host/f") == "postgresql://u@host/f"
    with pytest.raises(UnknownDatabase) as caught:
        database_settings("postgresql://u:secret@host")
    assert "secret" not in caught.value.line()


def test_a_missing_driver_is_said_with_the_way_to_get_it(monkeypatch):
    monkeypatch.setattr(database, "find_spec", lambda _: None)
    with pytest.raises(NoDriver, match=r"pip install 'fanal\[postgres\]'"):
        database_settings("postgresql://host/f")


def test_a_database_that_does_not_answer_is_said_in_one_line(node, tmp_path):
    put(node.folder, f"postgresql:///f?host={tmp_path}")
    with pytest.raises(StoreUnreachable) as caught:
        load_node(node.folder)
    assert len(caught.value.line().splitlines()) == 1


def test_no_two_nodes_share_a_database(node, store, tmp_path):
    address = database_of(node.folder) or f"sqlite://{node.folder}/case.sqlite"
    with pytest.raises(DatabaseTaken):
        init_node(
            INSTALLER, tmp_path / "other", agency="U", country="BE", language="en", demo=True, officer="1",
            officer_name="", passphrase="p", database=address,
        )  # fmt: skip
    assert not (tmp_path / "other").exists()


def test_the_node_says_which_database_it_has(node, store):
    assert describe().startswith({"sqlite": "SQLite 3.", "postgresql": "PostgreSQL 1"}[store.name])


def test_two_processes_lose_no_entry_and_double_none(node, first):
    connection.close()
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(node.folder), name], stderr=subprocess.PIPE)
        for name in ("a", "b")
    ]
    for writer in writers:
        _, said = writer.communicate()
        assert writer.returncode == 0, said
    sequence(first, node)
    logged = [entry["object"] for entry in AuditLog(node.audit).entries() if entry["verb"] == "person.read"]
    assert sorted(logged) == sorted(f"{name}-{n}" for name in "ab" for n in range(TIMES))
    assert not Outbox.objects.filter(appended=False).exists()
    assert verify_log(first, node)["holds"]


def test_of_two_officers_at_once_the_later_supersedes_the_earlier(node, first, second, operation):
    def act(officer):
        try:
            for _ in range(5):
                decide(officer, operation, "identity", "a", "suspect", "seen")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(act, (first, second)))
    assert Decision.objects.count() == 10
    assert Decision.objects.filter(superseded_by=None).count() == 1
    assert standing(operation, "identity", "a")


def test_what_an_act_wrote_before_it_failed_is_gone(first, operation):
    with pytest.raises(UnicodeEncodeError):
        decide(first, operation, "identity", "a", "suspect", "a lone surrogate \ud800")
    assert not Decision.objects.exists()
    decide(first, operation, "identity", "a", "suspect", "seen")


def test_a_case_store_moves_with_every_row(node, first, operation, store, tmp_path, postgres):
    decide(first, operation, "identity", "a", "suspect", "seen")
    decide(first, operation, "identity", "a", "not_suspect", "seen again")
    target = f"sqlite://{tmp_path}/moved.sqlite" if store.name == "postgresql" else postgres.create()
    store.made += [target] if store.name == "sqlite" else []
    rows, where = move_store(first, node, target)
    assert database_of(node.folder) == where == target
    moved = load_node(node.folder)
    assert Outbox.objects.count() < rows
    officer = acting_as(moved, "1")
    assert decide(officer, operation, "identity", "a", "suspect", "moved").supersedes.reason == "seen again"
    assert verify_log(officer, moved)["holds"]
    assert not [row for row in check_node(officer, moved) if row["wrong"]]


def test_nothing_moves_into_a_database_that_has_rows(node, first, store, tmp_path):
    other = tmp_path / "other"
    init_node(
        INSTALLER, other, agency="U", country="BE", language="en", demo=True, officer="1", officer_name="",
        passphrase="p",
    )  # fmt: skip
    open_store(node.database)
    before = Outbox.objects.count()
    with pytest.raises(NotEmpty):
        copy_rows(f"sqlite://{other}/case.sqlite")
    assert Outbox.objects.count() == before
    assert "beside" not in connections.settings


def test_the_case_store_of_another_node_is_noticed(node, first):
    record(first, "node.init", "f" * 32)
    found = next(row for row in check_node(first, node) if row["what"].startswith("case store"))
    assert (found["wrong"], found["detail"]) == (1, "it is the case store of node " + "f" * 32)
