"""Series of media at the desk: the list, one of them, and what is decided on it. No medium is shown."""

import re

from desk_case import Desk
from served import Visitor

from fanal.cases.models.audit import Outbox

LIST, ONE = "/operations/kx/series/", "/operations/kx/series/one/?series=kx:51"


def test_series_are_listed_filtered_by_the_address_and_paged(first: Visitor) -> None:
    assert "kx:51" in first.open(LIST).main
    assert "kx:51" not in first.open(f"{LIST}?graded=ungraded").main
    assert "No series is like that" in first.open(f"{LIST}?country=JP").main
    everyone = re.findall(r'series=(kx%3A[0-9]+)"', first.open(LIST).main)
    assert everyone[0] not in first.open(f"{LIST}?after={everyone[0]}").main
    assert everyone[1] in first.open(f"{LIST}?after={everyone[0]}").main


def test_series_and_identities_on_a_list_cost_one_query_together_the_one_that_puts_them_on_record(
    first: Visitor,
) -> None:
    def queries(path: str) -> int:
        first.open(path)  # at the first look there may be something to take in
        return int(re.search(r'desc="(\d+)"', first.open(path).headers["Server-Timing"])[1])  # type: ignore[index]

    assert queries(LIST) == queries(f"{LIST}?graded=ungraded") + 1


def test_a_series_is_sent_to_victim_identification_and_the_list_says_so(second: Visitor, case: Desk) -> None:
    second.post(ONE, series="kx:51", verdict="send", reason="not identified yet")
    page = second.open(ONE).main
    assert "not identified yet" in page
    assert "sent to victim identification" in page
    assert "kx:51" in second.open(f"{LIST}?decided=send").main
    assert case.node
    assert Outbox.objects.filter(content__verb="person.read", content__facts__series="kx:51").exists()


def test_a_page_of_series_shows_no_medium_and_no_entry_of_a_list(first: Visitor) -> None:
    for page in (first.open(LIST).main, first.open(ONE).main):
        assert not re.search(r"<(img|video|audio|picture|source|object|embed|svg)", page)
        assert not re.search(r"\b[0-9a-f]{32,}\b", re.sub(r'href="[^"]*"|value="[^"]*"', "", page))
