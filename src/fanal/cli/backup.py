"""`fanal backup` and `fanal restore`: a whole node in one sealed file, and back."""

from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.base.language import translate
from fanal.cases.access import INSTALLER
from fanal.cases.session import DEMO_PASSPHRASE
from fanal.cli.init import ask_passphrase, asked
from fanal.cli.output import Format, progress, record, say
from fanal.cli.session import Form, Session
from fanal.cli.words import HELP
from fanal.work.backup import check_backup, make_backup, make_recovery_key, restore_backup

_VARIABLE = "FANAL_RECOVERY_PASSPHRASE"

backup_app = typer.Typer(name="backup", help=HELP["backup_app"], no_args_is_help=True)
File = Annotated[Path, typer.Argument(metavar="FILE", help=HELP["backup_file"])]


@backup_app.command("key", help=HELP["backup_key"])
def key_command(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help=HELP["recovery_key_file"])],
    form: Form = Format.text,
) -> None:
    """Make a recovery key."""
    session: Session = ctx.obj
    record(make_recovery_key(session.actor, session.node, path, _recovery_passphrase(path, twice=True)), form)
    say("Keep {path} and its pass phrase away from this machine, each in a place of its own.", path=path)
    say("Next: fanal backup make FILE")


@backup_app.command("make", help=HELP["backup_make"])
def make_command(ctx: typer.Context, path: File, form: Form = Format.text) -> None:
    """Write a backup."""
    session: Session = ctx.obj
    with progress("Copying") as report:
        made = make_backup(session.actor, session.node, path, report)
    record(made, form)
    _say_left_out(made)
    say("Next: fanal backup check {path}", path=path)


@backup_app.command("check", help=HELP["backup_check"])
def check_command(
    ctx: typer.Context,
    path: File,
    key: Annotated[Path | None, typer.Option("--key", metavar="FILE", help=HELP["backup_check_key"])] = None,
    form: Form = Format.text,
) -> None:
    """Verify a backup."""
    session: Session = ctx.obj
    passphrase = _recovery_passphrase(key, twice=False) if key else ""
    with progress("Verifying") as report:
        found = check_backup(session.actor, session.node, path, report, key, passphrase)
    record(found, form)


def restore_command(
    path: File,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=HELP["folder"])],
    key: Annotated[Path, typer.Option("--key", metavar="FILE", help=HELP["restore_key"])],
    officer: Annotated[str, typer.Option("--officer", metavar="NUMBER", help=HELP["restore_officer"])] = "1",
    form: Form = Format.text,
) -> None:
    """Bring a node back."""
    with progress("Restoring") as report:
        found = restore_backup(
            INSTALLER,
            path,
            folder,
            report,
            key=key,
            key_passphrase=_recovery_passphrase(key, twice=False),
            officer=officer,
            ask=lambda demo: DEMO_PASSPHRASE if demo else ask_passphrase(officer, twice=False),
        )
    record(found, form)
    _say_left_out(found)
    say("Compare the fingerprint with what a peer has pinned, by telephone. Never run two copies of one node.")
    say("Next: fanal -C {folder} check", folder=folder)
    if not found["holds"]:
        raise typer.Exit(1)


def _recovery_passphrase(path: Path, *, twice: bool) -> str:
    return asked(translate("Pass phrase of the recovery key {path}").format(path=path), _VARIABLE, twice=twice)


def _say_left_out(found: dict[str, Any]) -> None:
    """What somebody may look for in vain, and what to do about it."""
    if found["hash_lists_left_out"]:
        say(
            "No hash list is in it: received lists never leave a node. Take them in again after a restore: {names}",
            names=", ".join(found["hash_lists_left_out"]),
        )
    if found["exhibits_elsewhere"]:
        say(
            "Exhibits that the node only refers to are not in it; back them up where they lie: {numbers}",
            numbers=", ".join(map(str, found["exhibits_elsewhere"])),
        )
    if found["exhibits_changed"]:
        say(
            "The copy of these exhibits is not what was registered, and not in it: {numbers}. Run `fanal check`.",
            numbers=", ".join(map(str, found["exhibits_changed"])),
        )
    if found["lake_elsewhere"]:
        say("The lake lies at {place} and is not in it; back it up there.", place=found["lake_elsewhere"])
