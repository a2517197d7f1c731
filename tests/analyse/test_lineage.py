import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.analyse.lineage import past_of
from fanal.analyse.lookup import UnknownIdentity
from fanal.analyse.resolve import Resolve
from fanal.base.digests import content_id
from fanal.lake.snapshot import read_current
from fanal.lake.writer import writing
from fanal.model.inputs import Inputs, PairDecision

ONLY = (Resolve(),)


def two_with_one_mailbox(world, first, second, mail):
    for account in (first, second):
        world.account(account)
        world.uses(account, email=mail)


def test_an_identity_is_named_after_its_first_account(world):
    two_with_one_mailbox(world, "kx:7", "kx:3", "a@example.org")
    world.run(steps=ONLY)
    assert world.identity_of("kx:3") == content_id("identity", "kx:7")[:32]


def test_ids_stay_when_an_exhibit_brings_more_accounts(world):
    two_with_one_mailbox(world, "kx:1", "kx:2", "a@example.org")
    world.run(steps=ONLY)
    before = world.identity_of("kx:1")
    world.exhibit = 2
    world.account("fo:1")
    world.uses("fo:1", email="a@example.org")
    world.run(steps=ONLY)
    assert world.identity_of("fo:1") == before
    assert [r["change"] for r in world.table("lineage")] == ["kept"]


def test_the_older_identity_survives_a_merge(world):
    two_with_one_mailbox(world, "kx:1", "kx:2", "a@example.org")
    two_with_one_mailbox(world, "kx:3", "kx:4", "b@example.org")
    world.run(steps=ONLY)
    older, younger = world.identity_of("kx:1"), world.identity_of("kx:3")
    world.exhibit = 2
    for account in ("kx:2", "kx:3"):
        world.uses(account, national_id="DOC1")
    world.run(steps=ONLY)
    assert world.identity_of("kx:4") == older
    assert {(r["old_identity"], r["identity"], r["change"]) for r in world.table("lineage")} == {
        (older, older, "kept"),
        (younger, older, "merged"),
    }


def test_the_part_with_the_founder_keeps_the_id_in_a_split(world):
    two_with_one_mailbox(world, "kx:1", "kx:2", "a@example.org")
    world.run(steps=ONLY)
    before = world.identity_of("kx:1")
    world.run_again(Inputs(decisions=(PairDecision("kx:1", "kx:2", "different", "d1"),)), ONLY)
    assert world.identity_of("kx:1") == before
    assert {(r["old_identity"], r["identity"], r["change"]) for r in world.table("lineage")} == {
        (before, before, "kept"),
        (before, world.identity_of("kx:2"), "split"),
    }


def test_an_identity_whose_accounts_left_the_lake_is_gone(world):
    world.account("kx:1")
    world.exhibit = 2
    world.account("kx:2")
    world.run(steps=ONLY)
    lost = world.identity_of("kx:2")
    world.rows["account"] = world.rows["account"][:1]
    with writing(world.root) as writer:
        writer.add_exhibit(2, {}, {})
        writer.commit()
    world.run(steps=ONLY)
    assert (lost, None, "gone") in {(r["old_identity"], r["identity"], r["change"]) for r in world.table("lineage")}


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), min_size=1, max_size=12),
    later=st.lists(st.tuples(st.integers(0, 14), st.integers(0, 7)), min_size=1, max_size=8),
)
def test_every_surviving_id_is_that_of_its_founder_whatever_comes_later(worlds, first, later):
    world = worlds()
    for account, mail in first:
        world.uses(f"kx:{account}", email=f"m{mail}@example.org")
    world.run(steps=ONLY)
    before = {row["founder"]: row["identity"] for row in world.table("identity")}
    world.exhibit = 2
    for account, mail in later:
        world.uses(f"kx:{account}", email=f"m{mail}@example.org")
    world.run(steps=ONLY)
    after = {row["founder"]: row["identity"] for row in world.table("identity")}
    accounts = [row["account"] for row in world.table("identity_account")]
    assert len(accounts) == len(set(accounts))
    for founder in set(before) & set(after):
        assert after[founder] == before[founder]
    # Nothing taken away, so an old founder that founds no longer was merged into an older identity.
    merged = {r["old_identity"] for r in world.table("lineage") if r["change"] == "merged"}
    assert {before[founder] for founder in set(before) - set(after)} == merged - set(after.values())


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_the_same_exhibit_gives_the_same_ids_however_often_it_is_run(worlds, order):
    seen = set()
    for _ in order:
        world = worlds()
        two_with_one_mailbox(world, "kx:1", "kx:2", "a@example.org")
        world.run(steps=ONLY)
        seen.add(tuple(sorted(row["identity"] for row in world.table("identity"))))
    assert len(seen) == 1


def changes(world, beginning):
    past = past_of(read_current(world.root), beginning)
    return [(change.kind, change.accounts, change.other) for change in past.changes]


def test_a_history_goes_over_every_run_that_is_kept(world):
    two_with_one_mailbox(world, "kx:1", "kx:2", "a@example.org")
    two_with_one_mailbox(world, "kx:3", "kx:4", "b@example.org")
    world.run(steps=ONLY)
    older, younger = world.identity_of("kx:1"), world.identity_of("kx:3")
    world.exhibit = 2
    world.account("kx:5")
    world.uses("kx:5", email="a@example.org")
    world.run(steps=ONLY)
    world.run_again(Inputs(decisions=(PairDecision("kx:1", "kx:3", "same", "d1"),)), ONLY)
    assert changes(world, older) == [
        ("founded", ("kx:1", "kx:2"), None),
        ("came", ("kx:5",), None),
        ("came", ("kx:3", "kx:4"), younger),
    ]
    assert changes(world, younger) == [("founded", ("kx:3", "kx:4"), None), ("went", ("kx:3", "kx:4"), older)]
    assert set(past_of(read_current(world.root), "kx:4").identities) == {older, younger}


def test_a_history_says_who_split_off(world):
    two_with_one_mailbox(world, "kx:1", "kx:2", "a@example.org")
    world.run(steps=ONLY)
    before = world.identity_of("kx:1")
    world.run_again(Inputs(decisions=(PairDecision("kx:1", "kx:2", "different", "d1"),)), ONLY)
    split_off = world.identity_of("kx:2")
    assert changes(world, before)[-1] == ("went", ("kx:2",), split_off)
    assert changes(world, split_off) == [("came", ("kx:2",), before)]


def test_a_run_that_changed_nothing_says_nothing(world):
    two_with_one_mailbox(world, "kx:1", "kx:2", "a@example.org")
    world.run(steps=ONLY)
    world.run(steps=ONLY)
    assert [kind for kind, *_ in changes(world, "kx:1")] == ["founded"]


def test_snapshots_that_are_no_longer_kept_shorten_the_history(world):
    two_with_one_mailbox(world, "kx:1", "kx:2", "a@example.org")
    world.run(steps=ONLY)
    first = read_current(world.root)
    world.exhibit = 2
    world.account("kx:5")
    world.uses("kx:5", email="a@example.org")
    world.run(steps=ONLY)
    for file in first.files("identity_account"):
        file.unlink()
    assert changes(world, "kx:1") == [("founded", ("kx:1", "kx:2", "kx:5"), None)]


def test_an_identity_that_never_was_is_unknown(world):
    two_with_one_mailbox(world, "kx:1", "kx:2", "a@example.org")
    world.run(steps=ONLY)
    with pytest.raises(UnknownIdentity):
        past_of(read_current(world.root), "zz")
