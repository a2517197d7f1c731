"""Answers: what became of the identities of a received package, sealed to its sender; what others answered on ours."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from fanal.cases.access import allowed, may
from fanal.cases.models.offices import Operation
from fanal.model.codes import INFORMATION_WORDS, OUTCOME_WORDS, SOURCE_WORDS, in_words
from fanal.web.installation import node
from fanal.web.requests import actor_of, operation_of
from fanal.web.second_factor import fresh_factor
from fanal.work.adopt import adopt
from fanal.work.answers import (
    NotInPackage,
    Told,
    answers_given,
    list_answers,
    list_replies,
    reply_file,
    send_answers,
    set_answer,
)
from fanal.work.received import accounts_received, identities_sent

#: Identities on a page.
PAGE = 100
#: Accounts of an identity that the list shows.
FEW = 3


@require_http_methods(["GET", "POST"])
def answers(request: HttpRequest, slug: str) -> HttpResponse:
    """The identities with what is answered on each; seal the answers to the sender with a fresh code."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        may(actor, "answer.send", slug)
        fresh_factor(request)
        send_answers(actor, node(), operation)
        return redirect("answers", slug=slug)
    told: dict[str, Any] = {
        "operation": operation,
        "section": "answers",
        "replies": list_replies(actor, operation),
        "may_send": bool(operation.received_from) and allowed(actor, "answer.send", slug),
    }
    given = list_answers(actor, operation, most=PAGE)
    if operation.received_from:
        told |= _received(request, operation, given)
    else:
        told["rows"] = [_in_words(row) for row in given]
        told["n"] = answers_given(actor, operation)
    return render(request, "desk/answers.html", told)


def _received(request: HttpRequest, operation: Operation, given: list[dict[str, Any]]) -> dict[str, Any]:
    """A page of the identities that were received, those without an answer first on demand."""
    actor = actor_of(request)
    latest = {row["identity"]: row for row in given}
    everything = identities_sent(actor, node(), operation)
    wanted = [one for one in everything if one not in latest] if request.GET.get("open") == "1" else everything
    after = request.GET.get("after", "")
    rest = [one for one in wanted if one > after]
    here = rest[:PAGE]
    accounts = accounts_received(actor, node(), operation, here)
    rows = [
        {
            "identity": one,
            "accounts": accounts[one][:FEW],
            "more": max(len(accounts[one]) - FEW, 0),
            **({"answer": _in_words(latest[one])} if one in latest else {}),
        }
        for one in here
    ]
    following = here[-1] if len(rest) > PAGE else ""
    return {"rows": rows, "n": len(everything), "answered": len(latest), "after": after, "next": following}


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, slug: str, identity: str) -> HttpResponse:
    """One identity: say what came of it; or, where it was sent, decide by what another agency answered."""
    actor, operation = actor_of(request), operation_of(request, slug)
    asked = request.POST
    if request.method == "POST" and operation.received_from:
        minor = {"yes": True, "no": False}.get(asked.get("minor", ""))
        said = Told(
            asked.get("outcome", ""),
            grade=asked.get("source", "") + asked.get("information", ""),
            person=asked.get("person", "").strip(),
            minor=minor,
            at=asked.get("at", ""),
            note=asked.get("note", "").strip(),
        )
        set_answer(actor, node(), operation, identity, said)
        return redirect("answers", slug=slug)
    if request.method == "POST":
        adopt(actor, node(), operation, identity, asked.get("country") or None, asked.get("reason", ""))
        return redirect("answers", slug=slug)
    if operation.received_from and identity not in identities_sent(actor, node(), operation):
        raise NotInPackage(identity=identity)
    given = [row for row in list_answers(actor, operation) if row["identity"] == identity]
    if not operation.received_from and not given:
        raise NotInPackage(identity=identity)
    told: dict[str, Any] = {
        "operation": operation,
        "section": "answers",
        "identity": identity,
        "accounts": accounts_received(actor, node(), operation, [identity])[identity],
        "given": [_in_words(row) for row in given],
        "outcomes": OUTCOME_WORDS,
        "sources": SOURCE_WORDS,
        "informations": INFORMATION_WORDS,
        "may_answer": bool(operation.received_from) and allowed(actor, "answer.write", slug),
        "may_adopt": not operation.received_from and allowed(actor, "person.decide", slug),
    }
    return render(request, "desk/answer.html", told)


@require_GET
def file(request: HttpRequest, slug: str, kind: str, number: int) -> FileResponse:
    """A sealed answer or receipt, to be carried to the sender of the package."""
    path = reply_file(actor_of(request), node(), operation_of(request, slug), kind, number)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


def _in_words(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"words": in_words(row["outcome"], OUTCOME_WORDS)}
