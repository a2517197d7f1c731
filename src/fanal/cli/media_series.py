"""`fanal media series`, `unseen`, `decide`, `grades`: what is the same again, what nobody knows, what a person said."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.output import Format, progress, record, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.media import import_grades, series, unseen
from fanal.work.series import decide_series

FEW = 20
Limit = Annotated[int, typer.Option("--limit", metavar="N", help=HELP["limit"])]


def show_series(ctx: typer.Context, limit: Limit = FEW, op: Op = None, form: Form = Format.text) -> None:
    """Print the series."""
    session: Session = ctx.obj
    with progress("Matching") as report:
        found = list(series(session.actor, session.node, session.operation(op), report))
    if form is Format.text:
        found = [{**row, "first_at": (row["first_at"] or "")[:10]} for row in found]
    columns = ("series", "media", "accounts", "countries", "first_at", "state", "graded", "decided")
    if not rows(found, columns, form, limit=limit, words=("state", "graded", "decided")):
        say("Media make a series by their fingerprints; those of media in a folder come with: fanal media scan PATH")


def show_unseen(ctx: typer.Context, limit: Limit = FEW, op: Op = None, form: Form = Format.text) -> None:
    """Print the queue."""
    session: Session = ctx.obj
    with progress("Matching") as report:
        found = list(unseen(session.actor, session.node, session.operation(op), report))
    if form is Format.text:
        found = [{**row, "first_at": (row["first_at"] or "")[:10]} for row in found]
    columns = ("series", "media", "accounts", "countries", "first_at", "flags", "decided")
    if rows(found, columns, form, limit=limit, words=("decided",)):
        say("Unseen is not illegal: an examiner grades them. Next: fanal media grades FILE --agency A --mapping M")


def decide_command(
    ctx: typer.Context,
    series_id: Annotated[str, typer.Argument(metavar="SERIES", help=HELP["media_decided"])],
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help=HELP["media_verdict"])],
    reason: Annotated[str, typer.Option("--reason", metavar="R", help=HELP["reason"])],
    op: Op = None,
) -> None:
    """Record the decision."""
    session: Session = ctx.obj
    made = decide_series(session.actor, session.node, session.operation(op), series_id, verdict, reason)
    say("Decision {decision} is recorded and signed. Next: fanal media unseen", decision=made.decision[:12])


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
