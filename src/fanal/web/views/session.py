"""The session at its edges: staying, locking with what was typed, going on with it, leaving at once."""

from urllib.parse import urlsplit

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from fanal.web import kept
from fanal.web.requests import signed_in
from fanal.web.unlocked import held

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
    if not signed_in(request) or held(request) is None:
        return locked(request, typed, reverse("operations"), status=403)
    return render(request, "desk/resume.html", _shown(typed), status=403)


def _shown(found: kept.Kept) -> dict[str, object]:
    fields = [
        {"name": name, "value": value, "text": name in _TEXTS or len(value) >= _TEXT or "\n" in value}
        for name, value in found.fields
    ]
    return {"found": found, "fields": fields}
