"""`fanal exclude`: what falls without an exhibit."""

from typing import Annotated

import typer

from fanal.cli.output import Format, record
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.exclusion import without


def exclude_command(
    ctx: typer.Context,
    exhibit: Annotated[int, typer.Argument(metavar="EXHIBIT", help=HELP["exhibit"])],
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Print what rests on the exhibit."""
    session: Session = ctx.obj
    record(without(session.actor, session.node, session.operation(op), exhibit), form)
