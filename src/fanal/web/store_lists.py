"""Lists of the case store as addresses have them: what is filtered, which page, and the way back to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.http import urlencode

from fanal.model.countries import country_name
from fanal.web.filters import rank_of
from fanal.web.templatetags.desk import said
from fanal.work.store_pages import StorePage

#: The parameter by which the page of one row knows the list that it was opened from.
LIST = "list"
#: The words of a filter's values, where they are not the program's own.
WORDS: dict[str, Callable[[str], str]] = {"country": country_name}


@dataclass(frozen=True)
class Listed:
    """What an address asks of a list."""

    wanted: dict[str, str]
    after: int
    before: int
    query: str

    def shown(
        self, page: StorePage, labels: Mapping[str, str], words: Mapping[str, Callable[[str], str]] = WORDS
    ) -> dict[str, Any]:
        """What a template needs of a page: its rows, the ways on and back, and the filters with their values."""
        filters = [
            {
                "name": name,
                "label": label,
                "asked": self.wanted.get(name, ""),
                "choices": [(value, words.get(name, said)(value)) for value in page.choices[name]],
            }
            for name, label in labels.items()
            if len(page.choices[name]) > 1 or self.wanted.get(name)
        ]
        kept = urlencode({LIST: self.query}) if self.query else ""
        return {"rows": page.rows, "next": page.next, "previous": page.previous, "filters": filters, "kept": kept}


def listed_of(request: HttpRequest, *names: str) -> Listed:
    """The filters of these names, and the page, that an address asks for."""
    return _listed(request.GET, names)


def list_behind(request: HttpRequest, *names: str) -> str:
    """The query of the list that the page of one row was opened from, of its own parameters alone."""
    return _listed(QueryDict(request.GET.get(LIST, "")), names).query


def _listed(asked: QueryDict, names: tuple[str, ...]) -> Listed:
    wanted = {name: str(asked[name]) for name in names if asked.get(name)}
    before = rank_of(asked.get("before", ""))
    after = 0 if before else rank_of(asked.get("after", ""))
    place = {name: str(key) for name, key in (("after", after), ("before", before)) if key}
    return Listed(wanted, after, before, urlencode(wanted | place))
