"""The protected list: what it holds back, and that it shows nowhere but to the one role that reads it."""

import csv
import json

import pytest
from desk_case import MAILS, Desk
from whole_case import TERMS

pytestmark = pytest.mark.slow
WHY = ("--reason", "asked by phone")
ANALYST = ("--as", "7")


@pytest.fixture
def protecting(desk: Desk) -> Desk:
    """The case with the telephone of account 1 on the list."""
    desk.do("protect", "phone", "+32470000011", "--reference", "P-1", *WHY)
    return desk


def test_one_role_alone_reads_the_list(protecting: Desk) -> None:
    (row,) = protecting.rows("protected", "list")
    assert (row["kind"], row["norm"], row["reference"]) == ("phone", "+32470000011", "P-1")
    for officer in ("2", "7"):
        assert protecting.refused("--as", officer, "protected", "list").startswith("F-MAY-01")
        remove = ("protected", "remove", "phone", "+32470000011", *WHY)
        assert protecting.refused("--as", officer, *remove).startswith("F-MAY-01")


def test_reading_the_list_is_on_the_record(protecting: Desk) -> None:
    before = protecting.do("audit", "verify", "--format", "json").json["entries"]
    protecting.do("protected", "list")
    assert protecting.do("audit", "verify", "--format", "json").json["entries"] == before + 1


def test_what_is_taken_off_the_list_holds_nothing_back(protecting: Desk) -> None:
    protecting.do("protected", "remove", "phone", "0470 00 00 11".replace("0470", "+32 470"), *WHY)
    assert protecting.rows("protected", "list") == []
    assert protecting.refused("protected", "remove", "phone", "+32470000011", *WHY).startswith("F-DECIDE-10")
    assert {lead["identity"] for lead in protecting.rows(*ANALYST, "leads")} == {
        protecting.line(account)["identity"] for account in ("kx:1", "kx:4")
    }


def test_the_list_of_identities_has_no_gap_and_no_mark(desk: Desk) -> None:
    before = desk.do(*ANALYST, "identities", "--why", "--format", "jsonl").out
    desk.do("protect", "phone", "+32470000011", "--reference", "P-1", *WHY)
    desk.do("run")
    assert desk.do(*ANALYST, "identities", "--why", "--format", "jsonl").out == before


def test_nobody_is_to_ask_about_a_protected_identity(protecting: Desk) -> None:
    identity = protecting.line("kx:1")["identity"]
    assert identity not in {lead["identity"] for lead in protecting.rows(*ANALYST, "leads")}
    assert identity in {lead["identity"] for lead in protecting.rows("leads")}


def test_no_request_about_it_is_drafted_whoever_drafts(protecting: Desk) -> None:
    identity = protecting.line("kx:1")["identity"]
    for officer in ("1", "2"):
        out = protecting.folder / f"out-{officer}"
        protecting.do("--as", officer, "leads", "export", out)
        written = "".join(path.read_text() for path in out.iterdir())
        assert identity not in written
        assert "a@provider.be" not in written
        assert "b@provider.be" in written


def test_whom_there_is_something_to_ask_counts_none_of_it(desk: Desk) -> None:
    before = {row["addressee"]: row["requests"] for row in desk.rows("leads", "addressees")}
    desk.do("protect", "account", "kx:1", "--reference", "P-1", *WHY)
    after = {row["addressee"]: row["requests"] for row in desk.rows("leads", "addressees")}
    assert (before["provider.be"], after["provider.be"]) == (2, 1)


def test_a_history_does_not_show_the_list(protecting: Desk) -> None:
    assert "P-1" not in protecting.do(*ANALYST, "history", "kx:1", "--format", "json").out
    assert "protect" not in protecting.do("history", "kx:1", "--format", "json").out


def test_an_explanation_does_not_show_the_list(protecting: Desk) -> None:
    assert "P-1" not in protecting.do(*ANALYST, "explain", "kx:1", "--format", "json").out


def test_figures_are_the_same_with_and_without_the_list(desk: Desk) -> None:
    before = desk.do(*ANALYST, "figures", "--format", "json").out
    desk.do("protect", "phone", "+32470000011", "--reference", "P-1", *WHY)
    desk.do("run")
    assert desk.do(*ANALYST, "figures", "--format", "json").out == before


def test_how_many_are_held_back_is_told_to_who_reads_the_list(protecting: Desk) -> None:
    desk = protecting
    card = desk.folder / "be.card"
    other = Desk(desk.folder / "other")
    other.folder.mkdir()
    made = other.type("init", other.folder / "node", "--agency", "Unit BE", "--country", "BE", "--demo")
    assert made.code == 0, made.err
    other.do("peer", "card", card)
    desk.do("peer", "add", card)
    desk.do("peer", "assess", "BE", *TERMS)
    (built,) = desk.do("package", "build", "BE", "--format", "json").json
    assert (built["identities"], built["held_back"]) == (1, 1)
    (seen,) = desk.do(*ANALYST, "package", "list", "--format", "json").json
    assert seen["held_back"] is None
    assert seen["not_included"] == built["not_included"] + built["held_back"]
    bag = desk.folder / "node" / built["folder"]
    told = json.loads((bag / "data/package.json").read_text())["counts"]["not_included"]
    assert told["undetermined_or_withheld"] == 1
    with (bag / "data/identities.csv").open() as f:
        assert [row["accounts"] for row in csv.DictReader(f)] == ["kx:4"]


def test_an_auditor_reads_the_figures_and_nothing_of_the_case(desk: Desk) -> None:
    desk.do("officer", "add", "8", "--role", "auditor")
    assert desk.do("--as", "8", "figures", "--format", "json").json["accounts"] == len(MAILS)
    assert "F-MAY-01" in desk.refused("--as", "8", "identities")
