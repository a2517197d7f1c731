"""`fanal history`: what became of an identity, and who decided what."""

from typing import Annotated

import typer

from fanal.cli.output import Format, rows
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.decisions import history


def history_command(
    ctx: typer.Context,
    identity: Annotated[str, typer.Argument(metavar="ID", help=HELP["identity"])],
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Print the history of an identity."""
    session: Session = ctx.obj
    found = history(session.actor, session.node, session.operation(op), identity)
    rows(found, ("at", "what", "officer", "verdict", "reason"), form, words=("verdict",))
