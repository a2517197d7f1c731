"""`fanal explain`: from what Fanal says to the rows that say so, read again from the exhibit."""

from itertools import groupby
from typing import Annotated, Any

import typer
from rich.markup import escape

from fanal.base.language import translate
from fanal.cli.output import SHORT, Format, in_words, people, record, visible
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.explain import explain

#: How many values that are context only people are shown.
CONTEXTS = 20


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
    _first(found)
    for finding in found["findings"]:
        people.print(f"[bold]{escape(visible(finding['text']))}[/bold]")
        shown: set[int] = set()
        for (role, reason, weighed), grounds in groupby(finding["support"], key=_speaks):
            what = f"{translate(role)} ({weighed})" if weighed else translate(role)
            said = translate("{what}: {text}").format(what=what, text=reason)
            people.print(escape(visible(f"  {said}")))
            for ground in grounds:
                if ground["obs"] is None:
                    continue
                where = translate("exhibit {exhibit}, {locator}").format(**ground)
                if ground["excerpt"] is not None and ground["obs"] not in shown:
                    shown.add(ground["obs"])
                    where = translate("{what}: {text}").format(what=where, text=ground["excerpt"])
                people.print(escape(visible(f"      {where}")), style="dim")
                for copy in ground["also"]:
                    also = translate("the same in exhibit {exhibit}, {locator}").format(**copy)
                    people.print(escape(visible(f"        {also}")), style="dim")
    if found.get("decided"):
        said = translate("decided: {verdict}, because: {reason}").format(
            verdict=in_words(found["decided"]["verdict"]), reason=found["decided"]["reason"]
        )
        people.print(escape(visible(said)))
    opinions(found.get("opinions", []))
    context(found.get("context", []))


def _first(found: dict[str, Any]) -> None:
    """What must be read before anything else: what handling codes ask, and that its sender withdrew it."""
    lines = list(found.get("handling", ()))
    if found.get("withdrawn"):
        lines.append(translate("withdrawn: {text}").format(text=found["withdrawn"]))
    for line in lines:
        people.print(f"[bold]{escape(visible(line))}[/bold]")


def opinions(found: list[dict[str, Any]]) -> None:
    """Print what officers said, here and elsewhere, one beside the other."""
    if not found:
        return
    people.print(f"[bold]{translate('What officers say of it')}[/bold]")
    for row in found:
        whose = translate("our own") if row["country"] is None else f"{row['whose']} ({row['country']})"
        what = " ".join(part for part in (in_words(row["says"]), row["grade"]) if part)
        line = translate("{what}: {text}").format(what=f"{row['at'][:10]} {whose}, {row['officer']}", text=what)
        people.print(escape(visible(f"  {line}" + (f" ({row['reason']})" if row["reason"] else ""))))


def context(found: list[dict[str, Any]]) -> None:
    """Print what links nobody, and which edition of a list says so."""
    if not found:
        return
    people.print(f"[bold]{translate('Context only: links nobody')}[/bold]")
    for row in found[:CONTEXTS]:
        edition = " ".join(word for word in (row["list"], row["edition"], (row["digest"] or "")[:SHORT]) if word)
        said = translate(row["context"].replace("_", " "))
        line = translate("{what}: {text}").format(what=f"{row['kind']} {row['value']}", text=said)
        people.print(escape(visible(f"  {line} ({edition})" if edition else f"  {line}")))
    if len(found) > CONTEXTS:
        people.print(translate("{n} more; --format json shows all.").format(n=len(found) - CONTEXTS))


def _speaks(support: dict[str, Any]) -> tuple[str, str, str | None]:
    return support["role"], support["reason"], support["strength"]
