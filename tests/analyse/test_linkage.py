"""Identities much alike, for review: nothing merges, nothing untrained links."""

import json
from random import Random

import pytest

from analyse.conftest import World
from analyse.persons import _word
from fanal.analyse.linkage import Linkage
from fanal.analyse.pair import explain_pair
from fanal.analyse.registry import STEPS
from fanal.analyse.review import waiting
from fanal.lake.snapshot import read_current
from fanal.model.inputs import Inputs, PairDecision

STEP = ("resolve", "linkage")


def town(root, persons=700, seed=3):
    """Every second person has an account here and one there; nine in ten pairs share a mailbox."""
    random = Random(seed)
    world = World(root, names=STEP)
    for who in range(persons):
        name = f"{_word(random)} {_word(random)}"
        born, country = random.randint(1950, 2000), random.choice(["NL", "BE", "FR"])
        nick = f"{_word(random)}{random.randint(10, 99)}"
        for site in ("a", "b") if who % 2 == 0 else ("a",):
            other = who % 7 == 3
            account = f"{site}:{who}"
            slip = random.random()
            world.account(
                account,
                username=nick if slip < 0.5 else f"{_word(random)}{_word(random)}" if slip < 0.8 else f"{nick}x7",
                stated_name=None
                if random.random() < 0.2
                else name
                if random.random() < 0.9
                else _slipped(random, name),
                stated_birth_year=born,
                stated_country=country if random.random() < 0.95 else "DE",
                language=random.choice(["nl", "fr"]) if other else "nl",
            )
            if who % 10:
                world.uses(account, email=f"user{who}@example.org")
            world.login(account, f"192.0.2.{who % 250}", day=who % 30, hour=random.randint(0, 23))
    return world


def _slipped(random, name):
    """A given name kept, a family name kept, one that is near, or another."""
    given, family = name.split(" ")
    return random.choice([f"{given} {_word(random)}", f"{_word(random)} {family}", f"{given[:-1]} {_word(random)}"])


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = town(tmp_path_factory.mktemp("town"))
    made.run()
    return made


def account(reports):
    return next(report.account for report in reports if report.step == "linkage")


def test_it_shows_identities_much_alike(world):
    pairs = world.table("linkage_candidate")
    founder = {row["identity"]: row["founder"] for row in world.table("identity")}
    right = [founder[p["identity_a"]][2:] == founder[p["identity_b"]][2:] for p in pairs]
    assert len(pairs) >= 10
    assert sum(right) >= 0.9 * len(right)


def test_it_merges_nothing(world):
    together = {frozenset(cluster) for cluster in world.clusters()}
    for pair in world.table("linkage_candidate"):
        assert pair["identity_a"] != pair["identity_b"]
    assert frozenset({"a:10", "b:10"}) not in together
    assert "identity" not in Linkage.writes
    assert "identity_account" not in Linkage.writes


def test_reasons_for_and_against_are_levels_with_words(world):
    pair = world.table("linkage_candidate")[0]
    assert pair["band"] in {"strong", "fair"}
    assert pair["reasons_for"]
    assert not set(pair["reasons_for"].split()) & set(pair["reasons_against"].split())


def test_an_officer_finds_them_in_the_review_by_their_founding_accounts(world):
    founder = {row["identity"]: row["founder"] for row in world.table("identity")}
    alike = {
        tuple(sorted((founder[p["identity_a"]], founder[p["identity_b"]]))): p for p in world.table("linkage_candidate")
    }
    waits = {pair.accounts: pair for pair in waiting(read_current(world.root)) if pair.kind == "much_alike"}
    assert waits.keys() == alike.keys()
    for accounts, pair in waits.items():
        assert " ".join(pair.speaks_for) == alike[accounts]["reasons_for"]
        assert " ".join(pair.against) == (alike[accounts]["reasons_against"] or "")


def test_two_that_are_much_alike_are_explained_with_the_rows_that_show_it(world):
    snapshot = read_current(world.root)
    pair = next(pair for pair in waiting(snapshot) if pair.kind == "much_alike")
    why = explain_pair(snapshot, *pair.accounts)
    assert why.state == "review"
    assert {ground.reason for ground in why.grounds if ground.role == "for"} == {*pair.speaks_for}
    assert all(ground.obs for ground in why.grounds)


def test_the_model_stays_with_the_run(world):
    (model,) = world.table("linkage_model")
    assert json.loads(model["model"])["comparisons"]
    assert "http" not in model["chart"]
    assert {p["model"] for p in world.table("linkage_candidate")} == {model["digest"]}


def test_every_finding_rests_on_rows_of_evidence(world):
    said = {row["finding"] for row in world.table("linkage_finding")}
    grounds = world.table("linkage_support")
    known = {row["obs"] for rows in world.rows.values() for row in rows}
    assert {row["finding"] for row in grounds} == said
    assert {row["obs"] for row in grounds} <= known


def test_the_same_lake_gives_the_same_model(world, tmp_path):
    again = town(tmp_path)
    again.run()
    assert again.table("linkage_model") == world.table("linkage_model")
    assert again.table("linkage_candidate") == world.table("linkage_candidate")


def test_what_an_officer_decided_is_not_asked_again(world):
    pair = world.table("linkage_finding")[0]
    decision = PairDecision(pair["subject"], pair["value"], "different", "d1")
    world.run_again(Inputs(decisions=(decision,)))
    assert pair["finding"] not in {row["finding"] for row in world.table("linkage_finding")}


def test_a_model_that_is_not_trained_links_nothing_and_says_so(tmp_path):
    small = World(tmp_path, names=STEP)
    for who in range(4):
        small.account(f"a:{who}", username="same-nick", stated_name="Ada Dalan", stated_birth_year=1980)
    told = account(small.run())
    assert told["pairs for review"] == 0
    assert str(told["refused"]).startswith("not trained:")
    assert small.table("linkage_candidate") == []
    assert small.table("linkage_model")[0]["model"] is None


def test_an_empty_operation_says_that_nothing_was_found(tmp_path):
    bare = World(tmp_path, names=STEP)
    bare.row("message", account="a:1", channel="a:c", kind="text")
    assert account(bare.run())["pairs for review"] == 0


def test_it_runs_after_resolve():
    names = [step.name for step in STEPS]
    assert names.index("linkage") > names.index("resolve")
