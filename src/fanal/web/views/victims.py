"""The register of victims, for the role of victim identification alone: a list, a new entry, notes on one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fanal.cases.models.victims import STATUSES
from fanal.web.filters import rank_of
from fanal.web.requests import actor_of, operation_of
from fanal.work.victims import Noted, add_victim, list_victims, note_victim, safeguard_reports, show_victim

PAGE = 25


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """The register, a page from a number on; a victim is added below it."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        told = add_victim(actor, operation, _noted(request), request.POST["reason"])
        return redirect("victim", slug=slug, number=told["number"])
    after = rank_of(request.GET.get("after", ""))
    rows = list_victims(actor, operation, after, PAGE + 1)
    told = {
        "operation": operation,
        "section": "victims",
        "rows": rows[:PAGE],
        "next": rows[PAGE - 1]["number"] if len(rows) > PAGE else None,
        "after": after,
        "statuses": STATUSES,
        "reports": safeguard_reports(actor, operation),
    }
    return render(request, "desk/victims.html", told)


@require_http_methods(["GET", "POST"])
def victim(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One victim: what stands, every note, and a new one."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        note_victim(actor, operation, number, _noted(request), request.POST["reason"])
        return redirect("victim", slug=slug, number=number)
    told = {
        "operation": operation,
        "section": "victims",
        "victim": show_victim(actor, operation, number),
        "statuses": STATUSES,
        "reports": safeguard_reports(actor, operation),
    }
    return render(request, "desk/victim.html", told)


def _noted(request: HttpRequest) -> Noted:
    asked = request.POST
    return Noted(asked.get("status", ""), asked.get("country", ""), asked.get("media", "").split(), asked["report"])
