"""How long a scan goes on is told by what each kind of file cost, not by bytes alone."""

import pytest

from fanal.media.journal import Entry, Place
from fanal.media.pace import Pace

DAYS = 86_400


def file(n, name, size, lasting=None, family="video"):
    found = {"family": family, "duration_s": lasting} if lasting or family != "video" else {}
    return Entry(n, Place(name, size, 0, n), found=found)


def test_nothing_is_said_before_anything_was_measured():
    assert Pace([file(1, "a.mp4", 10)], 1).seconds_left() is None
    assert Pace([], 1).seconds_left() == 0.0


def test_videos_whose_length_is_known_are_told_by_their_length():
    short, long = file(1, "a.mp4", 1_000_000, lasting=10.0), file(2, "b.mp4", 1_000_000, lasting=1000.0)
    pace = Pace([short, long], 1)
    pace.done(short, 2.0)
    assert pace.seconds_left() == pytest.approx(200.0)


def test_a_thousand_cheap_pictures_do_not_make_videos_look_cheap():
    videos = [file(n, f"{n}.mp4", 100_000_000) for n in range(10)]
    pictures = [file(100 + n, f"{n}.jpg", 1_000_000, family="picture") for n in range(1000)]
    pace = Pace([*videos, *pictures], 1)
    for one in pictures:
        pace.done(one, 0.01)
    pace.done(videos[0], 300.0)
    assert pace.seconds_left() == pytest.approx(9 * 300.0)


def test_an_ending_that_was_not_measured_goes_by_what_all_files_cost():
    one, other = file(1, "a.mp4", 1000), file(2, "b.avi", 3000)
    pace = Pace([one, other], 1)
    pace.done(one, 10.0)
    assert pace.seconds_left() == pytest.approx(30.0)


def test_several_workers_share_what_is_left():
    files = [file(n, f"{n}.mp4", 1000, lasting=100.0) for n in range(5)]
    pace = Pace(files, 4)
    pace.done(files[0], 50.0)
    assert pace.seconds_left() == pytest.approx(4 * 50.0 / 4)


def test_the_videos_of_the_public_case_are_told_in_days():
    """6,288 hours in 91,000 videos, at ten seconds of video a second, by two workers: a good thirteen days."""
    lasting = 6288 * 3600 / 91_000
    files = [file(n, f"{n}.mp4", 50_000_000, lasting=lasting) for n in range(9100)]
    pace = Pace(files, 2)
    for one in files[:50]:
        pace.done(one, lasting / 10)
    assert pace.seconds_left() * 10 / DAYS == pytest.approx(13.0, abs=0.2)
