"""The fresh second factor of an approval: a code that stands in the form itself, and counts once."""

from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from fanal.web.errors import WrongCode


def fresh_factor(request: HttpRequest) -> None:
    """Check the code that stands in the form. Raises WrongCode."""
    found = Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.TOTP).first()
    if found is None or not found.wrap().validate_code(request.POST.get("code", "")):
        raise WrongCode
