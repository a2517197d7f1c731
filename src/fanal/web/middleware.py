"""What surrounds every page: who may come in, in which language it speaks, what an error looks like, the audit log."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import get_language

from fanal.analyse.explain import NothingKnown
from fanal.analyse.series_pages import UnknownSeries
from fanal.base.errors import FanalError
from fanal.base.language import speaking
from fanal.cases.access import Actor, NoOfficer, NotAllowed
from fanal.cases.grants import read_once
from fanal.cases.outbox import held_back
from fanal.cases.victims import UnknownVictim
from fanal.evidence.register import NoSuchExhibit
from fanal.web.errors import IncompleteForm
from fanal.web.installation import node
from fanal.web.kept import forget, hold, of_post
from fanal.web.requests import signed_in
from fanal.web.unlocked import bound, hand_over
from fanal.web.views.session import locked
from fanal.work.answers import NoSuchReply, NotInPackage
from fanal.work.deconflict import NoSuchResult
from fanal.work.entries import NoSuchEntry
from fanal.work.jobs import NoSuchJob
from fanal.work.keys import NoSuchOfficer
from fanal.work.letters import NoSuchLetter
from fanal.work.log import sequence
from fanal.work.mine import NoSuchDecision
from fanal.work.operations import NoOperation, UnknownOperation
from fanal.work.packages import NoSuchPackage
from fanal.work.peers import NoSuchPin
from fanal.work.person_pages import NoSuchPerson
from fanal.work.request_files import NoSuchRequestFile
from fanal.work.requests import NoSuchRequests

#: Names of addresses that nobody has to be signed in for.
OPEN = frozenset(
    {
        "account_login",
        "account_logout",
        "mfa_authenticate",
        "openid_connect_login",
        "openid_connect_callback",
        "language",
        "leave",
        "away",
        "health",
        "lock",
    }
)
#: Those that leave kept what was typed: a page's script calls them by itself, or the key is unlocked for it.
_BY_ITSELF = frozenset({"stay", "typed", "unlock"})
#: Those for who is signed in and has no second factor yet.
SETTING_UP = frozenset({"mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "mfa_reauthenticate"})
_STATUS: dict[type[FanalError], int] = {
    NotAllowed: 403,
    UnknownOperation: 404,
    NoOperation: 404,
    NoSuchPackage: 404,
    NoSuchRequests: 404,
    NoSuchRequestFile: 404,
    NoSuchExhibit: 404,
    NoSuchJob: 404,
    NoSuchReply: 404,
    NoSuchOfficer: 404,
    NoSuchEntry: 404,
    NoSuchPin: 404,
    NoSuchResult: 404,
    NotInPackage: 404,
    NoSuchLetter: 404,
    NoSuchPerson: 404,
    NothingKnown: 404,
    UnknownSeries: 404,
    NoSuchDecision: 404,
    UnknownVictim: 404,
}


class Desk:
    """Lets nobody in without both factors and an unlocked key; turns refusals into pages; sequences the audit log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """One request."""
        began, busy, queries = time.perf_counter(), time.thread_time(), _Counted()
        with speaking((get_language() or "en")[:2]), connection.execute_wrapper(queries), _looking(request):
            response = self.get_response(request)
            officer = signed_in(request)
            if officer:
                with suppress(NotAllowed):  # of an officer without any role: the next one's request does it
                    sequence(Actor(officer), node())
        hand_over(request, response)
        response["Cache-Control"] = response.get("Cache-Control", "no-store")
        took, worked = (time.perf_counter() - began) * 1000, (time.thread_time() - busy) * 1000
        response["Server-Timing"] = f'app;dur={took:.1f}, db;desc="{queries.n}", cpu;dur={worked:.1f}'
        return response

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponseBase | None:
        """Send who is not fully signed in to what is missing."""
        name = request.resolver_match.url_name if request.resolver_match else None
        if name in OPEN or request.path.startswith(settings.STATIC_URL):
            return None
        if not signed_in(request) or not bound(request):
            typed = of_post(request) if request.method == "POST" and name not in _BY_ITSELF else None
            logout(request)
            if typed:
                return locked(request, typed, reverse("operations"), status=403)
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        if request.method == "POST" and name not in _BY_ITSELF:
            forget(request)
        if not is_mfa_enabled(request.user) and name not in SETTING_UP:
            return redirect("mfa_activate_totp")
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """A refusal is a page that says what to do."""
        if isinstance(error, NoOfficer):
            return self._without_key(request)
        if isinstance(error, MultiValueDictKeyError):
            error = IncompleteForm(field=str(error.args[0]).strip("'"))
        if not isinstance(error, FanalError):
            return None
        status = _STATUS.get(type(error), 400)
        return render(request, "desk/refused.html", {"code": error.code, "line": error.line()}, status=status)

    def _without_key(self, request: HttpRequest) -> HttpResponseBase:
        """Who signed in without the key is asked for its pass phrase; what was sent is kept and shown again."""
        if not signed_in(request) or not bound(request):
            return redirect_to_login(request.get_full_path())
        if request.method != "POST":
            return redirect_to_login(request.get_full_path(), reverse("unlock"))
        hold(request, of_post(request))
        return redirect("unlock")


@contextmanager
def _looking(request: HttpRequest) -> Iterator[None]:
    """Around a page that only reads: grants are read once, and its entries of the log are written together."""
    if request.method not in ("GET", "HEAD"):
        yield
        return
    with read_once(), held_back():
        yield


class _Counted:
    """Counts the queries of one request."""

    def __init__(self) -> None:
        self.n = 0

    def __call__(self, execute: Callable[..., object], *args: object) -> object:
        self.n += 1
        return execute(*args)
