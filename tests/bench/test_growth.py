"""The plot of growth, as a document."""

from itertools import pairwise
from typing import Any

from defusedxml import ElementTree

from fanal.bench.growth import HEIGHT, WIDTH, growth_svg

SVG = "{http://www.w3.org/2000/svg}"
SERIES = {"steps <all>": [(0.1, 5.0), (0.3, 14.0), (1.0, 50.0)], "logins": [(0.1, 1.0), (1.0, 9.0)]}


def drawn() -> Any:
    return ElementTree.fromstring(growth_svg("Cost & size", "scale", "CPU seconds", SERIES))


def test_it_names_and_describes_itself() -> None:
    root = drawn()
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "Cost & size"
    assert "steps <all>: 0.1 5, 0.3 14, 1 50" in str(root.findtext(f"{SVG}desc"))


def test_every_point_tells_its_figures_and_lies_inside() -> None:
    points = list(drawn().iter(f"{SVG}circle"))
    assert [point.findtext(f"{SVG}title") for point in points][-1] == "logins: 1, 9"
    assert len(points) == 5
    for point in points:
        assert 0 < float(str(point.get("cx"))) < WIDTH
        assert 0 < float(str(point.get("cy"))) < HEIGHT


def test_more_cost_stands_higher() -> None:
    first, second, third, *_ = (float(str(point.get("cy"))) for point in drawn().iter(f"{SVG}circle"))
    assert first > second > third


def test_names_at_the_ends_do_not_lie_on_each_other() -> None:
    document = ElementTree.fromstring(growth_svg("t", "x", "y", {name: [(1.0, 2.0), (2.0, 3.0)] for name in "abc"}))
    heights = [float(str(text.get("y"))) for text in document.iter(f"{SVG}text") if text.text in set("abc")]
    assert min(b - a for a, b in pairwise(heights)) >= 17
