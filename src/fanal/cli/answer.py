"""`fanal answer`: what became of the identities of a received package."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.output import Format, record, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.answers import Told, send_answers, set_answer

answer_app = typer.Typer(name="answer", help=HELP["answer_app"], no_args_is_help=True)


@answer_app.command("set", help=HELP["answer_set"])
def set_(
    ctx: typer.Context,
    identity: Annotated[str, typer.Argument(metavar="IDENTITY", help=HELP["identity"])],
    outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help=HELP["outcome"])],
    grade: Annotated[str, typer.Option("--grade", metavar="G", help=HELP["grade"])] = "",
    person: Annotated[str, typer.Option("--person", metavar="REF", help=HELP["answer_person"])] = "",
    minor: Annotated[bool | None, typer.Option("--minor/--adult", help=HELP["answer_minor"])] = None,
    at: Annotated[str, typer.Option("--at", metavar="INSTANT", help=HELP["answer_at"])] = "",
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help=HELP["note"])] = "",
    op: Op = None,
) -> None:
    """Record an outcome."""
    session: Session = ctx.obj
    told = Told(outcome, grade=grade, person=person, minor=minor, at=at, note=note)
    set_answer(session.actor, session.node, session.operation(op), identity, told)
    say("Recorded. Next: fanal answer send")


@answer_app.command("send", help=HELP["answer_send"])
def send(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Seal the answers to the sender."""
    session: Session = ctx.obj
    sent = send_answers(session.actor, session.node, session.operation(op))
    record(sent, form)
    say("Hand {file} to {agency}; there: fanal receive", file=Path(sent["file"]).name, agency=sent["recipient"])
