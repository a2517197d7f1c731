"""`fanal doctor`: what this installation is and whether it works."""

import typer

from fanal.cli.output import Format, rows
from fanal.cli.session import Form
from fanal.work.doctor import examine


def doctor_command(ctx: typer.Context, form: Form = Format.text) -> None:
    """Examine the installation; a node is not needed."""
    found = examine(ctx.obj.folder)
    rows(found, ("what", "found", "works"), form)
    if not all(row["works"] for row in found):
        raise typer.Exit(1)
