"""The register of victims in the store: what stands, what counts, what cannot be changed."""

import json

import pytest
from django.db import IntegrityError, connection, transaction

from fanal.cases.events import import_events
from fanal.cases.figures import case_figures
from fanal.work.nodes import BadCountry
from fanal.work.victims import (
    BadDigest,
    BadStatus,
    Noted,
    UnknownReport,
    add_victim,
    list_victims,
    note_victim,
    safeguard_reports,
)

DIGEST = "AB" * 32


def identified(operation):
    return case_figures(operation)["victims_identified"]


@pytest.fixture
def reported(first, operation, tmp_path):
    """Two reports of a child made safe, and one that is only planned."""
    lines = [
        {"event": "safeguard", "reference": f"ES-{n}", "reported_by": "ES", "country": "ES",
         "at": f"2025-03-0{n}T10:00:00Z", "status": "planned" if n == 3 else "done"}
        for n in (1, 2, 3)
    ]  # fmt: skip
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines))
    import_events(first, operation, path)


def test_a_victim_is_a_number_and_what_was_noted_last_stands(first, operation):
    add_victim(first, operation, Noted(), "seen in the material")
    add_victim(first, operation, Noted(country="es", media=[DIGEST]), "seen in the material")
    note_victim(first, operation, 2, Noted(status="identified", media=["cd" * 32]), "answer 4")
    one, other = list_victims(first, operation)
    assert (one["victim"], one["status"], one["country"]) == ("V-1", "unidentified", "")
    assert (other["victim"], other["status"], other["country"]) == ("V-2", "identified", "ES")
    assert other["media"] == ["ab" * 32, "cd" * 32]
    assert [note["status"] for note in other["notes"]] == ["identified", "unidentified"]


def test_a_page_of_the_register_begins_after_a_number(first, operation):
    for _ in range(3):
        add_victim(first, operation, Noted(), "seen in the material")
    assert [row["number"] for row in list_victims(first, operation, after=1, most=1)] == [2]


def test_victims_count_as_identified_by_what_stands_of_them(first, operation):
    for status in ("unidentified", "identified", "safeguarded", "withdrawn"):
        add_victim(first, operation, Noted(status=status), "reason")
    assert identified(operation) == 2
    note_victim(first, operation, 2, Noted(status="withdrawn"), "the same child as V-3")
    assert identified(operation) == 1


def test_a_report_of_safeguarding_and_the_victim_that_names_it_count_once(first, operation, reported):
    assert identified(operation) == 2
    add_victim(first, operation, Noted(report="ES/ES-1"), "named by the unit")
    assert list_victims(first, operation)[0]["status"] == "safeguarded"
    assert identified(operation) == 2
    assert [row["report"] for row in safeguard_reports(first, operation)] == ["ES/ES-2"]
    note_victim(first, operation, 1, Noted(status="withdrawn"), "entered by mistake")
    assert len(safeguard_reports(first, operation)) == 2


@pytest.mark.parametrize(
    ("noted", "error"),
    [
        (Noted(status="gone"), BadStatus),
        (Noted(status="identified", report="ES/ES-1"), BadStatus),
        (Noted(country="XX"), BadCountry),
        (Noted(media=["message 12"]), BadDigest),
        (Noted(report="ES/ES-3"), UnknownReport),
    ],
)
def test_what_cannot_be_noted_leaves_nothing(first, operation, reported, noted, error):
    with pytest.raises(error):
        add_victim(first, operation, noted, "reason")
    assert list_victims(first, operation) == []


@pytest.mark.parametrize("change", ["UPDATE cases_victimnote SET reason = 'x'", "DELETE FROM cases_victimnote"])
def test_a_note_is_neither_changed_nor_deleted(first, operation, change):
    add_victim(first, operation, Noted(), "reason")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
