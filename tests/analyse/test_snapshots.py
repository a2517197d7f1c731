"""Copies of one source: one fact with several supports; what changed and vanished is told."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.analyse.explain import explain
from fanal.analyse.lookup import copy_counts, snapshot_changes
from fanal.analyse.runner import run_steps
from fanal.analyse.views import figures_from_lake
from fanal.lake.snapshot import read_current
from fanal.lake.writer import writing
from fanal.model.inputs import Copy, Inputs, LaterFirst
from fanal.model.tables import exhibit_of

from .conftest import DAY, World

COPY = Inputs(copies=(Copy(2, 1),))


def run(world, inputs=COPY):
    """Write the rows and run every step; returns the current snapshot."""
    world.write()
    with writing(world.root) as writer:
        run_steps(writer, inputs)
        writer.commit()
    return read_current(world.root)


def twice(world, fill):
    """The same rows in exhibits 1 and 2."""
    for world.exhibit in (1, 2):
        fill(world)


def pay(world, tx="t1", amount=12.0, account="kx:1"):
    return world.row("payment", account=account, tx=tx, at=DAY, asset="BTC", amount=amount)


def test_figures_do_not_double(world):
    def fill(world):
        world.account("kx:1")
        world.uses("kx:1", email="a@example.org")
        world.login("kx:1", "192.0.2.1")
        world.row("message", account="kx:1", channel="kx:c", kind="text", body="message 1", at=DAY)
        world.row("media", media="kx:m", mime="video/mp4", duration_s=3600.0)
        pay(world)

    world.exhibit = 1
    fill(world)
    alone = figures_from_lake(run(world, Inputs()))
    world.exhibit = 2
    fill(world)
    both = figures_from_lake(run(world))
    assert both == alone
    assert both["payments"] == 1


def test_without_a_link_two_exhibits_are_two_sources(world):
    twice(world, pay)
    assert figures_from_lake(run(world, Inputs()))["payments"] == 2


def test_equal_rows_of_one_copy_stay_as_many_as_they_are(world):
    world.exhibit = 1
    pay(world)
    pay(world)
    world.exhibit = 2
    for _ in range(3):
        pay(world)
    snapshot = run(world)
    assert figures_from_lake(snapshot)["payments"] == 3
    assert copy_counts(snapshot) == {2: {"same": 2, "changed": 0, "vanished": 0}}


def test_an_event_that_changed_is_counted_once_and_told(world):
    world.exhibit = 1
    pay(world, amount=12.0)
    world.exhibit = 2
    pay(world, amount=15.0)
    snapshot = run(world)
    assert figures_from_lake(snapshot)["payments"] == 1
    assert list(snapshot_changes(snapshot, 2)) == [
        {
            "table": "payment",
            "what": "changed",
            "locator": "payment:1",
            "earlier": 1,
            "earlier_locator": "payment:1",
        }
    ]


def test_an_account_that_changed_its_name_is_told_and_both_names_stay(world):
    world.exhibit = 1
    world.account("kx:1", username="user 1")
    world.exhibit = 2
    world.account("kx:1", username="user 2")
    snapshot = run(world)
    assert [(c["table"], c["what"]) for c in snapshot_changes(snapshot, 2)] == [("account", "changed")]
    assert snapshot.rows("same_row") == 0
    assert figures_from_lake(snapshot)["accounts"] == 1


def test_what_vanished_is_told_where_the_copies_can_be_compared(world):
    world.exhibit = 1
    pay(world, "t1")
    pay(world, "t2")
    world.exhibit = 2
    pay(world, "t2")
    snapshot = run(world)
    assert [(c["what"], c["earlier_locator"]) for c in snapshot_changes(snapshot, 2)] == [("vanished", "payment:1")]
    narrower = run(world, Inputs(copies=(Copy(2, 1, comparable=False),)))
    assert list(snapshot_changes(narrower, 2)) == []
    assert figures_from_lake(narrower)["payments"] == 2


def test_a_message_is_known_by_its_own_number_where_the_source_tells_it(world):
    for world.exhibit, body in ((1, "message 1"), (2, "message 1, edited")):
        world.row("message", account="tg:1", channel="tg:c", kind="text", body=body, at=DAY, locator="messages:7")
        world.row("remark", key="native_id", value="77", locator="messages:7")
        world.row("message", account="tg:1", channel="tg:c", kind="text", body=body + " again", at=DAY)
    snapshot = run(world)
    told = [(c["what"], c["locator"]) for c in snapshot_changes(snapshot, 2)]
    assert told == [("changed", "messages:7"), ("changed", "message:3")]
    assert figures_from_lake(snapshot)["messages"] == 2


def test_a_third_copy_counts_nothing_again(world):
    for world.exhibit in (1, 2, 3):
        pay(world)
    snapshot = run(world, Inputs(copies=(Copy(2, 1), Copy(3, 2))))
    assert figures_from_lake(snapshot)["payments"] == 1
    facts = {row["obs"]: row["fact"] for row in world.table("same_row")}
    assert {exhibit_of(obs) for obs in facts} == {2, 3}
    assert {exhibit_of(fact) for fact in facts.values()} == {1}


def test_what_supports_a_finding_names_every_copy_that_says_so(world):
    def fill(world):
        for account in ("kx:1", "kx:2"):
            world.account(account)
            world.uses(account, email="a@example.org")

    twice(world, fill)
    found = explain(run(world), "kx:1")
    grounds = [ground for said in found.said for ground in said.grounds if ground.seen]
    assert grounds
    assert {ground.seen.exhibit for ground in grounds} == {1}
    assert all([copy.exhibit for copy in ground.also] == [2] for ground in grounds)


def test_linking_later_makes_every_step_run_again(world):
    twice(world, pay)
    run(world, Inputs())
    snapshot = run(world)
    assert snapshot.steps["snapshots"]["account"]["same"] == 1
    assert figures_from_lake(snapshot)["payments"] == 1


def test_an_exhibit_cannot_follow_one_that_came_later():
    with pytest.raises(LaterFirst):
        Copy(1, 2)


DAYS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=8)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(DAYS, min_size=2, max_size=3))
def test_as_many_facts_remain_as_the_fullest_copy_shows_of_each(tmp_path_factory, exhibits):
    world = World(tmp_path_factory.mktemp("lake"))
    for world.exhibit, rows in enumerate(exhibits, 1):
        for account, day in rows:
            world.row("login", account=f"kx:{account}", ip="192.0.2.1", at=DAY + timedelta(days=day))
    copies = tuple(Copy(n, n - 1) for n in range(2, len(exhibits) + 1))
    kinds = {row for rows in exhibits for row in rows}
    wanted = sum(max(rows.count(kind) for rows in exhibits) for kind in kinds)
    assert figures_from_lake(run(world, Inputs(copies=copies)))["logins"] == wanted
