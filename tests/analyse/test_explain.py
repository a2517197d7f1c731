import pytest

from fanal.analyse import coherence
from fanal.analyse.explain import NothingKnown, all_rows, explain, words
from fanal.lake.snapshot import read_current


def pair(world):
    for n in (1, 2):
        world.account(f"kx:{n}", stated_country=("BE", "FR")[n - 1])
        world.uses(f"kx:{n}", email="a@example.org")
    world.run()
    return read_current(world.root)


def test_an_identity_leads_to_the_rows_of_its_exhibits(world):
    snapshot = pair(world)
    told = explain(snapshot, world.identity_of("kx:1"))
    assert (told.kind, told.accounts) == ("identity", ("kx:1", "kx:2"))
    (said,) = [s for s in told.said if s.step == "resolve"]
    grounds = {(g.role, g.reason, g.seen.table, g.seen.exhibit, g.seen.locator) for g in said.grounds}
    assert ("for", "shares_email", "identifier", 1, "identifier:2") in grounds
    assert ("against", "countries_differ", "account", 1, "account:3") in grounds


def test_a_finding_and_an_account_are_explained_as_well(world):
    snapshot = pair(world)
    (finding,) = world.table("resolve_finding")
    assert [s.finding for s in explain(snapshot, finding["finding"]).said] == [finding["finding"]]
    assert explain(snapshot, "kx:2").identity == world.identity_of("kx:1")


def test_an_account_shows_the_pairs_that_wait_for_an_officer_from_both_sides(world):
    for n, born in ((1, 1960), (2, 1990)):
        world.account(f"kx:{n}", stated_birth_year=born)
        world.uses(f"kx:{n}", email="a@example.org", phone="+32470000001")
    world.run()
    snapshot = read_current(world.root)
    for account in ("kx:1", "kx:2"):
        assert "same_person_in_question" in [s.kind for s in explain(snapshot, account).said]


def test_a_named_query_returns_every_row_beyond_the_examples(world):
    world.account("kx:1")
    shown = [world.row("share", account="kx:1", media=f"kx:m{n}", action="view") for n in range(30)]
    world.run()
    snapshot = read_current(world.root)
    (said,) = [s for s in explain(snapshot, "kx:1").said if s.kind == "role"]
    assert len(said.grounds) == 20
    assert list(all_rows(snapshot, said)) == shown


def test_an_unknown_id_is_refused_in_one_line(world):
    snapshot = pair(world)
    with pytest.raises(NothingKnown, match="kx:9 is no finding, identity or account"):
        explain(snapshot, "kx:9")


@pytest.mark.parametrize("rule", coherence.RULES, ids=lambda rule: rule.name)
def test_every_rule_speaks_in_words(rule):
    assert words(rule.name) == rule.text
    assert rule.text.endswith(".")
    assert rule.role in ("for", "against")
