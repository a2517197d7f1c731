"""`fanal peer`: other agencies' nodes and their keys."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.output import Format, rows, say
from fanal.cli.session import Form, Session
from fanal.cli.words import HELP
from fanal.work.peers import list_peers, pin_card, write_card

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
    basis: Annotated[str, typer.Option("--basis", metavar="TEXT", help=HELP["basis"])] = "",
    purpose: Annotated[str, typer.Option("--purpose", metavar="TEXT", help=HELP["purpose"])] = "",
) -> None:
    """Pin another agency's card."""
    session: Session = ctx.obj
    pinned = pin_card(session.actor, session.node, path, basis, purpose)
    say("{agency} is pinned with {fingerprint}.", agency=pinned.party.agency, fingerprint=pinned.compare_by_phone)


@peer_app.command("list", help=HELP["peer_list"])
def listing(ctx: typer.Context, form: Form = Format.text) -> None:
    """Print pinned peers."""
    session: Session = ctx.obj
    rows(list_peers(session.actor), ("agency", "country", "fingerprint", "basis", "pinned_at", "revoked_at"), form)
