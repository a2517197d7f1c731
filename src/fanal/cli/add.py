"""`fanal add`: exhibits are registered and read."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.output import Format, progress, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.evidence import add_exhibits

COLUMNS = ("exhibit", "name", "reader", "kept", "rows", "rejects", "seconds")


def add_command(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help=HELP["paths"])],
    reader: Annotated[str | None, typer.Option("--reader", metavar="R", help=HELP["reader"])] = None,
    mapping: Annotated[Path | None, typer.Option("--mapping", metavar="M.yaml", help=HELP["mapping"])] = None,
    owner: Annotated[str, typer.Option("--owner", metavar="ACCOUNT", help=HELP["owner"])] = "",
    time_zone: Annotated[str, typer.Option("--time-zone", metavar="ZONE", help=HELP["time_zone"])] = "UTC",
    clock_offset: Annotated[
        float | None, typer.Option("--clock-offset", metavar="S", help=HELP["clock_offset"])
    ] = None,
    order: Annotated[str, typer.Option("--order", metavar="TEXT", help=HELP["order"])] = "",
    source: Annotated[str, typer.Option("--source", metavar="TEXT", help=HELP["source"])] = "",
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Register exhibits and read them."""
    session: Session = ctx.obj
    operation = session.operation(op)
    told = {"owner": owner, "time_zone": time_zone, "clock_offset_s": clock_offset}
    with progress("Reading") as report:
        added = add_exhibits(
            session.actor,
            session.node,
            operation,
            paths,
            reader=reader,
            mapping=mapping,
            options={key: value for key, value in told.items() if value not in ("", None)},
            custody={"order": order, "source": source},
            report=report,
        )
    rows(added, COLUMNS, form, words=("kept",))
    say("Next: fanal status, then fanal run")
