import pytest

from fanal.analyse.weights import SURE_POINTS, VOLUME_POINTS, WEIGHTS
from fanal.model.inputs import Inputs, Signal

STEPS_RUN = ("resolve", "roles", "rank")


def ranking(world):
    accounts = {r["identity"]: r["account"] for r in world.table("identity_account")}
    return [accounts[r["identity"]] for r in sorted(world.table("identity_rank"), key=lambda r: r["rank"])]


def test_every_identity_has_one_place_from_one_on(world):
    for n in range(5):
        world.account(f"kx:{n}")
    world.run()
    assert sorted(r["rank"] for r in world.table("identity_rank")) == [1, 2, 3, 4, 5]


def test_a_child_at_risk_comes_before_everything_else(world):
    world.account("kx:1")
    world.account("kx:2")
    world.row("membership", account="kx:2", channel="kx:g", change="created")
    for n in range(40):
        world.row("share", account="kx:2", media=f"kx:m{n}", action="upload")
    signals = (Signal("kx:1", "child_at_risk", "tip", "t1"), Signal("kx:2", "hands_on", "officer", "d1"))
    world.run(Inputs(signals=signals))
    assert ranking(world) == ["kx:1", "kx:2"]


def test_an_administrator_comes_before_an_uploader_of_thousands(world):
    world.account("kx:1")
    world.account("kx:2")
    for n in range(40):
        world.row("share", account="kx:1", media=f"kx:m{n}", action="upload")
    world.graded(*(f"kx:m{n}" for n in range(40)))
    world.row("membership", account="kx:2", channel="kx:g", change="created")
    world.run()
    assert ranking(world) == ["kx:2", "kx:1"]


def test_volume_orders_those_who_are_otherwise_equal(world):
    for n, uploads in ((1, 1), (2, 9)):
        world.account(f"kx:{n}")
        for m in range(uploads):
            world.row("share", account=f"kx:{n}", media=f"kx:m{m}", action="upload")
    world.graded(*(f"kx:m{m}" for m in range(9)))
    world.run()
    assert ranking(world) == ["kx:2", "kx:1"]


def test_equal_scores_are_ordered_by_identity(world):
    for n in range(6):
        world.account(f"kx:{n}")
    world.run()
    places = [r["identity"] for r in sorted(world.table("identity_rank"), key=lambda r: r["rank"])]
    assert places == sorted(places)


@pytest.mark.parametrize(("last_login", "perishing"), [(0, True), (170, False)])
def test_a_login_about_to_leave_the_logs_counts(world, last_login, perishing):
    world.account("kx:1")
    world.account("kx:2")
    world.login("kx:1", "192.0.2.1", last_login)
    world.login("kx:2", "192.0.2.2", 175)
    world.run()
    identity = world.identity_of("kx:1")
    (row,) = [r for r in world.table("identity_rank") if r["identity"] == identity]
    assert ("perishing" in row["reasons"]) is perishing


def test_the_reasons_stand_in_the_order_of_their_weight(world):
    world.account("kx:1")
    world.row("share", account="kx:1", media="kx:m1", action="upload")
    world.row("membership", account="kx:1", channel="kx:g", change="created")
    world.graded("kx:m1")
    world.run(Inputs(signals=(Signal("kx:1", "inciting", "officer", "d1"),)))
    assert [r["reasons"] for r in world.table("identity_rank")] == ["inciting administrator uploader"]


def test_no_amount_of_the_lesser_outweighs_the_greater():
    points = [w.points for w in WEIGHTS]
    for place, weight in enumerate(points):
        assert weight > sum(points[place + 1 :]) + VOLUME_POINTS + SURE_POINTS


def grounds(world, reason):
    obs = [s["obs"] for s in world.table("rank_support") if s["reason"] == reason]
    places = {row["obs"]: row["locator"] for rows in world.rows.values() for row in rows}
    return [places[one] for one in obs]


def test_a_signal_shows_under_the_rank_by_the_account_that_it_stands_on(world):
    world.account("kx:1")
    world.account("kx:2")
    world.run(Inputs(signals=(Signal("kx:2", "hands_on", "officer", "d1"), Signal("kx:2", "hands_on", "tip", "t1"))))
    assert grounds(world, "hands_on") == ["account:2"]


def test_evidence_about_to_perish_shows_the_login_that_is(world):
    world.account("kx:1")
    world.login("kx:1", "192.0.2.1", 0)
    world.account("kx:2")
    world.login("kx:2", "192.0.2.2", 170)
    world.run()
    assert grounds(world, "perishing") == ["login:2"]


def test_media_that_nobody_graded_move_nobody_in_the_order(world):
    world.account("kx:1")
    world.account("kx:2")
    world.run()
    before = ranking(world)
    for n in range(40):
        world.row("share", account=before[1], media=f"kx:m{n}", action="upload")
    world.run()
    assert ranking(world) == before
    assert {r["reasons"] for r in world.table("identity_rank")} == {""}
