"""Answers: what became of the identities of a received package, sealed to its sender; what others answered on ours."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from fanal.base.language import mark
from fanal.cases.access import allowed, may
from fanal.cases.models.offices import Operation
from fanal.model.codes import INFORMATION_WORDS, OUTCOME_WORDS, SOURCE_WORDS, in_words
from fanal.web.installation import node
from fanal.web.requests import actor_of, operation_of
from fanal.web.second_factor import fresh_factor
from fanal.web.store_lists import LIST, WORDS, list_behind, listed_of
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
from fanal.work.store_pages import answer_page, answers_about

#: Identities on a page.
PAGE = 100
#: What answers to what was sent are filtered by.
FILTERS = {"country": mark("country"), "outcome": mark("answer")}
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
    if operation.received_from:
        told |= _received(request, operation)
    else:
        asked = listed_of(request, *FILTERS)
        page = answer_page(actor, operation, asked.wanted, asked.after, PAGE, before=asked.before)
        told |= asked.shown(page, FILTERS, WORDS | {"outcome": lambda value: in_words(value, OUTCOME_WORDS)})
        told["rows"] = [_in_words(row) for row in page.rows]
        told["n"] = answers_given(actor, operation)
    return render(request, "desk/answers.html", told)


def _received(request: HttpRequest, operation: Operation) -> dict[str, Any]:
    """A page of the identities that were received, those without an answer alone on demand."""
    actor, asked = actor_of(request), request.GET
    latest = {row["identity"]: row for row in list_answers(actor, operation)}
    everything = identities_sent(actor, node(), operation)
    wanted = [one for one in everything if one not in latest] if asked.get("open") == "1" else everything
    before, after = asked.get("before", ""), asked.get("after", "")
    if before:
        earlier = [one for one in wanted if one < before]
        here, following, preceding = earlier[-PAGE:], bool(earlier), len(earlier) > PAGE
    else:
        rest = [one for one in wanted if one > after]
        here, following, preceding = rest[:PAGE], len(rest) > PAGE, bool(after)
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
    return {
        "rows": rows,
        "n": len(everything),
        "answered": len(latest),
        "next": here[-1] if here and following else "",
        "previous": here[0] if here and preceding else "",
        "kept": urlencode({LIST: asked.urlencode()}) if asked else "",
    }


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
        return _back(request, slug)
    if request.method == "POST":
        adopt(actor, node(), operation, identity, asked.get("country") or None, asked.get("reason", ""))
        return _back(request, slug)
    if operation.received_from and identity not in identities_sent(actor, node(), operation):
        raise NotInPackage(identity=identity)
    given = answers_about(actor, operation, identity)
    if not operation.received_from and not given:
        raise NotInPackage(identity=identity)
    told: dict[str, Any] = {
        "operation": operation,
        "section": "answers",
        "identity": identity,
        "back": _list(request),
        "accounts": accounts_received(actor, node(), operation, [identity])[identity],
        "given": [_in_words(row) for row in given],
        "outcomes": OUTCOME_WORDS,
        "sources": SOURCE_WORDS,
        "informations": INFORMATION_WORDS,
        "may_answer": bool(operation.received_from) and allowed(actor, "answer.write", slug),
        "may_adopt": not operation.received_from and allowed(actor, "person.decide", slug),
    }
    return render(request, "desk/answer.html", told)


def _list(request: HttpRequest) -> str:
    """The query of the list that the page of an identity was opened from."""
    return list_behind(request, *FILTERS, "open")


def _back(request: HttpRequest, slug: str) -> HttpResponse:
    """To the list that the page of an identity was opened from, at its page."""
    behind = _list(request)
    return redirect(reverse("answers", args=(slug,)) + (f"?{behind}" if behind else ""))


@require_GET
def file(request: HttpRequest, slug: str, kind: str, number: int) -> FileResponse:
    """A sealed answer or receipt, to be carried to the sender of the package."""
    path = reply_file(actor_of(request), node(), operation_of(request, slug), kind, number)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


def _in_words(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"words": in_words(row["outcome"], OUTCOME_WORDS)}
