"""The review queue at the desk: its kinds, one at a time, the second officer's list, one's own decisions."""

import re

from desk_case import Desk
from served import Visitor

from fanal.cases.models.people import Decision

REVIEW = "/operations/kx/review/"


def test_the_queue_has_a_page_for_each_kind_that_the_officer_may_clear(first: Visitor) -> None:
    for kind in ("links", "countries", "series", "tips"):
        page = first.open(f"{REVIEW}?kind={kind}").main
        assert f'href="{REVIEW}?kind={kind}" aria-current="page"' in page


def test_a_pair_is_passed_over_to_the_next_and_the_end_of_a_queue_is_the_queue(first: Visitor) -> None:
    page = first.open(f"{REVIEW}next/?kind=links&all=1")
    assert "accounts=kx%3A4%2Ckx%3A5" in page.url
    onward = re.search(r'href="(/operations/kx/review/next/[^"]+)"', page.main)
    assert onward
    end = first.open(onward[1].replace("&amp;", "&"))
    assert end.url.endswith("/review/?kind=links")


def test_an_own_decision_is_replaced_from_the_list_with_a_reason(second: Visitor, case: Desk) -> None:
    identity = case.line("kx:6")["identity"]
    second.post(f"/operations/kx/identities/{identity}/", verdict="suspect", reason="first thought")
    assert case.node
    made = Decision.objects.get(subject=identity, superseded_by=None, officer__service_number="2")
    address = f"{REVIEW}mine/{made.decision}/"
    refused = second.post(address, verdict="release", reason=" ")
    assert refused.status == 400
    second.post(address, verdict="release", reason="second thought")
    listed = second.open(f"{REVIEW}mine/").main
    assert "second thought" in listed
    assert "superseded by officer 2" in listed
    assert second.open(address).status == 404


def test_the_list_for_the_second_officer_says_that_ones_own_is_not_on_it(second: Visitor) -> None:
    page = second.open(f"{REVIEW}second/").main
    assert "What you made yourself waits for somebody else" in page


def test_a_country_is_decided_with_a_reason_beside_what_the_evidence_says(second: Visitor, case: Desk) -> None:
    identity = case.line("kx:7")["identity"]
    address = f"{REVIEW}country/{identity}/"
    page = second.open(address).main
    assert "Days of login from addresses of this country" in page
    refused = second.post(address, verdict="country", country="", reason="passport in exhibit 3")
    assert refused.status == 400
    assert "is no country" in refused.main
    second.post(address, verdict="country", country="FR", reason="passport in exhibit 3")
    assert "passport in exhibit 3" in second.open(address).main
    assert "France" in second.open(f"{REVIEW}mine/").main
    second.post(address, verdict="not_enough", reason="it was a copy")
