"""Officers at the desk: added, given roles, locked, second factor reset; each with a fresh code."""

import re

from desk_case import Desk
from served import Served, Visitor

from fanal.cases.models.audit import Outbox
from fanal.cases.models.offices import Officer

WHY = "asked for by office 7"


def at(visitor: Visitor, number: str, act: str, **fields: str) -> str:
    page = visitor.post(f"/people/officer/{number}/", act=act, reason=WHY, code=visitor.code(), **fields)
    return page.main


def test_an_officer_is_added_with_a_fresh_code_and_a_role_in_an_operation_opens_it(
    served: Served, officers: dict[str, Visitor], case: Desk
) -> None:
    admin = officers["administrator"]
    assert admin.post("/people/add/", officer="51", code="000000").status == 400
    assert case.node
    assert not Officer.objects.filter(service_number="51").exists()
    assert "sees no operation" in admin.post("/people/add/", officer="51", code=admin.code()).main
    visitor = served.visitor().sign_in("51")
    assert visitor.open("/operations/kx/tips/").status == 403
    assert "The role is given." in at(admin, "51", "grant", role="analyst", operation="kx")
    assert visitor.open("/operations/kx/tips/").status == 200


def test_a_reset_second_factor_ends_the_session_and_is_set_up_anew(served: Served, first: Visitor, case: Desk) -> None:
    visitor = served.visitor().sign_in("48")
    at(first, "48", "factor")
    assert visitor.open("/people/", follow=False).status == 302
    page = served.visitor().pass_phrase("48")
    assert re.search(r'id="secret">([A-Z2-7]+)<', page.text)
    assert case.node
    assert Outbox.objects.filter(verb="officer.factor", subject="48", officer="1").exists()


def test_a_lock_ends_the_session_at_once(served: Served, first: Visitor) -> None:
    visitor = served.visitor().sign_in("49")
    at(first, "49", "lock")
    assert visitor.open("/people/", follow=False).status == 302
    assert "There is a problem" in served.visitor().pass_phrase("49").text


def test_an_act_that_the_page_does_not_know_is_refused_and_taken_for_no_other(first: Visitor, case: Desk) -> None:
    for path in ("/people/officer/45/", "/peers/own/"):
        for fields in ({"act": "else"}, {}):
            page = first.post(path, reason=WHY, **fields)
            assert (page.status, "F-DESK-14" in page.main) == (400, True)
    assert first.post("/operations/kx/identities/views/").status == 400
    assert case.node
    assert not Outbox.objects.filter(verb="officer.factor", subject="45").exists()
    assert not Outbox.objects.filter(verb="keys.revoke").exists()


def test_nobody_is_offered_to_change_themselves(first: Visitor) -> None:
    page = first.open("/people/officer/1/").main
    assert "another administrator changes" in page
    assert "Give a role" not in page
