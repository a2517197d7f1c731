"""`fanal leads`: what to ask whom, what perishes first at the top."""

from typing import Annotated

import typer

from fanal.analyse.leads import say as in_words
from fanal.cli.output import SHORT, Format, rows
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.identities import leads

COLUMNS = ("addressee", "kind", "ask", "address", "port", "at", "perishes_at", "identity")


def leads_command(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help=HELP["limit"])] = 20,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Print leads."""
    session: Session = ctx.obj
    found = leads(session.actor, session.node, session.operation(op))
    if form is Format.text:
        found = ({**lead, "ask": in_words(lead["ask"]), "identity": lead["identity"][:SHORT]} for lead in found)
    rows(found, COLUMNS, form, limit=limit, words=("addressee", "kind"))
