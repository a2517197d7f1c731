"""`fanal persons`: made by decisions alone."""

from typing import Any

import typer

from fanal.base.language import translate
from fanal.cli.output import Format, in_words, rows
from fanal.cli.session import Form, Op, Session
from fanal.work.persons import list_persons

SHORT = ("person", "references", "name", "born", "minor", "category", "conduct", "events")
COLUMNS = (*SHORT, "age_source", "identity", "evidence")


def persons_command(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Print persons."""
    session: Session = ctx.obj
    found = list_persons(session.actor, session.node, session.operation(op))
    if form is Format.text:
        found = map(_for_people, found)
    rows(found, SHORT if form is Format.text else COLUMNS, form, words=("category", "conduct"))


def _for_people(person: dict[str, Any]) -> dict[str, Any]:
    """A person as people read it: an age that nobody knows is said to be unknown, not left blank."""
    minor = translate("not known") if person["minor"] is None else person["minor"]
    return {**person, "minor": minor, "events": [_event(event) for event in person["events"]]}


def _event(said: str) -> str:
    kind, _, rest = said.partition(" ")
    return f"{in_words(kind)} {rest}"
