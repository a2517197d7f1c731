"""Long work: the steps and what is out of date, the jobs, one job with progress, stop and log."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fanal.base.language import mark
from fanal.cases.access import allowed
from fanal.cases.models.jobs import RUNNING, WAITING
from fanal.web.installation import node
from fanal.web.queue import put, queue
from fanal.web.requests import act_of, actor_of, operation_of
from fanal.web.templatetags.desk import number, said
from fanal.work.jobs import ENDED, ask_again, list_jobs, show_job, stop_job
from fanal.work.run import UP_TO_DATE, steps_of

#: What each step is for, in the words of who reads what it finds.
STEP_WORDS = {
    "snapshots": mark("what later copies of one source repeat"),
    "normalise": mark("identifiers and addresses in one form, with what lists say of them"),
    "cospend": mark("wallets whose addresses were spent together"),
    "resolve": mark("accounts to online identities"),
    "payers": mark("who was paid for by whom"),
    "linkage": mark("pairs of identities much alike, for review"),
    "attribute": mark("identities to countries"),
    "match": mark("media against hash lists"),
    "series": mark("media that are near-duplicates"),
    "roles": mark("what each identity did"),
    "threshold": mark("who meets the threshold"),
    "rank": mark("which identity comes first"),
    "leads": mark("whom to ask for what"),
}
#: Jobs that the page lists.
LISTED = 50


@require_http_methods(["GET", "POST"])
def work(request: HttpRequest, slug: str) -> HttpResponse:
    """The steps with what is out of date, and the jobs; run the steps."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        named = {"steps": request.POST.getlist("step") or None}
        return redirect("job", slug=slug, number=put(actor, operation, "run", named).pk)
    steps = steps_of(actor, node(), operation)
    told: dict[str, Any] = {
        "operation": operation,
        "section": "work",
        "steps": [row | {"found": counted(row["found"]), "words": STEP_WORDS[row["step"]]} for row in steps],
        "late": sum(row["state"] != UP_TO_DATE for row in steps),
        "jobs": list_jobs(actor, node(), operation, LISTED),
        "may_run": allowed(actor, "case.run", slug),
    }
    return render(request, "desk/work.html", told)


@require_http_methods(["GET", "POST"])
def job(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One job: how far it is, its log, what came of it; stop it, take it up again."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        if act_of(request, "stop", "again") == "stop":
            stop_job(actor, node(), operation, number)
        else:
            with transaction.atomic():
                queue(ask_again(actor, node(), operation, number))
        return redirect("job", slug=slug, number=number)
    row = show_job(actor, node(), operation, number)
    told: dict[str, Any] = {
        "operation": operation,
        "section": "work",
        "job": row,
        "percent": round(row["share"] * 100),
        "going": row["state"] in (WAITING, RUNNING),
        "again": row["state"] in ENDED,
        "result": _shown(row),
        "why": row["log"][-1]["line"] if row["log"] and row["state"] in ENDED else "",
        "without_peer": [one["without_peer"] for one in row["result"] if "without_peer" in one],
        "common": [one["common"] for one in row["result"] if "common" in one],
    }
    return render(request, "desk/job.html", told)


def counted(found: dict[str, Any]) -> str:
    """What a step said, in one line of words."""
    return ", ".join(f"{said(name)}: {_written(value)}" for name, value in found.items())


def _written(value: object) -> str:
    return number(value) if isinstance(value, int) else said(value)


def _shown(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows that a job came to, as their table has them."""
    if row["kind"] == "run":
        return [{"step": one["step"], "found": counted(one["found"])} for one in row["result"] if one.get("ran")]
    columns = {
        "add": ("exhibit", "name", "reader", "kept", "rows", "rejects", "outside_scope", "stopped"),
        "tip": ("tip", "exhibit", "name", "rows", "rejects"),
        "offer": ("name", "agency", "state", "values", "purpose"),
        "build": ("package", "country", "recipient", "state", "identities", "not_included"),
    }[row["kind"]]
    return [{name: one.get(name) for name in columns} for one in row["result"] if columns[0] in one]
