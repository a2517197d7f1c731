"""Persons at the desk: what stands of each, whom no page shows, what an officer adds."""

import json
from typing import Any

import pytest
from desk_case import Desk

from fanal.cases.access import Actor
from fanal.cases.events import BadReport
from fanal.cases.models import CaseEvent, Operation, Outbox, Person
from fanal.cases.persons import UnknownPerson
from fanal.cases.session import acting_as
from fanal.work.events import Told, report_of_person
from fanal.work.person_evidence import evidence_on
from fanal.work.person_pages import NoSuchPerson, one_person, person_page
from fanal.work.person_protection import protect_person
from fanal.work.persons import OnePerson, join_persons

pytestmark = pytest.mark.slow
FIRST = Actor("1")
#: reference of the person, what is reported, status, day, born, account
REPORTS = (
    ("P-1", "search", "planned", "2024-03-01", "2008-05-01", "kx:1"),
    ("P-1", "search", "done", "2024-03-02", "2008-05-01", "kx:1"),
    ("P-1", "arrest", "planned", "2024-03-03", "2008-05-01", "kx:1"),
    ("P-2", "flight", "done", "2024-03-01", "1980-01-01", "kx:4"),
    ("P-2", "order", "done", "2024-03-02", "1980-01-01", "kx:4"),
    ("P-3", "flight", "done", "2024-03-01", "1981-01-01", ""),
    ("P-3", "arrest", "done", "2024-03-05", "1981-01-01", ""),
    ("P-4", "safeguard", "planned", "2024-03-01", None, ""),
    ("P-5", "identified", "done", "2024-03-01", "2012-01-01", "kx:6"),
)


@pytest.fixture
def persons(desk: Desk) -> Desk:
    """The case with five persons; the fifth is a victim."""
    lines = [
        {"event": kind, "reference": f"R-{n}", "reported_by": "BE", "country": "BE", "at": f"{at}T08:00:00Z",
         "status": status, "person": person, "born": born, "account": account or None}
        for n, (person, kind, status, at, born, account) in enumerate(REPORTS)
    ]  # fmt: skip
    path = desk.folder / "events.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    desk.do("event", path)
    Person.objects.filter(references__reference="P-5").update(category="victim")
    return desk


def case() -> Operation:
    return Operation.objects.get(slug="kx")


def number(reference: str) -> int:
    return Person.objects.get(references__reference=reference).pk


def named(rows: list[dict[str, Any]]) -> list[str]:
    return [row["references"][0] for row in rows]


def test_what_stands_of_each_is_told_in_words_and_no_page_shows_a_victim(persons: Desk) -> None:
    page = person_page(FIRST, persons.node, case(), "", 0, 10)
    assert {row["references"][0]: row["statuses"] for row in page.rows} == {
        "P-1": ["minor", "searched", "arrest planned"],
        "P-2": ["fugitive", "arrest ordered"],
        "P-3": ["arrested"],
        "P-4": ["age not known", "to be safeguarded"],
    }
    assert (page.counts["fugitive"], page.counts["minor"], page.all) == (1, 1, 4)
    with pytest.raises(NoSuchPerson):
        one_person(FIRST, persons.node, case(), number("P-5"))
    first = person_page(FIRST, persons.node, case(), "", 0, 3)
    assert (named(first.rows), first.previous) == (["P-1", "P-2", "P-3"], None)
    second = person_page(FIRST, persons.node, case(), "", first.next or 0, 3)
    assert (named(second.rows), second.next) == (["P-4"], None)
    back = person_page(FIRST, persons.node, case(), "", 0, 3, before=second.previous or 0)
    assert (named(back.rows), back.previous, back.next) == (["P-1", "P-2", "P-3"], None, first.next)
    assert named(person_page(FIRST, persons.node, case(), "fugitive", 0, 3).rows) == ["P-2"]
    read = Outbox.objects.filter(content__verb="person.read", content__facts__kind="persons").order_by("-pk")[0]
    assert read.content["facts"]["persons"] == [number("P-2")]


def test_a_person_is_shown_with_accounts_decisions_and_reports_on_the_record(persons: Desk) -> None:
    found = one_person(FIRST, persons.node, case(), number("P-1"))
    (identity,) = found["identities"]
    assert (identity["accounts"], identity["decided"]) == (["kx:1", "kx:2", "kx:3"], False)
    assert [row["kind"] for row in found["reports"]] == ["search", "search", "arrest"]
    assert found["decisions"][0]["verdict"] == "identified"
    read = Outbox.objects.filter(content__verb="person.read", content__facts__kind="person")
    assert read.get().content["facts"]["person"] == number("P-1")


def test_an_officer_reports_what_was_done_once_and_whole(persons: Desk) -> None:
    told = Told("arrest", "done", "BE", "2024-04-01", "file 7", note="placeholder")
    report_of_person(FIRST, persons.node, case(), number("P-1"), told)
    made = CaseEvent.objects.get(reference="file 7")
    assert (made.reported_by, made.person_id, made.at.isoformat()) == ("NL", number("P-1"), "2024-04-01T00:00:00+00:00")
    row = person_page(FIRST, persons.node, case(), "arrested", 0, 10).rows[0]
    assert row["statuses"] == ["minor", "searched", "arrested"]
    for wrong in (
        told,
        Told("arrest", "done", "Q1", "2024-04-01", "8"),
        Told("party", "done", "BE", "2024-04-01", "9"),
    ):
        with pytest.raises(BadReport):
            report_of_person(FIRST, persons.node, case(), number("P-1"), wrong)
    assert CaseEvent.objects.count() == len(REPORTS) + 1


def test_all_accounts_of_a_person_are_protected_together(persons: Desk) -> None:
    signing = acting_as(persons.node, "1")
    assert protect_person(signing, persons.node, case(), number("P-2"), "R-2", "one of ours") == 1
    assert [row["norm"] for row in persons.rows("protected", "list")] == ["kx:4"]


def test_two_persons_are_joined_by_a_decision_and_never_with_a_victim(persons: Desk) -> None:
    actor = acting_as(persons.node, "1")
    assert join_persons(actor, case(), number("P-2"), "P-1", "the same passport") == number("P-1")
    page = one_person(FIRST, persons.node, case(), number("P-2"))
    assert (page["person"], page["references"]) == (number("P-1"), ["P-1", "P-2"])
    assert page["decisions"][-1]["verdict"] == "same"
    with pytest.raises(OnePerson):
        join_persons(actor, case(), number("P-1"), "P-2", "again")
    with pytest.raises(UnknownPerson):
        join_persons(actor, case(), number("P-1"), "P-5", "a victim")


def test_the_evidence_on_an_identity_names_its_rows_reports_and_the_person_behind_it(persons: Desk) -> None:
    found = evidence_on(FIRST, persons.node, case(), "kx:1")
    assert "kx:1" in found["accounts"]
    assert [row["reference"] for row in found["reports"]] == ["R-0", "R-1", "R-2"]
    assert found["rows"]
    assert all(row["locator"] for row in found["rows"])
    assert found["reference"] == ""
    rows = [str(row["obs"]) for row in found["rows"]]
    persons.do("decide", "kx:1", "person", "--evidence", rows[0], "--reference", "P-9", "--reason", "seen")
    assert evidence_on(FIRST, persons.node, case(), "kx:1")["reference"] == "P-9"
