"""`fanal history`: what became of an identity, and who decided what."""

from typing import Annotated

import typer

from fanal.cli.output import Format, rows
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.history import history

SHORT = ("at", "what", "officer", "verdict", "reason", "supersedes")
COLUMNS = ("at", "kind", "what", "officer", "verdict", "reason", "decision", "supersedes")


def history_command(
    ctx: typer.Context,
    identity: Annotated[str, typer.Argument(metavar="ID", help=HELP["identity"])],
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Print the history of an identity."""
    session: Session = ctx.obj
    found = history(session.actor, session.node, session.operation(op), identity)
    rows(found, SHORT if form is Format.text else COLUMNS, form, words=("verdict",))
