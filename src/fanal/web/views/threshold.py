"""The operation's written threshold: what stands, and taking a new text in as it was approved."""

from dataclasses import fields

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fanal.cases.access import allowed, may
from fanal.model.inputs import Threshold
from fanal.web.requests import actor_of, operation_of
from fanal.web.uploads import uploaded
from fanal.work.operations import set_threshold
from fanal.work.told import threshold_of

#: What says where the text comes from; all else are its rules.
_SOURCE = ("version", "approver", "approved_at")


@require_http_methods(["GET", "POST"])
def threshold(request: HttpRequest, slug: str) -> HttpResponse:
    """What an identity must show before a package may hold it; a new version, signed by the officer who brings it."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        may(actor, "threshold.set", slug)
        with uploaded(request, "file") as path:
            set_threshold(actor, operation, path)
        return redirect("threshold", slug=slug)
    standing = threshold_of(actor, operation)
    told = {
        "operation": operation,
        "section": "packages",
        "standing": standing,
        "rules": [
            (one.name, list(value) if isinstance(value := getattr(standing, one.name), tuple) else value)
            for one in fields(Threshold)
            if one.name not in _SOURCE
        ],
        "may_set": allowed(actor, "threshold.set", slug),
    }
    return render(request, "desk/threshold.html", told)
