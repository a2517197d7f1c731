"""`fanal protect`: the sealed list of what never leaves the node."""

from typing import Annotated

import typer

from fanal.cli.output import say
from fanal.cli.session import Op, Session
from fanal.cli.words import HELP
from fanal.work.corrections import recall_protected
from fanal.work.protection import protect


def protect_command(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=HELP["kind"])],
    value: Annotated[str, typer.Argument(metavar="VALUE", help=HELP["value"])],
    reference: Annotated[str, typer.Option("--reference", metavar="REF", help=HELP["reference"])],
    reason: Annotated[str, typer.Option("--reason", metavar="R", help=HELP["reason"])],
    op: Op = None,
) -> None:
    """Protect an identifier."""
    session: Session = ctx.obj
    operation = session.operation(op)
    protect(session.actor, operation, kind, value, reference, reason)
    say("Protected. Packages that hold it must be built again.")
    if drafted := recall_protected(session.actor, session.node, operation):
        say("Drafted: {n}. Next: another officer runs fanal correction approve", n=len(drafted))
