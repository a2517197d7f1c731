"""The session at its edges: staying, locking with what was typed, going on with it, leaving at once."""

from urllib.parse import urlsplit

from allauth.core import ratelimit
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fanal.cases.session import officer_key_path
from fanal.exchange.keys import unlock_officer
from fanal.web import kept
from fanal.web.errors import TooManyTries
from fanal.web.installation import node
from fanal.web.requests import signed_in
from fanal.web.unlocked import bound, held, keep

#: From so many characters on, or with a line break, a value that was typed is shown as a text.
_TEXT = 60
#: Fields that hold a text, however short.
_TEXTS = frozenset({"reason", "note", "text"})


@require_POST
def stay(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  asking is enough: each request extends the session
    """Extend the session."""
    return HttpResponse(status=204)


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """End the session; what was being typed is there again after the next sign-in."""
    typed = kept.of_typing(request)
    back = request.POST.get("path", "")
    logout(request)
    return locked(request, typed, back if back.startswith("/") else reverse("operations"))


def locked(request: HttpRequest, typed: kept.Kept | None, back: str, status: int = 200) -> HttpResponse:
    """The sign-in page of a desk that locked."""
    told = {
        "locked": True,
        "kept": kept.for_browser(typed) if typed else "",
        "back": reverse("resume") if typed and typed.sent else back,
    }
    return render(request, "account/login.html", told, status=status)


@require_GET
def resume(request: HttpRequest) -> HttpResponse:
    """The form that could not be sent: to be read again, then sent."""
    found = kept.kept_for(request)
    if found is None or not found.sent:
        return redirect("operations")
    return render(request, "desk/resume.html", _shown(found))


@require_http_methods(["GET", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """Open the officer's key with its pass phrase, where the sign-in did not; then go on with what needed it.

    Raises:
        WrongPassphrase, KeyUnreadable, TooManyTries.
    """
    back = request.POST.get("next") or request.GET.get("next") or reverse("operations")
    if held(request) is not None:
        return redirect("operations")
    if request.method == "GET":
        return render(request, "desk/unlock.html", {"next": back})
    officer = signed_in(request)
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        raise TooManyTries
    key = unlock_officer(officer_key_path(node(), officer), request.POST.get("password", ""))
    found = kept.kept_for(request)
    keep(request, key)
    if found:
        kept.hold(request, found)
    if found and found.sent:
        return redirect("resume")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()})
    return redirect(back if safe else "operations")


@require_POST
def typed(request: HttpRequest) -> JsonResponse:
    """What was being filled in, handed to the page's script once."""
    found = kept.kept_for(request)
    kept.forget(request)
    return JsonResponse({"fields": found.fields if found and not found.sent else []})


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out at once and show a page that says nothing about what was open."""
    logout(request)
    return redirect("away")


@require_GET
def away(request: HttpRequest) -> HttpResponse:
    """An empty page."""
    return render(request, "desk/away.html")


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django's interface
    """A form of a page that is older than the last sign-in: shown again, where it comes from this desk itself."""
    name = request.resolver_match.url_name if request.resolver_match else None
    ours = urlsplit(request.META.get("HTTP_ORIGIN") or request.META.get("HTTP_REFERER", "")).netloc
    if ours == request.get_host() and name == "leave":
        logout(request)
        return redirect("away")
    if ours != request.get_host() or name in {"account_login", "account_logout", "mfa_authenticate", "language"}:
        return render(request, "desk/stale.html", status=403)
    typed = kept.of_post(request)
    if not signed_in(request) or not bound(request):
        return locked(request, typed, reverse("operations"), status=403)
    return render(request, "desk/resume.html", _shown(typed), status=403)


def _shown(found: kept.Kept) -> dict[str, object]:
    fields = [
        {"name": name, "value": value, "text": name in _TEXTS or len(value) >= _TEXT or "\n" in value}
        for name, value in found.fields
    ]
    return {"found": found, "fields": fields}
