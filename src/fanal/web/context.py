"""What every page is told."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from fanal.web.installation import node
from fanal.web.requests import signed_in


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """The agency, the officer, the languages, and how long a session lasts untouched."""
    return {
        "agency": node().agency,
        "demo": node().demo,
        "officer": signed_in(request),
        "languages": settings.LANGUAGES,
        "idle_s": settings.SESSION_COOKIE_AGE,
    }
