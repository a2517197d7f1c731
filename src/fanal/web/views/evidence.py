"""Evidence: exhibits with custody, authority, and every row accounted for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fanal.web.installation import node
from fanal.web.requests import actor_of, operation_of
from fanal.work.status import status


@require_GET
def exhibits(request: HttpRequest, slug: str) -> HttpResponse:
    """The exhibits of an operation."""
    actor, operation = actor_of(request), operation_of(request, slug)
    told = {"operation": operation, "section": "evidence", "status": status(actor, node(), operation)}
    return render(request, "desk/evidence.html", told)
