"""`fanal snapshots`: copies of one source, and what changed between them."""

from typing import Annotated

import typer

from fanal.cli.output import Format, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.snapshots import changes, copies, link, part

snapshots_app = typer.Typer(name="snapshots", help=HELP["snapshots_app"], no_args_is_help=True)
Later = Annotated[int, typer.Argument(metavar="EXHIBIT", help=HELP["later"])]
Reason = Annotated[str, typer.Option("--reason", metavar="R", help=HELP["reason"])]


@snapshots_app.command("list", help=HELP["snapshots_list"])
def listing(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Print copies."""
    session: Session = ctx.obj
    found = copies(session.actor, session.node, session.operation(op))
    rows(found, ("exhibit", "name", "earlier", "same", "changed", "vanished", "comparable"), form)


@snapshots_app.command("changes", help=HELP["snapshots_changes"])
def changed(ctx: typer.Context, exhibit: Later, op: Op = None, form: Form = Format.text) -> None:
    """Print what changed."""
    session: Session = ctx.obj
    found = changes(session.actor, session.node, session.operation(op), exhibit)
    rows(found, ("table", "what", "locator", "earlier", "earlier_locator"), form, limit=50, words=("table", "what"))


@snapshots_app.command("link", help=HELP["snapshots_link"])
def linked(
    ctx: typer.Context,
    exhibit: Later,
    earlier: Annotated[int, typer.Argument(metavar="EARLIER", help=HELP["earlier"])],
    reason: Reason,
    op: Op = None,
) -> None:
    """Link an exhibit to an earlier one."""
    session: Session = ctx.obj
    link(session.actor, session.node, session.operation(op), exhibit, earlier, reason)
    say("Next: fanal run")


@snapshots_app.command("part", help=HELP["snapshots_part"])
def parted(ctx: typer.Context, exhibit: Later, reason: Reason, op: Op = None) -> None:
    """Part an exhibit from the one that it was linked to."""
    session: Session = ctx.obj
    part(session.actor, session.node, session.operation(op), exhibit, reason)
    say("Next: fanal run")
