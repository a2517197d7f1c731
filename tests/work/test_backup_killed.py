"""Killed halfway, a backup is not there and a restore left no node; the same command then makes up for it."""

import os

import pytest
from django.db import connections
from whole_case import typed

from fanal.cases.access import INSTALLER
from fanal.cases.session import DEMO_PASSPHRASE, acting_as
from fanal.work.backup import BackupRuns, make_backup, make_recovery_key, restore_backup

PHRASE = "one phrase for the safe"


@pytest.fixture
def node(desk):
    node = desk.node
    make_recovery_key(acting_as(node, "1"), node, desk.folder / "recovery.key", PHRASE)
    return node


def killed(act, share):
    """Do it in a process that is gone, without a word, when that share of it is done."""

    def report(_, done):
        if done >= share:
            os._exit(9)

    connections["default"].close()
    child = os.fork()
    if not child:
        try:
            act(report)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def quiet(_, __):
    pass


def back(desk, report):
    return restore_backup(
        INSTALLER,
        desk.folder / "a.fanal-backup",
        desk.folder / "again",
        report,
        key=desk.folder / "recovery.key",
        key_passphrase=PHRASE,
        officer="1",
        ask=lambda _: DEMO_PASSPHRASE,
    )


def test_a_backup_that_was_killed_is_not_there_and_the_next_one_is_whole(desk, node):
    actor, path = acting_as(node, "1"), desk.folder / "a.fanal-backup"
    for share in (0.0, 0.6, 1.0):
        killed(lambda report: make_backup(actor, node, path, report), share)
        assert not path.exists()
    make_backup(actor, node, path, quiet)
    assert sorted(one.name for one in desk.folder.glob("a.fanal-backup*")) == ["a.fanal-backup"]
    assert not (node.folder / ".backup").exists()
    assert back(desk, quiet)["holds"]


def test_a_restore_that_was_killed_left_no_node_and_the_next_one_is_whole(desk, node):
    make_backup(acting_as(node, "1"), node, desk.folder / "a.fanal-backup", quiet)
    for share in (0.0, 0.5, 1.0):
        killed(lambda report: back(desk, report), share)
        assert not (desk.folder / "again").exists()
    assert back(desk, quiet)["holds"]
    assert not (desk.folder / "again.restoring").exists()
    connections["default"].close()
    checked = typed("-C", desk.folder / "again", "check", "--format", "jsonl")
    assert {row["wrong"] for row in checked.lines} == {0}
    connections["default"].close()


def test_two_at_once_are_one_too_many(desk, node):
    actor = acting_as(node, "1")

    def meanwhile(_, __):
        with pytest.raises(BackupRuns):
            make_backup(actor, node, desk.folder / "b.fanal-backup", quiet)

    make_backup(actor, node, desk.folder / "a.fanal-backup", meanwhile)
