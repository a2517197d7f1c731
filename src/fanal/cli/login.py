"""`fanal login` and `fanal logout`: whose key signs."""

from typing import Annotated

import typer

from fanal.cases.access import Actor
from fanal.cli.init import ask_passphrase
from fanal.cli.output import say
from fanal.cli.session import Session
from fanal.cli.words import HELP
from fanal.work.sessions import end_session, open_session


def login_command(
    ctx: typer.Context, officer: Annotated[str, typer.Argument(metavar="OFFICER", help=HELP["officer"])]
) -> None:
    """Unlock an officer's key."""
    session: Session = ctx.obj
    hours = open_session(Actor(officer), session.node, ask_passphrase(officer, twice=False))
    say("Officer {officer} is logged in for {hours} hours; `fanal logout` ends it.", officer=officer, hours=hours)


def logout_command(ctx: typer.Context) -> None:
    """Forget the unlocked key."""
    session: Session = ctx.obj
    end_session(session.actor, session.node)
    say("Logged out.")
