"""The register of victims is a compartment: one role reads it, and nothing else of the program does."""

import ast
from pathlib import Path

import pytest
from django.db import connection

import fanal
from fanal.cases import guards
from fanal.cases.access import NotAllowed
from fanal.cases.decisions import NoReason
from fanal.cases.models.audit import Outbox
from fanal.cases.models.victims import VictimNote
from fanal.work.log import verify_log
from fanal.work.victims import Noted, add_victim, list_victims, note_victim, safeguard_reports, show_victim

SOURCE = Path(fanal.__file__).parent
HOMES = ("fanal.cases.victims", "fanal.cases.models.victims", "fanal.work.victims")
#: What may know of it, and why: the register itself, the one figure, signatures, the two ways in.
MAY = {
    "cases/figures.py": {"victims_identified"},
    "cases/models/__init__.py": {"Victim", "VictimNote"},
    "cases/victims.py": {"IDENTIFIED", "SAFEGUARDED", "Victim", "VictimNote"},
    "cli/victim.py": {"Noted", "add_victim", "list_victims", "note_victim", "safeguard_reports", "show_victim"},
    "web/middleware.py": {"UnknownVictim"},
    "web/views/victims.py": {
        "STATUSES", "Noted", "add_victim", "list_victims", "note_victim", "safeguard_reports", "show_victim",
    },
    "work/log.py": {"VictimNote", "all_notes", "statement"},
    "work/victims.py": {
        "SAFEGUARDED", "STATUSES", "UNIDENTIFIED", "Victim", "VictimNote", "one_victim", "register", "report_name",
        "statement", "unnamed_reports", "victim_of",
    },
}  # fmt: skip


def taken(path: Path) -> set[str]:
    """What a module takes from the register's modules, or from the store's tables of it, under whatever name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith(HOMES)}
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if node.module in HOMES or whole in HOMES or alias.name in ("Victim", "VictimNote"):
                    found.add(alias.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "cases_victim" in node.value:
            found.add(node.value)
    return found


def test_no_step_package_search_or_export_reads_the_register() -> None:
    found = {path.relative_to(SOURCE).as_posix(): taken(path) for path in SOURCE.rglob("*.py")}
    assert {name: names for name, names in found.items() if names} == MAY
    sql = [path.name for path in SOURCE.rglob("*.sql") if "cases_victim" in path.read_text(encoding="utf-8")]
    assert sql == []


def test_only_victim_identification_reads_and_writes_it(first, operation, analyst):
    add_victim(first, operation, Noted(), "seen in the material")
    for act in (
        lambda: list_victims(analyst, operation),
        lambda: show_victim(analyst, operation, 1),
        lambda: safeguard_reports(analyst, operation),
        lambda: add_victim(analyst, operation, Noted(), "reason"),
        lambda: note_victim(analyst, operation, 1, Noted(), "reason"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_each_reading_is_on_the_record_without_what_was_noted(first, operation):
    add_victim(first, operation, Noted(), "seen in the material")
    list_victims(first, operation)
    show_victim(first, operation, 1)
    verbs = [row.content["verb"] for row in Outbox.objects.filter(content__verb__startswith="victim.").order_by("pk")]
    assert verbs == ["victim.write", "victim.read", "victim.read"]
    assert not [row for row in Outbox.objects.all() if "seen in the material" in str(row.content)]


def test_a_note_needs_a_reason(first, operation):
    with pytest.raises(NoReason):
        add_victim(first, operation, Noted(), " ")


def test_a_note_that_somebody_edited_in_the_database_is_found(node, first, operation):
    add_victim(first, operation, Noted(), "seen in the material")
    assert verify_log(first, node)["holds"]
    with connection.schema_editor() as editor:
        guards.release(editor, ["cases_victimnote"])
    VictimNote.objects.update(status="identified")
    assert "kx V-1: the note on a victim is not as its officer signed it" in verify_log(first, node)["problems"]
