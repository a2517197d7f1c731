"""Who asks, and about which operation."""

from django.http import HttpRequest

from fanal.cases.access import Actor, NoOfficer
from fanal.cases.models.offices import Operation
from fanal.web.errors import IncompleteForm
from fanal.web.models import DeskUser
from fanal.web.unlocked import bound, held
from fanal.work.operations import the_operation


def signed_in(request: HttpRequest) -> str:
    """The service number of who is signed in; "" for nobody."""
    user = getattr(request, "user", None)
    return user.service_number if isinstance(user, DeskUser) else ""


def actor_of(request: HttpRequest) -> Actor:
    """The officer who is signed in, with the key where it is unlocked. Raises NoOfficer."""
    officer = signed_in(request)
    if not officer or not bound(request):
        raise NoOfficer
    return Actor(officer, held(request))


def act_of(request: HttpRequest, *known: str, usual: str = "") -> str:
    """Which of the acts of its page a form asks for; `usual` where it names none. Raises IncompleteForm.

    What a page does not know is refused and never taken for another act.
    """
    act = request.POST.get("act", usual)
    if act not in known:
        raise IncompleteForm(field="act")
    return act


def operation_of(request: HttpRequest, slug: str) -> Operation:
    """The operation of a page's address. Raises UnknownOperation, also for one that the officer may not see."""
    return the_operation(actor_of(request), slug)
