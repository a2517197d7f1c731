"""What ties one identity: a picture, and the same as tables."""

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from fanal.base.language import mark, translate
from fanal.web.filters import kept_of
from fanal.web.graph import places
from fanal.web.installation import node
from fanal.web.requests import actor_of, operation_of
from fanal.web.templatetags.desk import said, short
from fanal.work.links import identity_links

#: What each kind of node is called, with how the picture draws it.
KINDS = {
    "account": mark("account"),
    "identifier": mark("identifier"),
    "device": mark("device"),
    "address": mark("address"),
    "identity": mark("other identity"),
}


@require_GET
def links(request: HttpRequest, slug: str, identity: str) -> HttpResponse:
    """Of one identity. The page is whole without the picture, which a script draws from where the nodes stand."""
    actor, operation = actor_of(request), operation_of(request, slug)
    found = identity_links(actor, node(), operation, identity)
    ends = Counter(end for tie in found["ties"] for end in (tie["source"], tie["target"]))
    rows = {one["id"]: one | _named(one, slug) | {"ties": ends[one["id"]]} for one in found["nodes"]}
    ties = [tie | {"from": rows[tie["source"]], "to": rows[tie["target"]]} for tie in found["ties"]]
    told: dict[str, Any] = {
        "operation": operation,
        "section": "identities",
        "identity": found["identity"],
        "kept": kept_of(request.GET),
        "rows": list(rows.values()),
        "ties": ties,
        "graph": _drawn(list(rows.values()), found["ties"]),
        "left_out": [(translate(KINDS[kind]), n) for kind, n in found["left_out"].items()],
        "kinds": [(kind, translate(word)) for kind, word in KINDS.items()],
    }
    return render(request, "desk/links.html", told)


def _named(one: dict[str, Any], slug: str) -> dict[str, str]:
    """What a node is called, and the address of its page where it has one."""
    if one["kind"] == "identity":
        return {
            "word": translate(KINDS["identity"]),
            "name": short(one["label"]),
            "url": reverse("identity_links", args=[slug, one["label"]]),
        }
    return {
        "word": said(one["sort"]) if one["sort"] else translate(KINDS[one["kind"]]),
        "name": one["label"],
        "url": "",
    }


def _drawn(rows: list[dict[str, Any]], ties: list[dict[str, Any]]) -> dict[str, Any]:
    """What the script needs, and nothing else; each reason once, however many ties have it."""
    where = places(rows, ties)
    reasons = list(dict.fromkeys(tie["reason"] for tie in ties))
    number = {reason: place for place, reason in enumerate(reasons)}
    return {
        "nodes": [
            {"id": one["id"], "kind": one["kind"], "name": one["name"], "word": one["word"], "url": one["url"],
             "x": where[one["id"]][0], "y": where[one["id"]][1]}
            for one in rows
        ],
        "ties": [
            {"source": tie["source"], "target": tie["target"], "role": tie["role"], "reason": number[tie["reason"]]}
            for tie in ties
        ],
        "reasons": reasons,
    }  # fmt: skip
