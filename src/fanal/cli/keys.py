"""`fanal keys`: this node's own keys: which there are, new ones, and a notice that withdraws them."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.output import Format, record, rows, say
from fanal.cli.session import Form, Session
from fanal.cli.words import HELP
from fanal.work.keys import list_keys, revoke_keys, rotate_keys

COLUMNS = ("fingerprint", "state", "card_expires", "opens_until")
keys_app = typer.Typer(name="keys", help=HELP["keys_app"], no_args_is_help=True)


@keys_app.command("list", help=HELP["keys_list"])
def listing(ctx: typer.Context, form: Form = Format.text) -> None:
    """Print the node's keys."""
    session: Session = ctx.obj
    rows(list_keys(session.actor, session.node), COLUMNS, form, words=("state",))


@keys_app.command("rotate", help=HELP["keys_rotate"])
def rotate(
    ctx: typer.Context,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=HELP["reason"])],
    lost: Annotated[bool, typer.Option("--lost", help=HELP["keys_lost"])] = False,
    form: Form = Format.text,
) -> None:
    """Make new keys."""
    session: Session = ctx.obj
    made = rotate_keys(session.actor, session.node, lost=lost, reason=reason)
    record(made, form)
    if made["chained"]:
        say("Next: fanal peer card, and send it to every peer; the old key vouches for it.")
    else:
        say("Next: fanal peer card; every peer adds it and compares it with you by phone.")


@keys_app.command("revoke", help=HELP["keys_revoke"])
def revoke(
    ctx: typer.Context,
    reason: Annotated[str, typer.Option("--reason", metavar="WHY", help=HELP["revoked_for"])],
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help=HELP["revoke_note"])] = "",
    path: Annotated[Path | None, typer.Argument(metavar="[FILE]", help=HELP["notice_path"])] = None,
    form: Form = Format.text,
) -> None:
    """Write a revocation notice."""
    session: Session = ctx.obj
    target = path or Path(f"{session.node.country}-{session.node.node_id[:8]}.fanal-revocation")
    record(revoke_keys(session.actor, session.node, target, reason, note), form, words=("reason",))
    say("Send {path} to every peer, and call them. Next: fanal keys rotate", path=target)
