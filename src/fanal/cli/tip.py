"""`fanal tip`: tips are taken in, and shown as the desk has to read them."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.output import Format, people, progress, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.tips import COLUMNS, lines, show, summary
from fanal.cli.words import HELP
from fanal.work.tips import take_tips

#: From so many tips on people are shown a line each.
MANY = 4


def tip_command(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help=HELP["tip_path"])],
    source: Annotated[str, typer.Option("--source", metavar="TEXT", help=HELP["source"])] = "",
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Take tips in."""
    session: Session = ctx.obj
    operation = session.operation(op)
    with progress("Reading") as report:
        taken = take_tips(session.actor, session.node, operation, paths, source=source, report=report)
    if form is not Format.text:
        rows(map(summary, taken), (*COLUMNS, "reader", "kept", "rows", "rejects", "cited"), form)
    elif len(taken) < MANY:
        for n, tip in enumerate(taken):
            if n:
                people.print()
            show(tip)
    else:
        lines(summary(tip) for tip in taken)
    for name, n in {tip["name"]: tip["without_record"] for tip in taken if tip["without_record"]}.items():
        say(
            "{n} more mails or reports of {name} have no entry in the queue; split the file to get one each.",
            n=n,
            name=name,
        )
    say("Next: fanal tips risk TIP, then fanal add what was seized, then fanal run")
