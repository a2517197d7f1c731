"""The audit log: its entries a page at a time, one with its place and proof, its verification, what vouches for it."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from fanal.base.language import translate
from fanal.cases.access import allowed, may
from fanal.cases.models.jobs import RUNNING, WAITING
from fanal.web.acts import ACTS, GROUPS
from fanal.web.filters import rank_of
from fanal.web.installation import node
from fanal.web.queue import put_verification
from fanal.web.requests import actor_of
from fanal.web.second_factor import fresh_factor
from fanal.work.entries import Asked, list_entries, show_entry, to_look_for
from fanal.work.log import checkpoint
from fanal.work.verifying import last_verification
from fanal.work.witnesses import list_witnesses

PAGE = 50
#: Cosigned checkpoints that the page on verifying lists.
WITNESSES = 50


@require_GET
def entries(request: HttpRequest) -> HttpResponse:
    """The entries, the latest first, filtered as the address says."""
    actor, asked = actor_of(request), request.GET
    wanted = Asked(
        asked.get("officer", "").strip(), asked.get("verb", ""), asked.get("operation", ""), _day(asked.get("day", ""))
    )
    before = rank_of(asked.get("before", ""))
    page = list_entries(actor, wanted, before, PAGE)
    offered = to_look_for(actor)
    told: dict[str, Any] = {
        "section": "audit",
        "rows": [row | {"words": ACTS.get(row["verb"], row["verb"])} for row in page.rows],
        "next": page.next,
        "before": before,
        "asked": wanted,
        "filtered": wanted != Asked(),
        "offered": offered,
        "verbs": [*GROUPS.items(), *sorted(ACTS.items(), key=lambda act: translate(act[1]))],
        "may_verify": allowed(actor, "audit.verify"),
    }
    return render(request, "desk/audit.html", told)


@require_GET
def entry(request: HttpRequest, name: str) -> HttpResponse:
    """One entry: what it says, where it stands, on request its proof."""
    row = show_entry(actor_of(request), node(), name, proof=request.GET.get("proof") == "1")
    told = {"section": "audit", "row": row, "words": ACTS.get(row["verb"], row["verb"])}
    return render(request, "desk/audit_entry.html", told)


@require_http_methods(["GET", "POST"])
def verifying(request: HttpRequest) -> HttpResponse:
    """Have the log verified by the worker; what it found; sign a checkpoint over a log that holds."""
    actor = actor_of(request)
    may(actor, "audit.verify")
    if request.method == "POST":
        if request.POST.get("act") == "checkpoint":
            fresh_factor(request)
            checkpoint(actor, node())
            messages.success(request, translate("A checkpoint over the whole log is signed."))
        else:
            put_verification(actor, node())
        return redirect("audit_verify")
    told = last_verification(actor, node())
    job = told["job"]
    going = bool(job) and job["state"] in (WAITING, RUNNING)
    page = {
        "section": "audit",
        "job": job,
        "found": told["found"],
        "going": going,
        "percent": round(job["share"] * 100) if job else 0,
        "witnesses": list_witnesses(actor)[:WITNESSES],
    }
    return render(request, "desk/audit_verify.html", page)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
