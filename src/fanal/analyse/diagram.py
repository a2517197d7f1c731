"""The reliability diagram as SVG: how probable answers were called, and how many of them proved true.

It is read beside the table of the same figures. Shapes tell the groups apart, not colours alone.
"""

from collections.abc import Mapping
from html import escape

from fanal.analyse.calibration import Measured
from fanal.base.language import translate

# The box, and in it the square that is drawn on; in user units.
WIDTH, HEIGHT = 760, 560
LEFT, TOP, SIDE = 80, 60, 420
LEGEND = LEFT + SIDE + 36
_COLOURS = ("#1d3f72", "#b4410e", "#3d6b21")
_INK, _GRID = "#1b1b1b", "#c8ccd0"


def reliability_svg(title: str, groups: Mapping[str, Measured], source: str) -> str:
    """Draw the groups in one diagram.

    Args:
        title: what is shown.
        groups: name, in the reader's language, to what was measured; at most as many as there are shapes.
        source: where the truth comes from; stands below the drawing.

    Returns:
        An SVG document with title and description.
    """
    labelled = 'role="img" aria-labelledby="title description" font-family="sans-serif" font-size="14"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {labelled}>',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="description">{escape(_described(groups, source))}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(LEFT, 32, title, size=18, weight="bold"),
        *_axes(),
    ]
    for place, (name, found) in enumerate(groups.items()):
        parts += _group(place, name, found)
    parts += [_text(LEFT, HEIGHT - 16, source, size=12), "</svg>"]
    return "\n".join(parts) + "\n"


def _described(groups: Mapping[str, Measured], source: str) -> str:
    """The diagram in words, for who does not see it."""
    told = [
        translate("{name}, called {least:.0%} to {most:.0%}: {right:.1%} of {n} proved true.").format(
            name=name, least=band.least, most=band.most, right=band.right, n=band.n
        )
        for name, found in groups.items()
        for band in found.bands
    ]
    return " ".join([*(told or [translate("Nothing was judged.")]), source])


def _x(probability: float) -> float:
    return round(LEFT + probability * SIDE, 1)


def _y(share: float) -> float:
    return round(TOP + (1 - share) * SIDE, 1)


def _text(x: float, y: float, text: str, *, size: int = 14, anchor: str = "start", weight: str = "normal") -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" font-weight="{weight}" '
        f'fill="{_INK}">{escape(text)}</text>'
    )


def _axes() -> list[str]:
    parts = []
    for tenth in range(0, 11, 2):
        at = tenth / 10
        parts += [
            f'<path d="M{_x(at)} {_y(0)}V{_y(1)}M{_x(0)} {_y(at)}H{_x(1)}" stroke="{_GRID}" fill="none"/>',
            _text(_x(at), _y(0) + 20, f"{at:.0%}", size=12, anchor="middle"),
            _text(_x(0) - 10, _y(at) + 4, f"{at:.0%}", size=12, anchor="end"),
        ]
    middle = TOP + SIDE / 2
    return [
        *parts,
        f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="{_INK}" stroke-dasharray="5 5" fill="none"/>',
        f'<path d="M{_x(0)} {_y(1)}V{_y(0)}H{_x(1)}" stroke="{_INK}" fill="none"/>',
        _text(LEFT + SIDE / 2, _y(0) + 44, translate("how probable it was called"), anchor="middle"),
        f'<g transform="rotate(-90 26 {middle})">'
        + _text(26, middle, translate("how much of it proved true"), anchor="middle")
        + "</g>",
        f'<path d="M{LEGEND} {TOP + 6}h28" stroke="{_INK}" stroke-dasharray="5 5" fill="none"/>',
        _text(LEGEND + 38, TOP + 11, translate("as it should be"), size=12),
    ]


def _mark(place: int, x: float, y: float) -> str:
    """A circle, a square or a triangle, filled."""
    colour = _COLOURS[place]
    shapes = (
        f'<circle cx="{x}" cy="{y}" r="5" fill="{colour}"/>',
        f'<rect x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" fill="{colour}"/>',
        f'<path d="M{x} {y - 6:.1f}l6 11h-12z" fill="{colour}"/>',
    )
    return shapes[place]


def _group(place: int, name: str, found: Measured) -> list[str]:
    points = [(_x(band.probability), _y(band.right)) for band in found.bands]
    line = "M" + "L".join(f"{x} {y}" for x, y in points)
    y = TOP + 40 + 52 * place
    told = translate("{n} answers").format(n=found.determined)
    return [
        *([f'<path d="{line}" stroke="{_COLOURS[place]}" stroke-width="1.5" fill="none"/>'] if points else []),
        *(_mark(place, *point) for point in points),
        _mark(place, LEGEND + 14, y),
        _text(LEGEND + 38, y + 5, name, size=12),
        _text(LEGEND + 38, y + 22, told, size=12),
    ]
