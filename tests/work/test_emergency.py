"""Emergency disclosure: one officer, a stated danger, the least data, and a second officer within a day."""

from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from release_case import WHY, Pair
from whole_case import TERMS

from fanal.cases import emergencies
from fanal.cases.models import Package, Person

pytestmark = pytest.mark.slow
DANGER = ("--danger", "a child is held in his flat")


def disclosed(pair: Pair, *more: str) -> dict[str, str]:
    found: dict[str, str] = pair.desk.do(
        "package", "emergency", "be", "--identity", "kx:6", *DANGER, *more, "--format", "json"
    ).json
    return found


def test_one_officer_discloses_the_least_to_one_recipient_who_opens_it_apart(pair: Pair) -> None:
    # kx:6 meets no threshold: a danger to life asks for none.
    made = disclosed(pair)
    bag = pair.desk.folder / "node/packages/kx" / made["package"]
    tables = {path.stem: pq.read_table(path).num_rows for path in (bag / "data/tables").iterdir()}
    assert tables == {"account": 1, "identifier": 3, "identity": 1, "identity_account": 1}
    assert pq.read_table(bag / "data/tables/account.parquet").column("account").to_pylist() == ["kx:6"]
    found = pair.unit.do("receive", made["file"], "--format", "json").json
    assert (found["operation"], found["danger"], found["accounts"]) == ("nl-kx-e1", DANGER[1], 1)
    assert DANGER[1] in Path(found["summary"]).read_text()
    pair.unit.do("run", "--op", "nl-kx-e1")
    sheet = pair.desk.do("package", "show", made["package"], "--format", "json").json
    assert sheet["danger"] == DANGER[1]
    assert sheet["terms"]["purpose"].endswith(DANGER[1])


def test_logins_go_along_where_the_officer_chooses_them(pair: Pair) -> None:
    made = disclosed(pair, "--with", "login")
    bag = pair.desk.folder / "node/packages/kx" / made["package"]
    assert pq.read_table(bag / "data/tables/login.parquet").num_rows == 20
    wrong = ("--with", "message", *DANGER)
    assert pair.desk.refused("package", "emergency", "BE", "--identity", "kx:6", *wrong).startswith("F-CODE-01")


def test_the_clock_runs_until_another_officer_reviews_it(pair: Pair) -> None:
    name = disclosed(pair)["package"]
    assert "waits for review" in pair.desk.do("status").out
    assert pair.desk.rows("package", "list")[0]["review"] == "waiting"
    assert pair.desk.refused("package", "review", name, *WHY).startswith("F-PACKAGE-04")
    pair.desk.do("--as", "2", "package", "review", name, *WHY)
    (clock,) = pair.desk.do("status", "--format", "json").json["emergencies"]
    assert (clock["review"], clock["reviewed_by"], clock["hours_left"]) == ("reviewed", "2", None)
    assert pair.desk.refused("--as", "2", "package", "review", name, *WHY).startswith("F-PACKAGE-05")


def test_a_review_that_nobody_made_is_shown_as_overdue(pair: Pair) -> None:
    disclosed(pair)
    assert pair.desk.node
    package = Package.objects.get()
    assert package.sealed_at
    later = package.sealed_at + timedelta(hours=emergencies.HOURS, minutes=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fanal.cases.emergencies.instants.now", lambda: later)
        assert emergencies.review_of(package) == "overdue"
        assert "OVERDUE" in pair.desk.do("status").out


def test_nobody_protected_or_held_leaves_whatever_the_danger_and_the_line_says_not_why(pair: Pair) -> None:
    pair.desk.do("protect", "account", "kx:6", "--reference", "P-1", *WHY)
    pair.desk.do("decide", "kx:7", "hold", *WHY)
    lines = [
        pair.desk.refused("package", "emergency", "BE", "--identity", account, *DANGER) for account in ("kx:6", "kx:7")
    ]
    assert all(line.startswith("F-REL-09") for line in lines)
    assert not any("protect" in line or "hold" in line for line in lines)
    assert not list(pair.folder.rglob("*.fanal"))


def test_a_victim_is_disclosed_to_nobody(pair: Pair) -> None:
    pair.desk.do("decide", "kx:4", "person", "--evidence", "1/users:4", *WHY)
    assert pair.desk.node
    Person.objects.update(category="victim")
    assert pair.desk.refused("package", "emergency", "BE", "--identity", "kx:4", *DANGER).startswith("F-REL-09")


def test_without_a_danger_or_where_ill_treatment_is_feared_nothing_is_disclosed(pair: Pair) -> None:
    asked = ("package", "emergency", "BE", "--identity", "kx:6")
    assert pair.desk.refused(*asked, "--danger", " ").startswith("F-REL-08")
    pair.desk.do("peer", "assess", "BE", "--ill-treatment", "refused", "--assessment", "reports of torture")
    assert pair.desk.refused(*asked, *DANGER).startswith("F-REL-03")


def test_the_next_package_is_no_update_of_a_disclosure(pair: Pair) -> None:
    disclosed(pair)
    pair.desk.do("peer", "assess", "BE", *TERMS)
    file = pair.release()
    assert file.name == "kx-BE-2.fanal"
    assert pair.desk.do("package", "show", "kx-BE-2", "--format", "json").json["changes"] is None


def test_a_refused_disclosure_leaves_what_waits_for_the_recipient_as_it_is(pair: Pair) -> None:
    pair.desk.do("package", "build", "BE")
    pair.desk.do("decide", "kx:7", "hold", *WHY)
    assert pair.desk.refused("package", "emergency", "BE", "--identity", "kx:7", *DANGER).startswith("F-REL-09")
    assert [row["state"] for row in pair.desk.rows("package", "list")] == ["built"]
