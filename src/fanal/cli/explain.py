"""`fanal explain`: from what Fanal says to the rows that say so, read again from the exhibit."""

from itertools import groupby
from typing import Annotated

import typer
from rich.markup import escape

from fanal.base.language import translate
from fanal.cli.output import Format, people, record, visible
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.explain import explain


def explain_command(
    ctx: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="ID", help=HELP["explained"])],
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Print findings with their support."""
    session: Session = ctx.obj
    found = explain(session.actor, session.node, session.operation(op), subject)
    if form is not Format.text:
        record(found, form)
        return
    for finding in found["findings"]:
        people.print(f"[bold]{escape(visible(finding['text']))}[/bold]")
        for (role, reason), grounds in groupby(finding["support"], key=lambda s: (s["role"], s["reason"])):
            said = translate("{what}: {text}").format(what=translate(role), text=reason)
            people.print(escape(visible(f"  {said}")))
            for ground in grounds:
                if ground["obs"] is None:
                    continue
                where = translate("exhibit {exhibit}, {locator}").format(**ground)
                if ground["excerpt"] is not None:
                    where = translate("{what}: {text}").format(what=where, text=ground["excerpt"])
                people.print(escape(visible(f"      {where}")), style="dim")
                for copy in ground["also"]:
                    also = translate("the same in exhibit {exhibit}, {locator}").format(**copy)
                    people.print(escape(visible(f"        {also}")), style="dim")
