"""`fanal tip`: an e-mailed tip is taken in."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.add import COLUMNS
from fanal.cli.output import Format, progress, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.tips import take_tip


def tip_command(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH.eml", help=HELP["tip_path"])],
    source: Annotated[str, typer.Option("--source", metavar="TEXT", help=HELP["source"])] = "",
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Take an e-mailed tip in."""
    session: Session = ctx.obj
    operation = session.operation(op)
    with progress("Reading") as report:
        taken = take_tip(session.actor, session.node, operation, path, source=source, report=report)
    if form is Format.text:
        taken = {**taken, "cited": [named["value"] for named in taken["cited"]]}
    rows([taken], (*COLUMNS, "cited"), form, words=("kept",))
    say("Next: fanal add what was seized, then fanal run")
