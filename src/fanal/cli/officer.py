"""`fanal officer`: who works in this node."""

from typing import Annotated

import typer

from fanal.cases.access import ANALYST
from fanal.cases.session import DEMO_PASSPHRASE
from fanal.cli.init import ask_passphrase
from fanal.cli.output import Format, record, rows, say
from fanal.cli.session import Form, Session
from fanal.cli.words import HELP
from fanal.work.keys import replace_officer_key
from fanal.work.nodes import add_officer, list_officers

officer_app = typer.Typer(name="officer", help=HELP["officer_app"], no_args_is_help=True)


@officer_app.command("add", help=HELP["officer_add"])
def add(
    ctx: typer.Context,
    officer: Annotated[str, typer.Argument(metavar="NUMBER", help=HELP["officer"])],
    name: Annotated[str, typer.Option("--name", metavar="NAME", help=HELP["officer_name"])] = "",
    role: Annotated[list[str] | None, typer.Option("--role", metavar="ROLE", help=HELP["role"])] = None,
) -> None:
    """Enrol an officer."""
    session: Session = ctx.obj
    passphrase = DEMO_PASSPHRASE if session.node.demo else ask_passphrase(officer, twice=True)
    add_officer(session.actor, session.node, officer, name, tuple(role or [ANALYST]), passphrase)
    say("Officer {officer} is enrolled: {roles}.", officer=officer, roles=", ".join(role or [ANALYST]))


@officer_app.command("key", help=HELP["officer_key"])
def key(
    ctx: typer.Context,
    officer: Annotated[str, typer.Argument(metavar="NUMBER", help=HELP["officer"])],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=HELP["reason"])],
    form: Form = Format.text,
) -> None:
    """Give an officer a new key."""
    session: Session = ctx.obj
    passphrase = DEMO_PASSPHRASE if session.node.demo else ask_passphrase(officer, twice=True)
    record(replace_officer_key(session.actor, session.node, officer, passphrase, reason), form)
    say("Where somebody else may have the old key: fanal keys rotate, too.")


@officer_app.command("list", help=HELP["officer_list"])
def listing(ctx: typer.Context, form: Form = Format.text) -> None:
    """Print the officers."""
    session: Session = ctx.obj
    rows(list_officers(session.actor), ("officer", "name", "roles", "active"), form, words=("roles",))
