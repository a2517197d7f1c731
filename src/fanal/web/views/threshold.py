"""The operation's written threshold: what stands, and taking a new text in as it was approved."""

from dataclasses import fields

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fanal.base.language import mark
from fanal.cases.access import allowed, may
from fanal.model.inputs import Threshold
from fanal.web.requests import actor_of, operation_of
from fanal.web.templatetags.desk import number
from fanal.web.uploads import uploaded
from fanal.work.operations import set_threshold
from fanal.work.told import threshold_of

#: The rules of the text, in the words of who reads them.
RULES = {
    "conduct": mark("conduct"),
    "grades": mark("whose grade of a medium counts"),
    "minimum_shares": mark("least uploads or posts of graded media"),
    "minimum_payments": mark("least payments"),
    "minimum_views": mark("least views of graded media, beside payments"),
    "minimum_added": mark("least accounts that a recruiter added"),
    "probability": mark("least probability of the country of origin"),
}
#: Whose grade counts.
GRADERS = {"examiner": mark("examiner"), "package": mark("sender of a package"), "list": mark("hash list")}


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
        "rules": [(RULES[rule], _in_words(standing, rule)) for rule in _rules()],
        "may_set": allowed(actor, "threshold.set", slug),
    }
    return render(request, "desk/threshold.html", told)


def _rules() -> list[str]:
    """The rules that a text has; all else of it says where it comes from."""
    return [one.name for one in fields(Threshold) if one.name not in {"version", "approver", "approved_at"}]


def _in_words(standing: Threshold, rule: str) -> str | list[str]:
    value = getattr(standing, rule)
    if rule == "grades":
        return [GRADERS[one] for one in value]
    return list(value) if isinstance(value, tuple) else number(value)
