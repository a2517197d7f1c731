"""What is measured of answers: accuracy, calibration error, bands; and its drawing."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.analyse.calibration import measured
from fanal.analyse.diagram import reliability_svg

SVG = "{http://www.w3.org/2000/svg}"


def test_answers_that_hold_as_often_as_they_say_have_no_error() -> None:
    found = measured(np.full(10, 0.8), np.arange(10) < 8)
    assert found.accuracy == pytest.approx(0.8)
    assert found.error == pytest.approx(0.0)


def test_overconfidence_is_an_error_of_its_size() -> None:
    found = measured(np.array([0.95] * 10 + [0.65] * 10), np.array([True] * 5 + [False] * 5 + [True] * 6 + [False] * 4))
    assert found.error == pytest.approx((0.45 + 0.05) / 2)


def test_the_undetermined_are_counted_apart() -> None:
    found = measured(np.array([0.9, 0.3, 0.0]), np.array([True, True, False]))
    assert (found.judged, found.determined, found.accuracy) == (3, 1, 1.0)
    assert found.undetermined == pytest.approx(2 / 3)


def test_nothing_judged_has_no_accuracy() -> None:
    found = measured(np.zeros(0), np.zeros(0, dtype=bool))
    assert (found.accuracy, found.error, found.undetermined) == (None, None, None)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=50))
def test_bands_hold_every_determined_answer_once(answers: list[tuple[float, bool]]) -> None:
    found = measured(np.array([p for p, _ in answers]), np.array([ok for _, ok in answers], dtype=bool))
    assert sum(band.n for band in found.bands) == found.determined
    assert all(band.least - 1e-9 <= band.probability <= band.most + 1e-9 for band in found.bands)


def test_the_drawing_is_told_in_words_and_tells_groups_apart_by_shape() -> None:
    found = measured(np.array([0.95, 0.7]), np.array([True, False]))
    drawn = ET.fromstring(reliability_svg("A <title>", {"all": found, "some & more": found}, "a sample"))  # noqa: S314  our own
    assert drawn.find(f"{SVG}title").text == "A <title>"
    described = drawn.find(f"{SVG}desc").text
    assert "100.0%" in described
    assert described.endswith("a sample")
    assert drawn.get("aria-labelledby") == "title description"
    assert len(drawn.findall(f".//{SVG}circle")) == 3
    assert len(drawn.findall(f".//{SVG}rect")) == 1 + 3


def test_a_drawing_of_nothing_says_so() -> None:
    assert "Nothing was judged." in reliability_svg("T", {}, "a case")
