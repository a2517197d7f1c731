"""One at a time: where a thing of the review queue is looked at, and how its page leads to the next."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

#: Kind of the queue to the page of one thing, and the name of its key in that page's address.
PAGES = {
    "links": ("pair", "accounts"),
    "countries": ("country", ""),
    "series": ("series_one", "series"),
    "tips": ("tip", ""),
}


def address(slug: str, kind: str, key: str, *, everything: bool = False) -> str:
    """Where one thing of a queue is looked at and decided on, as part of that queue."""
    page, name = PAGES[kind]
    asked = {"queue": kind} | ({"all": "1"} if everything else {})
    path = reverse(page, args=[slug] if name else [slug, key])
    return f"{path}?{urlencode({name: key} | asked if name else asked)}"


def onward(request: HttpRequest, slug: str, kind: str, key: str) -> str | None:
    """Where the next of the queue is asked for; None on a page that was not opened from it."""
    if request.GET.get("queue") != kind:
        return None
    asked = {"kind": kind, "after": key} | ({"all": "1"} if request.GET.get("all") == "1" else {})
    return f"{reverse('review_next', args=[slug])}?{urlencode(asked)}"
