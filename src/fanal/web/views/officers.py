"""Officers: who works here, adding one, roles, locking, second factors and keys of another."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from fanal.base.language import mark, translate
from fanal.cases.access import allowed, may
from fanal.cases.models.offices import ROLES
from fanal.cases.session import DEMO_PASSPHRASE
from fanal.web.errors import PassPhrasesDiffer
from fanal.web.installation import node
from fanal.web.models import DeskUser
from fanal.web.requests import act_of, actor_of
from fanal.web.second_factor import fresh_factor
from fanal.work import officers as people
from fanal.work.keys import replace_officer_key
from fanal.work.nodes import add_officer, list_officers

#: What each role is for, in the words of who gives it.
ROLE_WORDS = {
    "analyst": mark("reads evidence, reviews and decides"),
    "coordinator": mark("leads an operation: packages, letters, threshold"),
    "victim_identification": mark("sees the protected list, grades media"),
    "national_officer": mark("leads what another country sent"),
    "auditor": mark("reads the log and figures, no case data"),
    "administrator": mark("runs the node: officers, keys, settings; no case data"),
}
#: What the acts of an officer's page did, said on the page after.
DONE = {
    "grant": mark("The role is given."),
    "take": mark("The role is taken away."),
    "lock": mark("The officer is locked: every session of theirs has ended."),
    "unlock": mark("The officer is let in again."),
    "retire": mark("The officer has retired. Rotate the node's keys if their key may be in other hands."),
    "factor": mark("The second factors are gone. Have the officer sign in now and set one up."),
    "key": mark("The officer has a new key. Rotate the node's keys if the old one may be in other hands."),
}


@require_GET
def officers(request: HttpRequest) -> HttpResponse:
    """Officers and their roles."""
    actor = actor_of(request)
    told = {
        "rows": list_officers(actor),
        "section": "officers",
        "may_add": allowed(actor, "officer.add"),
        "may_read": allowed(actor, "officer.read"),
    }
    return render(request, "desk/officers.html", told)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Enrol an officer: the node's keys are opened with the key of who does it, and sealed to the new one."""
    actor = actor_of(request)
    may(actor, "officer.add")
    if request.method == "POST":
        fresh_factor(request)
        number, asked = request.POST["officer"].strip(), request.POST
        add_officer(actor, node(), number, asked.get("name", ""), tuple(asked.getlist("role")), _pass_phrase(request))
        messages.success(request, translate("Officer {officer} is added.").format(officer=number))
        return redirect("officer", number=number)
    return render(request, "desk/officer_add.html", {"section": "officers", "roles": _roles()})


@require_http_methods(["GET", "POST"])
def officer(request: HttpRequest, number: str) -> HttpResponse:
    """One officer: roles, lock, second factors, key."""
    actor = actor_of(request)
    if request.method == "POST":
        may(actor, "officer.grant")
        act = act_of(request, *DONE)
        fresh_factor(request)
        _act(request, act, number)
        messages.success(request, translate(DONE[act]))
        return redirect("officer", number=number)
    row = people.show_officer(actor, node(), number)
    may_change = allowed(actor, "officer.grant") and not row["own"] and row["state"] != "retired"
    told: dict[str, Any] = {
        "section": "officers",
        "row": row,
        "factors": Authenticator.objects.filter(user__service_number=number).order_by("created_at"),
        "may_change": may_change,
        "roles": _roles(),
        "operations": people.operations_to_grant(actor) if may_change else (),
    }
    return render(request, "desk/officer.html", told)


def _act(request: HttpRequest, act: str, number: str) -> None:
    actor, asked = actor_of(request), request.POST
    reason = asked.get("reason", "")
    if act == "grant":
        people.grant_role(actor, number, asked["role"], asked.get("operation", ""), reason)
    elif act == "take":
        slug, _, role = asked["grant"].partition(":")
        people.take_role(actor, number, role, slug, reason)
    elif act == "lock":
        people.lock_officer(actor, number, reason)
    elif act == "unlock":
        people.unlock_officer(actor, node(), number, reason)
    elif act == "retire":
        people.retire_officer(actor, node(), number, reason)
    elif act == "key":
        if number == actor.officer:
            raise people.OwnRights
        replace_officer_key(actor, node(), number, _pass_phrase(request), reason)
        _end_sessions(number)
    else:
        with transaction.atomic():
            people.reset_factor(actor, number, reason)
            Authenticator.objects.filter(user__service_number=number).delete()
            _end_sessions(number)


def _end_sessions(number: str) -> None:
    known = [str(pk) for pk in DeskUser.objects.filter(service_number=number).values_list("pk", flat=True)]
    for session in Session.objects.all():
        if session.get_decoded().get("_auth_user_id") in known:
            session.delete()


def _pass_phrase(request: HttpRequest) -> str:
    """What the officer typed twice; in a demonstration node the one that all have. Raises PassPhrasesDiffer."""
    if node().demo:
        return DEMO_PASSPHRASE
    told = request.POST.get("password", "")
    if told != request.POST.get("again", ""):
        raise PassPhrasesDiffer
    return told


def _roles() -> list[tuple[str, str]]:
    return [(role, ROLE_WORDS[role]) for role in ROLES]
