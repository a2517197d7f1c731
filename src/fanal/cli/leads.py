"""`fanal leads`: what to ask whom, what perishes first at the top; requests, drafted and released."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.analyse.leads import say as in_words
from fanal.base.language import language as language_in_force
from fanal.base.language import speaking
from fanal.cli.output import SHORT, Format, record, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.exchange.spoken import package_language
from fanal.work.identities import leads
from fanal.work.requests import addressees, export_requests, release_requests

leads_app = typer.Typer(name="leads", help=HELP["leads_app"], invoke_without_command=True)
COLUMNS = ("addressee", "kind", "ask", "address", "port", "at", "perishes_at", "identity")
MORE = (*COLUMNS, "clock_offset_s", "rank", "lead", "obs")
FEW = 20
Limit = Annotated[int, typer.Option("--limit", metavar="N", help=HELP["limit"])]
Whom = Annotated[str | None, typer.Option("--addressee", metavar="NAME", help=HELP["addressee"])]


@leads_app.callback()
def front(
    ctx: typer.Context, limit: Limit = FEW, addressee: Whom = None, op: Op = None, form: Form = Format.text
) -> None:
    """Without a command, print the leads."""
    if ctx.invoked_subcommand is None:
        listing(ctx, limit, addressee, op, form)


@leads_app.command("list", help=HELP["leads_list"])
def listing(
    ctx: typer.Context, limit: Limit = FEW, addressee: Whom = None, op: Op = None, form: Form = Format.text
) -> None:
    """Print leads."""
    session: Session = ctx.obj
    found = leads(session.actor, session.node, session.operation(op), addressee)
    if form is Format.text:
        found = ({**lead, "ask": in_words(lead["ask"]), "identity": lead["identity"][:SHORT]} for lead in found)
    rows(found, COLUMNS if form is Format.text else MORE, form, limit=limit, words=("addressee", "kind"))


@leads_app.command("addressees", help=HELP["leads_addressees"])
def whom(ctx: typer.Context, limit: Limit = FEW, op: Op = None, form: Form = Format.text) -> None:
    """Print whom there is something to ask."""
    session: Session = ctx.obj
    found = addressees(session.actor, session.node, session.operation(op))
    rows(found, ("addressee", "kinds", "requests", "perishes_at"), form, limit=limit, words=("kinds",))


@leads_app.command("export", help=HELP["leads_export"])
def export(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=HELP["requests_folder"])],
    addressee: Whom = None,
    proceedings: Annotated[bool, typer.Option("--proceedings", help=HELP["proceedings"])] = False,
    language: Annotated[str | None, typer.Option("--language", metavar="LL", help=HELP["requests_language"])] = None,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Draft requests."""
    session: Session = ctx.obj
    operation = session.operation(op)
    with speaking(package_language(language) if language else language_in_force()):
        made = export_requests(session.actor, session.node, operation, folder, addressee, proceedings=proceedings)
    record(made, form)
    say("Not sent, and not to be sent yet. Next: another officer runs fanal leads release {name} {folder}", **made)


@leads_app.command("release", help=HELP["leads_release"])
def release(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=HELP["requests_name"])],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=HELP["drafts_folder"])],
    reason: Annotated[str, typer.Option("--reason", metavar="R", help=HELP["reason"])],
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Release requests as second officer."""
    session: Session = ctx.obj
    record(release_requests(session.actor, session.node, session.operation(op), name, folder, reason), form)
    say("Released. Fanal sends nothing: hand each letter with its table over. Answers come back as exhibits.")
