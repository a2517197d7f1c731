"""Tips: the triage queue, a child at risk first, and the desk's record of one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from fanal.cases.access import allowed
from fanal.cases.models.offices import Operation
from fanal.model.codes import INFORMATION_WORDS, SOURCE_WORDS
from fanal.web.installation import node
from fanal.web.queue import put
from fanal.web.requests import act_of, actor_of, operation_of
from fanal.web.review_queue import onward
from fanal.work.operations import list_operations
from fanal.work.tip_cases import attach_tip, cases_of_tip, open_for_tip
from fanal.work.tip_queue import take_tip, triage
from fanal.work.tips import decide_duplicate, decide_risk, grade_tip, show_tip

#: Tips of one page.
PAGE = 50


@require_GET
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """The queue, a page at a time."""
    actor, operation = actor_of(request), operation_of(request, slug)
    asked = request.GET
    page = triage(actor, node(), operation, asked.get("after", ""), PAGE, before=asked.get("before", ""))
    told = {
        "operation": operation,
        "section": "tips",
        "rows": page.rows,
        "next": page.next,
        "previous": page.previous,
    }
    return render(request, "desk/tips.html", told)


@require_http_methods(["GET", "POST"])
def tip(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One tip: what it says of risk, identifiers, duplicates; grades and decisions."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        asked, act = request.POST, act_of(request, "grade", "risk", "take", "open", "attach", "duplicate")
        if act == "grade":
            grade_tip(actor, operation, number, asked["source"], asked["information"])
        elif act == "risk":
            decide_risk(actor, operation, number, asked["reason"], at_risk=asked["at_risk"] == "yes")
        elif act == "take":
            take_tip(actor, operation, number)
        elif act in ("open", "attach"):
            return _to_case(request, operation, number)
        elif act == "duplicate":
            decide_duplicate(
                actor, operation, number, int(asked["other"]), asked["reason"], duplicate=asked["same"] == "yes"
            )
        return redirect(request.get_full_path())
    told = {
        "operation": operation,
        "section": "tips",
        "tip": show_tip(actor, operation, number),
        "gone": cases_of_tip(actor, operation, number),
        "others": [one for one in list_operations(actor) if one != operation and not one.received_from],
        "may_open": allowed(actor, "operation.open"),
        "number": number,
        "onward": onward(request, slug, "tips", str(number)),
        "sources": SOURCE_WORDS,
        "informations": INFORMATION_WORDS,
    }
    return render(request, "desk/tip.html", told)


@require_http_methods(["GET", "POST"])
def beside(request: HttpRequest, slug: str, number: int, other: int) -> HttpResponse:
    """Two tips beside each other, what both name first; whether one says the same again."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        again = request.POST["same"] == "yes"
        decide_duplicate(actor, operation, number, other, request.POST["reason"], duplicate=again)
        return redirect("tip", slug=slug, number=number)
    tips = [show_tip(actor, operation, one) for one in (number, other)]
    named = [{(one["kind"], one["norm"] or one["value"]) for one in tip["identifiers"]} for tip in tips]
    both = sorted(named[0] & named[1])
    told = {
        "operation": operation,
        "section": "tips",
        "tips": tips,
        "both": both,
        "apart": [sorted(one - set(both)) for one in named],
        "reasons": next((one["reasons"] for one in tips[0]["duplicates"] if one["tip"] == other), ()),
        "may_decide": allowed(actor, "tip.assess", slug),
    }
    return render(request, "desk/tip_beside.html", told)


def _to_case(request: HttpRequest, operation: Operation, number: int) -> HttpResponse:
    """Open an operation for a tip, or attach it to one; its exhibit is taken in there by a job."""
    actor, asked = actor_of(request), request.POST
    if asked["act"] == "open":
        slug, title, basis = (asked[name].strip() for name in ("slug", "title", "legal_basis"))
        case, path = open_for_tip(actor, node(), operation, number, slug, title, basis, asked["reason"])
    else:
        case, path = attach_tip(actor, node(), operation, number, asked["to"], asked["reason"])
    told = {"paths": [str(path)], "source": f"{operation.slug}, tip {number}"}
    return redirect("job", slug=case.slug, number=put(actor, case, "tip", told).pk)
