"""Signals of officers, and tips in which an officer sees a child at risk: both raise a rank, neither is lost."""

import pytest
from desk_case import Desk

pytestmark = pytest.mark.slow
WHY = ("--reason", "said in an interview")


def at_risk(desk: Desk, text: str) -> None:
    """A tip that says this, in which an officer sees a child at risk."""
    mail = desk.folder / "tip.eml"
    mail.write_text(f"From: A <a@example.org>\nMessage-ID: <1@example.org>\nSubject: note\n\n{text}\n")
    desk.do("tip", mail)
    (tip,) = desk.rows("tips", "list")
    desk.do("tips", "risk", tip["tip"], "yes", *WHY)
    desk.do("run")


def ranks(desk: Desk) -> dict[str, int]:
    return {account: line["rank"] for line in desk.rows("identities") for account in line["accounts"]}


def test_a_signal_raises_the_rank_and_its_withdrawal_lowers_it(desk: Desk) -> None:
    before = ranks(desk)["kx:7"]
    assert before > 2
    desk.do("signal", "kx:7", "access_to_children", *WHY)
    desk.do("run")
    assert ranks(desk)["kx:7"] == 1
    assert [row["account"] for row in desk.rows("signals")] == ["kx:7"]
    desk.do("signal", "kx:7", "access_to_children", "--withdraw", *WHY)
    desk.do("run")
    assert ranks(desk)["kx:7"] == before
    assert desk.rows("signals") == []
    verdicts = [row["verdict"] for row in desk.rows("history", "kx:7") if row["kind"] == "signal"]
    assert verdicts == ["raise", "lower"]


@pytest.mark.both_stores
def test_a_signal_on_an_identity_stays_on_all_its_accounts(desk: Desk) -> None:
    desk.do("signal", desk.line("kx:1")["identity"], "hands_on", *WHY)
    desk.do("decide", "kx:1", "split", "--accounts", "kx:3", *WHY)
    desk.do("run")
    found = ranks(desk)
    assert {found["kx:1"], found["kx:3"]} == {1, 2}
    desk.do("signal", "kx:3", "hands_on", "--withdraw", *WHY)
    assert desk.rows("signals") == []


def test_a_signal_that_there_is_not_or_that_does_not_stand_is_refused(desk: Desk) -> None:
    assert desk.refused("signal", "kx:1", "guilty", *WHY).startswith("F-MODEL-11")
    assert desk.refused("signal", "kx:1", "hands_on", "--withdraw", *WHY).startswith("F-SIGNAL-01")
    assert desk.refused("signal", "kx:99", "hands_on", *WHY).startswith("F-IDENTITY-01")


def test_a_signal_says_under_the_rank_on_which_account_it_stands(desk: Desk) -> None:
    desk.do("signal", "kx:7", "hands_on", *WHY)
    desk.do("run")
    why = desk.do("explain", "kx:7", "--format", "json").json
    (rank,) = [finding for finding in why["findings"] if finding["kind"] == "rank"]
    grounds = [(ground["reason"], ground["locator"]) for ground in rank["support"]]
    assert ("Said to abuse: a child can be found through this identity.", "users:7") in grounds


def test_an_officers_signal_is_conduct_and_shows_under_the_threshold(desk: Desk) -> None:
    assert not desk.line("kx:6")["meets_threshold"]
    desk.do("signal", "kx:6", "hands_on", *WHY)
    desk.do("run")
    assert desk.line("kx:6")["meets_threshold"]
    shown = desk.do("explain", "kx:6").out
    assert "An officer's signal stands on it" in shown


def test_a_tip_with_a_child_at_risk_raises_whom_its_telephone_names(desk: Desk) -> None:
    assert ranks(desk)["kx:6"] > 2
    at_risk(desk, "Please look at +32 470 00 00 16.")
    assert ranks(desk)["kx:6"] == 1
    (signal,) = desk.rows("signals")
    assert (signal["account"], signal["kind"], signal["source"]) == ("kx:6", "child_at_risk", "tip")
    assert not desk.line("kx:6")["meets_threshold"]


def test_a_tip_about_whom_an_officer_changed_his_mind_raises_nobody(desk: Desk) -> None:
    at_risk(desk, "Please look at +32 470 00 00 16.")
    (tip,) = desk.rows("tips", "list")
    desk.do("tips", "risk", tip["tip"], "no", *WHY)
    assert desk.rows("signals") == []


@pytest.mark.both_stores
def test_a_tip_raises_nobody_before_an_officer_sees_a_child_at_risk(desk: Desk) -> None:
    mail = desk.folder / "tip.eml"
    mail.write_text("From: A <a@example.org>\nSubject: note\n\nThe child is in danger: +32 470 00 00 16.\n")
    desk.do("tip", mail)
    assert desk.rows("signals") == []


def test_a_tip_never_raises_who_sent_it(desk: Desk) -> None:
    at_risk(desk, "Write to me at a@example.org.")
    assert desk.rows("signals") == []
