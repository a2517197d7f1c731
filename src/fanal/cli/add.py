"""`fanal add`: exhibits are registered and read."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fanal.base.language import mark, translate
from fanal.cli.output import Format, progress, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.evidence import add_exhibits


class Use(StrEnum):
    """What an exhibit may be used as."""

    evidence = "evidence"
    intelligence = "intelligence"


COLUMNS = ("exhibit", "name", "reader", "kept", "rows", "rejects", "seconds")
STOPPED = {
    "memory": mark("it used up its memory"),
    "time": mark("it used up its time"),
    "processor": mark("it used up its processor time"),
}


def add_command(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help=HELP["paths"])],
    reader: Annotated[str | None, typer.Option("--reader", metavar="R", help=HELP["reader"])] = None,
    mapping: Annotated[Path | None, typer.Option("--mapping", metavar="M.yaml", help=HELP["mapping"])] = None,
    owner: Annotated[str, typer.Option("--owner", metavar="ACCOUNT", help=HELP["owner"])] = "",
    time_zone: Annotated[str, typer.Option("--time-zone", metavar="ZONE", help=HELP["time_zone"])] = "UTC",
    clock_offset: Annotated[
        float | None, typer.Option("--clock-offset", metavar="S", help=HELP["clock_offset"])
    ] = None,
    tool: Annotated[str, typer.Option("--tool", metavar="NAME", help=HELP["tool"])] = "",
    tool_version: Annotated[str, typer.Option("--tool-version", metavar="V", help=HELP["tool_version"])] = "",
    tool_date: Annotated[str, typer.Option("--tool-date", metavar="DATE", help=HELP["tool_date"])] = "",
    asset: Annotated[str, typer.Option("--asset", metavar="CODE", help=HELP["asset"])] = "",
    unit: Annotated[str, typer.Option("--unit", metavar="UNIT", help=HELP["unit"])] = "",
    snapshot_of: Annotated[
        int | None, typer.Option("--snapshot-of", metavar="EXHIBIT", help=HELP["snapshot_of"])
    ] = None,
    source: Annotated[str, typer.Option("--source", metavar="TEXT", help=HELP["source"])] = "",
    order: Annotated[str, typer.Option("--order", metavar="TEXT", help=HELP["order"])] = "",
    order_date: Annotated[str, typer.Option("--order-date", metavar="DATE", help=HELP["order_date"])] = "",
    authority: Annotated[str, typer.Option("--authority", metavar="TEXT", help=HELP["authority"])] = "",
    scope: Annotated[str, typer.Option("--scope", metavar="TEXT", help=HELP["scope"])] = "",
    scope_from: Annotated[str, typer.Option("--scope-from", metavar="DATE", help=HELP["scope_from"])] = "",
    scope_to: Annotated[str, typer.Option("--scope-to", metavar="DATE", help=HELP["scope_to"])] = "",
    scope_account: Annotated[
        list[str] | None, typer.Option("--scope-account", metavar="ACCOUNT", help=HELP["scope_account"])
    ] = None,
    privilege: Annotated[str, typer.Option("--privilege", metavar="TEXT", help=HELP["privilege"])] = "",
    use: Annotated[Use, typer.Option("--use", help=HELP["use"])] = Use.evidence,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Register exhibits and read them."""
    session: Session = ctx.obj
    operation = session.operation(op)
    limits = {"from": scope_from, "to": scope_to, "accounts": scope_account}
    told = {
        "owner": owner, "time_zone": time_zone, "clock_offset_s": clock_offset, "snapshot_of": snapshot_of,
        "tool": tool, "tool_version": tool_version, "tool_date": tool_date,
        "asset": asset, "unit": unit,
        "scope": {key: value for key, value in limits.items() if value} or None,
    }  # fmt: skip
    with progress("Reading") as report:
        added = add_exhibits(
            session.actor,
            session.node,
            operation,
            paths,
            reader=reader,
            mapping=mapping,
            options={key: value for key, value in told.items() if value not in ("", None)},
            custody={
                "source": source,
                "order": order,
                "order_date": order_date,
                "authority": authority,
                "scope": scope,
                "privilege": privilege,
                "use": use.value,
            },
            report=report,
        )
    rows(added, COLUMNS, form, words=("kept",))
    for one in added:
        if one["outside_scope"]:
            say(
                "Exhibit {exhibit}: {n} rows outside the order's scope stay unread.",
                exhibit=one["exhibit"],
                n=one["outside_scope"],
            )
        if one["stopped"]:
            why = translate(STOPPED.get(one["stopped"], one["stopped"]))
            say(
                "Exhibit {exhibit} was read in part: {why}. What was read stays, marked truncated.",
                exhibit=one["exhibit"],
                why=why,
            )
    say("Next: fanal status, then fanal run")
