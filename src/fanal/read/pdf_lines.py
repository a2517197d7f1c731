"""From the characters of a page to its words and lines, by where they stand. It knows no PDF and no table."""

from collections.abc import Iterable
from dataclasses import dataclass, field

#: In heights of the text: what still is one line, one word, one cell.
_SAME_LINE, _SAME_WORD, SAME_CELL = 0.4, 0.18, 0.45
#: From this gap on, a line's text has two blanks between its words.
WIDE = 0.9
#: The same character again, that near, is one that was printed bold.
_TWICE = 0.12
_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
)


@dataclass(slots=True)
class Glyph:
    """One character: left and right edge, baseline from the page's foot, height of its text, in points."""

    left: float
    right: float
    base: float
    size: float
    text: str


@dataclass(slots=True)
class Word:
    """Characters without a gap between them."""

    left: float
    right: float
    size: float
    text: str


@dataclass(slots=True)
class Line:
    """Words that stand beside each other, from left to right, on a page (its number, from 1)."""

    page: int
    words: list[Word] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The line's text: one blank between words, two where the gap is wide."""
        parts: list[str] = []
        for n, word in enumerate(self.words):
            if n:
                parts.append("  " if word.left - self.words[n - 1].right > WIDE * word.size else " ")
            parts.append(word.text)
        return "".join(parts)

    @property
    def cells(self) -> list[Word]:
        """The line's words, those without a wide gap between them joined."""
        joined: list[Word] = []
        for word in self.words:
            if joined and word.left - joined[-1].right <= WIDE * word.size:
                joined[-1] = Word(joined[-1].left, word.right, word.size, f"{joined[-1].text} {word.text}")
            else:
                joined.append(word)
        return joined


def lines_of(glyphs: Iterable[Glyph], page: int) -> list[Line]:
    """The lines of a page, from top to bottom."""
    rows: list[list[Glyph]] = []
    base, size = 0.0, 0.0
    for glyph in sorted(glyphs, key=lambda g: (-g.base, g.left)):
        if not rows or base - glyph.base > _SAME_LINE * max(size, glyph.size):
            rows.append([])
            base, size = glyph.base, glyph.size
        rows[-1].append(glyph)
        size = max(size, glyph.size)
    made = (Line(page, _words(row)) for row in rows)
    return [line for line in made if line.words]


def _words(row: list[Glyph]) -> list[Word]:
    row.sort(key=lambda g: g.left)
    words: list[Word] = []
    letters: list[str] = []
    open_word: Word | None = None
    last: Glyph | None = None
    for glyph in row:
        if last and glyph.text == last.text and abs(glyph.left - last.left) < _TWICE * glyph.size:
            continue
        last = glyph
        if not glyph.text.strip():
            _close(words, open_word, letters)
            open_word = None
            continue
        if open_word is not None and glyph.left - open_word.right > _SAME_WORD * glyph.size:
            _close(words, open_word, letters)
            open_word = None
        if open_word is None:
            open_word = Word(glyph.left, glyph.right, glyph.size, "")
        letters.append(glyph.text)
        open_word.right = max(open_word.right, glyph.right)
        open_word.size = max(open_word.size, glyph.size)
    _close(words, open_word, letters)
    return words


def _close(words: list[Word], word: Word | None, letters: list[str]) -> None:
    """Put a word that has ended to the others."""
    if word is not None:
        word.text = "".join(letters).translate(_LIGATURES)
        words.append(word)
    letters.clear()
