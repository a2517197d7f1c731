"""`fanal peer`: other agencies' nodes and their keys."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.output import Format, record, rows, say
from fanal.cli.session import Form, Session
from fanal.cli.words import HELP
from fanal.work.keys import key_warnings
from fanal.work.peers import list_peers, pin_card, show_card, write_card
from fanal.work.pins import compare_peer, pin_history, revoke_peer, take_notice
from fanal.work.terms import Assessment, list_terms
from fanal.work.terms import assess as assess_peer

HISTORY = ("at", "agency", "what", "officer", "compared_with", "over", "reason", "fingerprint")

peer_app = typer.Typer(name="peer", help=HELP["peer_app"], no_args_is_help=True)


@peer_app.command("card", help=HELP["peer_card"])
def card(
    ctx: typer.Context,
    path: Annotated[Path | None, typer.Argument(metavar="[FILE]", help=HELP["own_card_path"])] = None,
    show: Annotated[bool, typer.Option("--show", help=HELP["show_card"])] = False,
    form: Form = Format.text,
) -> None:
    """Write this node's card, or show one."""
    session: Session = ctx.obj
    if show:
        record(show_card(session.actor, session.node, path), form)
        return
    path = path or Path(f"{session.node.country}-{session.node.node_id[:8]}.fanal-card")
    fingerprint = write_card(session.actor, session.node, path)
    say("The card is {path}. Read its fingerprint out by phone: {fingerprint}", path=path, fingerprint=fingerprint)


@peer_app.command("add", help=HELP["peer_add"])
def add(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="CARD", help=HELP["card_path"])],
    replaces: Annotated[str, typer.Option("--replaces", metavar="NODE", help=HELP["replaces"])] = "",
) -> None:
    """Pin another agency's card."""
    session: Session = ctx.obj
    pinned = pin_card(session.actor, session.node, path, replaces)
    say("{agency} is pinned with {fingerprint}.", agency=pinned.party.agency, fingerprint=pinned.compare_by_phone)
    say("Next: call them, read these groups to each other, then fanal peer compare {node}", node=pinned.party.node[:12])


@peer_app.command("compare", help=HELP["peer_compare"])
def compare(
    ctx: typer.Context,
    node: Annotated[str, typer.Argument(metavar="NODE", help=HELP["peer_named"])],
    with_: Annotated[str, typer.Option("--with", metavar="NAME", help=HELP["compared_with"])],
    over: Annotated[str, typer.Option("--over", metavar="MEANS", help=HELP["over"])],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=HELP["compare_reason"])],
) -> None:
    """Record a comparison."""
    session: Session = ctx.obj
    peer = compare_peer(session.actor, node, with_, over, reason)
    say("On record: the card of {agency} was compared.", agency=peer.agency.name)


@peer_app.command("revoke", help=HELP["peer_revoke"])
def revoke(
    ctx: typer.Context,
    named: Annotated[str, typer.Argument(metavar="NODE", help=HELP["peer_or_notice"])],
    reason: Annotated[str, typer.Option("--reason", metavar="WHY", help=HELP["revoked_for"])] = "",
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help=HELP["revoke_note"])] = "",
) -> None:
    """Withdraw a peer's key."""
    session: Session = ctx.obj
    if Path(named).is_file():
        peer = take_notice(session.actor, Path(named))
    else:
        peer = revoke_peer(session.actor, named, reason, note)
    say("The key {fingerprint} of {agency} is revoked.", fingerprint=peer.fingerprint, agency=peer.agency.name)


@peer_app.command("list", help=HELP["peer_list"])
def listing(
    ctx: typer.Context,
    history: Annotated[bool, typer.Option("--history", help=HELP["peer_history"])] = False,
    form: Form = Format.text,
) -> None:
    """Print pinned peers."""
    session: Session = ctx.obj
    if history:
        rows(pin_history(session.actor), HISTORY, form, words=("what",))
        return
    rows(
        list_peers(session.actor),
        ("agency", "country", "fingerprint", "terms", "state", "expires_at", "pinned_at"),
        form,
        words=("state",),
    )
    for line in key_warnings(session.actor, session.node):
        say("Note: {text}", text=line)


@peer_app.command("assess", help=HELP["peer_assess"])
def assess(
    ctx: typer.Context,
    agency: Annotated[str, typer.Argument(metavar="AGENCY", help=HELP["assessed"])],
    basis: Annotated[str, typer.Option("--basis", metavar="WORD", help=HELP["basis"])] = "",
    basis_reason: Annotated[str, typer.Option("--basis-reason", metavar="TEXT", help=HELP["basis_reason"])] = "",
    purpose: Annotated[str, typer.Option("--purpose", metavar="TEXT", help=HELP["purpose"])] = "",
    ill_treatment: Annotated[str, typer.Option("--ill-treatment", metavar="WORD", help=HELP["ill_treatment"])] = "",
    assessment: Annotated[str, typer.Option("--assessment", metavar="TEXT", help=HELP["assessment"])] = "",
    perceptual: Annotated[str, typer.Option("--perceptual", metavar="WORD", help=HELP["perceptual"])] = "",
    perceptual_reason: Annotated[
        str, typer.Option("--perceptual-reason", metavar="TEXT", help=HELP["perceptual_reason"])
    ] = "",
    form: Form = Format.text,
) -> None:
    """Record the terms of a recipient."""
    session: Session = ctx.obj
    told = Assessment(basis, basis_reason, purpose, ill_treatment, assessment, perceptual, perceptual_reason)
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
