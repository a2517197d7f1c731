"""Requests to providers at the desk: drafted by one officer, released by another, taken away as files."""

import re

from desk_case import Desk
from served import Visitor

from fanal.cases.models.audit import Outbox

LIST = "/operations/kx/requests/"


def test_requests_are_drafted_by_one_officer_released_by_another_and_taken_away(
    first: Visitor, second: Visitor, officers: dict[str, Visitor], case: Desk
) -> None:
    asked = re.findall(r'<option value="([^"]+)">', first.open(LIST).main.partition('name="addressee"')[2])[0]
    made = first.post(LIST, addressee=asked, language="fr")
    assert re.search(r"/requests/kx-R\d+/$", made.url)
    assert asked in made.main
    files = re.findall(rf'href="({re.escape(LIST)}kx-R\d+/[^"/]+/)"', made.main)
    letter = next(path for path in files if path.endswith(".txt/"))
    assert "DRAFT-" in letter
    taken = first.open(letter)
    assert "attachment" in taken.headers["Content-Disposition"]
    assert "Demande" in taken.text
    assert case.node
    assert Outbox.objects.filter(content__verb="person.read", content__facts__kind="requests").exists()
    assert first.open(letter.replace("DRAFT-", "")).status == 404
    path = made.url.removeprefix(first.base)
    own = first.post(path, reason="order 1 covers it", code=first.code())
    assert own.status == 400
    assert "a second officer must release it" in own.main
    assert officers["analyst"].post(path, reason="order 1", code="1").status == 403
    assert second.post(path, reason="order 1 covers it", code="000000").status == 400
    released = second.post(path, reason="order 1 covers it", code=second.code())
    assert "Released." in released.main
    assert "DRAFT-" not in released.main
    assert second.open(letter.replace("DRAFT-", "")).text == taken.text
    assert "released" in first.open(LIST).main


def test_what_falls_without_an_exhibit_is_shown(first: Visitor) -> None:
    path = "/operations/kx/evidence/1/without/"
    assert path in first.open("/operations/kx/evidence/").main
    page = re.sub(r"<[^>]+>", " ", first.open(path).main)
    assert re.search(r"accounts that are first seen in it\s+7", page)
    assert first.open("/operations/kx/evidence/99/without/").status == 404
