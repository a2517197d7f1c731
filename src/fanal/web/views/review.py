"""The review queue: what waits, one at a time; what waits for a second officer; one's own decisions."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from fanal.base.language import mark, translate
from fanal.cases.models.offices import Operation
from fanal.model.countries import country_name
from fanal.web.filters import rank_of
from fanal.web.installation import node
from fanal.web.requests import actor_of, operation_of
from fanal.web.review_pages import PAGE, queue_page
from fanal.web.review_queue import address, onward
from fanal.web.templatetags.desk import medium, said, short
from fanal.work.decisions import decide_on
from fanal.work.explain import explain
from fanal.work.mine import mine as decided_by
from fanal.work.mine import my_decision, supersede
from fanal.work.queues import next_waiting, queue_counts
from fanal.work.seconding import second_queue

PAIR_VERDICTS = ("same", "different", "not_enough")
QUEUE_WORDS = {"links": mark("Links"), "countries": mark("Countries"), "series": mark("Series"), "tips": mark("Tips")}
SECOND_WORDS = {
    "disclosure": mark("emergency disclosure to review"),
    "package": mark("package to approve"),
    "letter": mark("letter to approve"),
    "deconfliction": mark("deconfliction to release"),
    "request": mark("requests to providers to release"),
}
#: The screen that does it, and whether its address names the thing.
SECOND_PAGES = {
    "disclosure": ("package", True),
    "package": ("package", True),
    "letter": ("letters", False),
    "deconfliction": ("deconflictions", False),
    "request": ("provider_request", True),
}
KIND_WORDS = {
    "pair": mark("two accounts"),
    "identity": mark("identity"),
    "accounts": mark("accounts of an identity"),
    "country": mark("country of an identity"),
    "series": mark("series"),
    "tip_risk": mark("a child at risk, by a tip"),
    "tip": mark("two tips"),
}
#: Verdicts whose code says too little by itself.
VERDICT_WORDS = {
    ("series", "send"): mark("sent to victim identification"),
    ("series", "hold"): mark("held, not sent"),
    ("series", "release"): mark("waits again"),
    ("country", "undetermined"): mark("undetermined"),
    ("country", "not_enough"): mark("not enough to say"),
    ("identity", "hold"): mark("held back from what leaves"),
    ("identity", "release"): mark("released again"),
    ("tip_risk", "at_risk"): mark("a child is at risk"),
    ("tip_risk", "not_at_risk"): mark("no sign of a child at risk"),
    ("tip", "duplicate_of"): mark("it says the same again"),
    ("tip", "not_duplicate"): mark("it is another matter"),
}


@require_GET
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits of one kind, what matters most first, a page at a time."""
    actor, operation = actor_of(request), operation_of(request, slug)
    counts = queue_counts(actor, node(), operation)
    kind = request.GET.get("kind", "")
    kind = kind if kind in counts else next(iter(counts), "links")
    page = queue_page(actor, node(), operation, kind, request.GET)
    told = {
        "rows": page.rows,
        "next": page.next,
        "previous": page.previous,
        "later": page.later,
        "n": counts.get(kind, 0),
        "everything": request.GET.get("all") == "1",
        **_around(operation, counts, kind),
    }
    return render(request, "desk/review.html", told)


@require_GET
def following(request: HttpRequest, slug: str) -> HttpResponse:
    """The next thing of a queue after the one that was looked at; at its end, the queue."""
    actor, operation = actor_of(request), operation_of(request, slug)
    kind, everything = request.GET.get("kind", "links"), request.GET.get("all") == "1"
    key = next_waiting(actor, node(), operation, kind, request.GET.get("after", ""), everything=everything)
    if key is None:
        return redirect(f"{reverse('review', args=[slug])}?{urlencode({'kind': kind})}")
    return redirect(address(slug, kind, key, everything=everything))


@require_http_methods(["GET", "POST"])
def pair(request: HttpRequest, slug: str) -> HttpResponse:
    """Two accounts: both sides with their source rows, the verdict, then the next pair."""
    actor, operation = actor_of(request), operation_of(request, slug)
    accounts = request.POST.get("accounts") or request.GET.get("accounts", "")
    if request.method == "POST":
        decide_on(actor, node(), operation, accounts, request.POST["verdict"], request.POST["reason"])
        first = f"{reverse('review_next', args=[slug])}?{urlencode({'kind': 'links'})}"
        return redirect(onward(request, slug, "links", accounts) or first)
    told = {
        "operation": operation,
        "section": "review",
        "said": explain(actor, node(), operation, accounts, excerpts=False),
        "accounts": accounts,
        "verdicts": PAIR_VERDICTS,
        "onward": onward(request, slug, "links", accounts),
    }
    return render(request, "desk/pair.html", told)


@require_GET
def second(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for a second officer and this officer may second."""
    actor, operation = actor_of(request), operation_of(request, slug)
    rows = [_seconded(slug, row) for row in second_queue(actor, operation)]
    told = {"rows": rows, **_around(operation, queue_counts(actor, node(), operation), "second")}
    return render(request, "desk/second.html", told)


@require_GET
def mine(request: HttpRequest, slug: str) -> HttpResponse:
    """What the officer has decided here, the latest first; a new verdict supersedes."""
    actor, operation = actor_of(request), operation_of(request, slug)
    before = request.GET.get("before", "")
    found = decided_by(actor, operation, rank_of(before) or None, PAGE)
    told = {
        "rows": [_decided(slug, row) for row in found.rows],
        "next": found.next,
        "before": before,
        **_around(operation, queue_counts(actor, node(), operation), "mine"),
    }
    return render(request, "desk/mine.html", told)


@require_http_methods(["GET", "POST"])
def decision(request: HttpRequest, slug: str, decision: str) -> HttpResponse:
    """One of the officer's own decisions that stands, and the form that puts another in its place."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        supersede(actor, node(), operation, decision, request.POST["verdict"], request.POST["reason"])
        return redirect("mine", slug=slug)
    row = _decided(slug, my_decision(actor, operation, decision))
    verdicts = [(verdict, _verdict(row["kind"], verdict)) for verdict in row["verdicts"] if verdict != row["verdict"]]
    told = {"operation": operation, "section": "review", "row": row, "verdicts": verdicts}
    return render(request, "desk/decision.html", told)


def _around(operation: Operation, counts: dict[str, int], kind: str) -> dict[str, Any]:
    """What the pages of the queue have in common: its kinds with how much waits."""
    tabs = [(code, QUEUE_WORDS[code], n) for code, n in counts.items()]
    return {"operation": operation, "section": "review", "tabs": tabs, "kind": kind}


def _seconded(slug: str, row: dict[str, Any]) -> dict[str, Any]:
    page, names_it = SECOND_PAGES[row["what"]]
    words = translate(SECOND_WORDS[row["what"]])
    return row | {"words": words, "address": reverse(page, args=[slug, row["name"]] if names_it else [slug])}


def _decided(slug: str, row: dict[str, Any]) -> dict[str, Any]:
    """A decision in words, with the page of what it is about."""
    kind, subject = row["kind"], row["subject"]
    about, where = subject, ""
    if kind == "pair":
        about, where = subject.replace(",", ", "), f"{reverse('pair', args=[slug])}?{urlencode({'accounts': subject})}"
    elif kind in ("identity", "accounts"):
        identity = subject.partition("/")[0]
        about, where = short(identity), reverse("identity", args=[slug, identity])
    elif kind == "country":
        about, where = subject, reverse("country", args=[slug, row["identity"]])
    elif kind == "series":
        about, where = medium(subject), f"{reverse('series_one', args=[slug])}?{urlencode({'series': subject})}"
    elif kind == "tip_risk":
        about = translate("Tip {n}").format(n=subject)
        where = reverse("tip", args=[slug, int(subject)])
    elif kind == "tip":
        about = ", ".join(translate("Tip {n}").format(n=n) for n in subject.split(","))
    verdict = country_name(row["country"]) if row["country"] else _verdict(kind, row["verdict"])
    words = {"kind_said": translate(KIND_WORDS[kind]), "verdict_said": verdict}
    return row | words | {"about": about, "address": where}


def _verdict(kind: str, verdict: str) -> str:
    return translate(VERDICT_WORDS[kind, verdict]) if (kind, verdict) in VERDICT_WORDS else said(verdict)
