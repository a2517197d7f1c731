"""Emergency disclosure: one officer reads what would leave, states the danger, and seals it with a fresh factor."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fanal.base.language import mark, translate
from fanal.cases.access import may
from fanal.web.installation import node
from fanal.web.requests import actor_of, operation_of
from fanal.web.second_factor import fresh_factor
from fanal.web.templatetags.desk import instant
from fanal.work.emergency import before_disclosure, disclose, recipients

#: What may go along beside accounts and identifiers, in words.
ALONG = {
    "login": mark("logins, with their addresses"),
    "payment": mark("payments"),
    "lead": mark("what to ask which provider"),
}


@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest, slug: str) -> HttpResponse:
    """Name whom and for whom; read what would leave; seal it."""
    actor, operation = actor_of(request), operation_of(request, slug)
    told = request.POST if request.method == "POST" else request.GET
    country, subjects = told.get("country", "").strip().upper(), told.get("subjects", "").split()
    if request.method == "POST":
        may(actor, "package.emergency", slug)
        fresh_factor(request)
        made = disclose(
            actor, node(), operation, country, subjects, request.POST.get("danger", ""), request.POST.getlist("with")
        )
        said = translate("Sealed. Take the file to its recipient now; a second officer must review it by {at}.")
        messages.success(request, said.format(at=instant(made["review_by"])))
        return redirect("package", slug=slug, name=made["package"])
    page: dict[str, Any] = {
        "operation": operation,
        "section": "packages",
        "recipients": recipients(actor, operation),
        "country": country,
        "subjects": "\n".join(subjects),
    }
    if country and subjects:
        found = before_disclosure(actor, node(), operation, country, subjects)
        for row in found["identities"]:
            row["identifiers"] = [one.split(":", 1) for one in row["identifiers"]]
        along = [(name, words, found["rows"][name]) for name, words in ALONG.items() if found["rows"][name]]
        page |= {"found": found, "along": along, "whole": "\n".join(row["identity"] for row in found["identities"])}
    return render(request, "desk/emergency.html", page)
