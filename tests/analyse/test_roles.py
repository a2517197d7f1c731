from dataclasses import fields

import pytest

from fanal.analyse.explain import Said, all_rows
from fanal.analyse.roles import NOT_GRADED, RULES
from fanal.analyse.weights import WEIGHTS
from fanal.lake.snapshot import read_current
from fanal.model.inputs import Inputs, Threshold

STEPS_RUN = ("resolve", "roles")


def roles_of(world, account):
    identity = world.identity_of(account)
    return {r["role"]: r["n"] for r in world.table("identity_role") if r["identity"] == identity}


@pytest.mark.parametrize(("change", "role"), [("created", None), ("promoted", None), ("joined", "admin")])
def test_who_created_or_ran_a_channel_is_an_administrator(world, change, role):
    world.account("wa:1")
    world.row("membership", account="wa:1", channel="wa:g", change=change, role=role)
    world.run()
    assert roles_of(world, "wa:1") == {"administrator": 1}


def test_a_passive_member_has_no_role(world):
    world.account("wa:1")
    world.account("wa:2")
    world.row("membership", account="wa:1", channel="wa:g", change="added", role="member", by_account="wa:2")
    world.run()
    assert roles_of(world, "wa:1") == {}
    assert roles_of(world, "wa:2") == {"recruiter": 1}


def test_each_action_shows_its_role(world):
    world.account("kx:1")
    for action in ("upload", "post", "view", "download"):
        world.row("share", account="kx:1", media="kx:m1", action=action)
    world.row("payment", account="kx:1", amount=5.0)
    world.graded("kx:m1")
    world.run()
    assert roles_of(world, "kx:1") == {"uploader": 1, "sharer": 1, "consumer": 2, "payer": 1}


def test_a_message_with_media_and_its_share_count_once(world):
    world.account("wa:1")
    world.row("message", account="wa:1", channel="wa:g", kind="image", media="wa:m1")
    world.row("share", account="wa:1", channel="wa:g", action="post", media="wa:m1")
    world.graded("wa:m1")
    world.run()
    assert roles_of(world, "wa:1") == {"sharer": 1}


def test_text_shares_nothing(world):
    world.account("wa:1")
    world.row("message", account="wa:1", channel="wa:g", kind="text", body="message 1")
    world.run()
    assert roles_of(world, "wa:1") == {}


def test_a_finding_has_at_most_twenty_examples_and_counts_all(world):
    world.account("kx:1")
    shown = [world.row("share", account="kx:1", media=f"kx:m{n}", action="view") for n in range(30)]
    world.graded(*(f"kx:m{n}" for n in range(30)), source="package")
    world.run()
    (finding,) = world.table("roles_finding")
    assert finding["n"] == 30
    assert sorted(s["obs"] for s in world.table("roles_support")) == shown[:20]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.role)
def test_every_role_has_words_for_its_user(rule):
    assert rule.text.endswith(".")


def shares(world, *actions):
    world.account("kx:1")
    for action in actions:
        world.row("share", account="kx:1", media="kx:m1", action=action)


MEDIA_ROLES = {"upload": "uploader", "post": "sharer", "view": "consumer", "download": "consumer"}


@pytest.mark.parametrize("action", MEDIA_ROLES)
@pytest.mark.parametrize("graded", [(), (("illegal_here", "harmless"),), (("disputed",),)])
def test_what_is_done_with_media_that_no_person_calls_illegal_shows_a_role_of_its_own(world, action, graded):
    shares(world, action)
    for opinions in graded:
        for opinion in opinions:
            world.graded("kx:m1", opinion=opinion)
    world.run()
    assert roles_of(world, "kx:1") == {f"{MEDIA_ROLES[action]}_not_graded": 1}


def test_what_is_done_with_media_that_a_person_graded_as_harmless_shows_no_role(world):
    shares(world, *MEDIA_ROLES)
    world.graded("kx:m1", opinion="harmless")
    world.run()
    assert roles_of(world, "kx:1") == {}


def test_graded_and_ungraded_media_of_one_account_are_counted_apart(world):
    shares(world, "upload")
    for n in range(3):
        world.row("share", account="kx:1", media=f"kx:n{n}", action="upload")
    world.row("message", account="kx:1", channel="kx:g", kind="image")
    world.graded("kx:m1")
    world.run()
    assert roles_of(world, "kx:1") == {"uploader": 1, "uploader_not_graded": 3, "sharer_not_graded": 1}


@pytest.mark.parametrize("source", ["examiner", "package", "list"])
def test_the_written_threshold_says_whose_grade_counts(world, source):
    shares(world, "upload")
    world.graded("kx:m1", source=source)
    for counting, role in (((source,), "uploader"), ((), "uploader_not_graded")):
        world.run(Inputs(threshold=Threshold(grades=counting)))
        assert roles_of(world, "kx:1") == {role: 1}


def test_a_list_does_not_count_where_the_threshold_says_nothing(world):
    shares(world, "upload")
    world.graded("kx:m1", source="list")
    world.run()
    assert roles_of(world, "kx:1") == {"uploader_not_graded": 1}


def test_the_row_where_an_examiner_graded_it_stands_under_the_role(world):
    shares(world, "upload")
    world.graded("kx:m1")
    world.run()
    assert {s["reason"] for s in world.table("roles_support")} == {"uploader", "graded"}


@pytest.mark.parametrize("graded", [True, False])
def test_all_rows_behind_a_role_are_those_that_it_counts(world, graded):
    shares(world, "upload")
    world.row("share", account="kx:1", media="kx:m2", action="upload")
    if graded:
        world.graded("kx:m1")
    world.run()
    for finding in world.table("roles_finding"):
        said = Said(**{f.name: finding[f.name] for f in fields(Said) if f.name != "grounds"}, grounds=())
        assert len(list(all_rows(read_current(world.root), said))) == finding["n"] == (1 if graded else 2)


def test_no_role_that_rests_on_ungraded_media_gives_a_rank():
    assert not {weight.name for weight in WEIGHTS} & set(NOT_GRADED)
