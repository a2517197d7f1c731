"""`fanal signal`: what an officer says of an account beyond what the rows show, and what stands."""

from typing import Annotated

import typer

from fanal.cli.output import Format, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.signals import list_signals, lower_signal, raise_signal


def signal_command(
    ctx: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="ID", help=HELP["signalled"])],
    kind: Annotated[str, typer.Argument(metavar="KIND", help=HELP["signal_kind"])],
    reason: Annotated[str, typer.Option("--reason", metavar="R", help=HELP["reason"])],
    withdraw: Annotated[bool, typer.Option("--withdraw", help=HELP["withdraw"])] = False,
    op: Op = None,
) -> None:
    """Raise a signal, or take it back."""
    session: Session = ctx.obj
    act = lower_signal if withdraw else raise_signal
    made = act(session.actor, session.node, session.operation(op), subject, kind, reason)
    say("Decision {decision} is recorded and signed. Next: fanal run", decision=made.decision[:12])


def signals_command(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Print the signals that stand."""
    session: Session = ctx.obj
    found = list_signals(session.actor, session.node, session.operation(op))
    rows(found, ("kind", "account", "source", "officer", "at", "reason"), form, words=("kind", "source"))
