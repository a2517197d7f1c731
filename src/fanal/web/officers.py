"""Signing in: the pass phrase unlocks the officer's key; a second factor follows (django-allauth)."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from fanal.base.errors import FanalError
from fanal.cases.models.offices import Officer
from fanal.cases.session import officer_key_path
from fanal.exchange import keys
from fanal.web.installation import node
from fanal.web.kept import FIELD, take_in
from fanal.web.models import DeskUser
from fanal.web.sealing import box
from fanal.web.unlocked import keep

#: A pass phrase is tried at least against this key, so that the time taken does not tell who is an officer.
_NOBODY = "nobody"
_PURPOSE = "second factors"


class OfficerBackend(BaseBackend):
    """Signs officers in by service number and pass phrase."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> DeskUser | None:
        """The officer's account at the desk, made at the first sign-in; None where the pass phrase opens no key."""
        known = Officer.objects.filter(service_number=username or "", active=True).exists()
        try:
            key = keys.unlock_officer(
                officer_key_path(node(), username if known and username else _NOBODY), password or ""
            )
        except FanalError:
            return None
        if request is not None:
            keep(request, key)
            take_in(request, username or "", request.POST.get(FIELD, ""))
        return DeskUser.objects.get_or_create(service_number=username)[0]

    def get_user(self, user_id: int) -> DeskUser | None:
        """The account of a session, unless the officer was suspended."""
        user = DeskUser.objects.filter(pk=user_id).first()
        return user if user and user.is_active else None


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What django-allauth asks of a site: nobody signs up here, an administrator adds officers."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  the interface's argument
        """Never."""
        return False

    def get_login_stages(self) -> list[str]:
        """Who signed in at the agency's provider may have shown a second factor there."""
        stages: list[str] = super().get_login_stages()
        own = "fanal.web.agency.AgencyStage" if settings.OIDC else "allauth.mfa.stages.AuthenticateStage"
        return [own if stage == "allauth.mfa.stages.AuthenticateStage" else stage for stage in stages]

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Not to set a first second factor up: who does so has just given the pass phrase, and has no more to give."""
        officer = context.request.user
        return bool(super().is_reauthentication_required(app=app)) and is_mfa_enabled(officer)

    def reauthenticate(self, user: DeskUser, password: str) -> bool:
        """Whether the pass phrase opens the officer's key."""
        try:
            keys.unlock_officer(officer_key_path(node(), user.service_number), password)
        except FanalError:
            return False
        return True


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of second factors encrypted: a copy of the database shows none."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the desk's name, whatever a request says of it."""
        return {"id": settings.DESK_NAME, "name": "Fanal"}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one: a pass phrase alone would then be enough to set another up."""
        kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        mine = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=kinds)
        return bool(mine.exclude(pk=authenticator.pk).exists())

    def encrypt(self, text: str) -> str:
        """Under a key made of the node's desk secret, which is no part of the database."""
        return box(_PURPOSE).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` encrypted."""
        return box(_PURPOSE).decrypt(encrypted_text.encode()).decode()
