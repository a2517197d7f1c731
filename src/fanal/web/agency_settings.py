"""Django settings for signing in at an agency's own provider: none where the node names no provider."""

import json
from pathlib import Path
from typing import Any

from fanal.cases.desk_rules import Oidc

#: The provider's name in addresses.
PROVIDER = "agency"
AGENCY_APPS = ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]


def agency_rules(told: str) -> Oidc | None:
    """What `fanal serve` says of the provider (JSON); None where the node names none."""
    if not told:
        return None
    rules = json.loads(told)
    return Oidc(**{**rules, "factor_values": tuple(rules["factor_values"])})


def providers(oidc: Oidc, folder: Path) -> dict[str, Any]:
    """django-allauth's setting of it. The signed ID token alone counts: no other answer of the provider is asked for.

    Args:
        folder: the node's, to which the secret's file is relative.
    """
    app = {
        "provider_id": PROVIDER,
        "name": oidc.name or oidc.issuer,
        "client_id": oidc.client_id,
        "secret": (folder / oidc.secret_file).read_text(encoding="utf-8").strip(),
        "settings": {"server_url": oidc.issuer, "fetch_userinfo": False, "scope": ["openid", "profile"]},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
