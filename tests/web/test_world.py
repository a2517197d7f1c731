"""The world map: shades, dots, and what has no place on it."""

import re
from itertools import pairwise

from fanal.web.world import SHADES, world


def test_the_largest_number_is_darkest_and_every_number_has_one_step() -> None:
    found = world({"ES": 17, "EC": 4, "CR": 2, "IN": 1, "FR": 0})
    shades = {country["code"]: country["shade"] for country in found["countries"]}
    assert shades["ES"] == SHADES
    assert shades["ES"] > shades["EC"] > shades["CR"] == shades["IN"]
    assert "FR" not in shades
    ends = [(step["first"], step["last"]) for step in found["steps"]]
    assert ends[0][0] == 1
    assert ends[-1][1] == 17
    assert all(one[1] + 1 == other[0] for one, other in pairwise(ends))


def test_one_number_everywhere_is_one_step() -> None:
    assert world({"ES": 1, "FR": 1})["steps"] == [{"shade": SHADES, "first": 1, "last": 1}]
    assert world({})["countries"] == []


def test_small_countries_are_dots_above_the_land_and_what_is_not_drawn_is_told() -> None:
    found = world({"MT": 2, "ES": 1, "GP": 1, "XK": 1})
    assert [country["code"] for country in found["countries"]] == ["ES", "XK", "MT"]
    assert "path" not in found["countries"][-1]
    assert found["missing"] == ["GP"]


def test_every_shape_lies_on_the_map_and_no_land_is_lost() -> None:
    found = world({"RU": 1, "FJ": 1, "US": 1})
    for country in found["countries"]:
        for ring in re.findall(r"M(\d+) (\d+)l([-\d ]+)z", country["path"]):
            steps = [int(n) for n in re.findall(r"-?\d+", ring[2])]
            x, y = int(ring[0]), int(ring[1])
            for across, down in zip(steps[::2], steps[1::2], strict=True):
                assert abs(across) < found["width"] / 4  # a ring over 180 degrees is cut there
                x, y = x + across, y + down
                assert 0 <= x <= found["width"]
                assert 0 <= y <= found["height"]
    assert len(re.findall("M", found["land"])) > 200
