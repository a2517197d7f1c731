"""Receiving by upload: what is sealed goes straight to where it is opened; a card is pinned."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from fanal.base.language import mark
from fanal.cases.access import allowed, may
from fanal.web.installation import node
from fanal.web.requests import actor_of
from fanal.web.uploads import uploaded
from fanal.work.peers import pin_card
from fanal.work.receive import receive as take_in

#: How every sealed file begins.
SEALED = b"age-encryption.org/"
WHAT = {
    "package": mark("A package was opened"),
    "answer": mark("An answer was taken in"),
    "receipt": mark("A receipt was taken in"),
}
LETTER = mark("A letter was taken in")


@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest) -> HttpResponse:
    """Choose a file; what it holds once it has been verified, or the rule that it broke."""
    actor = actor_of(request)
    if not allowed(actor, "peer.pin"):
        may(actor, "package.receive")
    if request.method == "GET":
        page = {"section": "receive", "mib": node().upload_bytes >> 20}
        return render(request, "desk/receive.html", page)
    with uploaded(request, "file") as path:
        with path.open("rb") as f:
            sealed = f.read(len(SEALED)) == SEALED
        if not sealed:
            card = pin_card(actor, node(), path, request.POST.get("replaces", "").strip())
            return render(request, "desk/card_pinned.html", {"section": "receive", "card": card})
        into = request.POST.get("into", "").strip() or None
        why = request.POST.get("release_gap", "").strip()
        found = take_in(actor, node(), path, into, why, lambda _what, _share: None)
    told: dict[str, Any] = {"section": "receive", "found": found, "what": WHAT.get(found["kind"], LETTER)}
    if found.get("changes"):
        told["changes"] = {kind: len(ids) for kind, ids in found["changes"].items()}
    return render(request, "desk/received.html", told)
