import pytest

from fanal.analyse.series_pages import WantedSeries, one_series, series_facets, series_page, series_waiting
from fanal.lake.snapshot import read_current
from fanal.media.hashlists import store
from fanal.media.hashlists.tables import parse_table
from fanal.model.inputs import Inputs, Signal

MD5 = [f"{n:032x}" for n in range(9)]
EVERYTHING = WantedSeries()


@pytest.fixture
def shown(world, tmp_path):
    """Four series: one known to a list, one flagged, one used by two accounts, one by one."""
    world.names = ("match", "series")
    for n in range(4):
        world.account(f"kx:{n}")
        world.row("media", media=f"kx:m{n}", platform="kx", mime="video/mp4", md5=MD5[n])
        world.row("share", account=f"kx:{n}", media=f"kx:m{n}", at=None, action="upload")
    world.row("share", account="kx:1", media="kx:m2", at=None, action="view")
    path = tmp_path / "list.csv"
    path.write_text(f"md5\n{MD5[0]}\n", encoding="utf-8")
    about = store.About("one", "v1", "Agency 1", "csv", "", {}, "illegal_here")
    store.take_in(tmp_path / "hashlists", path, parse_table(path, "csv"), about)
    signals = (Signal("kx:3", "child_at_risk", "officer", "d"),)
    world.run(Inputs(signals=signals, hash_lists=store.in_force(tmp_path / "hashlists")))
    return read_current(world.root)


def page(snapshot, wanted=EVERYTHING, words=(), after="", size=10):
    return [row["series"] for row in series_page(snapshot, wanted, words, after, size, 3)]


def test_what_no_list_has_stands_first_flagged_then_by_accounts_and_a_page_goes_on_after_any_of_them(shown):
    everyone = page(shown)
    assert everyone == ["kx:m3", "kx:m2", "kx:m1", "kx:m0"]
    assert [page(shown, after=after, size=1) for after in everyone] == [["kx:m2"], ["kx:m1"], ["kx:m0"], []]


def test_a_page_of_series_is_filtered_by_state_decision_and_list(shown):
    words = [("kx:m2", "send", 1), ("kx:m1", "hold", 2), ("kx:m1", "release", 3)]
    assert page(shown, WantedSeries(state="known")) == page(shown, WantedSeries(listed="one")) == ["kx:m0"]
    assert page(shown, WantedSeries(decided="send"), words) == ["kx:m2"]
    assert page(shown, WantedSeries(decided="waiting", state="unseen"), words) == ["kx:m3", "kx:m1"]
    assert series_waiting(shown, words) == {"unseen": 2, "sent": 1}


def test_one_series_names_its_media_matches_and_accounts_and_no_entry_of_a_list(shown):
    found = one_series(shown, "kx:m0", {"media": "", "accounts": ""}, 10)
    assert [(row["media"], row["state"]) for row in found["media"]] == [("kx:m0", "known")]
    assert [(row["list"], row["kind"], row["what"]) for row in found["matches"]] == [("one", "exact", "md5")]
    assert "entry" not in found["matches"][0]
    assert [(row["account"], row["uses"], row["actions"]) for row in found["accounts"]] == [("kx:0", 1, "upload")]


def test_media_without_digest_and_fingerprint_are_counted_for_they_stand_in_no_series(world):
    world.names = ("match", "series")
    world.account("kx:1")
    world.row("media", media="kx:m1", platform="kx", mime="video/mp4")
    world.run()
    assert series_facets(read_current(world.root)) == ([], [], 1)
