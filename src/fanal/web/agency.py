"""Signing in at the agency's own provider: the ID token names an officer of this node, or nobody gets in.

It makes no officer and opens no key: what is to be signed asks for the pass phrase afterwards.
"""

from typing import Any, cast

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render

from fanal.base.errors import FanalError
from fanal.cases.desk_rules import Oidc
from fanal.cases.models.offices import Officer
from fanal.web.errors import AgencyRefused, AgencyUnknown
from fanal.web.kept import AWAY, take_in
from fanal.web.models import DeskUser
from fanal.web.unlocked import keep


class Checked(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Checks the ID token's signature by the provider's published keys, also where it came over a trusted line."""

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        found: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return found


class AgencyAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Which officer a provider's word is about."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002  the interface's
        """Never: an administrator adds officers."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Put the officer's account at the desk in place. Raises ImmediateHttpResponse where there is none."""
        number = str(claims_of(sociallogin).get(_rules().claim, ""))
        known = number and Officer.objects.filter(service_number=number, active=True).exists()
        if not known or sociallogin.state.get("process") != AuthProcess.LOGIN:
            raise ImmediateHttpResponse(_refused(request, AgencyUnknown(), 403))
        sociallogin.user = DeskUser.objects.get_or_create(service_number=number)[0]
        typed = request.session.pop(AWAY, "")
        keep(request, None)
        take_in(request, number, typed)

    def on_authentication_error(self, request: HttpRequest, *_: Any, **_more: Any) -> None:
        """A refusal, a broken answer, a token that does not hold: one page that says what to do."""
        raise ImmediateHttpResponse(_refused(request, AgencyRefused(), 400))


class AgencyStage(AuthenticateStage):  # type: ignore[misc]
    """Asks for the desk's own second factor, unless the token says that the provider asked for one that counts."""

    def _should_handle(self, request: HttpRequest) -> bool:
        sociallogin = (self.login.signal_kwargs or {}).get("sociallogin")
        if sociallogin is not None and has_factor(claims_of(sociallogin), _rules()):
            return False
        return bool(super()._should_handle(request))


def claims_of(sociallogin: SocialLogin) -> dict[str, Any]:
    """What the ID token says."""
    return dict((sociallogin.account.extra_data or {}).get("id_token") or {})


def has_factor(claims: dict[str, Any], rules: Oidc) -> bool:
    """Whether the token says that the provider asked for a second factor of those that count."""
    told = claims.get(rules.factor_claim, ()) if rules.factor_claim else ()
    return bool(set(told if isinstance(told, list) else [told]) & set(rules.factor_values)) if told else False


def _rules() -> Oidc:
    return cast("Oidc", settings.OIDC)  # this module is loaded only where a provider is named


def _refused(request: HttpRequest, error: FanalError, status: int) -> Any:
    return render(request, "desk/refused.html", {"code": error.code, "line": error.line()}, status=status)
