import pytest

from fanal.analyse.roles import RULES

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
    world.run()
    assert roles_of(world, "kx:1") == {"uploader": 1, "sharer": 1, "consumer": 2, "payer": 1}


def test_a_message_with_media_and_its_share_count_once(world):
    world.account("wa:1")
    world.row("message", account="wa:1", channel="wa:g", kind="image", media="wa:m1")
    world.row("share", account="wa:1", channel="wa:g", action="post", media="wa:m1")
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
    world.run()
    (finding,) = world.table("roles_finding")
    assert finding["n"] == 30
    assert sorted(s["obs"] for s in world.table("roles_support")) == shown[:20]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.role)
def test_every_role_has_words_for_its_user(rule):
    assert rule.text.endswith(".")
