"""The world map: numbers by country to shades of shapes. The shapes are drawn when Fanal is built (hatch_build.py)."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

#: Shades of the map; a country without a number has none of them.
SHADES = 5
_SHAPES = Path(__file__).parent / "static" / "packed" / "world.json"


@cache
def _atlas() -> dict[str, Any]:
    """Width, height, paths and dots by ISO 3166 alpha-2 code. Empty where Fanal was built without its npm packages."""
    if not _SHAPES.exists():
        return {"width": 0, "height": 0, "paths": {}, "dots": {}}
    found: dict[str, Any] = json.loads(_SHAPES.read_text(encoding="utf-8"))
    return found


def world(numbers: Mapping[str, int]) -> dict[str, Any]:
    """A map of countries, the darker the more, and what it does not show.

    Args:
        numbers: ISO 3166 alpha-2 code to a number.

    Returns:
        `width`, `height` (0: there is no map); `land`: one path of all countries without a number; `countries`: of
        code, n, shade and a path, or x and y of a dot; `steps`: of shade, first and last number; `missing`: codes
        with a number that the map has no place for.
    """
    atlas, counted = _atlas(), {code: n for code, n in numbers.items() if n > 0}
    steps = _steps(max(counted.values(), default=0))
    countries = []
    for code, n in sorted(counted.items()):
        shade = next(step["shade"] for step in steps if n <= step["last"])
        if code in atlas["paths"]:
            countries.append({"code": code, "n": n, "shade": shade, "path": atlas["paths"][code]})
        elif code in atlas["dots"]:
            x, y = atlas["dots"][code]
            countries.append({"code": code, "n": n, "shade": shade, "x": x, "y": y})
    placed = {country["code"] for country in countries}
    return {
        "width": atlas["width"],
        "height": atlas["height"],
        "land": "".join(path for code, path in atlas["paths"].items() if code not in placed),
        # Dots lie above the land around them.
        "countries": sorted(countries, key=lambda country: "x" in country),
        "steps": steps,
        "missing": [code for code in sorted(counted) if code not in placed],
    }


def _steps(most: int) -> list[dict[str, int]]:
    """Ranges from 1 to the largest number, each as many times wider as the one before; the last is the darkest."""
    ends = sorted({max(1, round(most ** (n / SHADES))) for n in range(1, SHADES + 1)}) if most else []
    return [
        {"shade": SHADES - len(ends) + place + 1, "first": (ends[place - 1] if place else 0) + 1, "last": end}
        for place, end in enumerate(ends)
    ]
