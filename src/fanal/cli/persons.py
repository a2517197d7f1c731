"""`fanal persons`: made by decisions alone."""

import typer

from fanal.cli.output import Format, in_words, rows
from fanal.cli.session import Form, Op, Session
from fanal.work.persons import list_persons

COLUMNS = ("person", "references", "name", "born", "minor", "category", "conduct", "events")


def persons_command(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Print persons."""
    session: Session = ctx.obj
    found = list_persons(session.actor, session.operation(op))
    if form is Format.text:
        found = ({**person, "events": [_event(event) for event in person["events"]]} for person in found)
    rows(found, COLUMNS, form, words=("category", "conduct"))


def _event(said: str) -> str:
    kind, _, rest = said.partition(" ")
    return f"{in_words(kind)} {rest}"
