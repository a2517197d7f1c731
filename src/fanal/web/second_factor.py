"""The second factor: where passkeys can be used, and the fresh one that an approval asks for in the form itself."""

import json

from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from fanal.cases.access import NoOfficer
from fanal.web.errors import WrongCode, WrongPasskey
from fanal.web.models import DeskUser
from fanal.web.unlocked import held


def passkeys_work(request: HttpRequest) -> bool:
    """Whether a browser offers passkeys here: at the name that they belong to, over HTTPS or on this machine."""
    name = request.get_host().partition(":")[0]
    return name == settings.DESK_NAME and (request.is_secure() or name == "localhost")


def factors(request: HttpRequest) -> frozenset[str]:
    """The kinds of second factor that the officer has and can use at this address: `totp`, `webauthn`."""
    kinds = Authenticator.objects.filter(user_id=request.user.pk).values_list("type", flat=True)
    usable = {Authenticator.Type.TOTP} | ({Authenticator.Type.WEBAUTHN} if passkeys_work(request) else set())
    return frozenset(str(kind) for kind in kinds if kind in usable)


def fresh_factor(request: HttpRequest) -> None:
    """Check the passkey or the code that stands in the form; too many wrong ones are refused for a while.

    Raises:
        WrongCode, WrongPasskey.
        NoOfficer: the officer's key is not unlocked, and what is asked for signs with it.
    """
    if held(request) is None:
        raise NoOfficer
    user = request.user
    if not isinstance(user, DeskUser):
        raise WrongCode
    try:
        right = check_rate_limit(user)
    except ValidationError as e:
        raise WrongCode from e
    if request.POST.get("credential"):
        _passkey(user, request.POST["credential"])
    else:
        found = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).first()
        if found is None or not found.wrap().validate_code(request.POST.get("code", "")):
            raise WrongCode
    right()


def _passkey(user: DeskUser, told: str) -> None:
    try:
        credential = json.loads(told)
        auth.parse_authentication_response(credential)
        auth.complete_authentication(user, credential).record_usage()
    except (ValidationError, ValueError, TypeError, LookupError, AttributeError) as e:
        raise WrongPasskey from e
