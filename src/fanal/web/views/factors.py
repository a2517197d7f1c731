"""An officer's second factors: which there are, adding a passkey, removing one, the question that a passkey answers."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET

from fanal.web.errors import LastFactor
from fanal.web.models import DeskUser
from fanal.web.officers import SecondFactor
from fanal.web.second_factor import passkeys_work


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What the officer signs in with beside the pass phrase."""
    mine = list(Authenticator.objects.filter(user_id=request.user.pk).order_by("created_at"))
    told = {
        "totp": any(one.type == Authenticator.Type.TOTP for one in mine),
        "passkeys": [one for one in mine if one.type == Authenticator.Type.WEBAUTHN],
        "passkeys_work": passkeys_work(request),
        "section": "factors",
    }
    return render(request, "mfa/index.html", told)


@require_GET
def options(request: HttpRequest) -> HttpResponse:
    """The question that a passkey answers for a form of this session: new each time it is asked for."""
    user = request.user
    asked = auth.begin_authentication(user) if isinstance(user, DeskUser) and passkeys_work(request) else {}
    return JsonResponse(asked)


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]
    """Add a passkey, at an address where a browser offers them."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Elsewhere the page says where."""
        if not passkeys_work(request):
            return redirect("mfa_index")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    """Remove a passkey, unless it is the only second factor."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Raises LastFactor."""
        if not SecondFactor().can_delete_authenticator(self.get_object()):
            raise LastFactor
        answer: HttpResponse = super().form_valid(form)
        return answer


add = AddPasskey.as_view()
remove = method_decorator(reauthentication_required(app="allauth.mfa"), name="dispatch")(RemovePasskey).as_view()
