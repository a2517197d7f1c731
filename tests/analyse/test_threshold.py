import pytest

from fanal.analyse.threshold import STATED, WHY_NOT, met_by, say
from fanal.model.inputs import Inputs, Signal, Threshold

STEPS_RUN = ("resolve", "roles", "threshold")


def verdict(world, account="kx:1"):
    identity = world.identity_of(account)
    return next(r for r in world.table("identity_threshold") if r["identity"] == identity)


def uploader(world):
    world.account("kx:1")
    world.row("share", account="kx:1", media="kx:m1", action="upload")
    world.graded("kx:m1")


def test_conduct_and_location_together_meet_it(world):
    uploader(world)
    world.origin("kx:1", "BE")
    world.run()
    assert verdict(world)["meets"]
    assert (verdict(world)["rule"], verdict(world)["why_not"]) == ("uploader", "")


def test_conduct_without_location_does_not(world):
    uploader(world)
    world.run()
    assert verdict(world)["why_not"] == "origin_undetermined"


@pytest.mark.parametrize("evidence", STATED)
def test_a_location_that_is_only_stated_does_not(world, evidence):
    uploader(world)
    world.origin("kx:1", "BE", evidence=evidence)
    world.run()
    assert verdict(world)["why_not"] == "origin_only_stated"


def test_a_location_less_probable_than_asked_does_not(world):
    uploader(world)
    world.origin("kx:1", "BE", probability=0.7)
    world.run(Inputs(threshold=Threshold(probability=0.8)))
    assert verdict(world)["why_not"] == "origin_too_uncertain"


def test_registration_alone_never_meets_it(world):
    world.account("kx:1")
    world.origin("kx:1", "BE")
    world.run()
    assert verdict(world)["why_not"] == "no_conduct"


def test_a_passive_member_added_by_another_never_meets_it(world):
    world.account("kx:1")
    world.account("kx:2")
    for n in range(5):
        world.row("membership", account="kx:1", channel=f"kx:g{n}", change="added", role="member", by_account="kx:2")
    world.row("message", account="kx:1", channel="kx:g0", kind="text", body="message 1")
    world.origin("kx:1", "BE")
    world.run(Inputs(threshold=Threshold(minimum_shares=0, minimum_added=0, minimum_payments=0, minimum_views=0)))
    assert verdict(world)["why_not"] == "no_conduct"


def test_downloads_and_previews_never_meet_it_however_many(world):
    world.account("kx:1")
    for n in range(50):
        world.row("share", account="kx:1", media=f"kx:m{n}", action="download")
    world.graded(*(f"kx:m{n}" for n in range(50)))
    world.origin("kx:1", "BE")
    world.run(Inputs(threshold=Threshold(minimum_shares=0, minimum_payments=0, minimum_views=0)))
    assert verdict(world)["why_not"] == "no_conduct"


def test_paying_counts_only_with_viewing(world):
    world.account("kx:1")
    world.row("payment", account="kx:1", amount=5.0)
    world.origin("kx:1", "BE")
    world.run()
    assert verdict(world)["why_not"] == "no_conduct"
    world.row("share", account="kx:1", media="kx:m1", action="view")
    world.graded("kx:m1")
    world.run()
    assert verdict(world)["rule"] == "payer"


def test_conduct_that_the_text_leaves_out_does_not_count(world):
    uploader(world)
    world.origin("kx:1", "BE")
    world.run(Inputs(threshold=Threshold(conduct=("administrator",))))
    assert not verdict(world)["meets"]


@pytest.mark.parametrize(("source", "meets"), [("officer", True), ("tip", False)])
def test_an_officers_signal_is_conduct_and_a_tips_is_not(world, source, meets):
    world.account("kx:1")
    world.origin("kx:1", "BE")
    world.run(Inputs(signals=(Signal("kx:1", "hands_on", source, "d1"),)))
    assert verdict(world)["meets"] is meets


def test_who_meets_it_has_a_finding_with_rows_for_both_halves(world):
    uploader(world)
    world.origin("kx:1", "BE")
    world.run()
    (finding,) = world.table("threshold_finding")
    assert finding["subject"] == world.identity_of("kx:1")
    assert {s["reason"] for s in world.table("threshold_support")} == {"uploader", "graded", "phone"}


@pytest.mark.parametrize("code", WHY_NOT)
def test_every_reason_for_holding_back_has_words(code):
    assert say(code).endswith(".")


def test_an_officers_signal_shows_by_the_account_that_it_stands_on(world):
    obs = world.account("kx:1")
    world.origin("kx:1", "BE")
    world.run(Inputs(signals=(Signal("kx:1", "hands_on", "officer", "d1"),)))
    assert ("signal", obs) in {(s["reason"], s["obs"]) for s in world.table("threshold_support")}


def test_a_signal_that_the_text_leaves_out_shows_nowhere(world):
    uploader(world)
    world.origin("kx:1", "BE")
    signals = (Signal("kx:1", "hands_on", "officer", "d1"),)
    world.run(Inputs(signals=signals, threshold=Threshold(conduct=("uploader",))))
    assert verdict(world)["rule"] == "uploader"
    assert "signal" not in {s["reason"] for s in world.table("threshold_support")}


def test_what_meets_it_is_told_in_words():
    assert met_by("uploader signal") == "uploader, signal"
    assert met_by("") == ""


@pytest.mark.parametrize("action", ["upload", "post"])
def test_a_medium_without_a_persons_grade_supports_no_suspicion(world, action):
    world.account("kx:1")
    for n in range(50):
        world.row("share", account="kx:1", media=f"kx:m{n}", action=action)
    world.graded(*(f"kx:m{n}" for n in range(50)), source="list")
    world.origin("kx:1", "BE")
    world.run(Inputs(threshold=Threshold(minimum_shares=0, minimum_views=0)))
    assert (verdict(world)["meets"], verdict(world)["why_not"]) == (False, "not_graded")
    assert world.table("threshold_finding") == []


def test_views_of_media_without_a_persons_grade_do_not_make_a_payer_count(world):
    world.account("kx:1")
    world.row("payment", account="kx:1", amount=5.0)
    for n in range(5):
        world.row("share", account="kx:1", media=f"kx:m{n}", action="view")
    world.graded("kx:m0", "kx:m1")
    world.origin("kx:1", "BE")
    world.run(Inputs(threshold=Threshold(minimum_views=3)))
    assert verdict(world)["why_not"] == "not_graded"
    world.run(Inputs(threshold=Threshold(minimum_views=2)))
    assert verdict(world)["rule"] == "payer"


def test_other_evidence_counts_whatever_was_graded(world):
    uploader(world)
    world.steps.pop("media_graded")
    world.row("membership", account="kx:1", channel="kx:g", change="created")
    world.origin("kx:1", "BE")
    world.run()
    assert (verdict(world)["rule"], verdict(world)["why_not"]) == ("administrator", "")


def test_what_is_not_graded_is_named_only_where_the_text_counts_it(world):
    uploader(world)
    world.steps.pop("media_graded")
    world.origin("kx:1", "BE")
    world.run(Inputs(threshold=Threshold(conduct=("administrator",))))
    assert verdict(world)["why_not"] == "no_conduct"
