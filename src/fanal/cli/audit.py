"""`fanal audit`: the log and its verification."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.output import Format, record
from fanal.cli.session import Form, Session
from fanal.cli.words import HELP
from fanal.work.log import verify_log

audit_app = typer.Typer(name="audit", help=HELP["audit_app"], no_args_is_help=True)


@audit_app.callback()
def front() -> None:
    """Keep `verify` a command of its own."""


@audit_app.command("verify", help=HELP["audit_verify"])
def verify(
    ctx: typer.Context,
    witness: Annotated[list[Path] | None, typer.Option("--witness", metavar="FILE", help=HELP["witness"])] = None,
    form: Form = Format.text,
) -> None:
    """Verify the log."""
    session: Session = ctx.obj
    record(verify_log(session.actor, session.node, witness or ()), form)
