from fanal.analyse.page_tables import REVIEW
from fanal.analyse.review import place_of, waiting, waiting_page
from fanal.analyse.sessions import opened
from fanal.engine.statements import load
from fanal.lake.snapshot import read_current
from fanal.model.inputs import Inputs, Signal

STEPS_RUN = ("resolve", "roles", "rank")


def in_question(world, one, other, mail):
    for account, born in ((one, 1960), (other, 1990)):
        world.account(account, stated_birth_year=born)
        world.uses(account, email=mail)


def pairs(world):
    return [pair.accounts for pair in waiting(read_current(world.root))]


def test_a_pair_that_contradicts_itself_waits_with_reasons_on_both_sides(world):
    in_question(world, "kx:1", "kx:2", "a@example.org")
    world.run()
    (pair,) = waiting(read_current(world.root))
    assert (pair.accounts, pair.kind) == (("kx:1", "kx:2"), "same_person_in_question")
    assert "shares_email" in pair.speaks_for
    assert "birth_years_differ" in pair.against
    assert None not in pair.ranks


def test_what_concerns_the_highest_rank_stands_first(world):
    in_question(world, "kx:1", "kx:2", "a@example.org")
    in_question(world, "kx:3", "kx:4", "b@example.org")
    world.run()
    first = pairs(world)
    for account in (first[1][1], first[0][1]):
        world.run_again(Inputs(signals=(Signal(account, "child_at_risk", "officer", "d1"),)))
        assert account in pairs(world)[0]


def test_a_page_goes_on_behind_a_place_back_before_one_and_leaves_out_what_was_decided(world):
    for n in (1, 3, 5):
        in_question(world, f"kx:{n}", f"kx:{n + 1}", f"m{n}@example.org")
    world.run()
    snapshot, every = read_current(world.root), pairs(world)
    first, second, third = waiting_page(snapshot, 0, 5)
    assert [pair.accounts for pair in (first, second, third)] == every
    assert waiting_page(snapshot, first.place, 1) == [second]
    assert waiting_page(snapshot, 0, 1, before=third.place) == [second]
    assert waiting_page(snapshot, 0, 5, without=[",".join(second.accounts)]) == [first, third]
    assert place_of(snapshot, *reversed(second.accounts)) == second.place
    assert place_of(snapshot, "kx:1", "kx:6") == 0


def test_accounts_of_one_identity_wait_for_nobody(world):
    for n in (1, 2):
        world.account(f"kx:{n}")
        world.uses(f"kx:{n}", email="a@example.org")
    world.run()
    assert pairs(world) == []


def test_no_identity_is_compared_with_every_other_to_find_what_waits(world):
    for n in range(0, 2000, 2):
        in_question(world, f"kx:{n + 1}", f"kx:{n + 2}", f"m{n}@example.org")
    world.run()
    with opened(read_current(world.root), REVIEW.of) as engine:
        plan = engine.rows("EXPLAIN " + load("fanal.analyse", "views.sql")["review"]).column(1).to_pylist()
    assert "Hash Join" in plan[0]
    assert "Nested" not in plan[0]
