"""A plot of how cost grows with the size of a case, as SVG: both axes logarithmic, and a line of equal growth."""

from collections.abc import Mapping, Sequence
from math import log10
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 720, 440
_SVG = "http://www.w3.org/2000/svg"
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 250, 40, 60
#: Colours that keep three to one against white, and dashes beside them for who sees no colour.
_LOOKS = (("#1d4ed8", ""), ("#b45309", "8 4"), ("#15803d", "2 4"), ("#7e22ce", "10 3 2 3"), ("#be123c", "4 2"))

Series = Mapping[str, Sequence[tuple[float, float]]]


def growth_svg(title: str, x_label: str, y_label: str, series: Series) -> str:
    """An SVG document.

    Args:
        title: what it shows; also its accessible name.
        x_label: of the axis of sizes; `y_label`: of the axis of costs.
        series: points (size, cost), all above zero, by name, sizes rising; at most five.

    Returns:
        The document. Every point tells its figures on its own; the rows stand in the table beside it.
    """
    points = [point for line in series.values() for point in line]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    across = _Axis(min(xs), max(xs), _LEFT, WIDTH - _RIGHT)
    up = _Axis(min(ys), max(ys), HEIGHT - _BOTTOM, _TOP)
    parts = [
        f'<svg xmlns="{_SVG}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title desc">',
        "<style>text { font: 13px sans-serif } .title { font-weight: bold; font-size: 15px }</style>",
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(_told(x_label, y_label, series))}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="22" class="title">{escape(title)}</text>',
        f'<text x="{(_LEFT + WIDTH - _RIGHT) / 2}" y="{HEIGHT - 14}" text-anchor="middle">{escape(x_label)}</text>',
        _upright(HEIGHT - _BOTTOM + _TOP, y_label),
    ]
    for x in sorted(set(xs)):
        at = across.at(x)
        parts.append(f'<line x1="{at}" y1="{_TOP}" x2="{at}" y2="{HEIGHT - _BOTTOM}" stroke="#d4d4d4"/>')
        parts.append(f'<text x="{at}" y="{HEIGHT - _BOTTOM + 18}" text-anchor="middle">{x:g}</text>')
    for y in up.ticks():
        at = up.at(y)
        parts.append(f'<line x1="{_LEFT}" y1="{at}" x2="{WIDTH - _RIGHT}" y2="{at}" stroke="#d4d4d4"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{at + 4}" text-anchor="end">{y:g}</text>')
    for (name, line), (colour, dashes) in zip(series.items(), _LOOKS, strict=False):
        parts += _line(name, line, across, up, colour, dashes)
    parts += _labels(series, up)
    return "\n".join([*parts, "</svg>", ""])


class _Axis:
    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self._low, self._span = log10(low), max(log10(high) - log10(low), 1e-9)
        self._start, self._end = start, end
        self._decades = range(int(self._low) - 2, int(log10(high)) + 2)
        self._high = high
        self._bottom = low

    def at(self, value: float) -> float:
        return round(self._start + (log10(value) - self._low) / self._span * (self._end - self._start), 1)

    def ticks(self) -> list[float]:
        marks = (base * 10.0**decade for decade in self._decades for base in (1, 2, 5))
        return [mark for mark in marks if self._bottom <= mark <= self._high]


def _line(
    name: str, line: Sequence[tuple[float, float]], across: _Axis, up: _Axis, colour: str, dashes: str
) -> list[str]:
    path = " ".join(f"{across.at(x)},{up.at(y)}" for x, y in line)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    drawn = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>']
    for x, y in line:
        drawn.append(
            f'<circle cx="{across.at(x)}" cy="{up.at(y)}" r="4" fill="{colour}">'
            f"<title>{escape(name)}: {x:g}, {y:g}</title></circle>"
        )
    return drawn


def _labels(series: Series, up: _Axis) -> list[str]:
    """Names at the lines' ends, moved apart where they would lie on each other."""
    wanted = sorted(
        (up.at(line[-1][1]), name, look[0]) for (name, line), look in zip(series.items(), _LOOKS, strict=False)
    )
    drawn, last = [], float("-inf")
    for at, name, colour in wanted:
        last = max(at, last + 17)
        drawn.append(f'<text x="{WIDTH - _RIGHT + 10}" y="{last + 4}" fill="{colour}">{escape(name)}</text>')
    return drawn


def _upright(height: float, text: str) -> str:
    place = f"translate(18 {height / 2}) rotate(-90)"
    return f'<text transform="{place}" text-anchor="middle">{escape(text)}</text>'


def _told(x_label: str, y_label: str, series: Series) -> str:
    lines = (f"{name}: " + ", ".join(f"{x:g} {y:g}" for x, y in line) for name, line in series.items())
    return f"{x_label} and {y_label}. " + ". ".join(lines)
