"""One search over what an officer may see: other operations, roles, digests, and what stands on the record."""

import hashlib
import json
from pathlib import Path

import pytest
from desk_case import Desk
from whole_case import md5_of

from fanal.base import instants
from fanal.cases.access import VERBS, Actor, allowed, where_allowed
from fanal.cases.models.audit import Outbox
from fanal.cases.models.offices import Grant, Officer, Operation
from fanal.cases.models.people import Person
from fanal.work.search import search

SHA256 = hashlib.sha256(b"nothing").hexdigest()
ANALYST, ELSEWHERE, AUDITOR, VICTIM_ID = "7", "8", "9", "10"


@pytest.fixture(scope="module")
def searched(decided: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The small case with a tip, a second operation, and officers who see one of the two or only figures."""
    desk = decided.copy(tmp_path_factory.mktemp("searched") / "desk")
    (desk.folder / "tip.eml").write_bytes(
        b"From: someone@example.org\r\nTo: tips@example.org\r\nSubject: message 12\r\n"
        b"Date: Mon, 5 Feb 2024 10:00:00 +0000\r\nMessage-ID: <12@example.org>\r\n\r\nplaceholder text number 12\r\n"
    )
    desk.do("op", "new", "other", "--title", "T", "--legal-basis", "order 2")
    desk.do("tip", desk.folder / "tip.eml", "--op", "other")
    for officer in (ELSEWHERE, AUDITOR, VICTIM_ID):
        desk.do("officer", "add", officer, "--role", "auditor")
    Grant.objects.filter(officer__service_number__in=(ANALYST, ELSEWHERE, VICTIM_ID)).delete()
    for officer, operation, role in (
        (ANALYST, "kx", "analyst"),
        (ELSEWHERE, "other", "analyst"),
        (VICTIM_ID, "kx", "victim_identification"),
    ):
        who, where = Officer.objects.get(service_number=officer), Operation.objects.get(slug=operation)
        Grant.objects.create(officer=who, operation=where, role=role, granted_at=instants.now())
    return desk


def found(desk: Desk, officer: str, *words: str) -> set[tuple[str, str, str]]:
    rows = desk.rows("--as", officer, "search", *words)
    return {(row["operation"], row["kind"], row.get("value") or row["locator"]) for row in rows}


def test_where_an_officer_may_is_what_may_says(searched: Desk) -> None:
    assert searched.node
    for officer in ("1", ANALYST, ELSEWHERE, AUDITOR):
        for verb in VERBS:
            expected = [o.slug for o in Operation.objects.order_by("slug") if allowed(Actor(officer), verb, o.slug)]
            assert [o.slug for o in where_allowed(Actor(officer), verb)] == expected


def test_a_search_finds_in_every_operation_that_the_officer_sees_and_in_no_other(searched: Desk) -> None:
    for text, mine in (("kx:1", ANALYST), ("placeholder", ELSEWHERE), ("desk.sql", ANALYST), ("tip.eml", ELSEWHERE)):
        other = {ANALYST: ELSEWHERE, ELSEWHERE: ANALYST}[mine]
        assert found(searched, mine, text) == found(searched, "1", text) != set()
        assert found(searched, other, text) == set()


def test_one_operation_is_searched_alone_and_one_that_is_not_ones_own_does_not_exist(searched: Desk) -> None:
    assert {where for where, _, _ in found(searched, "1", "12", "--op", "other")} == {"other"}
    assert searched.refused("--as", ANALYST, "search", "12", "--op", "other").startswith("F-OP-04")


def test_an_officer_without_a_case_searches_nothing(searched: Desk) -> None:
    assert searched.refused("--as", AUDITOR, "search", "kx:1").startswith("F-MAY-01")


def test_a_national_number_with_spaces_finds_its_account(searched: Desk) -> None:
    assert found(searched, ANALYST, "0470 00 00 11") == {("kx", "phone", "+32470000011")}


def test_an_exhibit_is_found_by_number_name_and_the_digest_of_its_file(searched: Desk) -> None:
    status = searched.do("status", "--op", "kx", "--format", "json").json
    digest = status["exhibits"][0]["sha256"]
    for text in ("1", "DESK.s", digest, digest[:12].upper()):
        assert ("kx", "exhibit", "desk.sql") in found(searched, ANALYST, text, "--kind", "exhibit")
    assert found(searched, ELSEWHERE, digest) == set()


@pytest.mark.parametrize("text", [md5_of(1), md5_of(1).upper(), SHA256])
def test_a_digest_of_a_medium_finds_what_one_of_nothing_finds(searched: Desk, text: str) -> None:
    known = searched.do("--as", ANALYST, "search", text, "--format", "jsonl")
    unknown = searched.do("--as", ANALYST, "search", "0" * len(text), "--format", "jsonl")
    assert known == unknown
    assert known.out == ""
    assert "no medium is looked up" in known.err


def test_the_text_of_a_message_is_shown_only_when_asked_for(searched: Desk) -> None:
    (row,) = searched.rows("--as", ELSEWHERE, "search", "PLACEHOLDER")
    assert (row["kind"], row["at"], row["text"]) == ("message", "2024-02-05T10:00:00Z", None)
    (row,) = searched.rows("--as", ELSEWHERE, "search", "PLACEHOLDER", "--show")
    assert row["text"] == "placeholder text number 12"


def test_every_page_is_printed_for_programs(searched: Desk) -> None:
    whole = searched.rows("--as", ANALYST, "search", "kx:", "--kind", "account")
    assert [row["value"] for row in whole] == [f"kx:{n}" for n in range(1, 8)]
    assert searched.rows("--as", ANALYST, "search", "kx:", "--kind", "account", "--limit", "3") == whole
    assert "There is more" in searched.do("--as", ANALYST, "search", "kx:", "--limit", "3").out


def test_that_it_was_searched_is_on_the_record_and_what_was_typed_is_not(searched: Desk) -> None:
    identity = searched.rows("search", "kx:7")[0]["identity"]
    assert searched.node
    before = Outbox.objects.order_by("-pk")[0].pk
    search(Actor(ANALYST), searched.node, "d@Provider.be")
    search(Actor(ELSEWHERE), searched.node, "placeholder", kind="message", show=True)
    rows = [row.content for row in Outbox.objects.filter(pk__gt=before).order_by("pk")]
    assert [(r["officer"], r["verb"], r["subject"]) for r in rows] == [
        (ANALYST, "person.read", "kx"),
        (ANALYST, "message.read", "kx"),
        (ELSEWHERE, "message.read", "other"),
    ]
    persons, _, messages = (row["facts"] for row in rows)
    assert persons["asked"] == ["account", "identifier", "name"]
    assert (persons["kind"], persons["n"], persons["identities"]) == ("search", 1, [identity])
    assert (messages["n"], messages["text"]) == (1, True)
    assert not any("provider" in json.dumps(row) or "placeholder" in json.dumps(row) for row in rows)


def test_what_is_protected_is_found_without_a_mark_and_without_a_gap(decided: Desk, tmp_path: Path) -> None:
    desk = decided.copy(tmp_path / "desk")
    before = desk.do("--as", ANALYST, "search", "+32470000011", "--format", "jsonl").out
    desk.do("protect", "phone", "+32470000011", "--reference", "P-1", "--reason", "asked by phone")
    assert desk.do("--as", ANALYST, "search", "+32470000011", "--format", "jsonl").out == before != ""


def test_what_is_a_victims_is_found_by_the_role_for_victims_alone(searched: Desk) -> None:
    obs = str(searched.rows("--as", ANALYST, "search", "kx:6")[0]["obs"])
    searched.do("decide", "kx:6", "person", "--evidence", obs, "--op", "kx", "--reason", "named in the exhibit")
    assert found(searched, ANALYST, "c@provider.be") != set()
    Person.objects.update(category="victim")
    assert found(searched, ANALYST, "c@provider.be") == found(searched, ANALYST, "kx:6") == set()
    assert found(searched, VICTIM_ID, "c@provider.be") == {("kx", "email", "c@provider.be")}


@pytest.mark.parametrize("words", [("",), (" ",), ("x" * 201,), ("x", "--kind", "media")])
def test_a_search_for_nothing_too_much_or_media_is_refused(searched: Desk, words: tuple[str, ...]) -> None:
    assert searched.refused("search", *words).startswith("F-SEARCH-01")
