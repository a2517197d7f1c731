"""`fanal review`: pairs of accounts that wait for an officer's word."""

from typing import Annotated, Any

import typer
from rich.markup import escape

from fanal.base.language import translate
from fanal.cli.output import SHORT, Format, in_words, people, rows, visible
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.review import review

COLUMNS = ("pair", "kind", "identities", "ranks", "for", "against", "rules_for", "rules_against", "decided")


def review_command(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help=HELP["limit"])] = 10,
    everything: Annotated[bool, typer.Option("--all", help=HELP["review_all"])] = False,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Print what waits for a decision."""
    session: Session = ctx.obj
    found = review(session.actor, session.node, session.operation(op), everything=everything)
    if form is not Format.text:
        rows(found, COLUMNS, form)
        return
    n = 0
    for n, row in enumerate(found, 1):
        if n <= limit:
            _show(row)
    if not n:
        people.print(translate("Nothing found."))
    if n > limit:
        people.print(translate("… and {n} more; --format jsonl prints all.").format(n=n - limit))


def _show(row: dict[str, Any]) -> None:
    one, other = (identity[:SHORT] for identity in row["identities"])
    ranks = [translate("rank {n}").format(n=rank) if rank else "-" for rank in row["ranks"]]
    head = f"{row['pair']}  {in_words(row['kind'])}  ({one}, {ranks[0]}; {other}, {ranks[1]})"
    people.print(f"[bold]{escape(visible(head))}[/bold]")
    for role in ("for", "against"):
        for reason in row[role] or [translate("nothing")]:
            said = translate("{what}: {text}").format(what=translate(role), text=reason)
            people.print(escape(visible(f"  {said}")))
    if row["decided"]:
        said = translate("{what}: {text}").format(what=translate("decided"), text=in_words(row["decided"]))
        people.print(escape(visible(f"  {said}")))
    how = translate("fanal decide {pair} same|different|not_enough --reason R").format(pair=row["pair"])
    people.print(escape(visible(f"  {how}")), style="dim")
