"""Requests to providers: drafted by one officer, released by a second one, taken away as files; Fanal sends nothing."""

from typing import Any

from babel import Locale
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from fanal.base.language import PACKAGE_LANGUAGES, language, speaking, translate
from fanal.cases.access import allowed, may
from fanal.exchange.spoken import package_language
from fanal.web.installation import node
from fanal.web.requests import actor_of, operation_of
from fanal.web.second_factor import fresh_factor
from fanal.work.request_files import list_requests, release_here, request_file, show_requests
from fanal.work.requests import UNKNOWN, addressees, export_requests


@require_http_methods(["GET", "POST"])
def requests(request: HttpRequest, slug: str) -> HttpResponse:
    """Whom there is something to ask, and what was drafted; draft requests to one or to all of them."""
    actor, operation = actor_of(request), operation_of(request, slug)
    asked = request.POST
    if request.method == "POST":
        may(actor, "request.draft", slug)
        with speaking(package_language(asked.get("language") or language())):
            made = export_requests(
                actor,
                node(),
                operation,
                None,
                asked.get("addressee") or None,
                proceedings=asked.get("proceedings") == "1",
            )
        messages.success(
            request, translate("Drafted. A second officer releases them; until then nothing is to be sent.")
        )
        return redirect("provider_request", slug=slug, name=made["name"])
    told: dict[str, Any] = {
        "operation": operation,
        "section": "requests",
        "rows": list_requests(actor, node(), operation),
        "addressees": [row | {"known": row["addressee"] != UNKNOWN} for row in addressees(actor, node(), operation)],
        "languages_of_papers": sorted(
            (Locale(code).get_display_name(language()) or code, code) for code in PACKAGE_LANGUAGES
        ),
        "language_now": language(),
        "may_draft": allowed(actor, "request.draft", slug),
    }
    return render(request, "desk/provider_requests.html", told)


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """What one export holds; release it as second officer, with a fresh code."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        may(actor, "request.release", slug)
        fresh_factor(request)
        release_here(actor, node(), operation, name, request.POST.get("reason", ""))
        messages.success(
            request, translate("Released. Hand each letter with its table over; answers come back as exhibits.")
        )
        return redirect("provider_request", slug=slug, name=name)
    row = show_requests(actor, node(), operation, name)
    told = {
        "operation": operation,
        "section": "requests",
        "row": row,
        "may_release": row["state"] == "drafted" and bool(row["files"]) and allowed(actor, "request.release", slug),
    }
    return render(request, "desk/provider_request.html", told)


@require_GET
def file(request: HttpRequest, slug: str, name: str, file: str) -> FileResponse:
    """One file of an export, as it stands: a draft says so by its name."""
    path = request_file(actor_of(request), node(), operation_of(request, slug), name, file)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
