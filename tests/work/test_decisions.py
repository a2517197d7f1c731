"""Decisions hold for ever after: in a later run, on other evidence, in a lake that was made anew."""

import json
import shutil

import pytest
from desk_case import Desk

pytestmark = pytest.mark.slow
WHY = ("--reason", "seen in the files")
#: In this exhibit no account shares anything with another any more.
APART = {n: f"m{n}" for n in range(1, 8)}


def test_what_is_confirmed_stays_together_when_the_evidence_falls_away(desk: Desk) -> None:
    desk.do("decide", "kx:1", "confirm", *WHY)
    desk.lake_anew(APART)
    assert ["kx:1", "kx:2", "kx:3"] in desk.identities()


def test_what_nobody_confirmed_falls_apart_without_evidence(desk: Desk) -> None:
    desk.lake_anew(APART)
    assert ["kx:1"] in desk.identities()


def test_what_is_split_stays_apart_in_a_later_run_and_in_a_lake_made_anew(desk: Desk) -> None:
    desk.do("decide", "kx:1", "split", "--accounts", "kx:2", *WHY)
    for again in (lambda: desk.do("run"), desk.lake_anew):
        again()
        assert ["kx:1", "kx:3"] in desk.identities()
        assert ["kx:2"] in desk.identities()


@pytest.mark.both_stores
def test_what_is_split_stays_apart_when_an_older_snapshot_is_put_back(desk: Desk) -> None:
    lake, kept = desk.folder / "node" / "lake", desk.folder / "kept"
    shutil.copytree(lake, kept)
    desk.do("decide", "kx:1", "split", "--accounts", "kx:2", *WHY)
    desk.do("run")
    shutil.rmtree(lake)
    kept.rename(lake)
    assert ["kx:1", "kx:2", "kx:3"] in desk.identities()
    desk.do("run")
    assert ["kx:2"] in desk.identities()


def test_new_evidence_does_not_undo_a_refusal(desk: Desk) -> None:
    desk.do("decide", "kx:6,kx:7", "refuse", *WHY)
    desk.lake_anew(dict.fromkeys(range(1, 8), "a"))
    assert not [accounts for accounts in desk.identities() if {"kx:6", "kx:7"} <= set(accounts)]


def test_a_pair_that_waits_is_joined_or_kept_apart_by_decision(desk: Desk) -> None:
    desk.do("decide", "kx:4,kx:5", "confirm", *WHY)
    desk.do("run")
    assert ["kx:4", "kx:5"] in desk.identities()
    desk.do("decide", "kx:5,kx:4", "refuse", *WHY)
    desk.do("run")
    assert ["kx:4"] in desk.identities()


@pytest.mark.both_stores
def test_only_accounts_of_the_identity_can_be_split_off_and_not_all_of_them(desk: Desk) -> None:
    assert "F-DECIDE-07" in desk.refused("decide", "kx:1", "split", "--accounts", "kx:6", *WHY)
    assert "F-DECIDE-08" in desk.refused("decide", "kx:1", "split", "--accounts", "kx:1,kx:2,kx:3", *WHY)
    assert "F-DECIDE-08" in desk.refused("decide", "kx:1", "split", *WHY)
    assert "F-DECIDE-08" in desk.refused("decide", "kx:6", "confirm", *WHY)


@pytest.mark.both_stores
def test_a_decision_that_cannot_hold_names_those_that_stand_against_it(desk: Desk) -> None:
    for pair in ("kx:4,kx:6", "kx:6,kx:7"):
        desk.do("decide", pair, "same", *WHY)
    said = desk.refused("decide", "kx:4,kx:7", "different", *WHY)
    assert said.startswith("F-DECIDE-06")
    assert "kx:4, kx:6: same" in said
    assert "kx:6, kx:7: same" in said


@pytest.mark.both_stores
def test_a_confirmation_that_a_newer_refusal_contradicts_is_refused(desk: Desk) -> None:
    desk.do("decide", "kx:1,kx:2", "different", *WHY)
    assert desk.refused("decide", "kx:1", "confirm", *WHY).startswith("F-DECIDE-06")


@pytest.mark.both_stores
def test_a_split_takes_back_what_a_confirmation_tied(desk: Desk) -> None:
    desk.do("decide", "kx:1", "confirm", *WHY)
    desk.do("decide", "kx:1", "split", "--accounts", "kx:3", *WHY)
    desk.do("run")
    assert ["kx:1", "kx:2"] in desk.identities()
    superseded = [row for row in desk.rows("history", "kx:3") if row["supersedes"]]
    assert [row["verdict"] for row in superseded] == ["different"]


def test_options_that_a_verdict_has_no_use_for_are_refused(desk: Desk) -> None:
    assert desk.type("decide", "kx:1", "hold", "--accounts", "kx:2", *WHY).code == 2
    assert desk.type("decide", "kx:1", "hold", "--evidence", "1", *WHY).code == 2


@pytest.mark.both_stores
def test_a_hold_outlives_the_merge_of_its_identity(desk: Desk) -> None:
    desk.do("decide", "kx:4", "hold", *WHY)
    desk.do("decide", "kx:1,kx:4", "same", *WHY)
    desk.do("run")
    assert len(desk.line("kx:4")["accounts"]) == 4
    assert desk.refused("leads", "export", desk.folder / "out").startswith("F-LEADS-02")
    desk.do("decide", "kx:1", "release", *WHY)
    desk.do("leads", "export", desk.folder / "out")


@pytest.mark.both_stores
def test_a_history_shows_every_decision_every_run_and_who_read_it(desk: Desk) -> None:
    desk.do("decide", "kx:2,kx:3", "not_enough", *WHY)
    desk.do("decide", "kx:2,kx:3", "same", *WHY)
    desk.do("decide", "kx:1", "suspect", *WHY)
    desk.do("decide", "kx:1,kx:6", "same", *WHY)
    desk.do("run")
    desk.do("explain", "kx:1")
    found = desk.rows("history", "kx:3")
    said = [(row["kind"], row["verdict"]) for row in found]
    assert [verdict for kind, verdict in said if kind == "pair"] == ["not_enough", "same", "same"]
    assert ("identity", "suspect") in said
    runs = [row["what"] for row in found if row["kind"] == "run"]
    assert runs[0].endswith("it is new, with kx:1, kx:2, kx:3")
    assert "kx:6 came from" in runs[1]
    pairs = [row for row in found if row["kind"] == "pair"]
    assert pairs[1]["supersedes"] == pairs[0]["decision"]
    assert next(row["officer"] for row in found if row["kind"] == "read") == "1"
    as_analyst = desk.rows("--as", "7", "history", "kx:3")
    assert [row for row in as_analyst if row["kind"] == "read"] == []
    assert [row["at"] for row in found] == sorted(row["at"] for row in found)


def test_an_identity_that_is_gone_has_its_history_too(desk: Desk) -> None:
    gone = desk.line("kx:6")["identity"]
    desk.do("decide", "kx:1,kx:6", "same", *WHY)
    desk.do("run")
    last = [row["what"] for row in desk.rows("history", gone) if row["kind"] == "run"][-1]
    assert f"kx:6 went to {desk.line('kx:1')['identity'][:12]}" in last


@pytest.mark.both_stores
def test_a_person_is_made_by_the_evidence_that_the_decision_names(desk: Desk) -> None:
    said = desk.refused("decide", "kx:1", "person", *WHY)
    assert said.startswith("F-PERSON-02")
    assert desk.rows("persons") == []
    why = desk.do("explain", "kx:1", "--format", "json").json
    obs = next(g["obs"] for f in why["findings"] for g in f["support"] if g["obs"])
    evidence = ("--evidence", "1/users:1", "--evidence", obs)
    desk.do("decide", "kx:1", "person", *evidence, "--name", "N", *WHY)
    (person,) = desk.rows("persons")
    assert person["evidence"] == ["1/users:1", str(obs)]
    assert person["identity"] == desk.line("kx:1")["identity"]
    assert person["minor"] is None


@pytest.mark.parametrize("evidence", ["1/users:999", "99", "answer:kx-BE-1", "report:7", "a hunch", "1/", "9" * 30])
def test_evidence_that_the_operation_does_not_have_is_refused(desk: Desk, evidence: str) -> None:
    assert desk.refused("decide", "kx:1", "person", "--evidence", evidence, *WHY).startswith("F-PERSON-04")
    assert desk.rows("persons") == []


@pytest.mark.both_stores
def test_an_age_needs_its_source_and_is_taken_at_the_first_conduct(desk: Desk) -> None:
    told = ("decide", "kx:1", "person", "--evidence", "1/users:1", "--born", "2008-01-01", *WHY)
    assert desk.refused(*told).startswith("F-PERSON-03")
    assert desk.refused(*told, "--born", "soon", "--age-source", "passport").startswith("F-PERSON-05")
    desk.do(*told, "--age-source", "passport")
    (person,) = desk.rows("persons")
    assert (person["minor"], person["age_source"]) == (True, "passport")
    assert desk.do("figures", "--format", "json").json["minors"] == 1


@pytest.mark.both_stores
def test_a_second_decision_on_a_person_adds_evidence_and_both_stay(desk: Desk) -> None:
    for place in ("1/users:1", "1/users:2"):
        desk.do("decide", "kx:1", "person", "--evidence", place, "--reference", "BE-9", *WHY)
    (person,) = desk.rows("persons")
    assert (person["references"], person["evidence"]) == (["BE-9"], ["1/users:1", "1/users:2"])
    assert [row["verdict"] for row in desk.rows("history", "kx:1") if row["kind"] == "person"] == ["identified"] * 2


@pytest.mark.both_stores
def test_what_waits_for_an_officer_says_what_speaks_for_and_against(desk: Desk) -> None:
    (row,) = desk.rows("review")
    assert (row["pair"], row["kind"], row["decided"]) == ("kx:4,kx:5", "same_person_in_question", None)
    assert "shares_email" in row["rules_for"]
    assert "birth_years_differ" in row["rules_against"]
    assert len(row["against"]) == len(row["rules_against"])
    shown = desk.do("review").out
    assert "for: Both accounts use the same mailbox" in shown
    assert "against: The stated birth years differ" in shown
    assert "fanal decide kx:4,kx:5" in shown


def test_a_pair_that_was_not_enough_for_is_not_asked_about_again(desk: Desk) -> None:
    desk.do("decide", "kx:4,kx:5", "not_enough", *WHY)
    desk.do("run")
    assert desk.rows("review") == []
    assert [row["decided"] for row in desk.rows("review", "--all")] == ["not_enough"]


def test_two_accounts_are_explained_side_by_side(desk: Desk) -> None:
    why = desk.do("explain", "kx:5,kx:4", "--format", "json").json
    assert (why["state"], why["accounts"], why["decided"]) == ("review", ["kx:4", "kx:5"], None)
    (finding,) = why["findings"]
    roles = [ground["role"] for ground in finding["support"]]
    assert roles == sorted(roles, key=["for", "against", "context"].index)
    strong = {ground["reason"]: ground["strength"] for ground in finding["support"]}
    assert strong["The stated birth years differ by more than one."] == "moderate"
    assert all(ground["excerpt"] for ground in finding["support"])
    assert desk.refused("explain", "kx:4,kx:99").startswith("F-DECIDE-03")
    assert desk.refused("explain", "kx:4,kx:4").startswith("F-DECIDE-05")


def test_two_strangers_and_two_of_one_identity_are_told_apart(desk: Desk) -> None:
    assert desk.do("explain", "kx:6,kx:7", "--format", "json").json["state"] == "none"
    assert desk.do("explain", "kx:1,kx:3", "--format", "json").json["state"] == "link"


def test_a_decision_on_a_pair_stands_under_its_explanation(desk: Desk) -> None:
    desk.do("decide", "kx:4,kx:5", "refuse", *WHY)
    desk.do("run")
    shown = desk.do("explain", "kx:4,kx:5").out
    assert "An officer decided that two people hold the accounts." in shown
    assert "decided: different, because: seen in the files" in shown


def test_explanations_order_for_against_context_and_weigh_in_words(desk: Desk) -> None:
    why = desk.do("explain", "kx:1", "--format", "json").json
    for finding in why["findings"]:
        roles = [ground["role"] for ground in finding["support"]]
        assert roles == sorted(roles, key=["for", "against", "context"].index)
    assert {f["step"] for f in why["findings"] if any(g["strength"] for g in f["support"])} <= {"resolve", "attribute"}


def test_why_somebody_meets_the_threshold_or_does_not_is_told_on_request(desk: Desk) -> None:
    plain = desk.rows("identities")
    assert not any({"met_by", "why_not"} & set(line) for line in plain)
    found = {line["accounts"][0]: line for line in desk.rows("identities", "--why")}
    assert found["kx:1"]["met_by"] == "uploader"
    assert found["kx:6"]["why_not"].split()[0] == "no_conduct"
    shown = " ".join(desk.do("identities", "--why").out.split())
    assert "version 1, approved by office 7" in shown
    assert "counts as conduct under the threshold." in shown


@pytest.mark.both_stores
def test_the_record_says_what_was_decided_as_it_was_signed(desk: Desk) -> None:
    desk.do("decide", "kx:1", "split", "--accounts", "kx:2", *WHY)
    desk.do("decide", "kx:1", "person", "--evidence", "1/users:1", *WHY)
    desk.do("signal", "kx:6", "hands_on", *WHY)
    desk.do("leads", "export", desk.folder / "out")
    found = desk.do("audit", "verify", "--format", "json").json
    assert found["holds"], json.dumps(found)
