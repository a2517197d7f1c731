"""`fanal store`: the database that the case store is in."""

from typing import Annotated

import typer

from fanal.cli.output import say
from fanal.cli.session import Session
from fanal.cli.words import HELP
from fanal.work.nodes import move_store

store_app = typer.Typer(name="store", help=HELP["store_app"], no_args_is_help=True)


@store_app.command("move", help=HELP["store_move"])
def move(
    ctx: typer.Context,
    address: Annotated[str, typer.Argument(metavar="URL", help=HELP["store_address"])],
) -> None:
    """Move every row into another database, and have the node use that."""
    session: Session = ctx.obj
    rows, where = move_store(session.actor, session.node, address)
    say(
        "{rows} rows are in {address}, and the node uses it from now on; what it was in before is as it was.",
        rows=rows,
        address=where,
    )
