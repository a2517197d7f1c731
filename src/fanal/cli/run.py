"""`fanal run`: the steps that are out of date."""

from typing import Annotated

import typer

from fanal.cli.output import Format, progress, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.deconflict_own import common_of_own
from fanal.work.run import run


def run_command(
    ctx: typer.Context,
    steps: Annotated[list[str] | None, typer.Argument(metavar="STEP", help=HELP["steps"])] = None,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Run the steps that are out of date, in order."""
    session: Session = ctx.obj
    operation = session.operation(op)
    with progress("Running") as report:
        done = run(session.actor, session.node, operation, steps or None, report)
    rows(done, ("step", "ran", "found") if form is Format.text else ("step", "ran", "found", "rows"), form)
    if not any(row["ran"] for row in done):
        say("Nothing was out of date; nothing was written.")
    for row in common_of_own(session.actor, session.node, operation.slug):
        say(
            "In common with operation {other}, {kind}: {n}; call officers {call}.",
            **{**row, "n": row["values"], "call": ", ".join(row["call"])},
        )
    if operation.received_from:
        say("Next: fanal identities, then fanal answer set")
    else:
        say("Next: fanal identities, then fanal package build --all")
