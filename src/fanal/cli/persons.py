"""`fanal persons`: made by decisions alone."""

import typer

from fanal.cli.output import Format, rows
from fanal.cli.session import Form, Op, Session
from fanal.work.persons import list_persons


def persons_command(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Print persons."""
    session: Session = ctx.obj
    found = list_persons(session.actor, session.operation(op))
    rows(found, ("person", "references", "name", "born", "minor", "category", "conduct", "events"), form)
