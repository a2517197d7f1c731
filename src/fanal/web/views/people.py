"""Officers, peers and the audit log."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from fanal.cases.access import may
from fanal.web.installation import node
from fanal.web.requests import actor_of
from fanal.work.log import verify_log
from fanal.work.nodes import list_officers
from fanal.work.peers import list_peers


@require_GET
def officers(request: HttpRequest) -> HttpResponse:
    """Officers and their roles."""
    return render(request, "desk/officers.html", {"rows": list_officers(actor_of(request)), "section": "officers"})


@require_GET
def peers(request: HttpRequest) -> HttpResponse:
    """Agencies whose keys are pinned."""
    return render(request, "desk/peers.html", {"rows": list_peers(actor_of(request)), "section": "peers"})


@require_http_methods(["GET", "POST"])
def audit(request: HttpRequest) -> HttpResponse:
    """The audit log, verified when asked."""
    actor = actor_of(request)
    may(actor, "audit.verify")
    told = verify_log(actor, node()) if request.method == "POST" else None
    return render(request, "desk/audit.html", {"told": told, "section": "audit"})
