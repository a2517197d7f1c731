"""What falls without an exhibit, at the desk: whom it touches, and where to go from there."""

from desk_case import Desk
from served import Visitor

PAGE = "/operations/kx/evidence/1/without/"


def test_it_names_who_meets_the_threshold_by_the_exhibit_and_leads_to_each(first: Visitor, identity: str) -> None:
    page = first.open(PAGE).main
    assert "identities meet the threshold by rows of this exhibit" in page
    assert f"/operations/kx/identities/{identity}/" in page


def test_it_says_what_to_do_next_with_links(first: Visitor) -> None:
    page = first.open(PAGE).main.partition("What to do next")[2]
    for name in ("letters", "packages", "threshold"):
        assert f'href="/operations/kx/{name}/"' in page


def test_the_form_of_a_recall_is_open_and_filled_in_where_a_link_names_whom(first: Visitor, case: Desk) -> None:
    named = case.line("kx:1")["identity"]
    page = first.open(f"/operations/kx/letters/?subject={named}").main
    assert 'id="recall" open' in page
    assert f'name="subject" value="{named}"' in page
