"""`fanal media match`: which registered media stand on which hash list."""

import typer

from fanal.cli.output import Format, progress, rows
from fanal.cli.session import Form, Op, Session
from fanal.work.media import match_media

COLUMNS = ("media", "list", "version", "entry", "kind", "distance", "share", "share_of_entry", "opinion", "quarantined")


def match(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Match, and print what matches."""
    session: Session = ctx.obj
    with progress("Matching") as report:
        found = list(match_media(session.actor, session.node, session.operation(op), report))
    rows(found, COLUMNS, form, words=("kind", "opinion"))
