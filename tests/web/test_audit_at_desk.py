"""The audit log at the desk: looked through, one entry, verified by the worker."""

import ast
import re
from pathlib import Path

from desk_case import Desk
from served import Visitor
from working import do

import fanal
from fanal.cases.decisions import VERDICTS
from fanal.cases.models.audit import Outbox
from fanal.cases.models.jobs import Job
from fanal.web.acts import ACTS


def recorded() -> set[str]:
    """The verbs that entries of the log may have, by what the source records."""
    calls = (
        node
        for path in Path(fanal.__file__).parent.rglob("*.py")
        if "bench" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record"
    )
    said = {call.args[1].value for call in calls if len(call.args) > 1 and isinstance(call.args[1], ast.Constant)}
    return {str(verb) for verb in said} | {f"decision.{kind}" for kind in VERDICTS}


def test_every_act_of_the_log_is_said_in_words() -> None:
    assert len(recorded()) > 60
    assert recorded() - set(ACTS) == set()


def test_entries_are_filtered_and_lead_to_their_place_in_the_log(first: Visitor, case: Desk) -> None:
    first.open("/operations/kx/tips/")
    page = first.open("/audit/?verb=tip.read&officer=1&operation=kx")
    entry = re.search(r"/audit/entry/([0-9a-f]+)/", page.main)
    assert entry
    assert "No entry is like that" in first.open("/audit/?verb=tip.read&officer=35").main
    one = first.open(f"/audit/entry/{entry[1]}/?proof=1").main
    assert "gives the head of the log" in one
    assert "tip.read" in one


def test_a_list_of_entries_takes_as_many_queries_for_one_row_as_for_many(first: Visitor) -> None:
    def queries(path: str) -> str:
        return str(re.search(r'desc="(\d+)"', first.open(path).headers["Server-Timing"])[1])  # type: ignore[index]

    assert queries("/audit/?verb=node.init") == queries("/audit/")


def test_the_worker_verifies_and_an_officer_signs_a_checkpoint_over_what_holds(first: Visitor, case: Desk) -> None:
    first.post("/audit/verify/")
    assert "waiting" in first.open("/audit/verify/").main
    assert case.node
    do(case.node, Job.objects.get(kind="verify").pk)
    assert "The log holds" in first.open("/audit/verify/").main
    page = first.post("/audit/verify/", act="checkpoint", code=first.code())
    assert "A checkpoint over the whole log is signed." in page.main
    assert Outbox.objects.filter(verb="audit.verify").exists()
