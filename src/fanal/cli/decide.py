"""`fanal decide`: an officer's decision, signed."""

from typing import Annotated

import typer

from fanal.cli.output import say
from fanal.cli.session import Op, Session
from fanal.cli.words import HELP
from fanal.work.decisions import decide_on


def decide_command(
    ctx: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="ID", help=HELP["decided"])],
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help=HELP["verdict"])],
    reason: Annotated[str, typer.Option("--reason", metavar="R", help=HELP["reason"])],
    op: Op = None,
) -> None:
    """Record a decision."""
    session: Session = ctx.obj
    made = decide_on(session.actor, session.node, session.operation(op), subject, verdict, reason)
    say("Decision {decision} is recorded and signed. Next: fanal run", decision=made.decision[:12])
