import datetime as dt

import pytest

from fanal.cases.figures import case_figures
from fanal.cases.models import Answer, Officer, Package, Reply

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
A, B = "a" * 32, "b" * 32


@pytest.fixture
def sent(operation):
    def seal(country, number, days):
        """A package that was sealed so many days ago; None: it was built and never sealed."""
        at = NOW - dt.timedelta(days=days) if days is not None else None
        return Package.objects.create(
            operation=operation, direction="out", sender_operation="kx", country=country, number=number,
            state="sealed" if at else "built", folder="", digest="d", sealed_at=at, built_at=NOW,
            built_by=Officer.objects.get(service_number="1"),
        )  # fmt: skip

    return seal


def replied(package, kind, *outcomes, number=1, days=0):
    at = NOW - dt.timedelta(days=days)
    Reply.add(
        package=package, direction="in", kind=kind, number=number, digest=f"{kind}{number}", made_at=at,
        file_sha256="", checkpoint="", cosignature="", signing_key="",
    )  # fmt: skip
    for identity, outcome in outcomes:
        Answer.add(package=package, identity=identity, outcome=outcome, officer="9", at=at)


def of(operation, country):
    return case_figures(operation, now=NOW)["packages_by_country"][country]


def test_a_package_that_nobody_answered_waits_since_it_was_sealed(operation, sent):
    sent("IT", 1, 12)
    assert of(operation, "IT") == {
        "sent": 1, "opened": 0, "answered": 0, "identities_answered": 0, "outcomes": {}, "days_waiting": 12,
    }  # fmt: skip


def test_a_receipt_says_that_it_was_opened_and_is_no_answer(operation, sent):
    replied(sent("IT", 1, 12), "receipt")
    assert (of(operation, "IT")["opened"], of(operation, "IT")["answered"]) == (1, 0)
    assert of(operation, "IT")["days_waiting"] == 12


def test_an_answer_ends_the_waiting_and_shows_that_it_was_opened(operation, sent):
    replied(sent("IT", 1, 12), "answer", (A, "arrested"), (B, "not_found"))
    found = of(operation, "IT")
    assert (found["opened"], found["answered"], found["days_waiting"]) == (1, 1, 0)
    assert (found["identities_answered"], found["outcomes"]) == (2, {"arrested": 1, "not_found": 1})


def test_an_answer_to_a_later_package_answers_the_earlier_ones(operation, sent):
    sent("IT", 1, 30)
    replied(sent("IT", 2, 10), "answer", (A, "hit"))
    assert (of(operation, "IT")["answered"], of(operation, "IT")["days_waiting"]) == (2, 0)


def test_only_what_came_after_the_last_answer_waits(operation, sent):
    replied(sent("IT", 1, 30), "answer", (A, "hit"))
    sent("IT", 2, 10)
    assert of(operation, "IT")["days_waiting"] == 10


def test_an_identity_answered_on_twice_counts_once_by_its_last_outcome(operation, sent):
    replied(sent("IT", 1, 30), "answer", (A, "in_hand"), days=20)
    replied(sent("IT", 2, 10), "answer", (A, "arrested"), number=2, days=5)
    figures = case_figures(operation, now=NOW)
    assert figures["packages_by_country"]["IT"]["outcomes"] == {"arrested": 1}
    assert (figures["answers"], figures["arrests"]) == (1, 1)


def test_two_countries_that_answer_on_one_identity_are_two_answers(operation, sent):
    replied(sent("IT", 1, 3), "answer", (A, "hit"))
    replied(sent("FR", 1, 3), "answer", (A, "not_found"))
    figures = case_figures(operation, now=NOW)
    assert figures["answers_by_outcome"] == {"hit": 1, "not_found": 1}
    assert (figures["packages_opened"], figures["packages_answered"]) == (2, 2)


def test_a_package_that_never_left_does_not_count(operation, sent):
    sent("IT", 1, None)
    assert case_figures(operation, now=NOW)["packages_by_country"] == {}
