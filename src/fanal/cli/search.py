"""`fanal search`: one text, over everything that the officer may see."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from fanal.base.language import mark, translate
from fanal.cli.output import SHORT, Format, people, rows, say
from fanal.cli.session import Form, Session
from fanal.cli.words import HELP
from fanal.work.search import LABELS, PAGE, Found, search

COLUMNS = ("operation", "kind", "value", "account", "identity", "exhibit", "locator", "obs", "at")
SEEN = ("operation", "kind", "value", "account", "identity", "exhibit", "obs")
#: What a group that was not searched says of itself.
NOTES = {
    "digest": mark("Names and message text are not searched for a digest: no medium is looked up."),
    "many": mark("There is much message text here: search it alone, with --kind message."),
}


def search_command(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=HELP["search_text"])],
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help=HELP["search_kind"])] = "",
    show: Annotated[bool, typer.Option("--show", help=HELP["search_show"])] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help=HELP["search_limit"])] = PAGE,
    op: Annotated[str, typer.Option("--op", metavar="SLUG", help=HELP["search_op"])] = "",
    form: Form = Format.text,
) -> None:
    """Print what is found."""
    session: Session = ctx.obj
    asked: dict[str, Any] = {"within": op, "show": show, "size": limit}
    found = search(session.actor, session.node, text, kind=kind, **asked)
    for note in dict.fromkeys(group.note for group in found.groups if group.note in NOTES):
        say(NOTES[note])
    more = ("text",) if show else ()
    if form is not Format.text:
        rows((_flat(row) for row in _all(session, text, found, asked)), (*COLUMNS, *more), form)
        return
    for slug, lines in found.handling.items():
        for line in lines:
            say("{what}: {text}", what=slug, text=line)
    rows((_short(row) for group in found.groups for row in group.rows), (*SEEN, *more), form, words=("kind",))
    for group in found.groups:
        if group.next:
            said = translate("There is more: {kind}. --limit shows more of it, --format jsonl all.")
            people.print(said.format(kind=translate(LABELS[group.kind])))


def _all(session: Session, text: str, found: Found, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every row: page after page of each group."""
    for first in found.groups:
        group = first
        yield from group.rows
        while group.next:
            more = search(session.actor, session.node, text, kind=group.kind, after=group.next, **asked)
            group = more.groups[0]
            yield from group.rows


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    text = {"text": "".join(row["text"])} if row.get("text") else {}
    return {**row, **text}


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """For people: the beginning of an identity's id; of a message, when and where it was written."""
    told = row | {"identity": (row.get("identity") or "")[:SHORT]}
    if row["kind"] == "message":
        told |= {"value": " ".join(one for one in (row["at"], row["title"] or row["channel"]) if one)}
    return _flat(told)
