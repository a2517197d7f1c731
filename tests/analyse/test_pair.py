import pytest

from fanal.analyse.explain import words
from fanal.analyse.pair import CONTEXT, STATES, explain_pair
from fanal.lake.snapshot import read_current
from fanal.model.inputs import Inputs, PairDecision

STEPS_RUN = ("resolve",)


def side_by_side(world, one="kx:1", other="kx:2", inputs=None):
    world.run(inputs)
    return explain_pair(read_current(world.root), one, other)


def shown(found):
    return {(g.role, g.reason, g.seen.table if g.seen else None) for g in found.grounds}


def test_what_they_share_is_shown_with_the_rows_of_both(world):
    for n in (1, 2):
        world.account(f"kx:{n}", stated_country=("BE", "FR")[n - 1])
        world.uses(f"kx:{n}", email="a@example.org")
    found = side_by_side(world)
    assert found.state == "link"
    assert ("for", "shares_email", "identifier") in shown(found)
    assert ("against", "countries_differ", "account") in shown(found)
    rows = [g.seen.locator for g in found.grounds if g.reason == "shares_email"]
    assert rows == ["identifier:2", "identifier:4"]


def test_a_contradiction_says_why_they_are_two(world):
    for n, born in ((1, 1960), (2, 1990)):
        world.account(f"kx:{n}", stated_birth_year=born)
        world.uses(f"kx:{n}", email="a@example.org", phone="+32470000001")
    found = side_by_side(world)
    assert found.state == "review"
    assert ("against", "birth_years_differ", "account") in shown(found)


def test_accounts_that_share_nothing_are_strangers_and_context_is_told(world):
    for n in (1, 2):
        world.account(f"kx:{n}")
        world.uses(f"kx:{n}", email="a@throwaway.example", username="north")
        world.login(f"kx:{n}", "192.0.2.1", n)
        world.row("membership", account=f"kx:{n}", channel="kx:c", change="joined")
    world.context("email", "a@throwaway.example", "disposable_mail")
    found = side_by_side(world)
    assert found.state == "none"
    assert {g.reason for g in found.grounds} == {
        "shares_listed_value",
        "shares_weak_value",
        "shares_address",
        "shares_channel",
    }
    assert {g.role for g in found.grounds} == {"context"}


def test_two_of_one_identity_without_a_link_name_who_joins_them(world):
    for n, values in ((1, {"email": "a@example.org"}), (3, {"email": "b@example.org"})):
        world.account(f"kx:{n}")
        world.uses(f"kx:{n}", **values)
    world.account("kx:2")
    world.uses("kx:2", email="a@example.org")
    world.uses("kx:2", email="b@example.org")
    found = side_by_side(world, "kx:1", "kx:3")
    assert (found.state, found.through) == ("link", ("kx:2",))
    assert ("context", "joined_through", "account") in shown(found)


def test_a_decision_is_the_first_reason(world):
    for n in (1, 2):
        world.account(f"kx:{n}")
    found = side_by_side(world, inputs=Inputs(decisions=(PairDecision("kx:1", "kx:2", "same", "d1"),)))
    assert found.state == "link"
    assert found.grounds[0].reason == "decided_same"


@pytest.mark.parametrize("name", CONTEXT)
def test_context_speaks_in_words(name):
    assert words(name, CONTEXT) == CONTEXT[name]
    assert CONTEXT[name].endswith(".")


@pytest.mark.parametrize("state", STATES)
def test_every_state_of_a_pair_is_a_sentence(state):
    assert STATES[state].endswith(".")
