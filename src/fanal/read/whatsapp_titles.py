"""The chat's title in the name of an export's file."""

import re

from fanal.read import whatsapp_heads as heads
from fanal.read.whatsapp_phrases import TITLES

#: What the messenger puts before the chat's title in the names of its files.
TITLED = re.compile(
    "^(?:"
    + "|".join(
        re.escape(title).replace(r"\ ", r"\s+").replace(r"\{title\}", f"(?P<title{n}>.+?)")
        for n, title in enumerate(TITLES)
    )
    + r")(?: \(\d+\))?\.(?:txt|zip)$",
    re.IGNORECASE,
)


def base_name(name: str) -> str:
    """A member's name without its folders."""
    return name.rpartition("/")[2]


def title_in(*names: str) -> str | None:
    """The chat's title in the first file name that carries one."""
    for name in names:
        found = TITLED.match(base_name(name).strip(heads.MARKS))
        if found:
            title: str = next(filter(None, found.groups()))
            return title.strip(heads.MARKS + heads.SPACES)
    return None
