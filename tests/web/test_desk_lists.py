"""Lists of the desk: filters that the address keeps, saved views, the list as a file, tips beside each other."""

import csv
import datetime as dt
import io
import re

from desk_case import Desk
from served import Page, Visitor

from fanal.analyse.activity import Activity
from fanal.analyse.pages import Wanted, identity_page
from fanal.cases.access import Actor
from fanal.cases.models.audit import Outbox
from fanal.cases.models.offices import Operation
from fanal.cases.models.saved_views import SavedView
from fanal.lake.snapshot import read_current
from fanal.web.charts import with_quiet_times
from fanal.work.readings import readings

LIST = "/operations/kx/identities/"


def table(page: Page) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(page.text.removeprefix("\ufeff"))))


def test_pages_of_identities_lead_on_and_back_to_the_same_ones(case: Desk) -> None:
    snapshot = read_current(case.node.lake("kx"))
    everyone = [row["identity"] for row in identity_page(snapshot, Wanted(), 0, 10)]
    second = identity_page(snapshot, Wanted(), 2, 2)
    assert [row["identity"] for row in second] == everyone[2:4]
    before = identity_page(snapshot, Wanted(), 0, 2, before=second[0]["rank"])
    assert [row["identity"] for row in before] == everyone[:2]


def test_the_page_of_an_identity_leads_back_to_the_filtered_list_and_the_place_in_it(first: Visitor) -> None:
    listed = first.open(f"{LIST}?text=d@provider&country=&role=").main
    link = re.search(r'href="(/operations/kx/identities/([0-9a-f]{12})[0-9a-f]*/\?list=[^"]+)"', listed)
    assert link
    page = first.open(link[1].replace("&amp;", "&"))
    back = f"{LIST}?text=d%40provider#i-{link[2]}"
    assert f'class="govuk-back-link" href="{back}"' in page.main
    assert f'id="i-{link[2]}"' in first.open(back).main


def test_a_list_named_by_somebody_else_leads_nowhere_but_to_the_list(first: Visitor, identity: str) -> None:
    page = first.open(f"{LIST}{identity}/?list=https%3A%2F%2Fexample.org%2F%3Ftext%3Dx%26next%3D1").main
    assert "example.org" not in page


def test_a_filter_is_saved_opened_renamed_shared_and_deleted(first: Visitor, second: Visitor, case: Desk) -> None:
    saved = first.post(LIST + "views/", act="save", name=" To  do ", country="be", role="", text="", meets="1")
    assert saved.url.endswith("/identities/?country=BE&meets=1")
    assert 'aria-current="true">To do<' in saved.main
    assert case.node
    view = SavedView.objects.get(name="To do")
    assert "To do" not in second.open(LIST).main
    refused = second.post(LIST + "views/", act="delete", view=str(view.pk))
    assert refused.status == 400
    first.post(LIST + "views/", act="change", view=str(view.pk), name="Belgium", shared="1")
    seen = second.open(LIST).main
    assert "Belgium" in seen
    assert "shared by officer 1" in seen
    first.post(LIST + "views/", act="delete", view=str(view.pk), name="Belgium")
    assert not SavedView.objects.exists()


def test_the_file_holds_what_the_filter_selects_and_its_number_of_rows_is_on_the_record(first: Visitor) -> None:
    everyone = first.open(LIST + "export/")
    assert everyone.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.search(r'filename="kx-identities-\d{8}T\d{6}Z\.csv"', everyone.headers["Content-Disposition"])
    rows = table(everyone)
    accounts = [account for row in rows for account in row["accounts"].split("; ")]
    assert sorted(accounts) == [f"kx:{n}" for n in range(1, 8)]
    some = table(first.open(LIST + "export/?text=d@provider"))
    assert [row["accounts"] for row in some] == ["kx:7"]
    told = Outbox.objects.filter(content__verb="identity.export").order_by("-pk")[0].content["facts"]
    assert (told["rows"], told["by_text"]) == (1, True)


def test_the_command_line_writes_the_same_table(first: Visitor, case: Desk) -> None:
    said = case.do("identities", "--format", "csv").out
    assert list(csv.DictReader(io.StringIO(said))) == table(first.open(LIST + "export/"))


def test_a_tip_is_taken_and_held_beside_one_that_is_like_it(first: Visitor, case: Desk) -> None:
    other = case.folder / "again.eml"
    other.write_bytes(
        b"From: someone@example.org\r\nSubject: message 12 again\r\nMessage-ID: <12@example.org>\r\n\r\nplaceholder\r\n"
    )
    tip = case.do("tip", other, "--format", "jsonl").lines[0]["tip"]
    assert "by " in first.open("/operations/kx/tips/").main
    first.post(f"/operations/kx/tips/{tip}/", act="take")
    assert "taken by officer 1" in first.open("/operations/kx/tips/").main
    assert f"/operations/kx/tips/1/beside/{tip}/" in first.open("/operations/kx/tips/1/").main
    page = first.open(f"/operations/kx/tips/{tip}/beside/1/").main
    assert "message id (1)" in page
    assert "message 12 again" in page
    first.post(f"/operations/kx/tips/{tip}/beside/1/", same="yes", reason="the same words")
    assert "says the same again" in first.open(f"/operations/kx/tips/{tip}/").main


def test_a_person_is_found_by_what_stands_and_a_report_is_added(first: Visitor, case: Desk) -> None:
    path = case.folder / "persons.jsonl"
    path.write_text(
        '{"event": "flight", "reference": "F-1", "reported_by": "BE", "country": "BE", "at": "2024-03-01T08:00:00Z",'
        ' "status": "done", "person": "P-1", "account": "kx:7"}\n'
    )
    case.do("event", path)
    listed = first.open("/operations/kx/persons/?status=fugitive").main
    link = re.search(r'href="(/operations/kx/persons/\d+/\?list=status%3Dfugitive)"', listed)
    assert link
    page = first.open(link[1])
    assert 'href="/operations/kx/persons/?status=fugitive#p-' in page.main
    assert "kx:7" in page.main
    told = {"kind": "arrest", "status": "done", "country": "BE", "at": "2024-03-09", "reference": "file 12"}
    again = first.post(link[1], act="report", **told)
    assert "The report is on record." in again.main
    assert "file 12" in again.main
    assert "P-1" not in first.open("/operations/kx/persons/?status=fugitive").main


def test_who_read_an_identity_is_told_to_who_may_read_the_log(
    first: Visitor, second: Visitor, officers: dict[str, Visitor], case: Desk, identity: str
) -> None:
    second.open(LIST)
    second.open(f"{LIST}{identity}/activity/")
    page = first.open(f"{LIST}{identity}/readers/").main
    assert re.search(r"<td[^>]*>2</td><td[^>]*>its activity</td>", page)
    assert "its line in a list" in page
    assert "Who read it" in first.open(f"{LIST}{identity}/").main
    assert "Who read it" not in officers["analyst"].open(f"{LIST}{identity}/").main
    whole = [one.pk for one in Outbox.objects.filter(content__facts__identity=identity).order_by("-pk")]
    asked = Actor("1"), case.node, Operation.objects.get(slug="kx"), identity
    one = readings(*asked, 0, 2)
    two = readings(*asked, one.next or 0, 2)
    assert one.rows[0]["entry"] >= whole[0]
    assert one.rows[-1]["entry"] > two.rows[0]["entry"]
    assert readings(*asked, 0, 2, before=two.previous or 0).rows == one.rows


def test_an_identity_shows_what_to_ask_whom(first: Visitor, identity: str) -> None:
    page = first.open(f"{LIST}{identity}/").main
    told = page.partition("What to ask whom</h2>")[2].partition("<h2")[0]
    assert "provider.be" in told
    assert "30 s" in told
    assert "Fanal sends nothing" in told


def test_times_without_activity_are_named_in_the_chart_and_its_table() -> None:
    days = [dt.date(2024, 1, day) for day in range(1, 7)]
    counts = [(1, 0, 0, 0), (0,) * 4, (0,) * 4, (0, 2, 0, 0), (0,) * 4, (1, 0, 0, 0)]
    line = with_quiet_times(Activity("day", tuple(zip(days, counts, strict=True)), (), ()))
    assert [(gap["day"].day, gap["until"].day, gap["x"], gap["w"]) for gap in line["quiet"]] == [
        (2, 3, 160.0, 320.0),
        (5, 5, 640.0, 160.0),
    ]
    assert [(row["day"].day, row.get("until") is not None) for row in line["rows"]] == [
        (1, False), (2, True), (4, False), (5, True), (6, False),
    ]  # fmt: skip
