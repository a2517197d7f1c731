"""Mappings before they are used: what one leaves unread, and a first draft."""

from pathlib import Path
from typing import Any

from fanal.cases.access import Actor, may


def check_mapping(actor: Actor, mapping: Path, path: Path) -> list[dict[str, Any]]:
    may(actor, "exhibit.draft")
    raise NotImplementedError


def draft_mapping(actor: Actor, path: Path) -> str:
    may(actor, "exhibit.draft")
    raise NotImplementedError
