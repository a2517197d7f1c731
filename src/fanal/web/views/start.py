"""Operations, the front page of one, the language of the pages."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_GET, require_POST

from fanal.cases.access import allowed
from fanal.web.installation import node
from fanal.web.requests import actor_of, operation_of
from fanal.work.figures import as_people_read, figures
from fanal.work.operations import list_operations
from fanal.work.waiting import needs_me

_YEAR_S = 31_536_000


@require_GET
def operations(request: HttpRequest) -> HttpResponse:
    """The operations that the officer works in."""
    found = list_operations(actor_of(request))
    if len(found) == 1:
        return redirect("front", slug=found[0].slug)
    return render(request, "desk/operations.html", {"operations": found})


@require_GET
def front(request: HttpRequest, slug: str) -> HttpResponse:
    """An operation's front page: what needs the officer, figures, countries."""
    actor, operation = actor_of(request), operation_of(request, slug)
    told: dict[str, Any] = {"operation": operation, "section": "front"}
    if allowed(actor, "figures.read", slug):
        counted = as_people_read(figures(actor, node(), operation))
        told["figures"] = {name: value for name, value in counted.items() if not isinstance(value, dict)}
        told["by_country"] = _by_country(counted)
    if allowed(actor, "case.read", slug):
        told["needs"] = needs_me(actor, node(), operation)
    return render(request, "desk/front.html", told)


def _by_country(counted: dict[str, Any]) -> list[dict[str, Any]]:
    columns = {"searches": "searches_by_country", "arrests": "arrests_by_country"}
    codes = sorted({code for key in columns.values() for code in counted.get(key, {})})
    return [{"country": c, **{n: counted.get(key, {}).get(c, 0) for n, key in columns.items()}} for c in codes]


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    code = request.POST.get("language", "")
    if check_for_language(code):
        response.set_cookie("django_language", code, max_age=_YEAR_S, samesite="Strict")
    return response


@require_GET
def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  the address is all that is asked
    """Whether the desk answers."""
    return HttpResponse("ok", content_type="text/plain")
