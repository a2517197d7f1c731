"""Tips: the triage queue, a child at risk first, and the desk's record of one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from fanal.model.codes import INFORMATION_WORDS, SOURCE_WORDS
from fanal.web.requests import actor_of, operation_of
from fanal.work.tips import decide_duplicate, decide_risk, grade_tip, list_tips, show_tip


@require_GET
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """The queue."""
    actor, operation = actor_of(request), operation_of(request, slug)
    told = {"operation": operation, "section": "tips", "rows": list_tips(actor, operation)}
    return render(request, "desk/tips.html", told)


@require_http_methods(["GET", "POST"])
def tip(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One tip: what it says of risk, identifiers, duplicates; grades and decisions."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        asked = request.POST
        if asked["act"] == "grade":
            grade_tip(actor, operation, number, asked["source"], asked["information"])
        elif asked["act"] == "risk":
            decide_risk(actor, operation, number, asked["reason"], at_risk=asked["at_risk"] == "yes")
        elif asked["act"] == "duplicate":
            decide_duplicate(
                actor, operation, number, int(asked["other"]), asked["reason"], duplicate=asked["same"] == "yes"
            )
        return redirect("tip", slug=slug, number=number)
    told = {
        "operation": operation,
        "section": "tips",
        "tip": show_tip(actor, operation, number),
        "number": number,
        "sources": SOURCE_WORDS,
        "informations": INFORMATION_WORDS,
    }
    return render(request, "desk/tip.html", told)
