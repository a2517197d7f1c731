"""What an officer sees first of an operation."""

import re

from desk_case import Desk
from served import Visitor

FRONT = "/operations/kx/"


def numbers(page: str) -> dict[str, list[str]]:
    """The table of countries: name to its cells."""
    table = page.partition('id="map"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in table.split("</tr>") if "<th" in row]
    return {re.sub(r"<[^>]+>", "", name): cells for name, *cells in rows}


def test_the_map_shows_by_country_what_its_table_says(first: Visitor, case: Desk) -> None:
    at_home = [line for line in case.rows("identities") if not line["undetermined"]]
    assert {line["countries"][0]["country"] for line in at_home} == {"BE"}
    page = first.open(f"{FRONT}?map=identities").main
    assert numbers(page)["Belgium"][-1] == str(len(at_home))
    assert f"<title>Belgium: {len(at_home)}</title>" in page
    assert page.count("<path") == 2  # Belgium, and all other land as one


def test_what_changed_is_told_since_an_instant_that_the_officer_chooses(first: Visitor) -> None:
    page = first.open(FRONT).main
    assert re.search(r"Exhibits that came in: [3-9]", page)  # other tests add some
    assert re.search(r"Tips that came in: [1-9]", page)
    assert re.search(r'href="/operations/kx/identities/\?meets=1">Identities that now meet the threshold: \d', page)
    assert re.search(r"New identities: \d", page)
    assert 'aria-current="true">in the last seven days' in first.open(f"{FRONT}?since=week").main


def test_what_is_unknown_is_counted_with_where_to_do_something(first: Visitor) -> None:
    page = first.open(FRONT).main.partition("What is unknown")[2]
    assert re.search(r'<a class="govuk-link" href="/operations/kx/evidence/">Exhibits that name no authority: \d', page)
    assert re.search(
        r'<a class="govuk-link" href="/operations/kx/work/">Media that were held against no list: \d', page
    )


def test_who_reads_figures_alone_is_told_no_more(officers: dict[str, Visitor]) -> None:
    page = officers["auditor"].open(FRONT).main
    assert "By country" in page
    assert "What changed" not in page
    assert "?country=" not in page
