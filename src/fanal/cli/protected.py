"""`fanal protected`: the sealed list, for the one role that reads it."""

from typing import Annotated

import typer

from fanal.cli.output import Format, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.protection import list_protected, unprotect

protected_app = typer.Typer(name="protected", help=HELP["protected_app"], no_args_is_help=True)


@protected_app.command("list", help=HELP["protected_list"])
def listing(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Print the protected list."""
    session: Session = ctx.obj
    found = list_protected(session.actor, session.operation(op))
    rows(found, ("kind", "norm", "reference", "officer", "at", "reason"), form, words=("kind",))


@protected_app.command("remove", help=HELP["protected_remove"])
def remove(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=HELP["kind"])],
    value: Annotated[str, typer.Argument(metavar="VALUE", help=HELP["value"])],
    reason: Annotated[str, typer.Option("--reason", metavar="R", help=HELP["reason"])],
    op: Op = None,
) -> None:
    """Take an identifier off the list."""
    session: Session = ctx.obj
    unprotect(session.actor, session.operation(op), kind, value, reason)
    say("No longer protected. Packages may hold it from the next build on.")
