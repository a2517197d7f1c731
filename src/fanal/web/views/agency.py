"""To the agency's provider and back. Only where the node names one."""

from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from fanal.web.agency import Checked
from fanal.web.agency_settings import PROVIDER
from fanal.web.errors import AgencySilent
from fanal.web.kept import AWAY, FIELD, MOST


@require_POST
def begin(request: HttpRequest, provider_id: str = PROVIDER) -> HttpResponse:
    """Send the browser to the provider; what was typed before a lock goes with the session. Raises AgencySilent."""
    if provider_id != PROVIDER:
        raise Http404
    if typed := request.POST.get(FIELD, "")[: 4 * MOST]:
        request.session[AWAY] = typed
    try:
        answer: HttpResponse = OAuth2LoginView.adapter_view(Checked(request, provider_id))(request)
    except (RequestException, KeyError, ValueError) as e:
        raise AgencySilent from e
    return answer


@require_GET
def back(request: HttpRequest, provider_id: str = PROVIDER) -> HttpResponse:
    """The browser is back with a code: the token that it stands for is fetched and checked. Raises AgencySilent."""
    if provider_id != PROVIDER:
        raise Http404
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(Checked(request, provider_id))(request)
    except (RequestException, KeyError, ValueError) as e:
        raise AgencySilent from e
    return answer
