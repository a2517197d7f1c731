"""Persons: who stands by officers' decisions, what was done about each, and what others say beside it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from fanal.base.language import translate
from fanal.cases.access import allowed, may
from fanal.cases.models.events import KINDS
from fanal.model.codes import OUTCOME_WORDS, in_words
from fanal.model.countries import COUNTRIES, country_name
from fanal.web.filters import rank_of
from fanal.web.installation import node
from fanal.web.requests import act_of, actor_of, operation_of
from fanal.work.events import STATES, Told, report_of_person
from fanal.work.person_evidence import evidence_on
from fanal.work.person_pages import STATUSES, number_of_reference, one_person, person_page
from fanal.work.person_protection import protect_person
from fanal.work.persons import Named, join_persons, make_person

#: Persons on a page.
PAGE = 50


@require_GET
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Persons, those of whom something stands, a page at a time."""
    actor, operation = actor_of(request), operation_of(request, slug)
    asked = request.GET
    status = asked.get("status", "")
    before = rank_of(asked.get("before", ""))
    after = 0 if before else rank_of(asked.get("after", ""))
    wanted = status if status in STATUSES else ""
    page = person_page(actor, node(), operation, wanted, after, PAGE, before=before)
    told = {
        "operation": operation,
        "section": "persons",
        "page": page,
        "next": page.next,
        "previous": page.previous,
        "status": wanted,
        "kept": urlencode({"list": asked.urlencode()}) if asked else "",
        "may_decide": allowed(actor, "person.decide", slug),
    }
    return render(request, "desk/persons.html", told)


@require_http_methods(["GET", "POST"])
def make(request: HttpRequest, slug: str) -> HttpResponse:
    """Decide who is behind an identity, by evidence that is shown to choose from or named by its place.

    Where a reference stands for a person already, the decision adds to that person.
    """
    actor, operation = actor_of(request), operation_of(request, slug)
    may(actor, "person.decide", slug)
    if request.method == "POST":
        asked = request.POST
        named = [*asked.getlist("evidence"), *(line.strip() for line in asked.get("places", "").splitlines())]
        words = {name: asked.get(name, "").strip() for name in ("reference", "name", "born", "age_source")}
        said = Named(tuple(dict.fromkeys(filter(None, named))), **words)
        made = make_person(actor, node(), operation, asked.get("subject", "").strip(), said, asked.get("reason", ""))
        messages.success(
            request, translate("Person {reference} is on record by your decision.").format(reference=made.subject)
        )
        return redirect("person", slug=slug, number=number_of_reference(actor, operation, made.subject))
    subject = request.GET.get("subject", "").strip()
    found = evidence_on(actor, node(), operation, subject) if subject else None
    answers = [row | {"words": in_words(row["outcome"], OUTCOME_WORDS)} for row in found["answers"]] if found else []
    told = {
        "operation": operation,
        "section": "persons",
        "subject": subject,
        "found": found,
        "answers": answers,
        "reference": request.GET.get("reference", "").strip() or (found["reference"] if found else ""),
    }
    return render(request, "desk/person_new.html", told)


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One person: what stands, by which decisions; report what was done; protect."""
    actor, operation = actor_of(request), operation_of(request, slug)
    if request.method == "POST":
        stays = _act(request, slug, number)
        return redirect(request.get_full_path() if stays == number else reverse("person", args=(slug, stays)))
    person = one_person(actor, node(), operation, number)
    opinions = [row | {"words": _words(row)} for row in person["opinions"]]
    told = {
        "operation": operation,
        "section": "persons",
        "person": person,
        "own": [row for row in opinions if row["whose"] == "own"],
        "others": [row for row in opinions if row["whose"] != "own"],
        "back": _list(request),
        "kinds": KINDS,
        "states": STATES,
        "countries": sorted(((code, country_name(code)) for code in COUNTRIES), key=lambda one: one[1]),
        "own_country": node().country,
        "may_report": allowed(actor, "event.record", slug),
        "may_decide": allowed(actor, "person.decide", slug),
        "may_protect": allowed(actor, "protected.write", slug),
    }
    return render(request, "desk/person.html", told)


def _act(request: HttpRequest, slug: str, number: int) -> int:
    """What an officer does about a person; returns the person who stands afterwards."""
    actor, operation, asked = actor_of(request), operation_of(request, slug), request.POST
    act = act_of(request, "report", "protect", "join")
    if act == "join":
        stays = join_persons(actor, operation, number, asked.get("other", "").strip(), asked.get("reason", ""))
        messages.success(request, translate("Both references stand for one person now."))
        return stays
    if act == "protect":
        n = protect_person(actor, node(), operation, number, asked["reference"].strip(), asked["reason"])
        said = translate("Accounts protected: {n}. Packages that hold them must be built again.").format(n=n)
        messages.success(request, said)
        return number
    fields = ("kind", "status", "country", "at", "reference", "offence_at", "note")
    report_of_person(actor, node(), operation, number, Told(**{name: asked.get(name, "").strip() for name in fields}))
    messages.success(request, translate("The report is on record."))
    return number


def _list(request: HttpRequest) -> str:
    """The page of the list that this one was opened from, of its own parameters alone."""
    asked = QueryDict(request.GET.get("list", ""))
    return urlencode({name: asked[name] for name in ("status", "after", "before") if name in asked})


def _words(row: dict[str, Any]) -> str:
    """What an opinion says: an answer's outcome in its own words, a verdict in the desk's."""
    says = str(row["says"])
    return in_words(says, OUTCOME_WORDS) if says in OUTCOME_WORDS else translate(says.replace("_", " "))
