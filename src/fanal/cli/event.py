"""`fanal event`: reports of what was done are taken in."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.output import Format, record, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.events import take_events


def event_command(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH.jsonl", help=HELP["event_path"])],
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Take reports in."""
    session: Session = ctx.obj
    record(take_events(session.actor, session.operation(op), path), form)
    say("Next: fanal figures")
