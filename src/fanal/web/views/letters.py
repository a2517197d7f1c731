"""Letters between agencies: recalls, corrections, permissions, deconflictions; what waits for a second officer."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fanal.cases.access import allowed
from fanal.cases.models.letters import KINDS
from fanal.web.installation import node
from fanal.web.requests import actor_of, operation_of
from fanal.web.second_factor import fresh_factor
from fanal.work.corrections import list_letters
from fanal.work.deconflict_release import approve, files, log
from fanal.work.letters import approve_letters
from fanal.work.permissions import list_permissions


@require_http_methods(["GET", "POST"])
def letters(request: HttpRequest, slug: str) -> HttpResponse:
    """Recalls, corrections and permissions of an operation; approve one as second officer."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        fresh_factor(request)
        approve_letters(actor, node(), operation, request.POST["letter"], KINDS)
        return redirect("letters", slug=slug)
    told: dict[str, Any] = {
        "operation": operation,
        "section": "letters",
        "rows": list_letters(actor, operation),
        "permissions": list_permissions(actor, operation),
        "may_approve": allowed(actor, "letter.approve", slug),
    }
    return render(request, "desk/letters.html", told)


@require_http_methods(["GET", "POST"])
def deconflictions(request: HttpRequest, slug: str) -> HttpResponse:
    """Files and log of an operation's deconflictions; approve one as second officer."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        fresh_factor(request)
        approve(actor, node(), request.POST["name"], request.POST.get("reference", ""))
        return redirect("deconflictions", slug=slug)
    told: dict[str, Any] = {
        "operation": operation,
        "section": "deconflictions",
        "rows": files(actor, operation),
        "log": log(actor, operation),
        "may_approve": allowed(actor, "deconflict.approve", slug),
    }
    return render(request, "desk/deconflictions.html", told)
