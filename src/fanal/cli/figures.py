"""`fanal figures`: the operation in figures."""

from typing import Annotated

import typer

from fanal.cli.output import Format, record
from fanal.cli.restrictions import restrictions
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.figures import as_people_read, figures
from fanal.work.handling import shown


def figures_command(
    ctx: typer.Context,
    since: Annotated[str | None, typer.Option("--from", metavar="D", help=HELP["figures_from"])] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="D", help=HELP["figures_to"])] = None,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Print the figures."""
    session: Session = ctx.obj
    operation = session.operation(op)
    counted = figures(session.actor, session.node, operation, since, until)
    if form is Format.text:
        restrictions(shown(session.actor, operation))
        counted = as_people_read(counted)
    record(counted, form)
