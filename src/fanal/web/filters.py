"""The filter of the list of identities as addresses have it: it lives nowhere else, so that the way back finds it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from fanal.analyse.pages import Wanted

#: The parameter by which the page of an identity knows the list that it was opened from.
LIST = "list"


@dataclass(frozen=True)
class Place:
    """A page of the list: which identities, after or before which rank."""

    wanted: Wanted
    after: int = 0
    before: int = 0

    @property
    def query(self) -> str:
        """The address's query, without question mark; empty for the first page of everyone."""
        return query_of(self.wanted, after=self.after, before=self.before)


def place_of(asked: QueryDict) -> Place:
    """The page of the list that a query asks for; what it does not know in it is nothing."""
    wanted = Wanted(
        country=asked.get("country", "").upper()[:2],
        role=asked.get("role", ""),
        meets=asked.get("meets", "") == "1",
        text=asked.get("text", "").strip(),
    )
    before = rank_of(asked.get("before", ""))
    return Place(wanted, 0 if before else rank_of(asked.get("after", "")), before)


def came_from(asked: QueryDict) -> Place:
    """The page of the list that the page of an identity was opened from; its beginning where none is named."""
    return place_of(QueryDict(asked.get(LIST, "")))


def kept_of(asked: QueryDict) -> str:
    """The query that carries the list on to another page of the same identity; empty where none is named."""
    return kept(came_from(asked))


def kept(place: Place) -> str:
    """The query by which a page of an identity knows its way back; empty for the beginning of the list."""
    return urlencode({LIST: place.query}) if place.query else ""


def query_of(wanted: Wanted, **more: Any) -> str:
    """A filter, and what else there is of a query."""
    query = QueryDict(mutable=True)
    told = {"text": wanted.text, "country": wanted.country, "role": wanted.role, "meets": "1" if wanted.meets else ""}
    for name, value in {**told, **more}.items():
        if value:
            query[name] = str(value)
    return query.urlencode()


def rank_of(told: str) -> int:
    """A place in a list as an address has it; 0, the beginning, where it is none."""
    return int(told) if told.isascii() and told.isdigit() and len(told) < 16 else 0  # noqa: PLR2004  no lake has so many
