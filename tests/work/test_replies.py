"""Receipts and answers between two nodes: what they prove, what they change, and what they never change."""

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from whole_case import Case, typed

from fanal.cases import guards
from fanal.cases.models.audit import Outbox
from fanal.cases.models.exchange import Answer, Package, Reply
from fanal.cases.session import acting_as
from fanal.work.log import sequence

pytestmark = pytest.mark.slow
KX = ("--op", "kx")


@dataclass(frozen=True)
class Sent:
    """A package that Belgium opened: its operation there, its receipt, and the identities that it holds."""

    case: Case
    op: tuple[str, str]
    receipt: Path
    identities: list[str]

    def answer(self, identity: str, outcome: str, *more: object) -> None:
        self.case.do("belgium", "answer", "set", identity, outcome, *more, *self.op)

    def send(self) -> Path:
        return Path(self.case.do("belgium", "answer", "send", *self.op, "--format", "json").json["file"])

    def came(self, file: Path) -> dict[str, Any]:
        found: dict[str, Any] = self.case.do("desk", "receive", file, "--format", "json").json
        return found

    def belgium(self) -> dict[str, Any]:
        found: dict[str, Any] = self.case.figures("kx")["packages_by_country"]["BE"]
        return found

    def log(self, *more: object) -> dict[str, Any]:
        found: dict[str, Any] = self.case.do("desk", "audit", "verify", *more, "--format", "json").json
        return found


@pytest.fixture(scope="module")
def opened(whole: Case, tmp_path_factory: pytest.TempPathFactory) -> Sent:
    """A package sent and opened once; for copying only."""
    case = whole.copy(tmp_path_factory.mktemp("opened"))
    received = case.do("belgium", "receive", case.release("BE"), "--format", "json").json
    op = ("--op", received["operation"])
    case.do("belgium", "op", "threshold", case.path("platform") / "threshold.toml", *op)
    case.do("belgium", "run", *op)
    identities = [line["identity"] for line in case.identities(received["operation"], "belgium")]
    connection.close()
    return Sent(case, op, Path(received["receipt"]), identities)


@pytest.fixture
def sent(opened: Sent, tmp_path: Path) -> Sent:
    case = opened.case.copy(tmp_path)
    return replace(opened, case=case, receipt=tmp_path / opened.receipt.relative_to(opened.case.folder))


def edited(table: str, statement: str) -> None:
    with connection.cursor() as cursor:
        for guard in ("no_update", "no_delete", "fixed", "kept"):
            cursor.execute(guards._down(connection.vendor, f"{table}_{guard}", table))
        cursor.execute(statement)


def test_opening_a_package_makes_a_receipt_that_the_sender_counts(sent: Sent) -> None:
    assert (sent.belgium()["sent"], sent.belgium()["opened"]) == (1, 0)
    assert sent.came(sent.receipt) | {"package": None, "corrections_drafted": 0} == {
        "kind": "receipt", "sender": "Unit belgium", "operation": "kx", "package": None, "answers": 0, "new": 0,
        "corrections_drafted": 0,
    }  # fmt: skip
    assert (sent.belgium()["opened"], sent.belgium()["answered"]) == (1, 0)
    assert sent.log()["cosigned"] == 1
    assert sent.case.refused("desk", "receive", sent.receipt) == "F-PKG-09"


def test_a_receipt_is_made_once(sent: Sent) -> None:
    assert sent.case.do("belgium", "answer", "receipt", *sent.op, "--format", "json").json["file"] == str(sent.receipt)
    sent.receipt.unlink()
    again = Path(sent.case.do("belgium", "answer", "receipt", *sent.op, "--format", "json").json["file"])
    assert again.name.endswith("-NL-2.fanal-receipt")


def test_a_log_rewritten_with_its_checkpoints_contradicts_the_cosigned_one(sent: Sent) -> None:
    sent.came(sent.receipt)
    _rewrite_history(sent.case)
    found = sent.log()
    assert not found["holds"]
    assert any("witnessed" in problem for problem in found["problems"])


def test_a_log_rewritten_with_all_that_came_back_is_found_by_what_the_recipient_brings(sent: Sent) -> None:
    sent.came(sent.receipt)
    sent.case.node("desk")
    edited("cases_reply", "DELETE FROM cases_reply")
    edited("cases_arrival", "DELETE FROM cases_arrival")
    shutil.rmtree(sent.case.path("desk") / "packages/kx/cosigned")
    _rewrite_history(sent.case)
    assert sent.log()["holds"]
    found = sent.log("--witness", sent.receipt.parent / "1/data/receipt.json")
    assert not found["holds"]
    assert any("witnessed" in problem for problem in found["problems"])


def _rewrite_history(case: Case) -> None:
    """What somebody with the database, the files and the node's own key can do: another history, all signed anew."""
    node = case.node("desk")
    first = Outbox.objects.order_by("pk")[0].pk
    other = "content = json_set(content, '$.officer', '9'), officer = '9'"
    edited("cases_outbox", f"UPDATE cases_outbox SET {other} WHERE id = {first}")
    gone = Outbox.objects.filter(content__subject__startswith="reply:") | Outbox.objects.filter(
        content__subject__startswith="arrival:"
    )
    if not Reply.objects.exists():
        gone.delete()
    shutil.rmtree(node.audit)
    Outbox.objects.update(appended=False)
    sequence(acting_as(node, "1"), node)
    package = Package.objects.get(direction="out")
    edited("cases_package", "UPDATE cases_package SET checkpoint = ''")
    package.refresh_from_db()
    package.save()
    if Reply.objects.exists():
        edited("cases_reply", "UPDATE cases_reply SET file = ''")


def test_a_cosigned_checkpoint_edited_in_the_store_or_taken_from_the_files_is_found(sent: Sent) -> None:
    sent.came(sent.receipt)
    cosigned = next((sent.case.path("desk") / "packages/kx/cosigned").glob("*.cosigned"))
    kept = cosigned.read_bytes()
    cosigned.unlink()
    assert "gone from the node's packages" in " ".join(sent.log()["problems"])
    cosigned.write_bytes(kept)
    assert sent.log()["holds"]
    sent.case.node("desk")
    edited("cases_reply", "UPDATE cases_reply SET checkpoint = checkpoint || ' '")
    said = " ".join(sent.log()["problems"])
    assert "cosignature does not hold" in said
    assert "not as Fanal wrote it" in said


def test_an_answer_edited_in_the_store_is_found_by_check(sent: Sent) -> None:
    sent.answer(sent.identities[0], "arrested")
    sent.came(sent.send())
    assert sent.case.do("desk", "check").out
    sent.case.node("desk")
    edited("cases_answer", "UPDATE cases_answer SET outcome = 'not_found'")
    assert "answer:1: not as Fanal wrote it" in _wrong(sent.case)


def test_counts_of_a_package_edited_in_the_store_are_found_by_check(sent: Sent) -> None:
    sent.case.node("desk")
    edited("cases_package", "UPDATE cases_package SET counts = json_set(counts, '$.identities', 0)")
    assert "package:1: not as Fanal wrote it" in _wrong(sent.case)


def _wrong(case: Case) -> list[str]:
    said = typed("-C", case.path("desk"), "check", "--format", "json")
    assert said.code == 1
    return [row["detail"] for row in said.json if row["wrong"]]


def test_answers_change_the_figures_of_their_country(sent: Sent) -> None:
    sent.answer(sent.identities[0], "arrested", "--grade", "B2", "--note", "message 12")
    sent.came(sent.send())
    found = sent.belgium()
    assert (found["opened"], found["answered"], found["identities_answered"]) == (1, 1, 1)
    assert (found["outcomes"], found["days_waiting"]) == ({"arrested": 1}, 0)
    rows = sent.case.do("desk", "answer", "list", "--country", "be", *KX, "--format", "jsonl").lines
    assert [(r["country"], r["identity"], r["outcome"], r["grade"], r["note"]) for r in rows] == [
        ("BE", sent.identities[0], "arrested", "B2", "message 12")
    ]
    assert sent.case.do("desk", "answer", "list", "--country", "ES", *KX, "--format", "jsonl").lines == []
    own = sent.case.do("belgium", "answer", "list", *sent.op, "--format", "jsonl").lines
    assert [r["outcome"] for r in own] == ["arrested"]


def test_a_foreign_opinion_stands_beside_the_own_one_and_never_over_it(sent: Sent) -> None:
    one = sent.identities[0]
    before = sent.case.identities("kx")
    sent.case.do("desk", "decide", one, "suspect", "--reason", "uploads", *KX)
    sent.answer(one, "not_found", "--grade", "C4")
    sent.came(sent.send())
    said = sent.case.do("desk", "explain", one, *KX, "--format", "json").json["opinions"]
    assert [(o["whose"], o["country"], o["says"], o["grade"]) for o in said] == [
        ("own", None, "suspect", ""),
        ("Unit belgium", "BE", "not_found", "C4"),
    ]
    with_answers = sent.case.do("desk", "identities", "--answers", *KX, "--format", "jsonl").lines
    assert {row["identity"]: [a["outcome"] for a in row["answers"]] for row in with_answers if row["answers"]} == {
        one: ["not_found"]
    }
    history = sent.case.do("desk", "history", one, *KX, "--format", "jsonl").lines
    assert [(r["verdict"], r["reason"]) for r in history if r["kind"] == "answer"] == [("not_found", "C4")]
    sent.case.do("desk", "run", *KX)
    assert sent.case.identities("kx") == before


def test_the_receiver_reads_what_the_senders_officers_decided(case: Case) -> None:
    lines = case.do("desk", "identities", "--country", "BE", *KX, "--format", "jsonl").lines
    first = next(line["identity"] for line in lines if line["meets_threshold"])
    case.do("desk", "decide", first, "suspect", "--reason", "uploads", *KX)
    received = case.do("belgium", "receive", case.release("BE"), "--format", "json").json
    op = ("--op", received["operation"])
    case.do("belgium", "run", *op)
    said = case.do("belgium", "explain", first, *op, "--format", "json").json["opinions"]
    assert [(o["whose"], o["says"], o["reason"]) for o in said] == [("Unit desk", "suspect", "uploads")]
    history = case.do("belgium", "history", first, *op, "--format", "jsonl").lines
    assert [r["verdict"] for r in history if r["kind"] == "opinion"] == ["suspect"]


def test_a_false_positive_taken_over_counts_at_the_next_run(sent: Sent) -> None:
    one = sent.identities[0]
    sent.answer(one, "false_positive", "--note", "message 12")
    sent.came(sent.send())
    meets = {line["identity"]: line["meets_threshold"] for line in sent.case.identities("kx")}
    assert meets[one]
    made = sent.case.do("desk", "answer", "adopt", one[:12], "--reason", "asked", *KX, "--format", "json").json
    assert [(d["kind"], d["verdict"]) for d in made] == [("identity", "not_suspect")]
    ran = sent.case.do("desk", "run", *KX, "--format", "json").json
    assert {step["step"]: step["ran"] for step in ran}["threshold"]
    after = {line["identity"]: line["meets_threshold"] for line in sent.case.identities("kx")}
    assert {i for i in meets if meets[i] != after[i]} == {one}
    why = sent.case.do("desk", "identities", "--why", *KX, "--format", "jsonl").lines
    assert next(line for line in why if line["identity"] == one)["why_not"] == "cleared"
    (row,) = sent.case.do("desk", "answer", "list", *KX, "--format", "jsonl").lines
    assert row["adopted"] == made[0]["decision"]
    assert sent.case.refused("desk", "answer", "adopt", one, "--reason", "again", *KX) == "F-ANSWER-06"


def test_two_identities_that_a_country_calls_one_person_become_one_at_the_next_run(sent: Sent) -> None:
    one, other = sent.identities[:2]
    sent.answer(one, "identified", "--person", "p1")
    sent.answer(other, "known_already", "--person", "p1")
    sent.came(sent.send())
    accounts = {line["identity"]: line["accounts"] for line in sent.case.identities("kx")}
    sent.case.do("desk", "answer", "adopt", one, "--country", "BE", "--reason", "asked by phone", *KX)
    sent.case.do("desk", "run", *KX)
    joined = [set(line["accounts"]) for line in sent.case.identities("kx")]
    assert {*accounts[one], *accounts[other]} in joined
    assert sent.case.refused("desk", "answer", "adopt", other, "--reason", "again", *KX) == "F-ANSWER-06"


def test_an_answer_that_says_nothing_of_who_is_not_taken_over(sent: Sent) -> None:
    sent.answer(sent.identities[0], "not_found")
    sent.came(sent.send())
    assert sent.case.refused("desk", "answer", "adopt", sent.identities[0], "--reason", "r", *KX) == "F-ANSWER-05"
    assert sent.case.refused("desk", "answer", "adopt", "f" * 32, "--reason", "r", *KX) == "F-ANSWER-04"


def test_an_answer_on_an_identity_that_was_never_sent_is_refused_whole(sent: Sent) -> None:
    sent.case.node("belgium")
    package = Package.objects.get(direction="in")
    Answer.add(package=package, identity="f" * 32, outcome="hit", officer="1", at="2026-01-01T00:00:00Z")
    sent.answer(sent.identities[0], "arrested")
    assert sent.case.refused("desk", "receive", sent.send()) == "F-RECEIVE-03"
    sent.case.node("desk")
    assert not Answer.objects.exists()


def test_each_answer_carries_what_was_said_before(sent: Sent) -> None:
    sent.answer(sent.identities[0], "in_hand")
    sent.send()
    sent.answer(sent.identities[1], "hit")
    second = sent.send()
    assert sent.case.refused("desk", "receive", second) == "F-PKG-10"
    found = sent.case.do("desk", "receive", second, "--release-gap", "lost", "--format", "json").json
    assert (found["answers"], found["new"]) == (2, 2)


def test_what_people_print_names_the_answers(sent: Sent) -> None:
    sent.answer(sent.identities[0], "arrested", "--grade", "B2")
    sent.came(sent.send())
    assert "Unit belgium (BE)" in sent.case.do("desk", "explain", sent.identities[0], *KX).out
    assert "BE arrested" in sent.case.do("desk", "identities", "--answers", "--limit", "99", *KX).out
    assert "arrested" in sent.case.do("desk", "answer", "list", *KX).out
    assert json.loads(sent.case.do("desk", "figures", *KX, "--format", "json").out)["packages_opened"] == 1
