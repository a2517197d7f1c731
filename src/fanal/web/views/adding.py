"""Adding exhibits and tips from the watched folder: files where they lie, never uploaded; read by the worker."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fanal.base.language import mark
from fanal.cases.access import allowed, may
from fanal.read.registry import all_known
from fanal.web.errors import NotANumber
from fanal.web.installation import node
from fanal.web.queue import put
from fanal.web.requests import actor_of, operation_of
from fanal.web.views.evidence import USES
from fanal.work.watched import list_watched, watched_paths

#: What custody asks for: the field, its word, what it means.
CUSTODY = (
    ("source", mark("handed over by"), mark("Who handed it over.")),
    ("order", mark("order"), mark("The order or request under which it was obtained.")),
    ("authority", mark("authority"), mark("Who issued the order.")),
    ("order_date", mark("date of the order"), mark("The order's date.")),
    ("scope", mark("scope"), mark("What the order covers, in its own words.")),
    ("privilege", mark("privilege"), mark("What of it may be privileged, in words.")),
)
#: What its reader is told.
OPTIONS = (
    ("owner", mark("owner"), mark("Whose device an export comes from, as an account or number.")),
    ("time_zone", mark("time zone"), mark("Time zone of instants that carry none, such as Europe/Madrid.")),
    ("clock_offset_s", mark("clock offset"), mark("Seconds by which the source's clock was ahead of true time.")),
    ("snapshot_of", mark("copy of"), mark("The exhibit of which this is a later copy: what both hold counts once.")),
)
LIMITS = (
    ("from", mark("from"), mark("The first day that the order covers: rows before it stay unread and are counted.")),
    ("to", mark("to"), mark("The last day that the order covers: rows after it stay unread and are counted.")),
)
_NUMBERS: dict[str, Callable[[str], Any]] = {"clock_offset_s": float, "snapshot_of": int}


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose files of the watched folder, how they are read, and under what right; the worker reads them."""
    actor, operation = actor_of(request), operation_of(request, slug)
    may(actor, "exhibit.add", slug)
    if request.method == "POST":
        names = request.POST.getlist("file")
        told = _told(request)
        told["paths"] = [str(path) for path in watched_paths(actor, node(), operation, names)]
        if mapping := request.POST.get("mapping"):
            told["mapping"] = str(watched_paths(actor, node(), operation, [mapping])[0])
        kind = "tip" if request.POST.get("as") == "tip" else "add"
        if kind == "tip":
            told = {"paths": told["paths"], "source": told["custody"].get("source", "")}
        return redirect("job", slug=slug, number=put(actor, operation, kind, told).pk)
    page: dict[str, Any] = {
        "operation": operation,
        "section": "evidence",
        "may_set": allowed(actor, "setting.read"),
        "found": list_watched(actor, node(), operation) if node().watched else None,
        "readers": sorted(known.name for known in all_known()),
        "custody": CUSTODY,
        "options": OPTIONS,
        "limits": LIMITS,
        "uses": USES,
        "tip": request.GET.get("as") == "tip",
    }
    return render(request, "desk/evidence_add.html", page)


def _told(request: HttpRequest) -> dict[str, Any]:
    """What `add_exhibits` is called with, but for the files. Raises NotANumber."""
    asked = {name: value.strip() for name, value in request.POST.items() if isinstance(value, str) and value.strip()}
    options = {name: _number(name, asked[name]) for name, _, _ in OPTIONS if name in asked}
    limits: dict[str, Any] = {name: asked[name] for name, _, _ in LIMITS if name in asked}
    if accounts := asked.get("accounts", "").split():
        limits["accounts"] = accounts
    custody = {name: asked[name] for name, _, _ in CUSTODY if name in asked}
    return {
        "reader": asked.get("reader"),
        "options": {**options, **({"scope": limits} if limits else {})},
        "custody": {**custody, "use": "intelligence" if asked.get("use") == "intelligence" else "evidence"},
    }


def _number(name: str, value: str) -> Any:
    try:
        return _NUMBERS.get(name, str)(value)
    except ValueError as e:
        raise NotANumber(field=name, value=value) from e
