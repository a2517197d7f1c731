"""Evidence: exhibits with custody, authority, and every row accounted for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fanal.base.language import mark, translate
from fanal.cases.access import allowed
from fanal.model.codes import in_words
from fanal.web.installation import node
from fanal.web.requests import actor_of, operation_of
from fanal.work.exclusion import who_falls, without
from fanal.work.status import status

#: What custody says of an exhibit, in the order in which it is asked.
CUSTODY = {
    "added_at": mark("added on"),
    "officer": mark("officer"),
    "source": mark("handed over by"),
    "order": mark("order"),
    "authority": mark("authority"),
    "order_date": mark("date of the order"),
    "scope": mark("scope"),
    "privilege": mark("privilege"),
    "use": mark("use"),
}
#: What an exhibit may be used for.
USES = {"evidence": mark("as evidence"), "intelligence": mark("as intelligence")}

#: What rests on one, in words.
FALLS = {
    "rows": mark("rows read from it"),
    "accounts_first_seen_in_it": mark("accounts that are first seen in it"),
    "identities_with_such_accounts": mark("identities with such accounts"),
    "findings_it_supports": mark("findings that it supports, among other exhibits"),
    "findings_that_rest_on_it_alone": mark("findings that rest on it alone"),
}
#: Identities that are named one by one, of all and of each package.
NAMED = 25

#: Why one was read in part.
STOPPED = {
    "memory": mark("it used up its memory"),
    "time": mark("it used up its time"),
    "processor": mark("it used up its processor time"),
}


@require_GET
def exhibits(request: HttpRequest, slug: str) -> HttpResponse:
    """The exhibits of an operation."""
    actor, operation = actor_of(request), operation_of(request, slug)
    found = status(actor, node(), operation)["exhibits"]
    for exhibit in found:
        custody = exhibit["custody"]
        exhibit["outside"] = sum(exhibit["outside_scope"].values())
        exhibit["stopped"] = in_words(exhibit["notes"].get("stopped", ""), STOPPED)
        exhibit["use"] = in_words(custody["use"], USES)
        exhibit["told"] = [(translate(word), name, custody[name]) for name, word in CUSTODY.items() if custody[name]]
    told = {"operation": operation, "section": "evidence", "exhibits": found}
    return render(request, "desk/evidence.html", told)


@require_GET
def falls(request: HttpRequest, slug: str, exhibit: int) -> HttpResponse:
    """What would fall without an exhibit, before anybody decides to do without it."""
    actor, operation = actor_of(request), operation_of(request, slug)
    found = without(actor, node(), operation, exhibit)
    rows = [(words, found[name]) for name, words in FALLS.items()]
    told = {"operation": operation, "section": "evidence", "found": found, "rows": rows}
    told |= who_falls(actor, node(), operation, exhibit, NAMED)
    told["may_recall"] = not operation.received_from and allowed(actor, "letter.draft", slug)
    return render(request, "desk/exhibit_without.html", told)
