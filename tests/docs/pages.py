"""The project's documents: where they lie, and what tests ask of their text."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def name_of(page: Path) -> str:
    """The page's path below the project, for messages."""
    return str(page.relative_to(ROOT))


def text_of(page: Path) -> str:
    """The whole text of a page."""
    return page.read_text(encoding="utf-8")


def links(text: str) -> list[str]:
    """Targets of the links in a page, examples in fenced blocks left out."""
    return _LINK.findall(_FENCED.sub("", text))


def anchors(text: str) -> set[str]:
    """The names by which headings of a page can be linked to."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def sections(text: str, level: str = "## ") -> dict[str, str]:
    """Headings of one level to the text below each."""
    found = re.split(rf"^{re.escape(level)}(.+)$", text, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))
