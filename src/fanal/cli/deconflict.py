"""`fanal deconflict`: whether two agencies, or two operations of this node, look at the same people."""

from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.cli.output import SHORT, Format, progress, record, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work import deconflict as deconfliction
from fanal.work.deconflict_own import common_of_own
from fanal.work.deconflict_release import approve, budgets, files, log
from fanal.work.deconflict_sweep import sweep_secrets

deconflict_app = typer.Typer(name="deconflict", help=HELP["deconflict_app"], no_args_is_help=True)
COLUMNS = ("name", "step", "direction", "agency", "state", "values", "hits", "purpose", "reference", "digest", "file")
OWN = ("operation", "other", "kind", "values", "identities", "call")

Purpose = Annotated[str, typer.Option("--purpose", metavar="TEXT", help=HELP["deconflict_purpose"])]
Kinds = Annotated[list[str] | None, typer.Option("--kind", metavar="KIND", help=HELP["deconflict_kind"])]
Reference = Annotated[str, typer.Option("--reference", metavar="REF", help=HELP["deconflict_reference"])]
Met = Annotated[bool, typer.Option("--met", help=HELP["deconflict_met"])]


def _print(found: list[dict[str, Any]], form: Format) -> None:
    """Files in a table; people are shown the beginning of a digest and the name of a file."""
    if form is Format.text:
        found = [{**row, "digest": row["digest"][:SHORT], "file": Path(row["file"]).name} for row in found]
    rows(found, COLUMNS, form, words=("step", "direction", "state"))


def _waits(made: dict[str, Any]) -> None:
    say("Next: another officer reads this and runs fanal deconflict approve {name}", name=made["name"])


@deconflict_app.command("offer", help=HELP["deconflict_offer"])
def offer_command(
    ctx: typer.Context,
    peer: Annotated[str, typer.Argument(metavar="PEER", help=HELP["deconflict_peer"])],
    purpose: Purpose,
    kind: Kinds = None,
    reference: Reference = "",
    met: Met = False,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Build an offer."""
    session: Session = ctx.obj
    operation = session.operation(op)
    with progress("Blinding"):
        made = deconfliction.offer(
            session.actor,
            session.node,
            operation,
            peer,
            purpose=purpose,
            kinds=kind or (),
            reference=reference,
            met=met,
        )
    _print([made], form)
    _waits(made)


@deconflict_app.command("query", help=HELP["deconflict_query"])
def query_command(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help=HELP["deconflict_offered"])],
    purpose: Purpose,
    kind: Kinds = None,
    reference: Reference = "",
    met: Met = False,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Build a query to an offer."""
    session: Session = ctx.obj
    operation = session.operation(op)
    with progress("Blinding"):
        made = deconfliction.query(
            session.actor,
            session.node,
            operation,
            path,
            purpose=purpose,
            kinds=kind or (),
            reference=reference,
            met=met,
        )
    _print([made], form)
    _waits(made)


@deconflict_app.command("answer", help=HELP["deconflict_answer"])
def answer_command(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help=HELP["deconflict_queried"])],
    form: Form = Format.text,
) -> None:
    """Build the response to a query."""
    session: Session = ctx.obj
    with progress("Blinding"):
        made = deconfliction.answer(session.actor, session.node, path)
    _print([made], form)
    _waits(made)


@deconflict_app.command("result", help=HELP["deconflict_result"])
def result_command(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help=HELP["deconflict_answered"])],
    form: Form = Format.text,
) -> None:
    """Read a response, or a result."""
    session: Session = ctx.obj
    with progress("Comparing"):
        found = deconfliction.result(session.actor, session.node, path)
    _told(found, form)
    if found["waits"]:
        say("{agency} learns these counts only if another officer runs fanal deconflict approve {name}",
            agency=found["agency"], name=found["name"])  # fmt: skip


@deconflict_app.command("hits", help=HELP["deconflict_hits"])
def hits_command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=HELP["deconflict_name"])],
    form: Form = Format.text,
) -> None:
    """Read a result again."""
    session: Session = ctx.obj
    _told(deconfliction.hits(session.actor, session.node, name), form)


def _told(found: dict[str, Any], form: Format) -> None:
    if form is not Format.text:
        record(found, form)
        return
    rows(found["kinds"], ("kind", "asked", "hits", "identities"), form)
    if found["office"]:
        say("Call {office} ({agency}).", office=found["office"], agency=found["agency"])
    else:
        say("No hit. That both have nothing in common is not proved by it.")


@deconflict_app.command("approve", help=HELP["deconflict_approve"])
def approve_command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=HELP["deconflict_name"])],
    reference: Annotated[str, typer.Option("--reference", metavar="REF", help=HELP["deconflict_again"])] = "",
    form: Form = Format.text,
) -> None:
    """Approve as second officer, and seal."""
    session: Session = ctx.obj
    _print([approve(session.actor, session.node, name, reference)], form)
    say("Hand the file to its recipient; no copy of it can be opened by anybody else.")


@deconflict_app.command("list", help=HELP["deconflict_list"])
def list_command(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Print the files."""
    session: Session = ctx.obj
    _print(files(session.actor, session.operation(op)), form)


@deconflict_app.command("log", help=HELP["deconflict_log"])
def log_command(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Print the log, and for people what is left of each budget."""
    session: Session = ctx.obj
    columns = ("at", "agency", "side", "kind", "size", "hits", "purpose", "reference", "officer")
    rows(log(session.actor, session.operation(op)), columns, form, words=("side",))
    if form is Format.text:
        rows(budgets(session.actor, session.node), ("agency", "side", "kind", "used", "left"), form, words=("side",))


@deconflict_app.command("sweep", help=HELP["deconflict_sweep"])
def sweep_command(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Delete keys whose time is over."""
    session: Session = ctx.obj
    gone = sweep_secrets(session.actor, session.node, session.operation(op))
    rows(({"name": name} for name in gone), ("name",), form)
    if not gone:
        say("No key is older than its time.")


@deconflict_app.command("own", help=HELP["deconflict_own"])
def own_command(ctx: typer.Context, form: Form = Format.text) -> None:
    """Print what operations of this node have in common."""
    session: Session = ctx.obj
    rows(common_of_own(session.actor, session.node), OWN, form)
