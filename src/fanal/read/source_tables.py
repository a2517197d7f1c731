"""What an exhibit says of its own tables, before any mapping."""

from collections.abc import Mapping as Pairs
from dataclasses import dataclass


@dataclass(frozen=True)
class SourceTable:
    """One table of an exhibit.

    Attributes:
        columns: their names.
        rows: how many it has.
        place: what a mapping would say of it under `ranges`, as YAML in one line; "" where it needs none.
        posts: of a web log, the frequent POST requests: method, path, status, names of parameters, how many
            of them bear a user's name, how many there are.
    """

    columns: tuple[str, ...]
    rows: int = 0
    place: str = ""
    posts: tuple[tuple[str, ...], ...] = ()


Schema = Pairs[str, SourceTable]
