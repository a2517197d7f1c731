"""Agencies, keys, settings and deconfliction at the desk."""

import re

from desk_case import Desk
from served import Visitor
from working import do

from fanal.cases.models.exchange import PinEvent

FILES = "/operations/kx/deconfliction/"


def test_a_comparison_by_phone_is_put_on_record(first: Visitor, case: Desk) -> None:
    asked = first.open("/peers/1/").main
    assert len(re.findall(r"<li>[0-9a-f]{4}</li>", asked)) == 8
    fields = {"act": "compare", "with": "officer 9", "over": "phone", "reason": "number of our directory"}
    page = first.post("/peers/1/", **fields)
    assert "The comparison is on record." in page.main
    assert case.node
    event = PinEvent.objects.get(what="compared")
    assert (event.compared_with, event.over, event.officer.service_number) == ("officer 9", "phone", "1")


def test_terms_of_an_agency_are_recorded_and_what_stood_is_replaced(
    first: Visitor, officers: dict[str, Visitor]
) -> None:
    told = {"act": "assess", "perceptual": "no", "perceptual_reason": "not entitled to them"}
    assert "The terms are on record." in first.post("/peers/1/", **told).main
    page = first.post("/peers/1/", **(told | {"perceptual_reason": "not entitled to them yet"})).main
    rows = re.findall(r"not entitled to them( yet)?</td><td[^>]*>(?:<strong[^>]*>)?(\w+)", page)
    assert rows == [("", "superseded"), (" yet", "stands")]
    assert first.post("/peers/1/", act="assess", ill_treatment="none").status == 400
    assert officers["administrator"].post("/peers/1/", **told).status == 403
    assert 'name="basis"' not in officers["administrator"].open("/peers/1/").main


def test_a_new_card_is_written_with_a_fresh_code_and_taken_away(first: Visitor) -> None:
    assert first.post("/peers/own/", act="card", code="000000").status == 400
    assert "A new card is written" in first.post("/peers/own/", act="card", code=first.code()).main
    assert "SSH SIGNATURE" in first.open("/peers/own/own.fanal-card/").text


def test_a_setting_that_is_changed_holds_from_the_next_page_on(officers: dict[str, Visitor], case: Desk) -> None:
    admin = officers["administrator"]
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', admin.open("/settings/").main)
    assert seen
    told = {"seen": seen[1], "set-deconflict.keep_days": "91", "code": admin.code()}
    assert "Changed: deconflict.keep_days." in admin.post("/settings/", **told).main
    assert ">91<" in re.sub(r"\s", "", officers["coordinator"].open("/settings/").main)
    assert case.node.caps.keep_days == 91


def test_an_offer_is_built_by_the_worker_and_leaves_by_a_second_officers_word(
    first: Visitor, second: Visitor, case: Desk
) -> None:
    peer = re.search(r'<option value="([0-9a-f]{32})">Unit BE', first.open(FILES).main)
    assert peer
    job = first.post(FILES, act="offer", peer=peer[1], purpose="same people", kind="email")
    do(case.node, int(job.url.rstrip("/").rpartition("/")[2]))
    assert "done" in first.open(job.url).main
    name = re.search(r'name="name" value="(kx-D\d+)"', second.open(FILES).main)
    assert name
    assert "a second officer must approve" in first.post(FILES, name=name[1], code=first.code()).main
    assert "is sealed" in second.post(FILES, name=name[1], code=second.code()).main
    assert second.open(f"{FILES}{name[1]}/file/").text.startswith("age-encryption.org/")
