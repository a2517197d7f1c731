import json
from pathlib import Path

import pytest
from django.db import connection

from fanal.audit.log import LogCutOff
from fanal.base.digests import canonical_json
from fanal.cases.access import INSTALLER, Actor, NoOfficer
from fanal.cases.decisions import decide
from fanal.cases.models.audit import Outbox
from fanal.cases.models.people import Decision
from fanal.cases.outbox import record
from fanal.cases.session import logged_in
from fanal.work.check import check_node
from fanal.work.log import checkpoint, sequence, verify_log
from fanal.work.nodes import init_node
from fanal.work.protection import protect
from fanal.work.sessions import end_session, open_session


@pytest.fixture
def decided(node, first, operation):
    """A node with a decision and a log under a checkpoint."""
    protect(first, operation, "account", "kx:1", "P-1", "asked by phone")
    sequence(first, node)
    checkpoint(first, node)
    return node


def edited(table: str, statement: str) -> None:
    """Raw SQL, as somebody with the file would write it, triggers out of the way."""
    with connection.cursor() as cursor:
        for name in (f"{table}_no_update", f"{table}_no_delete"):
            cursor.execute(
                f"DROP TRIGGER IF EXISTS {name}{f' ON {table}' if connection.vendor == 'postgresql' else ''}"
            )
        cursor.execute(statement)


def log_of(node) -> Path:
    return node.audit / "log.jsonl"


def test_check_holds_answers_reports_and_packages_against_the_log(decided, first):
    held = {row["what"]: row["wrong"] for row in check_node(first, decided)}
    assert held["answers, reports, packages and pins against the audit log"] == 0
    assert set(held.values()) == {0}


def test_an_untouched_log_holds(decided, first):
    found = verify_log(first, decided)
    assert found["holds"]
    assert found["problems"] == []
    assert found["covered"] == found["entries"] > 0


def test_a_decision_row_edited_by_hand_is_found(decided, first):
    assert Decision.objects.count() == 1
    edited("cases_decision", "UPDATE cases_decision SET reason = 'another reason'")
    assert not verify_log(first, decided)["holds"]


def test_a_verdict_edited_by_hand_is_found(decided, first):
    edited("cases_decision", "UPDATE cases_decision SET verdict = 'unprotect'")
    assert not verify_log(first, decided)["holds"]


def test_a_decision_row_deleted_by_hand_is_found(decided, first):
    edited("cases_decision", "DELETE FROM cases_decision")
    assert not verify_log(first, decided)["holds"]


def test_an_outbox_row_edited_by_hand_is_found(decided, first):
    row = Outbox.objects.order_by("pk").last()
    assert row
    content = {**row.content, "facts": {"verdict": "another"}}
    edited("cases_outbox", f"UPDATE cases_outbox SET content = '{json.dumps(content)}' WHERE id = {row.pk}")
    found = verify_log(first, decided)
    assert not found["holds"]
    assert "say different things" in " ".join(found["problems"])


def test_an_outbox_row_deleted_by_hand_is_found(decided, first):
    edited("cases_outbox", "DELETE FROM cases_outbox WHERE id = 1")
    found = verify_log(first, decided)
    assert not found["holds"]
    assert "not in the case store" in " ".join(found["problems"])


def test_an_outbox_row_that_is_no_longer_found_by_what_it_is_about_is_found(decided, first):
    record(first, "person.read", "kx", identity="i1")
    sequence(first, decided)
    edited("cases_outbox", "UPDATE cases_outbox SET about = NULL")
    assert "say different things" in " ".join(verify_log(first, decided)["problems"])


def test_a_decision_that_is_no_longer_found_by_what_it_names_is_found(decided, operation, first):
    decide(first, operation, "pair", "kx:1,kx:2", "same", "reason", account_a="kx:1", account_b="kx:2")
    assert verify_log(first, decided)["holds"]
    edited("cases_named", "DELETE FROM cases_named WHERE key = 'kx:2'")
    assert "not found by all that it names" in " ".join(verify_log(first, decided)["problems"])


def test_an_edited_line_of_the_log_is_found(decided, first):
    lines = log_of(decided).read_bytes().splitlines()
    entry = json.loads(lines[0])
    lines[0] = canonical_json({**entry, "actor": "9" * len(entry["actor"])})
    log_of(decided).write_bytes(b"\n".join(lines) + b"\n")
    found = verify_log(first, decided)
    assert not found["holds"]
    assert any("checkpoint" in problem for problem in found["problems"])


def test_a_line_cut_off_the_log_is_found(decided, first):
    lines = log_of(decided).read_bytes().splitlines(keepends=True)
    log_of(decided).write_bytes(b"".join(lines[:-1]))
    assert not _holds(first, decided)


def test_log_and_store_edited_alike_are_found_by_the_checkpoint(decided, first):
    row = Outbox.objects.order_by("pk").first()
    assert row
    content = {**row.content, "officer": "9"}
    edited("cases_outbox", f"UPDATE cases_outbox SET content = '{json.dumps(content)}' WHERE id = {row.pk}")
    lines = log_of(decided).read_bytes().splitlines()
    lines[0] = canonical_json({**json.loads(lines[0]), "actor": "9"})
    log_of(decided).write_bytes(b"\n".join(lines) + b"\n")
    assert not _holds(first, decided)


def _holds(actor, node) -> bool:
    try:
        return bool(verify_log(actor, node)["holds"])
    except LogCutOff:
        return False


def test_entries_hold_no_personal_data(decided, operation, first):
    protect(first, operation, "email", "somebody@example.org", "P-2", "told by Nobody Inparticular")
    sequence(first, decided)
    log = log_of(decided).read_text()
    for word in ("somebody", "Inparticular", "kx:1", "P-2"):
        assert word not in log


def test_what_is_sequenced_twice_stands_once(decided, first):
    before = log_of(decided).read_bytes()
    Outbox.objects.update(appended=False)
    assert sequence(first, decided) > 0
    assert log_of(decided).read_bytes() == before


@pytest.fixture
def real(tmp_path, monkeypatch):
    """A node that is no demonstration, and a memory folder for its sessions."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return init_node(
        INSTALLER,
        tmp_path / "real",
        agency="Unit 7",
        country="BE",
        language="en",
        demo=False,
        officer="1",
        officer_name="",
        passphrase="six plain words",
    )


def test_a_session_opens_with_the_officers_pass_phrase_and_ends(real):

    assert open_session(Actor("1"), real, "six plain words") > 0
    actor = logged_in(real)
    assert actor.officer == "1"
    end_session(actor, real)
    with pytest.raises(NoOfficer):
        logged_in(real)


def test_logging_in_and_out_is_on_record(real):

    open_session(Actor("1"), real, "six plain words")
    actor = logged_in(real)
    end_session(actor, real)
    sequence(actor, real)
    verbs = [json.loads(line)["verb"] for line in log_of(real).read_bytes().splitlines()]
    assert verbs == ["node.init", "officer.login", "officer.logout"]
