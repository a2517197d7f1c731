"""`fanal receive`: a package or an answer is opened, or refused."""

from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.cli.output import SHORT, Format, progress, record, say
from fanal.cli.session import Form, Session
from fanal.cli.words import HELP
from fanal.work.receive import receive

#: Ids that people are shown of each kind of change.
FEW = 5


def receive_command(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help=HELP["receive_path"])],
    into: Annotated[str | None, typer.Option("--into", metavar="SLUG", help=HELP["into"])] = None,
    release_gap: Annotated[str, typer.Option("--release-gap", metavar="REASON", help=HELP["release_gap"])] = "",
    form: Form = Format.text,
) -> None:
    """Open what a pinned peer sent."""
    session: Session = ctx.obj
    with progress("Opening") as report:
        found = receive(session.actor, session.node, path, into, release_gap, report)
    record(
        {**found, "changes": _shown(found)} if form is Format.text and "changes" in found else found,
        form,
        words=("kind",),
    )
    for line in found.get("restrictions", ()):
        say("{line}", line=line)
    if found["kind"] == "package":
        say(
            "Next: fanal run --op {operation}, then fanal identities and fanal answer set", operation=found["operation"]
        )
        say("Hand {file} to {agency}; there: fanal receive", file=Path(found["receipt"]).name, agency=found["sender"])
    elif found["kind"] in ("recall", "correction"):
        say(
            "Out of leads and packages. Next: fanal correction settle {letter} stopped|confirmed --op {operation}",
            letter=found["letter"],
            operation=found["operation"],
        )
    elif found["kind"] in ("pass_on", "proceedings"):
        say("Next: fanal permission grant or refuse {letter} --op {operation}", **found)
    elif "letter" not in found:
        say("Next: fanal figures")


def _shown(found: dict[str, Any]) -> dict[str, str] | None:
    """What an update changes, for people: counts, and the beginnings of the first ids."""
    changes = found.get("changes")
    if changes is None:
        return None
    named = {kind: ", ".join(one[:SHORT] for one in ids[:FEW]) for kind, ids in changes.items()}
    return {kind: f"{len(ids)} ({named[kind]})" if ids else "0" for kind, ids in changes.items()}
