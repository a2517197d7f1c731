"""`fanal hashlist`: lists of hashes that others gave. No command says whether something is on one."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.output import Format, record, rows, say
from fanal.cli.session import Form, Session
from fanal.cli.words import HELP
from fanal.work.hashlists import add_hash_list, remove_hash_list, set_entry_aside, show_hash_lists

hashlist_app = typer.Typer(name="hashlist", help=HELP["hashlist_app"], no_args_is_help=True)
#: What people read on one line; a table for programs has the rest too.
SHOWN = ("list", "version", "agency", "entries", "hashes", "quarantined", "in_force")
COLUMNS = (*SHOWN, "format", "rejected", "digest")
Name = Annotated[str, typer.Option("--name", metavar="N", help=HELP["hashlist_name"])]


@hashlist_app.command("add", help=HELP["hashlist_add"])
def add(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help=HELP["hashlist_file"])],
    name: Name,
    version: Annotated[str | None, typer.Option("--version", metavar="V", help=HELP["hashlist_version"])] = None,
    agency: Annotated[str, typer.Option("--agency", metavar="A", help=HELP["hashlist_agency"])] = "",
    form: Annotated[str | None, typer.Option("--format", metavar="F", help=HELP["hashlist_format"])] = None,
    mapping: Annotated[Path | None, typer.Option("--mapping", metavar="M", help=HELP["hashlist_mapping"])] = None,
    opinion: Annotated[str | None, typer.Option("--opinion", metavar="O", help=HELP["hashlist_opinion"])] = None,
) -> None:
    """Take a hash list in."""
    session: Session = ctx.obj
    made = add_hash_list(
        session.actor, session.node, path, name=name, version=version, agency=agency, form=form, mapping=mapping,
        opinion=opinion,
    )  # fmt: skip
    record(made, Format.text)
    if mapping is None and opinion is None and made["format"] != "nsrl":
        say("Without --mapping nobody knows what its categories mean: its matches are shown as unmapped.")
    say("Taken in; the file itself is not kept. Next: fanal media match")


@hashlist_app.command("list", help=HELP["hashlist_list"])
def listing(ctx: typer.Context, form: Form = Format.text) -> None:
    """Print the lists of the node."""
    session: Session = ctx.obj
    found = show_hash_lists(session.actor, session.node)
    if not rows(found, SHOWN if form is Format.text else COLUMNS, form):
        say("Next: fanal hashlist add FILE --name N")


@hashlist_app.command("remove", help=HELP["hashlist_remove"])
def remove(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=HELP["hashlist_name"])],
    version: Annotated[str | None, typer.Option("--version", metavar="V", help=HELP["hashlist_one_version"])] = None,
) -> None:
    """Delete a list."""
    session: Session = ctx.obj
    n = remove_hash_list(session.actor, session.node, name, version)
    say("Deleted: {n} versions. Next: fanal media match", n=n)


@hashlist_app.command("quarantine", help=HELP["hashlist_quarantine"])
def quarantine(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=HELP["hashlist_name"])],
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help=HELP["hashlist_entry"])],
    reason: Annotated[str, typer.Option("--reason", metavar="R", help=HELP["reason"])],
    release: Annotated[bool, typer.Option("--release", help=HELP["hashlist_release"])] = False,
) -> None:
    """Set an entry aside, or take it back."""
    session: Session = ctx.obj
    set_entry_aside(session.actor, session.node, name, entry, reason, aside=not release)
    say("Noted. Next: fanal media match")
