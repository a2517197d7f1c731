"""Packages: what would leave, the second officer's approval with a fresh code, sealing, the sealed file."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from fanal.base.language import mark
from fanal.cases.access import Actor, allowed, may
from fanal.cases.terms import BASIS_WORDS, ILL_TREATMENT_WORDS
from fanal.model.codes import CERTAINTY_WORDS, HANDLING_WORDS, in_words
from fanal.web.installation import node
from fanal.web.queue import put
from fanal.web.requests import act_of, actor_of, operation_of
from fanal.web.second_factor import fresh_factor
from fanal.web.store_lists import list_behind, listed_of
from fanal.work.emergency import clock_of, review_package
from fanal.work.leaving import show_package
from fanal.work.log import checkpoint
from fanal.work.packages import NoSuchPackage, approve_packages, seal_packages
from fanal.work.received import list_received, summary_file
from fanal.work.store_pages import one_package, package_page
from fanal.work.told import threshold_of

#: Packages on a page, and what they are filtered by.
PAGE = 50
FILTERS = {"country": mark("country"), "state": mark("state")}
#: Identities of a package that its page lists.
LISTED = 200


@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Packages of the operation by country; building those that are to be built."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        country = request.POST.get("country", "").strip().upper() or None
        may(actor, "package.build", slug)
        told = {"country": country, "checkpoint": checkpoint(actor, node())}
        return redirect("job", slug=slug, number=put(actor, operation, "build", told).pk)
    asked = listed_of(request, *FILTERS)
    found = package_page(actor, operation, asked.wanted, asked.after, PAGE, before=asked.before)
    page = asked.shown(found, FILTERS) | {
        "operation": operation,
        "section": "packages",
        "threshold": threshold_of(actor, operation),
        "received": [row | {"handling": _codes(row["handling"])} for row in list_received(actor, operation)],
        "may_build": allowed(actor, "package.build", slug),
        "may_disclose": allowed(actor, "package.emergency", slug),
    }
    return render(request, "desk/packages.html", page)


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """One package: exactly what leaves; approve it, seal it, review it where it left in an emergency."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        act = act_of(request, "approve", "seal", "review")
        fresh_factor(request)
        if act == "approve":
            approve_packages(actor, node(), operation, name)
        elif act == "review":
            review_package(actor, operation, name, request.POST.get("reason", ""))
        else:
            seal_packages(actor, node(), operation, name, lambda _what, _share: None)
        return redirect(request.get_full_path())
    row = one_package(actor, operation, name)
    clock = clock_of(actor, operation, name)
    told = {
        "operation": operation,
        "section": "packages",
        "row": row,
        "back": list_behind(request, *FILTERS),
        "clock": clock,
        "may_review": _may_review(actor, slug, clock),
        "may_recall": allowed(actor, "letter.draft", slug),
        "sheet": _sheet(show_package(actor, node(), operation, name)),
        "may_approve": row["state"] == "built" and allowed(actor, "package.approve", slug),
        "may_seal": row["state"] == "approved" and allowed(actor, "package.seal", slug),
    }
    return render(request, "desk/package.html", told)


def _may_review(actor: Actor, slug: str, clock: dict[str, Any] | None) -> bool:
    waits = clock is not None and clock["reviewed_by"] is None and clock["officer"] != actor.officer
    return waits and allowed(actor, "package.approve", slug)


def _sheet(shown: dict[str, Any]) -> dict[str, Any]:
    """What leaves, in the officer's words: the first identities one by one, all of them in the figures."""
    first = [row | {"country_is": in_words(row["country_is"], CERTAINTY_WORDS)} for row in shown["identities"][:LISTED]]
    terms = dict(shown["terms"])
    for name, words in (("transfer_basis", BASIS_WORDS), ("ill_treatment", ILL_TREATMENT_WORDS)):
        terms[name] = in_words(terms[name] or "", words)
    handling = _codes(shown["handling"])
    return shown | {"n": len(shown["identities"]), "identities": first, "handling": handling, "terms": terms}


def _codes(handling: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [code | {"words": in_words(code["code"], HANDLING_WORDS)} for code in handling]


@require_GET
def summary(request: HttpRequest, slug: str, number: int) -> FileResponse:
    """What a received package says to people, to be kept and printed; never shown as a page of the desk's own."""
    path = summary_file(actor_of(request), node(), operation_of(request, slug), number)
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{slug}-{number}-{path.name}")


@require_GET
def file(request: HttpRequest, slug: str, name: str) -> FileResponse:
    """The sealed file, to be carried to its recipient."""
    row = one_package(actor_of(request), operation_of(request, slug), name)
    if row["state"] != "sealed":
        raise NoSuchPackage(package=name, state="sealed")
    path = node().folder / row["file"]
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
