"""`fanal worker`: does the long work that officers ask for at the desk."""

import os
import sys
from typing import Annotated

import typer

from fanal.cli.output import say
from fanal.cli.serve import environment, prepare
from fanal.cli.session import Session
from fanal.cli.words import HELP


def worker_command(
    ctx: typer.Context,
    once: Annotated[bool, typer.Option("--once", help=HELP["worker_once"])] = False,
) -> None:
    """Do the long work of the node's desk until stopped."""
    session: Session = ctx.obj
    around = environment(session.node, "127.0.0.1")
    prepare(around)
    say("The worker of {agency} (Ctrl+C stops it)", agency=session.node.agency)
    command = [sys.executable, "-m", "django", "worker", *(["--once"] if once else [])]
    os.execve(command[0], command, around)  # noqa: S606  the program is this Python
