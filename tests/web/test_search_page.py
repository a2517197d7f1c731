"""The search at the desk, and the count of texts that an officer opened."""

import re

from desk_case import Desk
from served import Visitor

from fanal.cases.models.audit import Outbox


def opened(visitor: Visitor) -> int:
    """Texts opened today, as the officer's own page has it."""
    found = re.search(r"<dt>today</dt><dd>(\d+)</dd>", visitor.open("/exposure/").main)
    assert found
    return int(found[1])


def test_every_page_has_a_search_box_for_who_may_search(first: Visitor, officers: dict[str, Visitor]) -> None:
    assert 'role="search"' in first.open("/operations/kx/").text
    assert 'role="search"' not in officers["auditor"].open("/operations/kx/").text


def test_what_is_found_leads_to_its_screens(first: Visitor, case: Desk) -> None:
    identity = case.line("kx:7")["identity"]
    found = first.open("/search/?q=D%40Provider.be").main
    assert f"/operations/kx/identities/{identity}/" in found
    assert "/operations/kx/rows/1099511627" in found
    assert "/operations/kx/evidence/#exhibit-1" in first.open("/search/?q=desk.sql").main
    assert "Nothing found" in first.open("/search/?q=nobody").main


def test_a_kind_is_paged(first: Visitor) -> None:
    page = first.open("/search/?q=kx%3A").main
    assert "All of this kind" in page
    assert page.count('class="govuk-table__header desk-id"') < first.open("/search/?q=kx%3A&kind=account").main.count(
        'class="govuk-table__header desk-id"'
    )


def test_a_search_is_on_the_record(officers: dict[str, Visitor], case: Desk) -> None:
    officers["national_officer"].open("/search/?q=kx%3A7&op=kx")
    assert case.node
    entry = Outbox.objects.filter(content__officer="34", content__facts__kind="search").latest("pk")
    assert (entry.content["verb"], entry.content["subject"]) == ("message.read", "kx")


def test_an_operation_that_is_not_ones_own_does_not_exist_for_a_search(first: Visitor) -> None:
    assert first.open("/search/?q=kx&op=elsewhere").status == 404


def test_message_text_is_closed_until_asked_for_and_then_counted_for_the_officer_alone(
    officers: dict[str, Visitor],
) -> None:
    reader, other = officers["analyst"], officers["coordinator"]
    mine, theirs = opened(reader), opened(other)
    closed = reader.open("/search/?q=PLACEHOLDER").main
    assert "placeholder text" not in closed
    assert opened(reader) == mine
    shown = reader.open("/search/?q=PLACEHOLDER&kind=message&show=1").main
    assert "<mark>placeholder</mark> text" in shown
    row = re.search(r'href="(/operations/kx/rows/\d+/)"', shown)
    assert row
    assert "Texts that you opened today" in reader.open(row[1]).main
    assert (opened(reader), opened(other)) == (mine + shown.count("<mark>") + 1, theirs)


def test_a_row_that_nobody_wrote_is_not_counted(officers: dict[str, Visitor]) -> None:
    before = opened(officers["analyst"])
    assert "Texts that you opened" not in officers["analyst"].open("/operations/kx/rows/1099511627777/").main
    assert opened(officers["analyst"]) == before


def test_a_digest_finds_no_medium(first: Visitor) -> None:
    page = first.open("/search/?q=" + "a" * 32).main
    assert "no medium is looked up" in page
    assert "<table" not in page


def test_a_search_takes_as_many_queries_for_one_row_as_for_many(first: Visitor) -> None:
    def queries(path: str) -> str:
        return str(re.search(r'desc="(\d+)"', first.open(path).headers["Server-Timing"])[1])  # type: ignore[index]

    assert queries("/search/?q=kx%3A7") == queries("/search/?q=kx%3A")
