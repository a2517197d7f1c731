"""`fanal case`: CASE graphs in files."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.output import Format, rows, say
from fanal.cli.session import Form, Session
from fanal.cli.words import HELP
from fanal.work.case_files import check_case

case_app = typer.Typer(name="case", help=HELP["case_app"], no_args_is_help=True)


@case_app.callback()
def case() -> None:
    """CASE graphs in files."""


@case_app.command("check", help=HELP["case_check"])
def check(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help=HELP["case_file"])],
    form: Form = Format.text,
) -> None:
    """Say what does not conform."""
    session: Session = ctx.obj
    found = check_case(session.actor, path)
    rows(found, ("severity", "node", "path", "message"), form)
    if found:
        raise typer.Exit(1)
    say("It conforms to CASE 1.5.")
