"""`fanal media match`: which registered media stand on which hash list."""

import typer

from fanal.cli.media_series import FEW, Limit
from fanal.cli.output import Format, progress, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.work.hashlists import show_hash_lists
from fanal.work.media import match_media

#: What people read on one line; a table for programs has the rest too.
SHOWN = ("media", "list", "entry", "kind", "distance", "share", "opinion")
COLUMNS = ("media", "list", "version", "entry", "kind", "distance", "share", "share_of_entry", "opinion", "quarantined")


def match(ctx: typer.Context, limit: Limit = FEW, op: Op = None, form: Form = Format.text) -> None:
    """Match, and print what matches."""
    session: Session = ctx.obj
    with progress("Matching") as report:
        found = list(match_media(session.actor, session.node, session.operation(op), report))
    if form is Format.text:
        found = [{**row, "opinion": "quarantined" if row["quarantined"] else row["opinion"]} for row in found]
    rows(found, SHOWN if form is Format.text else COLUMNS, form, limit=limit, words=("kind", "opinion"))
    if not show_hash_lists(session.actor, session.node):
        say("This node has no hash list. Next: fanal hashlist add FILE --name N")
    else:
        say("Next: fanal media series, then fanal media unseen")
