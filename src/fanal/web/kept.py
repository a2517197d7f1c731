"""What was typed when the session ended: held back until the officer is in again, then shown, never sent by itself.

While nobody is signed in only the browser holds it, encrypted under a key that it does not have; from the pass phrase
on the session holds it, under the secret that only the browser has. Codes and pass phrases are never kept.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from fanal.web.models import DeskUser
from fanal.web.requests import signed_in
from fanal.web.sealing import box
from fanal.web.unlocked import seal, unseal

#: Field of the sign-in form that carries it, and where the session holds it.
FIELD, _SESSION = "kept", "kept"
_PURPOSE = "what was typed"
#: Where the session holds it while the browser is at the agency's provider.
AWAY = "kept_away"
_SECRET = frozenset({"csrfmiddlewaretoken", "password", "again", "code", "credential", "next", FIELD})
#: What a form may hold altogether, in characters; more is no longer typed by hand.
MOST = 200_000


@dataclass(frozen=True)
class Kept:
    """A form that could not be sent, or that was being filled in.

    Attributes:
        path: where it was sent to; for one that was being filled in, the page.
        fields: name and value of each field that was sent; [form, name, value, checked] of each that was changed.
        sent: whether the officer had pressed a button.
        fresh: whether it holds a fresh second factor, which is asked for anew.
        files: whether files were sent with it: those are chosen anew.
        officer: who typed it; empty where it cannot be told any more.
    """

    path: str
    fields: list[list[Any]]
    sent: bool
    fresh: bool = False
    files: bool = False
    officer: str = ""


def of_post(request: HttpRequest) -> Kept:
    """The form that this request sends."""
    fields = [[name, value] for name, values in request.POST.lists() if name not in _SECRET for value in values]
    fresh = "code" in request.POST or "credential" in request.POST
    return Kept(request.get_full_path(), _bounded(fields), True, fresh, bool(request.FILES), _who(request))


def of_typing(request: HttpRequest) -> Kept | None:
    """What a page's script says was being filled in; None where nothing was."""
    try:
        told = json.loads(request.POST.get("typed", ""))
        fields = [[int(form), str(name), str(value), bool(on)] for form, name, value, on in told]
    except (ValueError, TypeError):
        return None
    path = request.POST.get("path", "")
    if not fields or not path.startswith("/") or path.startswith("//"):
        return None
    return Kept(path, _bounded(fields), sent=False, officer=_who(request))


def for_browser(kept: Kept) -> str:
    """What the browser holds of it while nobody is signed in."""
    return box(_PURPOSE).encrypt(json.dumps(asdict(kept)).encode()).decode()


def take_in(request: HttpRequest, officer: str, told: str) -> None:
    """At sign-in: from what the browser held into the session, where the same officer is back."""
    try:
        kept = Kept(**json.loads(box(_PURPOSE).decrypt(told.encode())))
    except InvalidToken:
        return
    if kept.officer in ("", officer):
        hold(request, kept)


def hold(request: HttpRequest, kept: Kept) -> None:
    """Keep it in the session of the officer who is signed in."""
    request.session[_SESSION] = seal(request, json.dumps(asdict(kept)))


def kept_for(request: HttpRequest) -> Kept | None:
    """What is kept for the officer of this session."""
    text = unseal(request, request.session.get(_SESSION, ""))
    return Kept(**json.loads(text)) if text else None


def forget(request: HttpRequest) -> None:
    """Keep it no longer."""
    request.session.pop(_SESSION, None)


def _bounded(fields: Iterable[list[Any]]) -> list[list[Any]]:
    """As many fields as are kept."""
    taken, left = [], MOST
    for field in fields:
        left -= sum(len(str(part)) for part in field)
        if left < 0:
            break
        taken.append(field)
    return taken


def _who(request: HttpRequest) -> str:
    """Who is signed in, or was until the session of this browser ended."""
    if signed_in(request):
        return signed_in(request)
    row = Session.objects.filter(session_key=request.COOKIES.get("sessionid", "")).first()
    known = row.get_decoded().get("_auth_user_id") if row else None
    user = DeskUser.objects.filter(pk=known).first() if known else None
    return user.service_number if user else ""
