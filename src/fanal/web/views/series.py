"""Series of media: the list, unseen first, and one of them by its metadata; never a medium."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from fanal.analyse.series_pages import WantedSeries
from fanal.base.language import mark, translate
from fanal.cases.access import allowed
from fanal.cases.decisions import VERDICTS
from fanal.model.hash_lists import OPINIONS
from fanal.web.installation import node
from fanal.web.requests import actor_of, operation_of
from fanal.web.review_queue import onward
from fanal.web.templatetags.desk import said
from fanal.work.series import KIND, decide_series, series_page, show_series

PAGE, PART = 25, 50
#: Countries that a line of the list names.
MOST_IN = 5
STATES = {
    "unseen": mark("unseen"),
    "near": mark("near to a list's entry"),
    "known": mark("known to a list"),
    "not_compared": mark("compared with no list"),
}
GRADED = {
    "ungraded": mark("graded by nobody"),
    "illegal": mark("illegal"),
    "harmless": mark("harmless"),
    "disputed": mark("disputed between examiners"),
    "unmapped": mark("a category without a meaning here"),
}
DECIDED = {
    "waiting": mark("waits"),
    "send": mark("sent to victim identification"),
    "hold": mark("held, not sent"),
    "release": mark("waits again"),
}
ACTS = {
    "send": mark("Send to victim identification"),
    "hold": mark("Hold: not to be sent now"),
    "release": mark("Take back: it waits again"),
}
SOURCES = {
    "examiner": mark("examiner"),
    "package": mark("came in a package"),
    "list": mark("hash list"),
}


@require_GET
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Series, unseen and graded by nobody first, a page after a series, filtered as the address says."""
    actor, operation = actor_of(request), operation_of(request, slug)
    asked = request.GET
    wanted = WantedSeries(
        state=_known(asked.get("state", ""), STATES),
        graded=_known(asked.get("graded", ""), GRADED),
        decided=_known(asked.get("decided", ""), DECIDED),
        country=asked.get("country", "").upper()[:2],
        listed=asked.get("listed", ""),
        several=asked.get("several", "") == "1",
    )
    after = asked.get("after", "")
    page = series_page(actor, node(), operation, wanted, after, PAGE)
    told = {
        "operation": operation,
        "section": "series",
        "rows": [_worded(row) for row in page.rows],
        "next": page.next,
        "after": after,
        "asked": wanted,
        "countries": page.countries,
        "lists": page.lists,
        "alone": page.alone,
        "states": STATES,
        "grades": GRADED,
        "decisions": {word: words for word, words in DECIDED.items() if word != "release"},
    }
    return render(request, "desk/series.html", told)


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """One series: media, matches, grades, accounts, history; send it to victim identification, or hold it."""
    actor, operation = actor_of(request), operation_of(request, slug)
    named = request.POST.get("series") or request.GET.get("series", "")
    if request.method == "POST":
        decide_series(actor, node(), operation, named, request.POST["verdict"], request.POST["reason"])
        here = f"{reverse('series_one', args=[slug])}?{urlencode({'series': named})}"
        return redirect(onward(request, slug, "series", named) or here)
    after = {name: request.GET.get(name, "") for name in ("media", "accounts")}
    row = show_series(actor, node(), operation, named, after, PART)
    parts = row["parts"]
    row["parts"] = parts | {
        "media": [one | {"state": translate(STATES[one["state"] or "not_compared"])} for one in parts["media"]],
        "grades": [_graded(one) for one in parts["grades"]],
        "matches": _matched(parts["matches"]),
        "accounts": _used(parts["accounts"]),
    }
    standing = row["decided"] != "waiting"
    may_decide = allowed(actor, "series.decide", slug)
    told = {
        "operation": operation,
        "section": "series",
        "row": _worded(row),
        "history": [one | {"said": translate(DECIDED[one["verdict"]])} for one in row["history"]],
        "after": after,
        "onward": onward(request, slug, "series", named),
        "acts": {word: ACTS[word] for word in VERDICTS[KIND] if standing or word != "release"} if may_decide else {},
    }
    return render(request, "desk/series_one.html", told)


def _known(word: str, words: dict[str, str]) -> str:
    return word if word in words else ""


def _worded(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its codes in words."""
    return row | {
        "state_said": translate(STATES[row["state"] or "not_compared"]),
        "graded_said": translate(GRADED[row["graded"] or "ungraded"]),
        "decided_said": translate(DECIDED[row["decided"]]),
        "grades": [_graded(one) for one in row["grades"]],
        "more": row["accounts"] - len(row["who"] or ()),
        "most_in": row["where"][:MOST_IN],
        "more_in": len(row["where"]) - MOST_IN,
    }


def _graded(grade: dict[str, Any]) -> dict[str, Any]:
    """A grade with its source and opinion in words."""
    words = {"source": translate(SOURCES[grade["source"]]), "opinion": translate(OPINIONS[grade["opinion"]])}
    return grade | words


def _matched(matches: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    return matches and [one | {"opinion": translate(OPINIONS[one["opinion"]])} for one in matches]


def _used(accounts: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    """Accounts with what each did, in words."""
    return accounts and [one | {"actions": ", ".join(map(said, one["actions"].split()))} for one in accounts]
