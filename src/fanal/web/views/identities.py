"""Online identities: the ranked list, and one with everything that is said of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from fanal.analyse.leads import say as say_ask
from fanal.analyse.pages import UNDETERMINED, Wanted
from fanal.analyse.threshold import say as say_why_not
from fanal.base.language import translate
from fanal.cases.access import allowed
from fanal.cases.models.offices import Operation
from fanal.cases.models.saved_views import LONGEST_NAME
from fanal.model.codes import CERTAINTY_WORDS, in_words
from fanal.web.exposure import count_texts, opened
from fanal.web.filters import came_from, kept, kept_of, place_of, query_of, rank_of
from fanal.web.grounds import parted
from fanal.web.installation import node
from fanal.web.requests import actor_of, operation_of
from fanal.work.decisions import decide_on
from fanal.work.explain import WRITTEN, explain, source_row
from fanal.work.history import history
from fanal.work.identities import identity_page, leads
from fanal.work.readings import readings
from fanal.work.saved_views import list_views

PAGE = 25
#: Entries of the record of reads on a page, and leads of an identity that its page shows.
READERS, LEADS = 50, 50
#: Accounts of an identity that its line shows.
SHOWN = 3
VERDICTS = ("suspect", "not_suspect", "hold", "release")


@require_GET
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Identities in rank order, a page from a place on, filtered as the address says."""
    actor, operation = actor_of(request), operation_of(request, slug)
    place = place_of(request.GET)
    page = identity_page(actor, node(), operation, place.wanted, place.after, PAGE, before=place.before)
    rows = [row | {"place": _place(row), "more": len(row["accounts"]) - SHOWN} for row in page.rows]
    told = {
        "operation": operation,
        "section": "identities",
        "rows": rows,
        "next": page.next,
        "previous": page.previous,
        "countries": page.countries,
        "undetermined": UNDETERMINED,
        "roles": page.roles,
        "asked": place.wanted,
        "query": query_of(place.wanted),
        "views": [row | {"query": query_of(row["wanted"])} for row in list_views(actor, operation)],
        "longest": LONGEST_NAME,
        "kept": kept(place),
        "may_export": allowed(actor, "identity.export", slug),
    }
    return render(request, "desk/identities.html", told)


def _place(row: dict[str, object]) -> dict[str, str] | None:
    countries = row["countries"]
    if row["undetermined"] or not isinstance(countries, list) or not countries:
        return None
    best = countries[0]
    return {"country": best["country"], "words": in_words(str(row["sure"]), CERTAINTY_WORDS)}


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, slug: str, identity: str) -> HttpResponse:
    """One identity: accounts, country, reasons for and against, history; a decision on it."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        decide_on(actor, node(), operation, identity, request.POST["verdict"], request.POST["reason"])
        return redirect(request.get_full_path())
    said = explain(actor, node(), operation, identity, excerpts=False)
    found = identity_page(actor, node(), operation, Wanted(identity=said["identity"] or identity), 0, 1)
    row = found.rows[0] if found.rows else None
    asked = _leads(request, operation, row["identity"]) if row else []
    told = {
        "operation": operation,
        "section": "identities",
        "said": said,
        "findings": [finding | parted(finding["support"]) for finding in said["findings"]],
        "row": row,
        "back": came_from(request.GET).query,
        "kept": kept_of(request.GET),
        "place": _place(row) if row else None,
        "why_not": say_why_not(row["why_not"]) if row and not row["meets_threshold"] else "",
        "history": history(actor, node(), operation, identity),
        "leads": asked[:LEADS],
        "more_leads": max(len(asked) - LEADS, 0),
        "may_see_readers": allowed(actor, "audit.verify", slug),
        "verdicts": VERDICTS if allowed(actor, "person.decide", slug) else (),
    }
    return render(request, "desk/identity.html", told)


def _leads(request: HttpRequest, operation: Operation, identity: str) -> list[dict[str, Any]]:
    """What to ask whom of one identity, in words."""
    found = leads(actor_of(request), node(), operation, identity=identity)
    return [lead | {"ask": say_ask(lead["ask"]), "addressee": translate(lead["addressee"])} for lead in found]


@require_GET
def readers(request: HttpRequest, slug: str, identity: str) -> HttpResponse:
    """Who read one identity, and when."""
    actor, operation = actor_of(request), operation_of(request, slug)
    before = rank_of(request.GET.get("before", ""))
    after = 0 if before else rank_of(request.GET.get("after", ""))
    page = readings(actor, node(), operation, identity, after, READERS, before=before)
    told = {"operation": operation, "section": "identities", "kept": kept_of(request.GET), "page": page}
    told |= {"next": page.next, "previous": page.previous}
    return render(request, "desk/readers.html", told)


@require_GET
def row(request: HttpRequest, slug: str, obs: int) -> HttpResponse:
    """One row of evidence, read again in its exhibit."""
    actor, operation = actor_of(request), operation_of(request, slug)
    told: dict[str, Any] = {
        "operation": operation,
        "section": "evidence",
        "row": source_row(actor, node(), operation, obs),
    }
    if told["row"]["table"] in WRITTEN:
        count_texts(request, 1)
        told["opened"] = opened(request)
    return render(request, "desk/row.html", told)
