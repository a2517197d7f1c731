"""Letters between agencies: recalls, corrections, permissions; what waits for a second officer."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from fanal.base.language import mark, translate
from fanal.cases.access import allowed, may
from fanal.cases.models.letters import KINDS
from fanal.cases.models.offices import Operation
from fanal.exchange.letters import ACTS
from fanal.web.installation import node
from fanal.web.requests import act_of, actor_of, operation_of
from fanal.web.second_factor import fresh_factor
from fanal.web.store_lists import listed_of
from fanal.web.templatetags.desk import DIRECTIONS
from fanal.work.corrections import recall
from fanal.work.letters import answer_permission, approve_letters, dismiss_letter, settle
from fanal.work.letters import letter_file as file_of
from fanal.work.permissions import ask_permission
from fanal.work.store_pages import letter_page, waiting_letters

#: Letters on a page, those that wait which it shows at once, and what they are filtered by.
PAGE, WAIT = 50, 10
FILTERS = {"kind": mark("kind"), "direction": mark("direction"), "state": mark("state")}


@require_http_methods(["GET", "POST"])
def letters(request: HttpRequest, slug: str) -> HttpResponse:
    """Recalls, corrections and permissions of an operation; draft one, approve one, settle what came."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        _act(request, operation)
        return redirect(request.get_full_path())
    asked = listed_of(request, *FILTERS)
    page = letter_page(actor, operation, asked.wanted, asked.after, PAGE, before=asked.before)
    words = {"direction": lambda value: translate(DIRECTIONS[value])}
    waiting = waiting_letters(actor, operation, WAIT)
    told: dict[str, Any] = asked.shown(page, FILTERS, words) | {
        "operation": operation,
        "section": "letters",
        **{name: rows for name, (rows, _) in waiting.items()},
        "more": {name: more for name, (_, more) in waiting.items()},
        "subject": request.GET.get("subject", ""),
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
