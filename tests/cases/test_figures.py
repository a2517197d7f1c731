import json

import pytest

from fanal.base import instants
from fanal.cases.events import BadEvent, import_events
from fanal.cases.figures import case_figures, grown
from fanal.cases.models import Answer, CaseEvent, Officer, Package, Person


def event(reference, kind="arrest", by="ES", country=None, person="ES-1", at="2025-03-01T10:00:00Z", **more):
    return {
        "event": kind, "reference": reference, "reported_by": by, "country": country or by, "at": at,
        "status": "done", "person": person, **more,
    }  # fmt: skip


@pytest.fixture
def told(first, operation, tmp_path):
    def take(*lines):
        path = tmp_path / "events.jsonl"
        path.write_text("\n".join(json.dumps(line) for line in lines))
        counts = import_events(first, operation, path)
        return counts, case_figures(operation)

    return take


def test_an_arrest_counts_its_person_once(told):
    _, figures = told(event("1"), event("2", at="2026-01-01T00:00:00Z"))
    assert figures["arrests"] == 1


def test_a_report_and_a_decision_on_persons_each_make_another_state_of_what_figures_are_made_of(told, operation):
    states = [grown(operation)]
    told(event("1"), event("2", by="IT", person="IT-4"))
    states.append(grown(operation))
    told({"event": "same_person", "persons": ["ES-1", "IT-4"], "reason": "alias"})
    states.append(grown(operation))
    assert len(set(states)) == 3
    assert grown(operation) == states[2]


def test_an_alias_does_not_inflate_the_arrests(told):
    same = {"event": "same_person", "persons": ["ES-1", "IT-4"], "reason": "alias"}
    _, figures = told(event("1"), event("2", by="IT", person="IT-4", at="2025-04-01T00:00:00Z"), same)
    assert figures["arrests_by_country"] == {"ES": 1}
    assert figures["persons"] == 1


def test_an_arrest_that_two_countries_report_counts_where_it_took_place(told):
    same = {"event": "same_person", "persons": ["ES-1", "FR-9"], "reason": "one arrest, two reports"}
    _, figures = told(event("1"), event("7", by="FR", country="ES", person="FR-9"), same)
    assert figures["arrests_by_country"] == {"ES": 1}


def test_a_planned_arrest_is_not_counted(told):
    _, figures = told({**event("1"), "status": "planned"})
    assert figures["arrests"] == 0


def test_a_file_taken_in_twice_adds_nothing(told):
    told(event("1"))
    counts, figures = told(event("1"))
    assert (counts["events"], counts["known"], figures["arrests"]) == (0, 1, 1)


def test_a_minor_is_counted_by_the_age_at_the_offence(told):
    _, figures = told(
        event("1", person="A", born="2008-05-01", offence_at="2023-04-30T00:00:00Z"),
        event("2", person="B", born="2005-05-01", offence_at="2023-05-02T00:00:00Z"),
        event("3", person="C", born=None),
    )
    assert figures["minors"] == 1


def test_a_broken_line_takes_nothing_in_and_names_itself(told, operation):
    with pytest.raises(BadEvent) as caught:
        told(event("1"), {"event": "arrest"})
    assert caught.value.fields["line"] == 2
    assert not CaseEvent.objects.exists()
    assert not Person.objects.exists()


def test_searches_count_by_country_person_and_day(told):
    _, figures = told(
        event("1", kind="search"), event("2", kind="search"), event("3", kind="search", at="2025-06-01T00:00:00Z"),
    )  # fmt: skip
    assert figures["searches_by_country"] == {"ES": 2}


def test_an_answer_about_a_person_already_reported_does_not_inflate_the_arrests(told, first, operation):
    told(event("1", country="IT", by="IT", account="kx:7"))
    package = Package.objects.create(
        operation=operation, direction="out", sender_operation="kx", country="IT", number=1, state="sealed",
        folder="", digest="d", built_by=Officer.objects.get(service_number="1"), built_at=instants.now(),
    )  # fmt: skip
    for identity in ("a" * 32, "b" * 32):
        Answer.add(package=package, identity=identity, outcome="arrested", officer="9", at=instants.now())
    assert case_figures(operation)["arrests"] == 3
    assert case_figures(operation, identities={"kx:7": "a" * 32})["arrests_by_country"] == {"IT": 2}
