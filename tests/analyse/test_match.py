import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from fanal.analyse.match import LEAST_CROWD
from fanal.media.hashlists import store
from fanal.media.hashlists.form import RAW, Parsed
from fanal.model.hash_lists import MatchRules
from fanal.model.inputs import Inputs

MD5 = [f"{n:032x}" for n in range(100)]
SHA1 = [f"{n:040x}" for n in range(100)]


def pdq(seed, changed=0):
    """A hash of its own for each seed, with its first bits changed."""
    bits = np.random.default_rng(seed).random(256) < 0.5
    bits[:changed] ^= True
    return np.packbits(bits).tobytes()


@pytest.fixture
def lists(tmp_path):
    """Takes lists in: name to rows of (entry number, kind, value, category); returns the inputs."""
    root = tmp_path / "hashlists"

    def take(opinions=None, rules=None, **named):
        for name, rows in named.items():
            path = Path(tmp_path / name)
            path.write_text(json.dumps([str(r) for r in rows]))
            table = pa.Table.from_pylist(
                [{"n": r[0], "kind": r[1], "value": r[2], "category": r[3] if len(r) > 3 else None} for r in rows], RAW
            )
            about = store.About(name, "v1", f"agency of {name}", "csv", "", opinions or {}, "unmapped")
            store.take_in(root, path, Parsed(table.to_batches()), about)
        return Inputs(hash_lists=store.in_force(root), match=rules or MatchRules())

    take.root = root
    return take


@pytest.fixture
def world(world):
    world.names = ("match",)
    return world


def medium(world, media, frames=(), **hashes):
    obs = world.row("media", media=media, platform="kx", **hashes)
    for at, (value, quality) in enumerate(frames):
        world.row("fingerprint", media=media, at_s=float(at), pdq=value, quality=quality, variant="plain")
    return obs


def states(world):
    return {row["media"]: row["state"] for row in world.table("media_state")}


def test_a_common_hash_of_any_kind_is_an_exact_match(world, lists):
    obs = medium(world, "kx:1", md5=MD5[1].upper())
    medium(world, "kx:2", sha1=SHA1[2])
    medium(world, "kx:3", md5=MD5[9])
    world.run(lists(one=[(0, "md5", MD5[1], "2"), (1, "sha1", SHA1[2])]))
    found = world.table("media_match")
    assert [(r["media"], r["list"], r["version"], r["kind"], r["what"], r["distance"], r["share"]) for r in found] == [
        ("kx:1", "one", "v1", "exact", "md5", 0, 1.0),
        ("kx:2", "one", "v1", "exact", "sha1", 0, 1.0),
    ]
    assert (found[0]["agency"], found[0]["category"], found[0]["obs"]) == ("agency of one", "2", obs)
    assert states(world) == {"kx:1": "known", "kx:2": "known", "kx:3": "unseen"}


def test_an_entry_shows_as_an_opaque_id_and_never_as_a_hash(world, lists):
    medium(world, "kx:1", [(pdq(1), 90)], md5=MD5[1])
    world.run(lists(one=[(0, "md5", MD5[1]), (1, "pdq", pdq(1).hex())]))
    for table in ("media_match", "media_state", "match_finding", "match_support"):
        assert MD5[1] not in str(world.table(table))
        assert pdq(1).hex() not in str(world.table(table))
    assert {len(row["entry"]) for row in world.table("media_match")} == {16}


@pytest.mark.parametrize(("changed", "expected"), [(0, "near"), (31, "near"), (32, "unseen")])
def test_a_picture_is_near_up_to_the_radius_which_stands_with_the_match(world, lists, changed, expected):
    medium(world, "kx:1", [(pdq(1, changed), 90)])
    world.run(lists(one=[(0, "pdq", pdq(1).hex())]))
    assert states(world) == {"kx:1": expected}
    assert [(r["distance"], r["quality"], r["radius"], r["least_quality"]) for r in world.table("media_match")] == (
        [(changed, 90, 31, 50)] if expected == "near" else []
    )


def test_frames_of_low_quality_are_not_compared_and_unknown_quality_is(world, lists):
    medium(world, "kx:1", [(pdq(1), 49)])
    medium(world, "kx:2", [(pdq(1), None)])
    world.run(lists(one=[(0, "pdq", pdq(1).hex())]))
    assert states(world) == {"kx:2": "near"}
    assert world.table("media_match")[0]["quality"] is None


def test_radius_and_quality_are_settings(world, lists):
    medium(world, "kx:1", [(pdq(1, 12), 60)])
    rows = [(0, "pdq", pdq(1).hex())]
    world.run(lists(rules=MatchRules(radius=10), one=rows))
    assert states(world) == {"kx:1": "unseen"}
    world.run_again(lists(rules=MatchRules(radius=12, quality=61), one=rows))
    assert states(world) == {}
    world.run_again(lists(rules=MatchRules(radius=12, quality=60), one=rows))
    assert states(world) == {"kx:1": "near"}


def test_a_video_is_matched_by_the_share_of_its_frames_and_of_the_entrys(world, lists):
    listed = [(0, "pdq", pdq(n).hex()) for n in range(8)]
    medium(world, "kx:half", [(pdq(n), 90) for n in range(4)] + [(pdq(100 + n), 90) for n in range(4)])
    medium(world, "kx:clip", [(pdq(n), 90) for n in range(2)])
    medium(world, "kx:logo", [(pdq(0), 90)] + [(pdq(200 + n), 90) for n in range(9)])
    world.run(lists(one=listed))
    assert {r["media"]: (r["share"], r["share_of_entry"]) for r in world.table("media_match")} == {
        "kx:half": (0.5, 0.5),
        "kx:clip": (1.0, 0.25),
    }
    assert states(world)["kx:logo"] == "unseen"


def test_variants_of_one_frame_count_as_one(world, lists):
    medium(world, "kx:1", [(pdq(1), 90), (pdq(2), 90)])
    world.row("fingerprint", media="kx:1", at_s=0.0, pdq=pdq(3), quality=90, variant="cropped")
    world.run(lists(one=[(0, "pdq", pdq(3).hex()), (0, "pdq", pdq(1).hex())]))
    assert [(r["share"], r["share_of_entry"]) for r in world.table("media_match")] == [(0.5, 1.0)]


def test_opinions_of_several_sources_stand_side_by_side(world, lists):
    medium(world, "kx:1", md5=MD5[1])
    medium(world, "kx:2", md5=MD5[2])
    opinions = {"1": "illegal_here", "5": "harmless"}
    inputs = lists(opinions, one=[(0, "md5", MD5[1], "1"), (1, "md5", MD5[2], "1")], two=[(0, "md5", MD5[1], "5")])
    world.run(inputs)
    said = {(r["media"], r["list"]): r["opinion"] for r in world.table("media_match")}
    assert said == {("kx:1", "one"): "illegal_here", ("kx:1", "two"): "harmless", ("kx:2", "one"): "illegal_here"}
    assert {r["media"]: r["opinion"] for r in world.table("media_state")} == {
        "kx:1": "disputed",
        "kx:2": "illegal_here",
    }


def test_hashes_that_arrive_as_data_are_matched_the_same_way(world, lists):
    world.row("media", media=f"vics:{MD5[1]}", platform="vics", md5=MD5[1])
    world.row("fingerprint", media=f"vics:{MD5[1]}", pdq=pdq(5), variant="plain")
    world.row("message", account="wa:1", kind="text", body=f"message 12 {SHA1[2]}, see", at=None)
    world.row("message", account="wa:1", kind="text", body=f"transaction {MD5[7]}00", at=None)
    world.run(lists(one=[(0, "md5", MD5[1]), (1, "sha1", SHA1[2]), (2, "md5", MD5[7])], two=[(0, "pdq", pdq(5).hex())]))
    found = {(r["media"], r["list"], r["kind"]) for r in world.table("media_match")}
    assert found == {
        (f"vics:{MD5[1]}", "one", "exact"),
        (f"vics:{MD5[1]}", "two", "near"),
        (f"cited:{SHA1[2]}", "one", "exact"),
    }
    assert set(states(world)) == {f"vics:{MD5[1]}"}


def test_without_any_list_nothing_is_called_unseen(world, lists):
    medium(world, "kx:1", md5=MD5[1])
    world.run(lists())
    assert world.table("media_state") == []


def test_a_medium_of_which_nothing_can_be_compared_is_neither_known_nor_unseen(world, lists):
    medium(world, "kx:1")
    world.run(lists(one=[(0, "md5", MD5[1])]))
    assert world.table("media_state") == []


def test_an_entry_near_to_too_many_media_is_set_aside_by_itself(world, lists):
    for n in range(LEAST_CROWD + 1):
        medium(world, f"kx:{n}", [(pdq(1, n % 20), 90)])
    medium(world, "kx:a", [(pdq(2), 90)])
    world.run(lists(one=[(0, "pdq", pdq(1).hex()), (1, "pdq", pdq(2).hex())]))
    aside = {r["media"]: r["quarantined"] for r in world.table("media_match")}
    assert aside == {**{f"kx:{n}": True for n in range(LEAST_CROWD + 1)}, "kx:a": False}
    assert [media for media, state in states(world).items() if state == "near"] == ["kx:a"]


def test_an_entry_that_an_officer_set_aside_is_shown_and_counts_nowhere(world, lists):
    medium(world, "kx:1", md5=MD5[1])
    world.run(lists(one=[(0, "md5", MD5[1])]))
    (match,) = world.table("media_match")
    store.set_aside(lists.root, "one", match["entry"], {"aside": True})
    (report,) = world.run_again(lists())
    assert report.ran
    assert world.table("media_match")[0]["quarantined"]
    assert states(world) == {"kx:1": "unseen"}
    assert world.table("match_finding") == []


def test_a_match_is_context_and_speaks_for_and_against_nobody(world, lists):
    medium(world, "kx:1", md5=MD5[1])
    world.run(lists({"1": "illegal_everywhere"}, one=[(0, "md5", MD5[1], "1")]))
    assert [(s["role"], s["weight"]) for s in world.table("match_support")] == [("context", 0.0)]


def test_where_a_list_lies_makes_no_run_out_of_date(world, lists):
    medium(world, "kx:1", md5=MD5[1])
    world.run(lists(one=[(0, "md5", MD5[1])]))
    (report,) = world.run_again(lists(one=[(0, "md5", MD5[1])]))
    assert not report.ran
