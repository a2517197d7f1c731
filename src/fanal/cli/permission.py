"""`fanal permission`: what a handling code forbids without its provider's permission, asked and answered."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.output import SHORT, Format, progress, record, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.letters import answer_permission, approve_letters
from fanal.work.permissions import ask_permission, list_permissions
from fanal.work.receive import receive

permission_app = typer.Typer(name="permission", help=HELP["permission_app"], no_args_is_help=True)
COLUMNS = (
    "letter",
    "agency",
    "package",
    "use",
    "to",
    "identity",
    "state",
    "settled",
    "schedule",
    "days_waiting",
    "reason",
)
WORDS = ("use", "state", "settled")
SEALED = ("letter", "agency", "said", "identity", "digest", "file")
Reason = Annotated[str, typer.Option("--reason", metavar="R", help=HELP["reason"])]
Name = Annotated[str, typer.Argument(metavar="LETTER", help=HELP["one_letter"])]


@permission_app.command("ask", help=HELP["permission_ask"])
def ask(
    ctx: typer.Context,
    use: Annotated[str, typer.Argument(metavar="USE", help=HELP["permission_use"])],
    reason: Reason,
    to: Annotated[str, typer.Option("--to", metavar="CC", help=HELP["permission_to"])] = "",
    identity: Annotated[str, typer.Option("--identity", metavar="ID", help=HELP["permission_identity"])] = "",
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Draft a request."""
    session: Session = ctx.obj
    operation = session.operation(op)
    drafted = ask_permission(session.actor, session.node, operation, use, to.upper(), identity, reason)
    record(drafted, form, words=WORDS)
    say("Next: another officer runs fanal permission approve")


@permission_app.command("list", help=HELP["permission_list"])
def listing(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Print permissions."""
    session: Session = ctx.obj
    found = list_permissions(session.actor, session.operation(op))
    if form is Format.text:
        found = [{**row, "identity": (row["identity"] or "-")[:SHORT]} for row in found]
    rows(found, COLUMNS, form, words=WORDS)


@permission_app.command("approve", help=HELP["permission_approve"])
def approve(
    ctx: typer.Context,
    letter: Annotated[str | None, typer.Argument(metavar="LETTER", help=HELP["letter_name"])] = None,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Approve and seal a request or a reply."""
    session: Session = ctx.obj
    operation = session.operation(op)
    rows(approve_letters(session.actor, session.node, operation, letter, ("permission",)), SEALED, form)
    say("Hand each file to its recipient; what they say to it comes back as a file.")


@permission_app.command("grant", help=HELP["permission_grant"])
def grant(ctx: typer.Context, letter: Name, reason: Reason, op: Op = None, form: Form = Format.text) -> None:
    """Grant."""
    _answer(ctx, letter, "granted", reason, op, form)


@permission_app.command("refuse", help=HELP["permission_refuse"])
def refuse(ctx: typer.Context, letter: Name, reason: Reason, op: Op = None, form: Form = Format.text) -> None:
    """Refuse."""
    _answer(ctx, letter, "refused", reason, op, form)


def _answer(ctx: typer.Context, letter: str, said: str, reason: str, op: str | None, form: Format) -> None:
    session: Session = ctx.obj
    record(answer_permission(session.actor, session.operation(op), letter, said, reason), form, words=("said",))
    say("Next: another officer runs fanal permission approve")


@permission_app.command("receive", help=HELP["permission_receive"])
def receive_(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help=HELP["permission_file"])],
    form: Form = Format.text,
) -> None:
    """Open a request or a reply."""
    session: Session = ctx.obj
    with progress("Opening") as report:
        record(receive(session.actor, session.node, path, None, "", report), form, words=("kind",))
