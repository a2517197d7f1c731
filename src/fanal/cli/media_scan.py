"""`fanal media scan` and `fanal media remaining`: fingerprints of what lies in a folder, and what is left to do."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fanal.base.language import translate
from fanal.cli.output import Format, progress, rows, say
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.media_scan import media_remaining, scan_media


class Pass(StrEnum):
    """How videos are gone through."""

    keyframes = "keyframes"
    full = "full"


#: What people read on one line; a table for programs has the rest too.
SHOWN = ("kind", "files", "hours", "whole", "truncated", "unreadable", "remaining")
COLUMNS = ("kind", "files", "bytes", "hours", "whole", "truncated", "unreadable", "set_aside", "remaining")
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
Which = Annotated[Pass, typer.Option("--pass", help=HELP["media_pass"])]
Root = Annotated[Path, typer.Argument(metavar="PATH", help=HELP["media_path"])]


def scan(
    ctx: typer.Context,
    path: Root,
    which: Which = Pass.full,
    workers: Annotated[int | None, typer.Option("--workers", metavar="N", min=1, help=HELP["media_workers"])] = None,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Fingerprint media where they lie."""
    session: Session = ctx.obj
    operation = session.operation(op)
    with progress("Reading media") as report:
        found = scan_media(
            session.actor, session.node, operation, path, which=which.value, told=_told(report), workers=workers
        )
    if not rows(found, SHOWN if form is Format.text else COLUMNS, form):
        say("There is no file in {path}; name the folder in which the media lie.", path=path)
        return
    aside = sum(row["set_aside"] for row in found)
    if aside:
        say("{n} files ended their worker three times and are set aside; fanal status names the rejects.", n=aside)
    if which is Pass.keyframes:
        say("Videos were gone through by keyframes alone, to rank. Next: fanal media scan {path}", path=path)
    else:
        say("Next: fanal run")


def remaining(
    ctx: typer.Context, path: Root, which: Which = Pass.full, op: Op = None, form: Form = Format.text
) -> None:
    """Say what a scan has left."""
    session: Session = ctx.obj
    found = media_remaining(session.actor, session.node, session.operation(op), path, which.value)
    rows(found, SHOWN if form is Format.text else COLUMNS, form)


def _told(report: Callable[[str, float], None]) -> Callable[[int, int, int, int, float | None], None]:
    def told(done: int, files: int, read: int, size: int, left_s: float | None) -> None:
        what = translate("{done} of {files} files, {read} of {size} MiB, {left} left").format(
            done=done, files=files, read=read >> 20, size=size >> 20, left=_in_words(left_s)
        )
        report(what, read / size if size else 1.0)

    return told


def _in_words(seconds: float | None) -> str:
    if seconds is None:
        return "?"
    whole = int(seconds)
    days, hours, minutes = whole // _DAY, whole % _DAY // _HOUR, whole % _HOUR // _MINUTE
    if days:
        return translate("{days} d {hours} h").format(days=days, hours=hours)
    return f"{hours}:{minutes:02}:{whole % _MINUTE:02}"
