"""An operation's front page: what needs the officer, what changed, figures, the map, the timeline, what is unknown."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from fanal.analyse.activity import KINDS
from fanal.analyse.pages import UNDETERMINED
from fanal.base import instants
from fanal.base.language import mark, translate
from fanal.cases.access import Actor, allowed
from fanal.cases.models.offices import Operation
from fanal.web.charts import timeline
from fanal.web.installation import node
from fanal.web.requests import actor_of, operation_of
from fanal.web.templatetags.desk import number
from fanal.web.views.activity import PERIODS
from fanal.web.world import world
from fanal.work.activity import operation_activity
from fanal.work.changes import changes_since, last_visit
from fanal.work.emergency import open_reviews
from fanal.work.figures import as_people_read, figures
from fanal.work.unknown import identities_by_country, unknown
from fanal.work.waiting import needs_me

#: From when on changes are told, as the address names it.
SINCE = {
    "yesterday": mark("since yesterday"),
    "visit": mark("since your last visit"),
    "week": mark("in the last seven days"),
}
#: What a map can show, and the figure that it is.
MAPS = {
    "arrests": mark("arrests"),
    "searches": mark("searches"),
    "meeting": mark("threshold met"),
    "identities": mark("identities"),
}
#: What changed, in words, and the screen that shows it: its name, and what follows it in the address.
CHANGES = {
    "exhibits": (mark("Exhibits that came in: {n}"), "evidence"),
    "tips": (mark("Tips that came in: {n}"), "tips"),
    "runs": (mark("Runs of the steps that changed something: {n}"), "work"),
    "founded": (mark("New identities: {n}"), "identities"),
    "met": (mark("Identities that now meet the threshold: {n}"), "identities?meets=1"),
    "lost": (mark("Identities that no longer meet the threshold, or went into another: {n}"), "identities"),
    "links": (mark("Links between accounts decided: {n}"), "review"),
    "who": (mark("Decisions on identities and persons: {n}"), "identities"),
    "sealed": (mark("Packages sealed: {n}"), "packages"),
    "received": (mark("Packages received: {n}"), "packages"),
    "answers": (mark("Identities that recipients answered on: {n}"), "answers"),
    "answered": (mark("Outcomes recorded on received identities: {n}"), "answers"),
    "letters_in": (mark("Recalls, corrections and permissions that came: {n}"), "letters"),
    "letters_out": (mark("Recalls, corrections and permissions that went out: {n}"), "letters"),
    "events": (mark("Reports of what was done outside: {n}"), "front#map"),
}
#: What is unknown, in words, and the screen where something can be done about it.
UNKNOWN = {
    "identities": (mark("Identities whose country is undetermined: {n}"), f"identities?country={UNDETERMINED}"),
    "accounts": (mark("Accounts without a country: {n}"), f"identities?country={UNDETERMINED}"),
    "media": (mark("Media that were held against no list: {n}"), "work"),
    "unread": (mark("Exhibits that were not read yet: {n}"), "evidence"),
    "truncated": (mark("Exhibits that were read in part: {n}"), "evidence"),
    "rejected": (mark("Rows that could not be read: {n}"), "evidence"),
    "unmapped": (mark("Rows that no mapping reads: {n}"), "evidence"),
    "outside_scope": (mark("Rows outside an order's scope, unread: {n}"), "evidence"),
    "authority": (mark("Exhibits that name no authority: {n}"), "evidence"),
    "scope": (mark("Exhibits that name no scope: {n}"), "evidence"),
    "clock": (mark("Exhibits whose clock nobody compared with true time: {n}"), "evidence"),
}


@require_GET
def front(request: HttpRequest, slug: str) -> HttpResponse:
    """What the officer sees first, as far as the officer's role reads it."""
    actor, operation = actor_of(request), operation_of(request, slug)
    told: dict[str, Any] = {"operation": operation, "section": "front"}
    if allowed(actor, "figures.read", slug):
        counted = as_people_read(figures(actor, node(), operation))
        told["figures"] = {name: value for name, value in counted.items() if not isinstance(value, dict)}
        told |= _outcomes(request, counted, identities_by_country(actor, node(), operation))
        told |= _timelines(actor, operation)
        told["may_list"] = allowed(actor, "person.read", slug)
    if allowed(actor, "case.read", slug):
        told["reviews"] = open_reviews(actor, operation)
        told["needs"] = needs_me(actor, node(), operation)
        told |= _changed(request, actor, operation)
        told["unknown"] = _lines(operation, UNKNOWN, unknown(actor, node(), operation))
    return render(request, "desk/front.html", told)


def _lines(operation: Operation, words: dict[str, tuple[str, str]], rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Counts as sentences, in the order of the words, each with the address of its screen."""
    found = {row["what"]: row["n"] for row in rows}
    lines = []
    for what, (text, screen) in words.items():
        if what in found:
            name = screen.partition("?")[0].partition("#")[0]
            url = reverse(name, args=[operation.slug]) + screen.removeprefix(name)
            lines.append({"text": translate(text).format(n=number(found[what])), "url": url})
    return lines


def _changed(request: HttpRequest, actor: Actor, operation: Operation) -> dict[str, Any]:
    asked = request.GET.get("since", "")
    since = asked if asked in SINCE else "yesterday"
    now = instants.now()
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    begin: dt.datetime | None = day - dt.timedelta(days=7 if since == "week" else 1)
    if since == "visit":
        begin = last_visit(actor, operation, getattr(request.user, "last_login", None) or now)
    rows = changes_since(actor, node(), operation, begin) if begin else []
    return {
        "since": since,
        "begin": begin,
        "choices": SINCE,
        "changes": _lines(operation, CHANGES, rows),
    }


def _outcomes(request: HttpRequest, counted: dict[str, Any], lake: list[dict[str, Any]]) -> dict[str, Any]:
    """The map of what was asked for, or else of the first that there is, and the table of all of it."""
    by: dict[str, dict[str, int]] = {
        "arrests": counted["arrests_by_country"],
        "searches": counted["searches_by_country"],
        "meeting": {row["country"]: row["meeting"] for row in lake},
        "identities": {row["country"]: row["identities"] for row in lake},
    }
    asked = request.GET.get("map", "")
    first = next((name for name in MAPS if any(by[name].values())), "arrests")
    shown = asked if asked in MAPS else first
    codes = {code for numbers in by.values() for code in numbers}
    rows: list[dict[str, Any]] = [
        {"country": code, "numbers": [by[name].get(code, 0) for name in MAPS]} for code in codes
    ]
    order = list(MAPS).index(shown)
    rows.sort(key=lambda row: (-row["numbers"][order], [-n for n in row["numbers"]], row["country"]))
    return {"map": world(by[shown]), "maps": MAPS, "shown": shown, "shown_words": MAPS[shown], "by_country": rows}


def _timelines(actor: Actor, operation: Operation) -> dict[str, Any]:
    """A timeline for each kind of activity that there is, all over the same time."""
    activity = operation_activity(actor, node(), operation)
    drawn = {kind: timeline(activity, (kind,)) for kind in KINDS}
    lines = {kind: line for kind, line in drawn.items() if line["most"]}
    return {"lines": lines, "line": timeline(activity, lines), "bar": PERIODS[activity.period]}
