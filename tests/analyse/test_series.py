from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from fanal.analyse.media import as_people_read, media_figures, series_of, unseen_of, uploads_in
from fanal.analyse.registry import STEPS
from fanal.lake.snapshot import read_current
from fanal.media.hashlists import store
from fanal.media.hashlists.tables import parse_table
from fanal.model.hash_lists import GradeScale, MatchRules
from fanal.model.inputs import GRADES, Inputs, Signal, Threshold

MD5 = [f"{n:032x}" for n in range(50)]


def pdq(seed, changed=0):
    bits = np.random.default_rng(seed).random(256) < 0.5
    bits[:changed] ^= True
    return np.packbits(bits).tobytes()


@pytest.fixture
def world(world):
    world.names = ("match", "series")
    return world


def medium(world, media, *frames, quality=90, **hashes):
    world.row("media", media=media, platform=media.split(":")[0], mime="video/mp4", **hashes)
    for at, value in enumerate(frames):
        world.row("fingerprint", media=media, at_s=float(at), pdq=value, quality=quality, variant="plain")


def groups(world):
    found = {}
    for row in world.table("media_series"):
        found.setdefault(row["series"], []).append(row["media"])
    return sorted(sorted(group) for group in found.values())


def listed(tmp_path, *md5, agency=""):
    path = tmp_path / "list.csv"
    path.write_text("md5\n" + "\n".join(md5), encoding="utf-8")
    about = store.About("one", "v1", agency, "csv", "", {}, "illegal_here")
    store.take_in(tmp_path / "hashlists", path, parse_table(path, "csv"), about)
    return store.in_force(tmp_path / "hashlists")


def test_near_duplicates_and_equal_content_hang_together_over_several_steps(world):
    medium(world, "kx:1", pdq(1))
    medium(world, "kx:2", pdq(1, 25))
    medium(world, "kx:3", pdq(1, 50), md5=MD5[1])
    medium(world, "wa:4", md5=MD5[1].upper())
    medium(world, "kx:5", pdq(2))
    world.run()
    assert groups(world) == [["kx:1", "kx:2", "kx:3", "wa:4"], ["kx:5"]]
    assert {row["series"] for row in world.table("media_series")} == {"kx:1", "kx:5"}


def test_frames_of_low_quality_glue_nothing_together(world):
    for n in range(3):
        medium(world, f"kx:{n}", pdq(1), quality=20)
    world.run()
    assert groups(world) == []


def test_a_black_or_logo_frame_that_many_have_glues_nothing_together(world):
    for n in range(30):
        medium(world, f"kx:{n:02}", *(pdq(100 * n + k) for k in range(4)), pdq(1, n % 5))
    world.run()
    assert [len(group) for group in groups(world)] == [1] * 30


def test_a_hash_near_to_too_many_others_glues_nothing_together(world):
    for n in range(25):
        medium(world, f"kx:{n:02}", pdq(1, n))
    medium(world, "kx:a", pdq(2))
    medium(world, "kx:b", pdq(2, 3))
    world.run(Inputs(match=MatchRules(frequent=10)))
    assert [group for group in groups(world) if len(group) > 1] == [["kx:a", "kx:b"]]


def test_a_clip_belongs_to_the_video_that_it_is_cut_from(world):
    medium(world, "kx:whole", *(pdq(n) for n in range(10)))
    medium(world, "kx:clip", pdq(3), pdq(4))
    world.run()
    assert groups(world) == [["kx:clip", "kx:whole"]]


def test_a_series_tells_accounts_and_when_it_was_first_seen(world):
    world.account("kx:7")
    medium(world, "kx:1", pdq(1))
    medium(world, "kx:2", pdq(1, 3))
    early = world.rows["account"][0]["created_at"]
    world.row("share", account="kx:7", media="kx:1", action="upload", at=early.replace(year=2024))
    world.row("share", account="kx:8", media="kx:2", action="upload", at=early)
    world.row("message", account="kx:9", media="kx:2", kind="video", at=early.replace(year=2025))
    world.run()
    (row,) = series_of(read_current(world.root))
    assert (row["series"], row["media"], row["accounts"], row["first_at"][:4]) == ("kx:1", 2, 3, str(early.year))


def grade(world, media, category, **remarks):
    obs = world.row("media", media=media, platform="vics", md5=media.split(":")[1])
    locator = world.rows["media"][-1]["locator"]
    for key, value in {"category": category, **remarks}.items():
        world.row("remark", key=key, value=value)
        world.rows["remark"][-1]["locator"] = locator
    return obs


def test_a_persons_grade_comes_onto_the_series_with_its_agency(world):
    medium(world, "kx:1", pdq(1), md5=MD5[1])
    medium(world, "kx:2", pdq(1, 3))
    obs = grade(world, f"vics:{MD5[1]}", "2")
    world.run(Inputs(scales=(GradeScale(1, "Unit 7", "2", "illegal_here"),)))
    (told,) = world.table("media_grade")
    assert (told["agency"], told["category"], told["opinion"], told["obs"]) == ("Unit 7", "2", "illegal_here", obs)
    (row,) = series_of(read_current(world.root))
    assert (row["media"], row["graded"]) == (3, "illegal")


def test_a_category_that_came_from_a_list_is_no_grade_and_one_without_scale_says_nothing(world):
    grade(world, f"vics:{MD5[1]}", "2", is_precategorized="true")
    grade(world, f"vics:{MD5[2]}", "2")
    world.run()
    assert [(r["media"], r["opinion"]) for r in world.table("media_grade")] == [(f"vics:{MD5[2]}", "unmapped")]


def test_the_unseen_come_flagged_first_then_by_accounts_without_what_was_graded(world, tmp_path):
    for n in range(1, 6):
        medium(world, f"kx:{n}", md5=MD5[n])
        for account in range(n):
            world.row("share", account=f"kx:a{n}{account}", media=f"kx:{n}", action="upload")
    grade(world, f"vics:{MD5[4]}", "2")
    inputs = Inputs(
        hash_lists=listed(tmp_path, MD5[5]), signals=(Signal("kx:a10", "unseen_material", "officer", "d1"),)
    )
    world.run(inputs)
    assert [row["series"] for row in unseen_of(read_current(world.root))] == ["kx:1", "kx:3", "kx:2"]


def test_figures_tell_how_many_media_were_held_against_a_list_at_all(world, tmp_path):
    medium(world, "kx:1", md5=MD5[1])
    medium(world, "kx:2", md5=MD5[2])
    world.write()
    before = media_figures(read_current(world.root))
    assert (before["media_compared"], before["media_known"], before["media_unseen"], before["series"]) == (0, 0, 2, 0)
    assert "share_known" not in before
    assert not {"media_known", "media_near", "media_unseen"} & set(as_people_read(before))
    world.run_again(Inputs(hash_lists=listed(tmp_path, MD5[1])))
    told = media_figures(read_current(world.root))
    assert as_people_read(told) == told
    assert (told["media_known"], told["media_unseen"], told["share_known"], told["series"]) == (1, 1, 0.5, 0)
    assert told["media_by_list"] == {"one": 1}


def test_uploads_an_hour_are_counted_over_the_window_that_is_asked_for(world):
    day = datetime(2023, 1, 1)
    for n in range(48):
        world.row("share", account="kx:1", media=f"kx:{n}", action="upload", at=day + timedelta(hours=n))
    world.write()
    snapshot = read_current(world.root)
    first = uploads_in(snapshot, day.replace(tzinfo=UTC), (day + timedelta(days=1)).replace(tzinfo=UTC))
    assert first == {"uploads": 24, "uploads_per_hour": 1.0}
    assert uploads_in(snapshot, None, None) == {"uploads": 48, "uploads_per_hour": 1.02}
    assert uploads_in(snapshot, datetime(2025, 1, 1, tzinfo=UTC), None) == {"uploads": 0}


def test_no_step_that_speaks_of_people_reads_what_is_near_or_that_a_list_is_silent():
    said = {"media_match", "media_state", "match_finding", "match_support", "series", "media_series", "media_grade"}
    speaking = {step.name: said & set(step.reads) for step in STEPS if step.name not in ("match", "series")}
    assert not any(speaking.values())


def test_to_be_unseen_or_on_a_list_of_nobody_changes_nothing_about_an_account(world, tmp_path):
    world.names = ("resolve", "match", "series", "roles", "threshold", "rank")
    world.account("kx:1")
    medium(world, "kx:m1", md5=MD5[1])
    world.row("share", account="kx:1", media="kx:m1", action="view")
    told = []
    for lists in ((), listed(tmp_path, MD5[2]), listed(tmp_path, MD5[1])):
        world.run(Inputs(hash_lists=lists, threshold=Threshold(grades=GRADES)))
        told.append([world.table(name) for name in ("identity_role", "identity_threshold", "identity_rank")])
    assert told[0] == told[1] == told[2]


def graded(world):
    return [(r["media"], r["source"], r["agency"], r["opinion"]) for r in world.table("media_graded")]


def test_a_grade_holds_for_equal_content_however_far_and_not_for_what_is_near(world):
    medium(world, "kx:1", pdq(1), md5=MD5[1])
    medium(world, "kx:2", pdq(1, 3), md5=MD5[3])
    medium(world, "wa:3", md5=MD5[1], sha1="a" * 40)
    medium(world, "wa:4", sha1="A" * 40)
    grade(world, f"vics:{MD5[1]}", "2")
    world.run(Inputs(scales=(GradeScale(1, "Unit 7", "2", "illegal_here"),)))
    assert len(groups(world)) == 1
    assert graded(world) == [
        (media, "examiner", "Unit 7", "illegal_here") for media in ("kx:1", f"vics:{MD5[1]}", "wa:3", "wa:4")
    ]


def test_a_lists_category_is_a_grade_where_its_agency_is_named_and_the_medium_is_the_very_same(world, tmp_path):
    medium(world, "kx:1", pdq(1), md5=MD5[1])
    medium(world, "kx:2", pdq(1, 3))
    for agency, said in (("", []), ("Agency 7", [("kx:1", "list", "Agency 7", "illegal_here")])):
        world.run(Inputs(hash_lists=listed(tmp_path, MD5[1], agency=agency)))
        assert graded(world) == said


def test_an_entry_that_is_set_aside_grades_nothing(world, tmp_path):
    medium(world, "kx:1", md5=MD5[1])
    (one,) = listed(tmp_path, MD5[1], agency="Agency 7")
    world.run(Inputs(hash_lists=(one,)))
    (entry,) = {row["entry"] for row in world.table("media_match")}
    world.run(Inputs(hash_lists=(replace(one, quarantined=(entry,)),)))
    assert graded(world) == []


def test_a_category_that_means_nothing_here_grades_nothing(world):
    medium(world, "kx:1", md5=MD5[1])
    grade(world, f"vics:{MD5[1]}", "2")
    world.run()
    assert graded(world) == []
