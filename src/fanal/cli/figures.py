"""`fanal figures`: the operation in figures."""

import typer

from fanal.cli.output import Format, record
from fanal.cli.session import Form, Op, Session
from fanal.work.figures import figures


def figures_command(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Print the figures."""
    session: Session = ctx.obj
    record(figures(session.actor, session.node, session.operation(op)), form)
