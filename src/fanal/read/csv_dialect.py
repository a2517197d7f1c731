"""How a file of delimited text is written, found from its first lines: signs, encoding, head.

What is found is a guess, told as such: it stands in the notes of the exhibit, and a mapping may say
whether there is a head.
"""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

DELIMITERS = ",;\t|"
SAMPLE = 1 << 16
_LINES = 60
_PREAMBLE = 10
_MOST = 0.8
_SEP = re.compile(r'"?sep=(.)"?[\r\n]+')
# What a cell looks like, where it does not look like a name: numbers, dates, addresses.
_LIKE = (
    ("number", re.compile(r"[+-]?[0-9][0-9 .,]*")),
    ("date", re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}([T ][0-9:.]+(Z|[+-][0-9:]+)?)?")),
    ("address", re.compile(r"[^@\s]+@[^@\s]+|[0-9]{1,3}(\.[0-9]{1,3}){3}|https?://\S+|\+[0-9][0-9 ]+")),
)


@dataclass(frozen=True)
class Dialect:
    r"""How the text is written.

    Attributes:
        delimiter: between cells.
        quote: around cells.
        escape: the backslash where it goes before quotes in cells, else "".
        header: whether the first row names the columns.
        preamble: how many bytes stand before the first row.
        line_ends: "\n", "\r\n" or "\r", the most frequent one.
        width: cells of the first row.
    """

    delimiter: str
    quote: str
    escape: str
    header: bool
    preamble: int
    line_ends: str
    width: int

    @property
    def shown(self) -> dict[str, str | bool]:
        """The dialect as the notes tell it."""
        return {
            "delimiter": self.delimiter, "quote": self.quote, "escape": self.escape or self.quote,
            "header": self.header, "line_ends": self.line_ends,
        }  # fmt: skip


def dialect_of(sample: bytes, *, header: bool | None = None) -> Dialect:
    """Find the dialect.

    Args:
        sample: the first bytes, in an encoding that keeps ASCII, without byte order mark.
        header: whether there is one, where that is known.
    """
    text = sample.decode("latin-1")
    told = _SEP.match(text)
    start = told.end() if told else 0
    delimiter = told[1] if told else None
    body = text[start:]
    ends = Counter(re.findall(r"\r\n|\n|\r", body)).most_common(1)
    found = max((_width(body, d) for d in (delimiter or DELIMITERS)), key=lambda w: w[:2])
    delimiter = found[2]
    start += _preamble(body, delimiter) if not told else 0
    rows = _rows(text[start:], delimiter)
    quote = _quote(text[start:], delimiter)
    return Dialect(
        delimiter=delimiter,
        quote=quote,
        escape=_escape(text[start:], delimiter, quote),
        header=_has_header(rows) if header is None else header,
        preamble=start,
        line_ends=ends[0][0] if ends else "\n",
        width=max(1, len(rows[0]) if rows else 1),
    )


def _lines(text: str) -> list[str]:
    """The sample's first lines with their ends, the last one left out where it may be cut."""
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n|$)", text)
    lines = [line for line in lines if line][: _LINES + 1]
    is_cut = len(text) > SAMPLE // 2 and len(lines) > 1
    return lines[:-1] if is_cut else lines


def _rows(text: str, delimiter: str) -> list[list[str]]:
    try:
        return [row for row in csv.reader(_lines(text), delimiter=delimiter) if row]
    except csv.Error:
        return []


def _width(text: str, delimiter: str) -> tuple[float, int, str]:
    """For what share of the rows a delimiter makes as many cells as for most, how many, and the delimiter."""
    widths = Counter(len(row) for row in _rows(text, delimiter))
    width, times = widths.most_common(1)[0] if widths else (0, 0)
    return (times / widths.total() if width > 1 else 0.0), width, delimiter


def _preamble(text: str, delimiter: str) -> int:
    """Characters of the lines before the first that has as many cells as most: titles of one cell."""
    share, width, _ = _width(text, delimiter)
    lines = _lines(text)
    if share < _MOST or len(lines) < _PREAMBLE // 2:
        return 0
    passed = 0
    for line in lines[:_PREAMBLE]:
        if len(next(csv.reader([line], delimiter=delimiter), [])) == width:
            return passed
        if delimiter in line or '"' in line:
            return 0
        passed += len(line)
    return 0


def _quote(text: str, delimiter: str) -> str:
    single, double = (len(re.findall(rf"{q}{re.escape(delimiter)}{q}", text)) for q in "'\"")
    return "'" if single > double else '"'


def _escape(text: str, delimiter: str, quote: str) -> str:
    r"""A backslash where cells are written with it: \" that no cell can end in, or MySQL's \N."""
    around = f"[{re.escape(delimiter)}\r\n]"
    inside = len(re.findall(rf"\\{quote}(?!{around}|$)", text))
    nulls = len(re.findall(rf"(?<={around})\\N(?={around})", text))
    doubled = len(re.findall(rf"[^{re.escape(delimiter)}\r\n]{quote}{quote}", text))
    return "\\" if nulls or inside > doubled else ""


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: unless it looks like those below it, and nowhere unlike them."""
    below = [row for row in rows[1:] if len(row) == len(rows[0])] if rows else []
    alike = 0
    for place, cell in enumerate(rows[0] if below else ()):
        kinds = Counter(_like(row[place]) for row in below if row[place].strip())
        kind, times = kinds.most_common(1)[0] if kinds else (None, 0)
        if kind is None or times < _MOST * kinds.total():
            continue
        if _like(cell) == kind:
            alike += 1
        elif cell.strip():
            return True
    return alike == 0


def _like(cell: str) -> str | None:
    """What a cell looks like: a number, a date, an address; None for a word."""
    return next((name for name, pattern in _LIKE if pattern.fullmatch(cell.strip())), None)
