"""How good the last run was: what it read and linked, what it decided, and how that turned out."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fanal.analyse.explain import words
from fanal.base.language import mark, translate
from fanal.cases.access import allowed
from fanal.web.installation import node
from fanal.web.requests import actor_of, operation_of
from fanal.web.templatetags.desk import NOTHING, number, said
from fanal.work.quality import ENOUGH, GROUP_WORDS, Quality, quality
from fanal.work.run_report import run_report

#: Reasons of links that the page lists.
LISTED = 40
#: The head of the column with the share of confirmed pairs.
AGREED = mark("agreed")
#: The head of the column that says whose countries are told of.
OF_WHOM = mark("of whom")
_DECIDED = ("confirmed", "refused", "not_enough")


@require_GET
def last_run(request: HttpRequest, slug: str) -> HttpResponse:
    """The last run of an operation."""
    actor, operation = actor_of(request), operation_of(request, slug)
    report = run_report(actor, node(), operation)
    told: dict[str, Any] = {
        "operation": operation,
        "section": "evidence",
        "report": report,
        "links": [
            {
                "reason": words(row["reason"]),
                "band": said(row["band"]),
                "pairs": number(row["pairs"]),
            }
            for row in report["links"][:LISTED]
        ],
        "more": max(len(report["links"]) - LISTED, 0),
        "changed": [(change, n) for change, n in report["identities"].items()],
        "tables": [row | {"before": number(row["before"]), "now": number(row["now"])} for row in report["tables"]],
    }
    if report["ran"] and allowed(actor, "person.read", slug):
        told |= _judged(quality(actor, node(), operation))
    return render(request, "desk/quality.html", told)


def _judged(found: Quality) -> dict[str, Any]:
    """How the answers turned out, as tables; figures only where there are outcomes enough to tell them."""
    reviewed = [
        {
            "band": said(row["band"]),
            "pairs": number(row["pairs"]),
            "reviewed": number(sum(row[name] for name in _DECIDED)),
            "confirmed": number(row["confirmed"]),
            "refused": number(row["refused"]),
            AGREED: _share(row["confirmed"], row["confirmed"] + row["refused"]),
        }
        for row in found.links
    ]
    countries = [
        {
            OF_WHOM: translate(GROUP_WORDS[row["group"]]),
            **{name: _figure(value) for name, value in row.items() if name != "group"},
        }
        for row in found.countries()
    ]
    return {
        "source": found.source,
        "reviewed": reviewed,
        "countries": countries,
        "words": [row | {"answer": said(row["answer"])} for row in found.by_words()],
        "told": found.told,
        "outcomes": found.outcomes,
        "enough": ENOUGH,
    }


def _share(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)} %" if whole else NOTHING


def _figure(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else number(value if isinstance(value, int) else None)
