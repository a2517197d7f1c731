"""`fanal victim`: the register of victims, for the one role that reads it."""

from typing import Annotated

import typer

from fanal.cli.output import Format, record, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.victims import Noted, add_victim, list_victims, note_victim, safeguard_reports, show_victim

victim_app = typer.Typer(name="victim", help=HELP["victim_app"], no_args_is_help=True)
Number = Annotated[str, typer.Argument(metavar="VICTIM", help=HELP["victim"])]
Status = Annotated[str, typer.Option("--status", metavar="WORD", help=HELP["victim_status"])]
Country = Annotated[str, typer.Option("--country", metavar="CC", help=HELP["victim_country"])]
Media = Annotated[list[str] | None, typer.Option("--media", metavar="SHA256", help=HELP["victim_media"])]
Report = Annotated[str, typer.Option("--report", metavar="REF", help=HELP["victim_report"])]
Reason = Annotated[str, typer.Option("--reason", metavar="R", help=HELP["reason"])]


def number_of(victim: str) -> int:
    """The number in `V-3` or `3`; 0, which nobody has, where there is none."""
    digits = victim.strip().upper().removeprefix("V-")
    return int(digits) if digits.isascii() and digits.isdigit() else 0


@victim_app.command("add", help=HELP["victim_add"])
def add(
    ctx: typer.Context,
    reason: Reason,
    status: Status = "",
    country: Country = "",
    media: Media = None,
    report: Report = "",
    op: Op = None,
) -> None:
    """Put a victim into the register."""
    session: Session = ctx.obj
    noted = Noted(status, country, media or (), report)
    told = add_victim(session.actor, session.operation(op), noted, reason)
    say("{victim} is in the register. No name belongs there; keep it where your agency keeps such names.", **told)


@victim_app.command("note", help=HELP["victim_note"])
def note(
    ctx: typer.Context,
    victim: Number,
    reason: Reason,
    status: Status = "",
    country: Country = "",
    media: Media = None,
    report: Report = "",
    op: Op = None,
) -> None:
    """Note what is known of a victim now."""
    session: Session = ctx.obj
    noted = Noted(status, country, media or (), report)
    told = note_victim(session.actor, session.operation(op), number_of(victim), noted, reason)
    say("Noted of {victim}, and signed.", **told)


@victim_app.command("list", help=HELP["victim_list"])
def listing(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Print the register."""
    session: Session = ctx.obj
    found = list_victims(session.actor, session.operation(op))
    columns = ("victim", "status", "country", "media", "reports", "officer", "at")
    rows([row | {"media": len(row["media"])} for row in found] if form is Format.text else found, columns, form,
         words=("status",))  # fmt: skip


@victim_app.command("show", help=HELP["victim_show"])
def show(ctx: typer.Context, victim: Number, op: Op = None, form: Form = Format.text) -> None:
    """Print one victim's notes."""
    session: Session = ctx.obj
    told = show_victim(session.actor, session.operation(op), number_of(victim))
    if form is not Format.text:
        record(told, form)
        return
    rows(told["notes"], ("at", "status", "country", "media", "report", "officer", "reason"), form, words=("status",))


@victim_app.command("reports", help=HELP["victim_reports"])
def reports(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Print reports of children made safe that no victim of the register names."""
    session: Session = ctx.obj
    rows(safeguard_reports(session.actor, session.operation(op)), ("report", "country", "at"), form)
