"""What every page is told."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from fanal.cases.access import Actor, allowed
from fanal.web.installation import node
from fanal.web.kept import kept_for
from fanal.web.requests import signed_in
from fanal.web.second_factor import passkeys_work

#: How long before the desk locks it says so, in seconds.
WARN_S = 120


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """What the head and the foot of every page need.

    The agency, the officer, whether the officer may search, the languages, how long a session lasts untouched, what
    waits to be put back.
    """
    idle = node().desk.idle_minutes * 60
    typed = kept_for(request)
    officer = signed_in(request)
    return {
        "agency": node().agency,
        "demo": node().demo,
        "officer": officer,
        "may_search": bool(officer) and allowed(Actor(officer), "case.read"),
        "languages": settings.LANGUAGES,
        "passkeys_here": passkeys_work(request),
        "agency_sign_in": (settings.OIDC.name or settings.OIDC.issuer) if settings.OIDC else "",
        "idle_s": idle,
        "warn_s": min(WARN_S, idle // 2),
        "typed_here": typed is not None and not typed.sent and typed.path == request.get_full_path(),
    }
