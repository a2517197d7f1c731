"""`fanal media series`, `unseen`, `grades`: what is the same thing again, what nobody knows, what a person said."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.output import Format, progress, record, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.media import import_grades, series, unseen

FEW = 20
Limit = Annotated[int, typer.Option("--limit", metavar="N", help=HELP["limit"])]


def show_series(ctx: typer.Context, limit: Limit = FEW, op: Op = None, form: Form = Format.text) -> None:
    """Print the series."""
    session: Session = ctx.obj
    with progress("Matching") as report:
        found = list(series(session.actor, session.node, session.operation(op), report))
    columns = ("series", "media", "accounts", "countries", "first_at", "state", "graded")
    rows(found, columns, form, limit=limit, words=("state", "graded"))


def show_unseen(ctx: typer.Context, limit: Limit = FEW, op: Op = None, form: Form = Format.text) -> None:
    """Print the queue."""
    session: Session = ctx.obj
    with progress("Matching") as report:
        found = list(unseen(session.actor, session.node, session.operation(op), report))
    rows(found, ("series", "media", "accounts", "countries", "first_at", "flags"), form, limit=limit)


def grades(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help=HELP["grades_file"])],
    agency: Annotated[str, typer.Option("--agency", metavar="A", help=HELP["grades_agency"])],
    mapping: Annotated[Path, typer.Option("--mapping", metavar="M", help=HELP["hashlist_mapping"])],
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Take grades in."""
    session: Session = ctx.obj
    with progress("Reading") as report:
        made = import_grades(
            session.actor, session.node, session.operation(op), path, agency=agency, mapping=mapping, report=report
        )
    record(made, form)
    say("Next: fanal run")
