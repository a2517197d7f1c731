"""The review queue: pairs of accounts that wait for an officer, one a page, with a verdict and a reason."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from fanal.web.installation import node
from fanal.web.requests import actor_of, operation_of
from fanal.work.decisions import decide_on
from fanal.work.explain import explain
from fanal.work.review import mine as decided_by
from fanal.work.review import review

VERDICTS = ("same", "different", "not_enough")
MOST = 200


def _addressed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with the query of the page that shows the two accounts."""
    return [row | {"query": urlencode({"accounts": row.get("pair") or row["subject"]})} for row in rows]


@require_GET
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits, what matters most first."""
    actor, operation = actor_of(request), operation_of(request, slug)
    rows = list(review(actor, node(), operation, everything=request.GET.get("all") == "1"))
    told = {"operation": operation, "section": "review", "rows": _addressed(rows[:MOST]), "n": len(rows), "most": MOST}
    return render(request, "desk/review.html", told)


@require_http_methods(["GET", "POST"])
def pair(request: HttpRequest, slug: str) -> HttpResponse:
    """Two accounts: both sides with their source rows, the verdict, then the next pair."""
    actor, operation = actor_of(request), operation_of(request, slug)
    accounts = request.POST.get("accounts") or request.GET.get("accounts", "")
    if request.method == "POST":
        decide_on(actor, node(), operation, accounts, request.POST["verdict"], request.POST["reason"])
        following = next((row["pair"] for row in review(actor, node(), operation, everything=False)), None)
        if following is None:
            return redirect("review", slug=slug)
        return redirect(f"{reverse('pair', args=[slug])}?{urlencode({'accounts': following})}")
    said = explain(actor, node(), operation, accounts, excerpts=False)
    told = {"operation": operation, "section": "review", "said": said, "accounts": accounts, "verdicts": VERDICTS}
    return render(request, "desk/pair.html", told)


@require_GET
def mine(request: HttpRequest, slug: str) -> HttpResponse:
    """What the officer has decided here, the latest first; a new verdict supersedes."""
    actor, operation = actor_of(request), operation_of(request, slug)
    told = {"operation": operation, "section": "review", "rows": _addressed(decided_by(actor, operation))}
    return render(request, "desk/mine.html", told)
