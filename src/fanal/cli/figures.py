"""`fanal figures`: the operation in figures."""

import typer

from fanal.cli.output import Format, record
from fanal.cli.restrictions import restrictions
from fanal.cli.session import Form, Op, Session
from fanal.work.figures import figures
from fanal.work.handling import shown


def figures_command(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Print the figures."""
    session: Session = ctx.obj
    operation = session.operation(op)
    if form is Format.text:
        restrictions(shown(session.actor, operation))
    record(figures(session.actor, session.node, operation), form)
