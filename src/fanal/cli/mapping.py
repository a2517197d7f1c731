"""`fanal map`: mappings of dumps and tables."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.output import Format, rows
from fanal.cli.session import Form, Session
from fanal.cli.words import HELP
from fanal.work.mappings import check_mapping, draft_mapping

map_app = typer.Typer(name="map", help=HELP["map_app"], no_args_is_help=True)


@map_app.command("check", help=HELP["map_check"])
def check(
    ctx: typer.Context,
    mapping: Annotated[Path, typer.Argument(metavar="M.yaml", help=HELP["mapping_file"])],
    path: Annotated[Path, typer.Argument(metavar="PATH", help=HELP["mapped_path"])],
    form: Form = Format.text,
) -> None:
    """Say what the mapping leaves unread."""
    session: Session = ctx.obj
    rows(check_mapping(session.actor, mapping, path), ("table", "rows", "read", "unread_columns"), form)


@map_app.command("draft", help=HELP["map_draft"])
def draft(ctx: typer.Context, path: Annotated[Path, typer.Argument(metavar="PATH", help=HELP["mapped_path"])]) -> None:
    """Print a proposed mapping."""
    session: Session = ctx.obj
    sys.stdout.write(draft_mapping(session.actor, path))
