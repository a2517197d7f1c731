"""Search over everything that the officer may see; and how many texts the officer opened, for the officer alone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fanal.web.exposure import count_texts, opened
from fanal.web.installation import node
from fanal.web.requests import actor_of
from fanal.work.search import GROUPS, LABELS, MOST_TEXT, search, searched_operations


@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """What a text finds, by kind; one kind a page at a time."""
    actor, asked = actor_of(request), request.GET
    operations = searched_operations(actor)
    text, kind = asked.get("q", "").strip(), asked.get("kind", "")
    kind = kind if kind in GROUPS else ""
    one = next((operation for operation in operations if operation.slug == asked.get("op")), None)
    show = kind == "message" and asked.get("show") == "1"
    told: dict[str, Any] = {
        "section": "search",
        "text": text,
        "kind": kind,
        "one": one,
        "show": show,
        "after": asked.get("after", ""),
        "operations": operations,
        "kinds": LABELS,
        "most": MOST_TEXT,
    }
    if text:
        within = asked.get("op", "")
        found = search(actor, node(), text, kind=kind, within=within, after=told["after"], show=show)
        titles = {operation.slug: operation.title for operation in operations}
        for row in (row for group in found.groups for row in group.rows):
            row |= {"title_of_operation": titles[row["operation"]], "more": row.get("n", 1) - 1}
        told["groups"] = [(LABELS[group.kind], group) for group in found.groups]
        told["notes"] = {group.note for group in found.groups}
        told["handling"] = [(titles[slug], line) for slug, lines in found.handling.items() for line in lines]
        told["any"] = any(group.rows for group in found.groups)
        if show:
            count_texts(request, sum(len(group.rows) for group in found.groups))
    return render(request, "desk/search.html", told)


@require_GET
def exposure(request: HttpRequest) -> HttpResponse:
    """The officer's own count of texts opened."""
    return render(request, "desk/exposure.html", {"section": "exposure", "opened": opened(request)})
