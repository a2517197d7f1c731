"""Emergency disclosure at the desk: read, stated, sealed by one officer, seen by all, reviewed by another."""

from collections.abc import Iterator

import pytest
from desk_case import Desk
from served import Visitor

from fanal.cases.models.audit import Outbox
from fanal.cases.models.exchange import Package

FORM = "/operations/kx/emergency/"
FRONT = "/operations/kx/"
DANGER = "a child is held in his flat"
WARNED = "which a second officer must review by"


def asked(case: Desk, account: str, country: str = "BE") -> dict[str, str]:
    return {"country": country, "subjects": str(case.line(account)["identity"]), "danger": DANGER}


@pytest.fixture(scope="module")
def disclosed(case: Desk, first: Visitor) -> Iterator[str]:
    """The address of a disclosure of `kx:7` to Belgium, by the first officer."""
    page = first.post(FORM, **asked(case, "kx:7"), code=first.code())
    assert case.node
    (package,) = Package.objects.exclude(danger="")
    assert page.url.endswith(f"/packages/{package}/"), page.main
    assert "Take the file to its recipient now" in page.main
    yield f"/operations/kx/packages/{package}/"
    package.reviewed_by, package.reviewed_at = package.built_by, package.sealed_at
    package.save()


def test_an_officer_reads_what_would_leave_before_anything_is_sealed(first: Visitor, case: Desk) -> None:
    identity = case.line("kx:6")["identity"]
    page = first.open(f"{FORM}?country=be&subjects=kx:6")
    assert "What would leave, to Unit BE" in page.main
    assert ">+32470000016<" in page.main
    assert "logins, with their addresses (rows: 20)" in page.main
    assert f'name="subjects" value="{identity}"' in page.main
    assert case.node
    read = {"content__verb": "person.read", "content__facts__kind": "emergency"}
    assert Outbox.objects.filter(**read, content__facts__identities=[identity]).exists()


def test_the_form_of_an_identity_names_it(first: Visitor, identity: str) -> None:
    link = f"{FORM}?subjects={identity}"
    assert link in first.open(f"/operations/kx/identities/{identity}/").main
    assert identity in first.open(link).main


def test_who_may_not_disclose_is_shown_no_way_to_it(officers: dict[str, Visitor], identity: str) -> None:
    for path in (f"/operations/kx/identities/{identity}/", "/operations/kx/packages/"):
        assert FORM not in officers["analyst"].open(path).main
        assert FORM in officers["coordinator"].open(path).main


def test_without_a_fresh_code_or_a_danger_nothing_leaves(first: Visitor, case: Desk) -> None:
    assert case.node
    before = Package.objects.count()
    told = asked(case, "kx:7")
    assert "not right" in first.post(FORM, **told, code="000000").main
    page = first.post(FORM, **(told | {"danger": " "}), code=first.code())
    assert page.status == 400
    assert "needs the danger to life or safety" in page.main
    assert Package.objects.count() == before


def test_until_another_officer_reviewed_it_everybody_in_the_operation_sees_the_clock(
    disclosed: str, first: Visitor, officers: dict[str, Visitor]
) -> None:
    for visitor in (first, officers["analyst"], officers["victim_identification"]):
        page = visitor.open(FRONT).main
        assert WARNED in page
        assert disclosed in page
    assert "emergency disclosure to review" in first.open("/operations/kx/packages/").main
    assert DANGER in first.open(disclosed).main


def test_nobody_reviews_an_own_disclosure(disclosed: str, first: Visitor) -> None:
    assert 'value="review"' not in first.open(disclosed).main
    page = first.post(disclosed, act="review", reason="it was right", code=first.code())
    assert page.status == 400


def test_a_second_officer_finds_it_in_the_queue_and_reviews_it(disclosed: str, second: Visitor) -> None:
    assert disclosed in second.open("/operations/kx/review/second/").main
    assert "What should not have left is recalled" in second.open(disclosed).main
    assert second.post(disclosed, act="review", reason=" ", code=second.code()).status == 400
    page = second.post(disclosed, act="review", reason="the danger was real", code=second.code())
    assert "Reviewed by officer 2: the danger was real" in page.main
    assert WARNED not in second.open(FRONT).main
    assert disclosed not in second.open("/operations/kx/review/second/").main
