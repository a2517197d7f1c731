"""Deconfliction: offers, queries, answers and results, by upload and download; a second officer lets each leave."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from fanal.base.language import translate
from fanal.cases.access import allowed, may
from fanal.cases.models.offices import Operation
from fanal.model.deconfliction import FREE, STRICT
from fanal.web.installation import node
from fanal.web.queue import put
from fanal.web.requests import act_of, actor_of, operation_of
from fanal.web.second_factor import fresh_factor
from fanal.web.uploads import uploaded
from fanal.work.deconflict import NoSuchResult, answer, hits, query, result
from fanal.work.deconflict_release import approve, budgets, files, log
from fanal.work.peers import list_peers

#: How the name of a peer's question ends: everything else that is taken in is a reply to one of ours.
QUERY = ".fanal-query"


@require_http_methods(["GET", "POST"])
def deconflictions(request: HttpRequest, slug: str) -> HttpResponse:
    """Files and log of an operation's deconflictions; build one, take one in, approve one as second officer."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        return _act(request, operation)
    rows = files(actor, operation)
    may_act = allowed(actor, "deconflict.offer", slug)
    told: dict[str, Any] = {
        "operation": operation,
        "section": "deconflictions",
        "rows": rows,
        "waiting": [row for row in rows if row["direction"] == "ours" and row["state"] == "built"],
        "log": log(actor, operation),
        "budgets": budgets(actor, node()),
        "may_act": may_act,
        "may_approve": allowed(actor, "deconflict.approve", slug),
        "peers": [row for row in list_peers(actor) if not row["revoked_at"]] if may_act else (),
        "kinds": [(kind, kind in FREE) for kind in (*FREE, *STRICT)],
    }
    return render(request, "desk/deconflictions.html", told)


def _act(request: HttpRequest, operation: Operation) -> HttpResponse:
    actor, asked, slug = actor_of(request), request.POST, operation.slug
    act = act_of(request, "approve", "offer", "query", "take", usual="approve")
    reference = asked.get("reference", "").strip()
    stated: dict[str, Any] = {
        "purpose": asked.get("purpose", "").strip(),
        "kinds": asked.getlist("kind"),
        "reference": reference,
        "met": asked.get("met") == "1",
    }
    if act == "offer":
        job = put(actor, operation, "offer", {"peer": asked.get("peer", ""), **stated})
        return redirect("job", slug=slug, number=job.pk)
    if act == "query":
        may(actor, "deconflict.query", slug)
        with uploaded(request, "file") as path:
            _waits(request, query(actor, node(), operation, path, **stated))
    elif act == "take":
        may(actor, "deconflict.result", slug)
        with uploaded(request, "file") as path:
            if not path.name.endswith(QUERY):
                return redirect("deconfliction", slug=slug, name=result(actor, node(), path)["name"])
            _waits(request, answer(actor, node(), path))
    else:
        may(actor, "deconflict.approve", slug)
        fresh_factor(request)
        made = approve(actor, node(), asked.get("name", ""), reference)
        said = translate("{name} is sealed; take the file from the table and hand it to its recipient.")
        messages.success(request, said.format(name=made["name"]))
    return redirect("deconflictions", slug=slug)


def _waits(request: HttpRequest, made: dict[str, Any]) -> None:
    said = translate("{name} is built; it leaves as soon as another officer approves it.")
    messages.success(request, said.format(name=made["name"]))


@require_GET
def one(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """What a result says: kinds and counts of hits, whom to call."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if not [row for row in files(actor, operation) if row["name"] == name and row["step"] == "result"]:
        raise NoSuchResult(name=name)
    told = {"operation": operation, "section": "deconflictions", "found": hits(actor, node(), name)}
    return render(request, "desk/deconfliction.html", told)


@require_GET
def file(request: HttpRequest, slug: str, name: str) -> FileResponse:
    """A sealed file of ours, to be carried to its recipient."""
    actor, operation = actor_of(request), operation_of(request, slug)
    for row in files(actor, operation):
        if row["name"] == name and row["direction"] == "ours" and row["state"] == "sealed":
            path = node().folder / row["file"]
            return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
    raise NoSuchResult(name=name)
