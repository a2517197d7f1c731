"""`fanal op`: operations."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.base.instants import text
from fanal.cli.output import Format, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.handling import set_codes
from fanal.work.operations import list_operations, open_operation, set_threshold

op_app = typer.Typer(name="op", help=HELP["op_app"], no_args_is_help=True)


@op_app.command("new", help=HELP["op_new"])
def new(
    ctx: typer.Context,
    slug: Annotated[str, typer.Argument(metavar="SLUG", help=HELP["slug"])],
    title: Annotated[str, typer.Option("--title", metavar="T", help=HELP["title"])],
    legal_basis: Annotated[str, typer.Option("--legal-basis", metavar="B", help=HELP["legal_basis"])],
) -> None:
    """Open an operation."""
    session: Session = ctx.obj
    open_operation(session.actor, session.node, slug, title, legal_basis)
    say("Operation {slug} is open. Next: fanal add PATH... --op {slug}", slug=slug)


@op_app.command("list", help=HELP["op_list"])
def listing(ctx: typer.Context, form: Form = Format.text) -> None:
    """Print the operations that the officer may see."""
    session: Session = ctx.obj
    found = (
        {"operation": o.slug, "title": o.title, "legal_basis": o.legal_basis, "opened_at": text(o.opened_at)}
        for o in list_operations(session.actor)
        if session.node
    )
    rows(found, ("operation", "title", "legal_basis", "opened_at"), form)


@op_app.command("threshold", help=HELP["op_threshold"])
def threshold(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help=HELP["threshold_file"])],
    op: Op = None,
) -> None:
    """Take the written threshold in."""
    session: Session = ctx.obj
    operation = session.operation(op)
    decided = set_threshold(session.actor, operation, path)
    say(
        "Threshold version {version}, approved by {approver}, holds for operation {slug}. Next: fanal run",
        version=decided.detail["version"],
        approver=decided.detail["approver"],
        slug=operation.slug,
    )


@op_app.command("handling", help=HELP["op_handling"])
def handling(
    ctx: typer.Context,
    reason: Annotated[str, typer.Option("--reason", metavar="R", help=HELP["reason"])],
    codes: Annotated[list[str] | None, typer.Argument(metavar="CODE", help=HELP["handling_codes"])] = None,
    text_: Annotated[str, typer.Option("--text", metavar="TEXT", help=HELP["handling_text"])] = "",
    exhibit: Annotated[int | None, typer.Option("--exhibit", metavar="N", help=HELP["handling_exhibit"])] = None,
    country: Annotated[str | None, typer.Option("--country", metavar="CC", help=HELP["handling_country"])] = None,
    op: Op = None,
) -> None:
    """Set handling codes."""
    session: Session = ctx.obj
    wanted = [code.upper() for code in codes or ()]
    case = session.actor, session.node, session.operation(op)
    set_codes(*case, wanted, text_, reason, exhibit=exhibit, country=country.upper() if country else None)
    say("Handling: {codes}. Packages must be built again.", codes=", ".join(wanted) or "-")
