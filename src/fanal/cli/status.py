"""`fanal status`: every exhibit, every source row accounted for."""

import json
from typing import Any

import typer
from rich.markup import escape

from fanal.base.language import mark, translate
from fanal.cli.output import Format, in_words, people, record, rows, visible
from fanal.cli.restrictions import restrictions
from fanal.cli.session import Form, Op, Session
from fanal.work.status import status

#: What readers count that has no name in the exhibit; all other parts are named there.
OWN_PARTS = {
    "chain": (mark("transactions"),),
    "eml": (mark("parts"),),
    "media": (mark("files"),),
    "mbox": (mark("mails"), mark("parts")),
    "msg": (mark("parts"),),
    "pdf": (mark("other lines"),),
    "telegram": (mark("chats"),),
    "ufed": (mark("tagged files"),),
    "vics": (mark("media"),),
    "whatsapp": (mark("media files"),),
}
#: Notes that people are shown: how the source is written as it was taken to be, and what was not read.
NOTES = ("dialect", "compression", "login_rules", "date_order", "unknown_elements", "truncated", "stopped", "pass")


#: What letters wait for, by their state.
WAITING = {
    "drafted": mark("Letters that wait for a second officer: {n}."),
    "sealed": mark("Letters that wait for what the other side says: {n}."),
    "opened": mark("Letters that wait for what we say: {n}. See fanal correction list, fanal permission list."),
    "answered": mark("Replies that wait for a second officer: {n}."),
}


def status_command(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Print exhibits, parts and tables."""
    session: Session = ctx.obj
    found = status(session.actor, session.node, session.operation(op))
    if form is not Format.text:
        record(found, form)
        return
    restrictions(found["handling"])
    for line in found["keys"]:
        people.print(escape(visible(line)))
    for package in found["received"]:
        if package["key"] in ("lost", "compromised"):
            said = translate("The key that signed {package} of {agency} is revoked since {since}: weigh what it says.")
            people.print(f"[bold]{escape(visible(said.format(**package)))}[/bold]")
    for clock in found["emergencies"]:
        people.print(f"[bold]{escape(visible(_clock(clock)))}[/bold]")
    for state, n in found["letters"].items():
        people.print(escape(translate(WAITING[state]).format(n=n)))
    rows(_parts(found), ("exhibit", "name", "reader", "part", "source", "read", "rejected", "unmapped"), form)
    record(found["tables"], form)
    if told := _told(found):
        rows(told, ("exhibit", "name", "note", "says"), form, words=("note",))
    if answers := _noted(found, "answer"):
        rows(answers, ("exhibit", "name", "provider", "order", "date", "scope"), form)
    if extracts := _noted(found, "chain"):
        rows(extracts, ("exhibit", "name", "tool", "version", "date", "open"), form)


def _clock(clock: dict[str, Any]) -> str:
    """The line of an emergency disclosure: by when a second officer reviews it, or that nobody did."""
    said = {
        "reviewed": mark("Emergency disclosure {package} was reviewed by officer {reviewed_by}."),
        "waiting": mark("Emergency disclosure {package} waits for review: {hours_left} h left, until {review_by}."),
        "overdue": mark("OVERDUE: nobody has reviewed emergency disclosure {package}; due since {review_by}."),
    }[clock["review"]]
    return translate(said).format(**clock)


def _named(reader: str, part: str | None) -> str | None:
    return translate(part) if part in OWN_PARTS.get(reader, ()) else part


def _told(found: dict[str, Any]) -> list[dict[str, Any]]:
    """How an exhibit was taken, where that could have been otherwise, and what is missing of it."""
    return [
        {"exhibit": e["exhibit"], "name": e["name"], "note": key, "says": _in_words(e["notes"][key])}
        for e in found["exhibits"]
        for key in NOTES
        if key in e["notes"]
    ]


def _in_words(value: Any) -> str:
    """A note's value for a person: keys in words, texts in quotes, so that a blank or a line end is seen."""
    if isinstance(value, dict):
        return ", ".join(f"{in_words(str(key))} {_in_words(inner)}" for key, inner in value.items())
    if isinstance(value, bool):
        return translate("yes") if value else translate("no")
    return json.dumps(value, ensure_ascii=False)


def _noted(found: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """What the exhibits' notes of one key say: the order that was answered, the tool that made an extract."""
    return [
        {"exhibit": e["exhibit"], "name": e["name"], **e["notes"][key]} for e in found["exhibits"] if key in e["notes"]
    ]


def _parts(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"exhibit": e["exhibit"], "name": e["name"], "reader": e["reader"], "part": _named(e["reader"], part), **counts}
        for e in found["exhibits"]
        for part, counts in (e["rows"] or {None: {}}).items()
    ]
