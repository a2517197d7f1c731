"""The list of operations, the language of the pages, whether the desk answers."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_GET, require_POST

from fanal.web.requests import actor_of
from fanal.work.operations import list_operations

_YEAR_S = 31_536_000


@require_GET
def operations(request: HttpRequest) -> HttpResponse:
    """The operations that the officer works in."""
    found = list_operations(actor_of(request))
    if len(found) == 1:
        return redirect("front", slug=found[0].slug)
    return render(request, "desk/operations.html", {"operations": found})


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
