"""What officers do at the desk, without JavaScript."""

import re

from desk_case import Desk
from served import Visitor
from working import work_off

from fanal.cases.models.audit import Outbox
from fanal.cases.models.exchange import Package
from fanal.cases.models.people import Decision

PAIR = "/operations/kx/review/pair/?accounts=kx:4%2Ckx:5"


def test_a_list_of_identities_is_paged_and_filtered(first: Visitor) -> None:
    everyone = first.open("/operations/kx/identities/").main
    assert "kx:1" in everyone
    assert "kx:1," not in first.open("/operations/kx/identities/?text=d@provider").main
    assert "kx:7" in first.open("/operations/kx/identities/?text=d@provider").main
    assert "No identity is like that" in first.open("/operations/kx/identities/?country=JP").main


def test_reading_an_identity_is_on_the_record_before_it_is_shown(first: Visitor, case: Desk) -> None:
    identity = case.line("kx:7")["identity"]
    page = first.open(f"/operations/kx/identities/{identity}/")
    assert "kx:7" in page.main
    assert case.node
    read = Outbox.objects.filter(content__verb="person.read", content__facts__identity=identity)
    assert read.exists()


def test_a_list_takes_as_many_queries_for_one_row_as_for_many(first: Visitor) -> None:
    def queries(path: str) -> str:
        return str(re.search(r'desc="(\d+)"', first.open(path).headers["Server-Timing"])[1])  # type: ignore[index]

    assert queries("/operations/kx/identities/?text=d@provider") == queries("/operations/kx/identities/")


def test_an_officer_reviews_a_pair_and_signs_the_verdict(second: Visitor, case: Desk) -> None:
    assert "kx:4" in second.open("/operations/kx/review/?all=1").main
    asked = second.open(PAIR)
    assert "same" in asked.main
    form = {"csrfmiddlewaretoken": asked.token, "accounts": "kx:4,kx:5", "verdict": "different", "reason": "two people"}
    second.open(PAIR, form)
    assert case.node
    decided = Decision.objects.get(subject="kx:4,kx:5", superseded_by=None)
    assert (decided.verdict, decided.officer.service_number, decided.reason) == ("different", "2", "two people")
    assert "two people" in second.open("/operations/kx/review/mine/").main


def test_a_verdict_without_reason_is_refused_with_a_line_that_says_what_to_do(second: Visitor) -> None:
    asked = second.open(PAIR)
    form = {"csrfmiddlewaretoken": asked.token, "accounts": "kx:4,kx:5", "verdict": "same", "reason": " "}
    page = second.open(PAIR, form)
    assert page.status == 400
    assert "needs a reason" in page.main


def test_a_tip_is_graded_and_a_child_at_risk_decided_on(first: Visitor) -> None:
    first.post("/operations/kx/tips/1/", act="grade", source="B", information="2")
    first.post("/operations/kx/tips/1/", act="risk", at_risk="yes", reason="says so")
    page = first.open("/operations/kx/tips/1/").main
    assert "An officer sees a child at risk now" in page
    assert "B · 2" in page
    assert "Tips in which a child may be at risk now: 1" in first.open("/operations/kx/").main


def test_victim_identification_keeps_its_register_and_nobody_else_is_told_of_it(officers: dict[str, Visitor]) -> None:
    officer, address = officers["victim_identification"], "/operations/kx/victims/"

    def add(**fields: str) -> None:
        officer.post(address, **{"status": "", "country": "", "media": "", "report": "", **fields})

    def asked() -> list[str]:
        return re.findall(r'desc="(\d+)"', officer.open(address).headers["Server-Timing"])

    add(country="es", media="ab" * 32, reason="seen in a series")
    queries = asked()
    add(status="identified", reason="named by the unit")
    assert "V-2" in officer.open(address).main
    assert asked() == queries
    officer.post(f"{address}1/", status="safeguarded", country="", media="", report="", reason="with its family")
    page = officer.open(f"{address}1/").main
    assert "safeguarded" in page
    assert "Spain" in page
    assert "with its family" in page
    assert address in officer.open("/operations/kx/").text
    assert address not in officers["coordinator"].open("/operations/kx/").text


def test_a_package_is_built_by_one_officer_approved_by_another_and_sealed(
    first: Visitor, second: Visitor, case: Desk
) -> None:
    first.post("/operations/kx/packages/", country="be")
    work_off(case.node)
    # Another test may have disclosed in an emergency, under a number of its own.
    address = f"/operations/kx/packages/{Package.objects.get(state='built', country='BE')}/"
    own = first.post(address, act="approve", code=first.code())
    assert own.status == 400
    assert "a second officer must approve" in own.main
    wrong = second.post(address, act="approve", code="000000")
    assert wrong.status == 400
    assert "not right" in wrong.main
    second.post(address, act="approve", code=second.code())
    assert "approved" in second.open(address).main
    second.post(address, act="seal", code=second.code())
    sealed = second.open(f"{address}file/")
    assert sealed.text.startswith("age-encryption.org/v1")


def test_the_activity_of_an_identity_is_drawn_told_as_a_table_and_on_the_record(first: Visitor, case: Desk) -> None:
    identity = case.line("kx:7")["identity"]
    page = first.open(f"/operations/kx/identities/{identity}/activity/").main
    assert page.count("<rect") > 20
    assert "Feb 20, 2024" in page
    assert case.node
    facts = {"content__facts__identity": identity, "content__facts__kind": "activity"}
    assert Outbox.objects.filter(content__verb="person.read", **facts).exists()
