"""`fanal check`: do register, evidence, lake and case store agree?"""

import typer

from fanal.cli.output import Format, rows
from fanal.cli.session import Form, Session
from fanal.work.check import check_node


def check_command(ctx: typer.Context, form: Form = Format.text) -> None:
    """Compare the three stores and rebuild the index."""
    session: Session = ctx.obj
    found = check_node(session.actor, session.node)
    rows(found, ("what", "checked", "wrong", "detail"), form)
    if any(row["wrong"] for row in found):
        raise typer.Exit(1)
