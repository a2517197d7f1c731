"""`fanal recall` and `fanal correction`: what was sent and no longer stands, told to who got it."""

from typing import Annotated, Any

import typer

from fanal.cli.output import SHORT, Format, record, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.corrections import list_letters, recall
from fanal.work.letters import approve_letters, dismiss_letter, settle

correction_app = typer.Typer(name="correction", help=HELP["correction_app"], no_args_is_help=True)
KINDS = ("recall", "correction")
COLUMNS = ("letter", "kind", "agency", "package", "identity", "state", "days_waiting", "settled", "reason")
WORDS = ("kind", "state", "settled")
SEALED = ("letter", "agency", "said", "identity", "digest", "file")
Reason = Annotated[str, typer.Option("--reason", metavar="R", help=HELP["reason"])]


def _print(found: list[dict[str, Any]], form: Format) -> None:
    if form is Format.text:
        found = [{**row, "identity": row["identity"][:SHORT]} for row in found]
    rows(found, COLUMNS, form, words=WORDS)


def recall_command(
    ctx: typer.Context,
    identity: Annotated[str, typer.Argument(metavar="ID", help=HELP["recalled"])],
    reason: Reason,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Draft a recall."""
    session: Session = ctx.obj
    _print(recall(session.actor, session.node, session.operation(op), identity, reason), form)
    say("Next: another officer runs fanal correction approve")


@correction_app.command("list", help=HELP["correction_list"])
def listing(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Print letters."""
    session: Session = ctx.obj
    _print(list_letters(session.actor, session.operation(op)), form)


@correction_app.command("approve", help=HELP["correction_approve"])
def approve(
    ctx: typer.Context,
    letter: Annotated[str | None, typer.Argument(metavar="LETTER", help=HELP["letter_name"])] = None,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Approve and seal."""
    session: Session = ctx.obj
    rows(approve_letters(session.actor, session.node, session.operation(op), letter, KINDS), SEALED, form)
    say("Hand each file to its recipient; what they say to it comes back as a file.")


@correction_app.command("dismiss", help=HELP["correction_dismiss"])
def dismiss(
    ctx: typer.Context,
    letter: Annotated[str, typer.Argument(metavar="LETTER", help=HELP["one_letter"])],
    reason: Reason,
    op: Op = None,
) -> None:
    """Set a draft aside."""
    session: Session = ctx.obj
    dismiss_letter(session.actor, session.operation(op), letter, reason)
    say("Set aside.")


@correction_app.command("settle", help=HELP["correction_settle"])
def settle_(
    ctx: typer.Context,
    letter: Annotated[str, typer.Argument(metavar="LETTER", help=HELP["one_letter"])],
    said: Annotated[str, typer.Argument(metavar="WORD", help=HELP["settled"])],
    reason: Reason,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Stop or confirm."""
    session: Session = ctx.obj
    record(settle(session.actor, session.node, session.operation(op), letter, said, reason), form, words=("said",))
