"""Persons at the desk: made by a decision on the evidence, joined by another."""

import re

from desk_case import Desk
from served import Visitor

from fanal.cases.models.people import Decision

NEW = "/operations/kx/persons/new/"


def test_a_person_is_made_by_the_evidence_that_the_page_shows_and_an_identity_joins(first: Visitor, case: Desk) -> None:
    one = first.open(f"{NEW}?subject=kx:6")
    row = re.search(r'name="evidence" value="(\d+)"', one.main)
    subject = re.search(r'name="subject" value="([0-9a-f]{32})"', one.main)
    assert row
    assert subject
    assert f"/operations/kx/rows/{row[1]}/" in one.main
    told = {"subject": subject[1], "reference": "desk 6", "name": "Placeholder", "reason": "known to unit 7"}
    refused = first.post(f"{NEW}?subject=kx:6", **told)
    assert refused.status == 400
    assert not Decision.objects.filter(subject="desk 6").exists()
    made = first.post(f"{NEW}?subject=kx:6", **told, evidence=row[1])
    assert re.search(r"/persons/\d+/$", made.url)
    assert "Person desk 6 is on record by your decision." in made.main
    assert "Placeholder" in made.main
    assert case.node
    decision = Decision.objects.get(subject="desk 6")
    assert decision.detail["evidence"][0]["obs"] == [int(row[1])]
    again = first.open(f"{NEW}?subject=kx:6").main
    assert "A decision put person desk 6 behind it already." in again
    five = first.open(f"{NEW}?subject=kx:5&reference=desk+6")
    assert 'name="reference" value="desk 6"' in five.main
    place = re.search(r'name="evidence" value="(\d+)"', five.main)
    five_is = re.search(r'name="subject" value="([0-9a-f]{32})"', five.main)
    assert place
    assert five_is
    joined = first.post(NEW, subject=five_is[1], reference="desk 6", places=place[1], reason="the same")
    assert joined.url == made.url
    assert all(account in joined.main for account in ("kx:5", "kx:6"))


def test_two_persons_are_joined_on_the_page_of_one(first: Visitor, case: Desk) -> None:
    evidence = ("--evidence", "1/users:6", "--reason", "seen")
    for reference in ("join a", "join b"):
        case.do("decide", "kx:6", "person", "--reference", reference, *evidence)
    listed = first.open("/operations/kx/persons/").main
    paths = re.findall(r'href="(/operations/kx/persons/\d+/)">join [ab]<', listed)
    older, younger = sorted(paths, key=lambda path: int(path.split("/")[-2]))
    page = first.post(younger, act="join", other="join a", reason="one passport")
    assert page.url.endswith(older)
    assert "Both references stand for one person now." in page.main
    assert "join a, join b" in page.main
