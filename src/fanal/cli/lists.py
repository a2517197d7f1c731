"""`fanal lists`: what is context only, each list with its source, date and digest."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.output import SHORT, Format, rows, say
from fanal.cli.session import Form, Session
from fanal.cli.words import HELP
from fanal.work.lists import add_list, drop_list, show_lists

lists_app = typer.Typer(name="lists", help=HELP["lists_app"], no_args_is_help=True)


@lists_app.command("show", help=HELP["lists_show"])
def show(ctx: typer.Context, form: Form = Format.text) -> None:
    """Print every edition."""
    session: Session = ctx.obj
    found = show_lists(session.actor, session.node)
    if form is Format.text:
        found = [{**row, "digest": row["digest"][:SHORT]} for row in found]
    columns = ("list", "kinds", "date", "entries", "source", "since", "until", "snapshots", "digest")
    rows(found, columns, form)


@lists_app.command("add", help=HELP["lists_add"])
def add(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help=HELP["list_file"])],
    name: Annotated[str, typer.Option("--name", metavar="N", help=HELP["list_name"])],
    date: Annotated[str, typer.Option("--date", metavar="D", help=HELP["list_date"])],
    source: Annotated[str, typer.Option("--source", metavar="S", help=HELP["list_source"])],
    kind: Annotated[str | None, typer.Option("--kind", metavar="K", help=HELP["list_kind"])] = None,
    context: Annotated[str | None, typer.Option("--context", metavar="C", help=HELP["list_context"])] = None,
) -> None:
    """Take a list in."""
    session: Session = ctx.obj
    n = add_list(session.actor, session.node, path, name=name, date=date, source=source, kind=kind, context=context)
    say("{name} of {date}: {n} entries. Next: fanal run", name=name, date=date, n=n)


@lists_app.command("drop", help=HELP["lists_drop"])
def drop(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=HELP["list_name"])],
    date: Annotated[str | None, typer.Option("--date", metavar="D", help=HELP["list_drop_date"])] = None,
) -> None:
    """Set a list aside."""
    session: Session = ctx.obj
    drop_list(session.actor, session.node, name, date)
    say("Set aside, in the folder lists/dropped. Next: fanal run")
