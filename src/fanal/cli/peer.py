"""`fanal peer`: other agencies' nodes and their keys."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.output import Format, record, rows, say
from fanal.cli.session import Form, Session
from fanal.cli.words import HELP
from fanal.work.peers import list_peers, pin_card, write_card
from fanal.work.terms import Assessment, list_terms
from fanal.work.terms import assess as assess_peer

peer_app = typer.Typer(name="peer", help=HELP["peer_app"], no_args_is_help=True)


@peer_app.command("card", help=HELP["peer_card"])
def card(
    ctx: typer.Context,
    path: Annotated[Path | None, typer.Argument(metavar="[FILE]", help=HELP["own_card_path"])] = None,
) -> None:
    """Write this node's card."""
    session: Session = ctx.obj
    path = path or Path(f"{session.node.country}-{session.node.node_id[:8]}.fanal-card")
    fingerprint = write_card(session.actor, session.node, path)
    say("The card is {path}. Read its fingerprint out by phone: {fingerprint}", path=path, fingerprint=fingerprint)


@peer_app.command("add", help=HELP["peer_add"])
def add(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="CARD", help=HELP["card_path"])],
) -> None:
    """Pin another agency's card."""
    session: Session = ctx.obj
    pinned = pin_card(session.actor, session.node, path)
    say("{agency} is pinned with {fingerprint}.", agency=pinned.party.agency, fingerprint=pinned.compare_by_phone)


@peer_app.command("list", help=HELP["peer_list"])
def listing(ctx: typer.Context, form: Form = Format.text) -> None:
    """Print pinned peers."""
    session: Session = ctx.obj
    rows(list_peers(session.actor), ("agency", "country", "fingerprint", "terms", "pinned_at", "revoked_at"), form)


@peer_app.command("assess", help=HELP["peer_assess"])
def assess(
    ctx: typer.Context,
    agency: Annotated[str, typer.Argument(metavar="AGENCY", help=HELP["assessed"])],
    basis: Annotated[str, typer.Option("--basis", metavar="WORD", help=HELP["basis"])] = "",
    basis_reason: Annotated[str, typer.Option("--basis-reason", metavar="TEXT", help=HELP["basis_reason"])] = "",
    purpose: Annotated[str, typer.Option("--purpose", metavar="TEXT", help=HELP["purpose"])] = "",
    ill_treatment: Annotated[str, typer.Option("--ill-treatment", metavar="WORD", help=HELP["ill_treatment"])] = "",
    assessment: Annotated[str, typer.Option("--assessment", metavar="TEXT", help=HELP["assessment"])] = "",
    form: Form = Format.text,
) -> None:
    """Record the terms of a recipient."""
    session: Session = ctx.obj
    told = Assessment(basis, basis_reason, purpose, ill_treatment, assessment)
    record(assess_peer(session.actor, agency, told), form)


@peer_app.command("terms", help=HELP["peer_terms"])
def terms(
    ctx: typer.Context,
    agency: Annotated[str | None, typer.Argument(metavar="[AGENCY]", help=HELP["assessed"])] = None,
    form: Form = Format.text,
) -> None:
    """Print every term on record."""
    session: Session = ctx.obj
    found = list_terms(session.actor, agency)
    rows(found, ("agency", "kind", "value", "text", "officer", "at", "stands"), form, words=("kind",))
