"""`fanal answer`: what became of the identities of a received package."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.output import SHORT, Format, record, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.adopt import adopt
from fanal.work.answers import Told, list_answers, send_answers, send_receipt, set_answer

SEEN = ("country", "identity", "outcome", "grade", "note", "adopted")
COLUMNS = (
    "country",
    "package",
    "identity",
    "outcome",
    "grade",
    "person",
    "minor",
    "occurred_at",
    "note",
    "officer",
    "at",
    "agency",
    "adopted",
)

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


@answer_app.command("list", help=HELP["answer_list"])
def listing(
    ctx: typer.Context,
    country: Annotated[str | None, typer.Option("--country", metavar="CC", help=HELP["answers_of"])] = None,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Print answers."""
    session: Session = ctx.obj
    found = list_answers(session.actor, session.operation(op), country.upper() if country else None)
    shown = SEEN if form is Format.text else COLUMNS
    if form is Format.text:
        found = [{**row, "identity": row["identity"][:SHORT], "adopted": bool(row["adopted"])} for row in found]
    rows(found, shown, form, words=("outcome",))


@answer_app.command("adopt", help=HELP["answer_adopt"])
def adopt_(
    ctx: typer.Context,
    identity: Annotated[str, typer.Argument(metavar="IDENTITY", help=HELP["identity"])],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=HELP["reason"])],
    country: Annotated[str | None, typer.Option("--country", metavar="CC", help=HELP["answers_of"])] = None,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Decide by an answer."""
    session: Session = ctx.obj
    operation = session.operation(op)
    of = country.upper() if country else None
    made = adopt(session.actor, session.node, operation, identity, of, reason)
    told = [{"decision": d.decision, "kind": d.subject_kind, "subject": d.subject, "verdict": d.verdict} for d in made]
    rows(told, ("decision", "kind", "subject", "verdict"), form, words=("kind", "verdict"))
    say("Next: fanal run")


@answer_app.command("receipt", help=HELP["answer_receipt"])
def receipt(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Say where the receipt of the last package lies."""
    session: Session = ctx.obj
    sent = send_receipt(session.actor, session.node, session.operation(op))
    record(sent, form)
    say("Hand {file} to {agency}; there: fanal receive", file=Path(sent["file"]).name, agency=sent["recipient"])


@answer_app.command("send", help=HELP["answer_send"])
def send(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Seal the answers to the sender."""
    session: Session = ctx.obj
    sent = send_answers(session.actor, session.node, session.operation(op))
    record(sent, form)
    say("Hand {file} to {agency}; there: fanal receive", file=Path(sent["file"]).name, agency=sent["recipient"])
