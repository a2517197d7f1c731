import numpy as np
import pytest

from fanal.bench.quality import SECTIONS, bench_quality
from fanal.bench.quality_platform import REPORTED, TUNING, Platform, compare
from fanal.bench.quality_rows import Task, row
from fanal.bench.sections import UnknownSection


def ints(*values):
    return np.array(values, dtype=np.int64)


def platform(identity):
    return Platform(
        person=ints(0, 0, 0, 1),
        group=ints(0, 0, 1, 2),
        identity=ints(*identity),
        use_account=ints(0, 1, 2, 3),
        use_value=ints(5, 5, 6, 6),
        review_a=ints(0, 1),
        review_b=ints(2, 3),
    )


def figure(rows, method, measure):
    return next(r["value"] for r in rows if (r["method"], r["measure"]) == (method, measure))


def test_no_seed_serves_for_tuning_and_is_reported():
    assert not set(TUNING) & set(REPORTED)


def test_a_section_that_there_is_not_is_refused(tmp_path):
    with pytest.raises(UnknownSection, match="platform"):
        bench_quality(Task(None, tmp_path, tmp_path), lambda *_: None, "weather")


def test_the_sections_have_different_names():
    names = [name for name, _ in SECTIONS]
    assert len(set(names)) == len(names)


def test_recall_is_told_beside_what_a_perfect_linker_reaches():
    rows = compare("set", [platform((0, 0, 1, 2))])
    assert figure(rows, "fanal", "pair recall") == pytest.approx(1 / 3, abs=1e-4)
    assert figure(rows, "fanal", "of the perfect linker's recall") == 1


def test_exact_sharing_joins_whoever_shares_a_value():
    rows = compare("set", [platform((0, 0, 1, 2))])
    assert figure(rows, "exact sharing, cap 5", "false pairs") == 1
    assert figure(rows, "fanal", "false pairs") == 0


def test_true_links_in_review_are_told_as_a_share():
    rows = compare("set", [platform((0, 0, 1, 2))])
    assert figure(rows, "fanal", "links in review") == 2
    assert figure(rows, "fanal", "of these true") == 0.5


def test_a_row_shows_the_mean_and_each_seed():
    told = row("s", "fanal", "pair precision", [0.5, 1.0])
    assert (told["value"], told["each"]) == (0.75, "0.5000 1.0000")
    assert row("s", "splink", "F1", [])["value"] is None
