"""Letters between agencies: recalls, corrections, permissions; what waits for a second officer."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from fanal.cases.access import allowed, may
from fanal.cases.models.letters import KINDS
from fanal.cases.models.offices import Operation
from fanal.exchange.letters import ACTS
from fanal.web.installation import node
from fanal.web.requests import act_of, actor_of, operation_of
from fanal.web.second_factor import fresh_factor
from fanal.work.corrections import list_letters, recall
from fanal.work.letters import answer_permission, approve_letters, dismiss_letter, sealed_letters, settle
from fanal.work.letters import letter_file as file_of
from fanal.work.permissions import ask_permission, list_permissions

#: What the page lists of a recall or a correction.
COLUMNS = (
    "letter",
    "direction",
    "kind",
    "agency",
    "package",
    "identity",
    "state",
    "days_waiting",
    "settled",
    "reason",
    "settled_reason",
)


@require_http_methods(["GET", "POST"])
def letters(request: HttpRequest, slug: str) -> HttpResponse:
    """Recalls, corrections and permissions of an operation; draft one, approve one, settle what came."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        _act(request, operation)
        return redirect("letters", slug=slug)
    notices, permissions = list_letters(actor, operation), list_permissions(actor, operation)
    everything = [*notices, *permissions]
    told: dict[str, Any] = {
        "operation": operation,
        "section": "letters",
        "rows": [{name: row.get(name) for name in COLUMNS} for row in notices],
        "permissions": permissions,
        "drafted": [row for row in everything if row["direction"] == "out" and row["state"] == "drafted"],
        "answered": [row for row in permissions if row["direction"] == "in" and row["state"] == "answered"],
        "came": [row for row in notices if row["direction"] == "in" and row["state"] == "opened"],
        "asked": [row for row in permissions if row["direction"] == "in" and row["state"] == "opened"],
        "sealed": sealed_letters(actor, operation),
        "uses": ACTS["permission"],
        "may_approve": allowed(actor, "letter.approve", slug),
        "may_settle": allowed(actor, "letter.settle", slug),
        "may_recall": not operation.received_from and allowed(actor, "letter.draft", slug),
        "may_ask": bool(operation.received_from) and allowed(actor, "letter.draft", slug),
    }
    return render(request, "desk/letters.html", told)


def _act(request: HttpRequest, operation: Operation) -> None:
    """What an officer does about a letter: some of it leaves, signed with a fresh code."""
    actor, asked = actor_of(request), request.POST
    act = act_of(request, "approve", "recall", "ask", "dismiss", "permit", "settle", usual="approve")
    letter, reason = asked.get("letter", ""), asked.get("reason", "")
    if act == "recall":
        recall(actor, node(), operation, asked["subject"].strip(), reason)
    elif act == "ask":
        to = asked["to"].strip().upper()
        ask_permission(actor, node(), operation, asked["use"], to, asked["identity"].strip(), reason)
    elif act == "dismiss":
        dismiss_letter(actor, operation, letter, reason)
    elif act == "permit":
        answer_permission(actor, operation, letter, asked["said"], reason)
    elif act == "settle":
        fresh_factor(request)
        settle(actor, node(), operation, letter, asked["said"], reason)
    else:
        may(actor, "letter.approve", operation.slug)
        fresh_factor(request)
        approve_letters(actor, node(), operation, letter, KINDS)


@require_GET
def letter_file(request: HttpRequest, slug: str, name: str) -> FileResponse:
    """A sealed letter, or the sealed reply to one, to be carried to its recipient."""
    path = file_of(actor_of(request), node(), operation_of(request, slug), name)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
