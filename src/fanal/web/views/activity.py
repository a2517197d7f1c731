"""When everyone, or one identity, was active: a timeline, the hours of the week, the gaps."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fanal.analyse.activity import Activity
from fanal.base.language import mark
from fanal.web.charts import hours_of_week, with_quiet_times
from fanal.web.filters import kept_of
from fanal.web.installation import node
from fanal.web.requests import actor_of, operation_of
from fanal.work.activity import identity_activity, operation_activity

#: What one bar of the timeline covers.
PERIODS = {"day": mark("A bar is a day."), "week": mark("A bar is a week."), "month": mark("A bar is a month.")}


@require_GET
def everyone(request: HttpRequest, slug: str) -> HttpResponse:
    """Of the whole operation."""
    actor, operation = actor_of(request), operation_of(request, slug)
    drawn = _drawn(operation_activity(actor, node(), operation))
    return render(request, "desk/activity.html", {"operation": operation, "section": "front", **drawn})


@require_GET
def one(request: HttpRequest, slug: str, identity: str) -> HttpResponse:
    """Of one identity."""
    actor, operation = actor_of(request), operation_of(request, slug)
    whole, found = identity_activity(actor, node(), operation, identity)
    told = {
        "operation": operation,
        "section": "identities",
        "identity": whole,
        **_drawn(found),
        "kept": kept_of(request.GET),
    }
    return render(request, "desk/activity.html", told)


def _drawn(found: Activity) -> dict[str, Any]:
    line, week = with_quiet_times(found), hours_of_week(found)
    return {"line": line, "week": week, "gaps": found.gaps, "bar": PERIODS[found.period]}
