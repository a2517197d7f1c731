"""The country of one identity: what the evidence says for and against, and an officer's word on it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fanal.base.language import mark
from fanal.cases.access import allowed
from fanal.cases.decisions import VERDICTS
from fanal.cases.origins import COUNTRY, KIND
from fanal.model.countries import COUNTRIES, country_name
from fanal.web.installation import node
from fanal.web.requests import actor_of, operation_of
from fanal.web.review_queue import onward
from fanal.work.countries import country_of, decide_country
from fanal.work.explain import explain

WORDS = {
    "country": mark("It is of this country:"),
    "undetermined": mark("Undetermined: it belongs in no country's package"),
    "not_enough": mark("Not enough to say: what the evidence says stands"),
}


@require_http_methods(["GET", "POST"])
def country(request: HttpRequest, slug: str, identity: str) -> HttpResponse:
    """Reasons for and against each country with their rows; the verdict, then the next."""
    actor, operation = actor_of(request), operation_of(request, slug)
    following = onward(request, slug, "countries", identity)
    if request.method == "POST":
        asked = request.POST
        named = asked.get("country", "")
        decide_country(actor, node(), operation, identity, asked["verdict"], asked["reason"], named)
        return redirect(following) if following else redirect("country", slug=slug, identity=identity)
    row = country_of(actor, node(), operation, identity)
    said = explain(actor, node(), operation, row["identity"], excerpts=False)
    likely = [one["country"] for one in row["candidates"]]
    told: dict[str, Any] = {
        "operation": operation,
        "section": "review",
        "row": row,
        "accounts": said["accounts"],
        "findings": [one for one in said["findings"] if one["step"] == "attribute"],
        "likely": likely,
        "others": sorted(COUNTRIES - set(likely), key=country_name),
        "verdicts": {word: WORDS[word] for word in VERDICTS[KIND]} if allowed(actor, "person.decide", slug) else {},
        "names_one": COUNTRY,
        "onward": following,
    }
    return render(request, "desk/country.html", told)
