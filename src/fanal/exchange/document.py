"""A paper for a person to read before it is drawn, and the two ways of drawing it: HTML, and PDF for all (PDF/UA).

Both say the same. Nothing outside is loaded, and whatever comes from evidence is escaped and kept apart from the
text around it (bidirectional isolation).
"""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

import jinja2
import typst

# Scripts that the fonts packed with the typesetter can draw; anything else is written as its code point.
_NOT_DRAWABLE = re.compile(r"[^\u0020-\u024f\u0370-\u03ff\u0400-\u04ff\u0600-\u064a\u2010-\u2027\u20ac]")
_ISOLATE, _POP = "\u2068", "\u2069"


@dataclass(frozen=True)
class Section:
    """A heading with any of: paragraphs, a list, a table, commands.

    Attributes:
        items: in the order in which they are to be done.
        table: first row is its head; the first cell of a row names it.
        shares: of the page's width for each column; 0 is as wide as its text. Needed with a table.
        commands: to be typed as they stand.
    """

    heading: str
    paragraphs: Sequence[str] = ()
    items: Sequence[str] = ()
    table: Sequence[Sequence[str]] = ()
    shares: Sequence[int] = ()
    commands: Sequence[str] = ()


@dataclass(frozen=True)
class Document:
    """A paper before it is drawn: all text in one language."""

    language: str
    title: str
    subtitle: str
    sections: Sequence[Section]


@cache
def _template() -> jinja2.Template:
    source = files("fanal.exchange").joinpath("summary.html.j2").read_text(encoding="utf-8")
    strict = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return strict.from_string(source)


def as_html(document: Document) -> str:
    """One HTML page without script, link or image."""
    return _template().render(doc=document) + "\n"


@cache
def _layout() -> bytes:
    return files("fanal.exchange").joinpath("summary.typ").read_bytes()


def as_pdf(document: Document) -> bytes:
    """PDF/UA-1: tagged, titled, its language named. Letters that no packed font has are written as code points."""
    content = json.dumps(asdict(document), ensure_ascii=False)
    try:
        return _drawn(content)
    except typst.TypstError:
        return _drawn(_NOT_DRAWABLE.sub(lambda letter: f"[U+{ord(letter[0]):04X}]", content))


def _drawn(content: str) -> bytes:
    inputs = {"doc": content, "open": _ISOLATE, "close": _POP}
    made = typst.compile(
        _layout(), format="pdf", pdf_standards=["ua-1"], sys_inputs=inputs, timestamp=0, ignore_system_fonts=True
    )
    return bytes(made)
