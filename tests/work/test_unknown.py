"""What an operation does not know, counted."""

import pytest
from desk_case import Desk
from whole_case import Case

from fanal.analyse.pages import UNDETERMINED, Wanted
from fanal.cases.access import Actor
from fanal.cases.models.offices import Operation
from fanal.work.identities import identity_page
from fanal.work.unknown import identities_by_country, unknown

pytestmark = pytest.mark.slow


def test_what_is_unknown_of_exhibits_media_and_countries_is_counted(desk: Desk) -> None:
    exhibits = desk.do("status", "--format", "json").json["exhibits"]
    node = desk.node
    found = {row["what"]: row["n"] for row in unknown(Actor("1"), node, Operation.objects.get(slug="kx"))}
    rows = [row for exhibit in exhibits for row in exhibit["rows"].values()]
    assert found["authority"] == found["scope"] == len(exhibits)
    assert found["clock"] == sum("desk.sql" not in exhibit["name"] for exhibit in exhibits)
    assert found["media"] == desk.do("figures", "--format", "json").json["media_unseen"]
    assert found.get("unmapped", 0) == sum(row["unmapped"] for row in rows)
    nowhere = [line for line in desk.rows("identities") if line["undetermined"]]
    assert found.get("identities", 0) == len(nowhere)
    assert found.get("accounts", 0) == sum(len(line["accounts"]) for line in nowhere)


def test_identities_are_counted_by_their_country_and_by_the_threshold(desk: Desk) -> None:
    node = desk.node
    found = identities_by_country(Actor("1"), node, Operation.objects.get(slug="kx"))
    lines = [line for line in desk.rows("identities") if not line["undetermined"]]
    meeting = sum(line["meets_threshold"] for line in lines)
    assert found == [{"country": "BE", "identities": len(lines), "meeting": meeting}]


def test_as_many_identities_are_undetermined_as_the_list_of_them_has(whole: Case) -> None:
    node, officer = whole.node("desk"), Actor("1")
    operation = Operation.objects.get(slug="group-7")
    found = {row["what"]: row["n"] for row in unknown(officer, node, operation)}
    page = identity_page(officer, node, operation, Wanted(country=UNDETERMINED), 0, 1000)
    assert len(page.rows) == found["identities"] > 0
    assert all(row["undetermined"] for row in page.rows)
    assert sum(len(row["accounts"]) for row in page.rows) == found["accounts"]
