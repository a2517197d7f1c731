"""`fanal package`: build, show, approve, seal, cover, verify; disclose in an emergency, and review that."""

from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.cli.output import SHORT, Format, progress, record, rows, say
from fanal.cli.package_sheet import print_sheet
from fanal.cli.session import Form, Op, Session
from fanal.cli.words import HELP
from fanal.work.covers import package_cover
from fanal.work.emergency import disclose, review_package
from fanal.work.leaving import show_package
from fanal.work.packages import (
    approvable_packages,
    approve_packages,
    build_packages,
    list_packages,
    seal_packages,
    verify_package,
)

package_app = typer.Typer(name="package", help=HELP["package_app"], no_args_is_help=True)
#: Identities that people see of a package; programs see all.
PEOPLE_SEE = 50
COLUMNS = ("package", "recipient", "state", "identities", "held_back", "not_included", "review", "digest", "file")


def _print(packages: list[dict[str, Any]], form: Format) -> None:
    """Packages in a table; people are shown the beginning of a digest and the name of a file."""
    if form is Format.text:
        packages = [{**row, "digest": row["digest"][:SHORT], "file": Path(row["file"]).name} for row in packages]
    rows(packages, COLUMNS, form, words=("state", "review"))


@package_app.command("build", help=HELP["package_build"])
def build(
    ctx: typer.Context,
    country: Annotated[str | None, typer.Argument(metavar="CC", help=HELP["build_country"])] = None,
    every: Annotated[bool, typer.Option("--all", help=HELP["all"])] = False,
    after: Annotated[int, typer.Option("--after", metavar="N", min=0, help=HELP["build_after"])] = 0,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Build packages."""
    session: Session = ctx.obj
    operation = session.operation(op)
    if every == (country is not None):
        raise typer.BadParameter(HELP["build_country"])
    with progress("Building") as report:
        made = build_packages(
            session.actor, session.node, operation, country.upper() if country else None, report, after=after
        )
    _print(made.packages, form)
    if made.without_peer:
        say("No pinned peer, so nothing was built for: {countries}.", countries=", ".join(made.without_peer))
    if made.permissions:
        say(
            "Held back under H2; requests drafted: {letters}. Next: fanal permission list",
            letters=", ".join(made.permissions),
        )
    say("Next: another officer reads it and runs fanal package approve")


@package_app.command("list", help=HELP["package_list"])
def listing(ctx: typer.Context, op: Op = None, form: Form = Format.text) -> None:
    """Print packages."""
    session: Session = ctx.obj
    _print(list_packages(session.actor, session.operation(op)), form)


@package_app.command("show", help=HELP["package_show"])
def show(
    ctx: typer.Context,
    package: Annotated[str, typer.Argument(metavar="PACKAGE", help=HELP["one_package"])],
    limit: Annotated[int, typer.Option("--limit", metavar="N", help=HELP["limit"])] = PEOPLE_SEE,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Print what exactly leaves."""
    session: Session = ctx.obj
    found = show_package(session.actor, session.node, session.operation(op), package)
    if form is Format.text:
        print_sheet(found, limit)
    else:
        record(found, form)


@package_app.command("approve", help=HELP["package_approve"])
def approve(
    ctx: typer.Context,
    package: Annotated[str | None, typer.Argument(metavar="PACKAGE", help=HELP["package_name"])] = None,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Approve as second officer."""
    session: Session = ctx.obj
    operation = session.operation(op)
    if form is Format.text:
        for waiting in approvable_packages(session.actor, operation, package):
            print_sheet(show_package(session.actor, session.node, operation, str(waiting)), PEOPLE_SEE)
    _print(approve_packages(session.actor, session.node, operation, package), form)
    say("Next: fanal package seal")


@package_app.command("seal", help=HELP["package_seal"])
def seal(
    ctx: typer.Context,
    package: Annotated[str | None, typer.Argument(metavar="PACKAGE", help=HELP["package_name"])] = None,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Seal approved packages."""
    session: Session = ctx.obj
    operation = session.operation(op)
    with progress("Sealing") as report:
        sealed = seal_packages(session.actor, session.node, operation, package, report)
    _print(sealed, form)
    say("Hand each file to its recipient; no copy of it can be opened by anybody else.")


@package_app.command("cover", help=HELP["package_cover"])
def cover(
    ctx: typer.Context,
    package: Annotated[str, typer.Argument(metavar="PACKAGE", help=HELP["cover_package"])],
    language: Annotated[str | None, typer.Option("--language", metavar="LL", help=HELP["cover_language"])] = None,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Print the text for the official channel."""
    session: Session = ctx.obj
    made = package_cover(session.actor, session.node, session.operation(op), package, language)
    if form is Format.text:
        typer.echo(made["text"], nl=False)
    else:
        record(made, form)
    if not made["file"]:
        say("Not sealed yet: size and SHA-256 of the file are not in it.")


@package_app.command("verify", help=HELP["package_verify"])
def verify(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help=HELP["package_file"])],
    form: Form = Format.text,
) -> None:
    """Check a sealed package without opening it into a case."""
    session: Session = ctx.obj
    record(verify_package(session.actor, session.node, path), form)


@package_app.command("emergency", help=HELP["package_emergency"])
def emergency(
    ctx: typer.Context,
    country: Annotated[str, typer.Argument(metavar="CC", help=HELP["emergency_country"])],
    identity: Annotated[list[str], typer.Option("--identity", metavar="ID", help=HELP["emergency_identity"])],
    danger: Annotated[str, typer.Option("--danger", metavar="TEXT", help=HELP["danger"])],
    fields: Annotated[list[str] | None, typer.Option("--with", metavar="TABLE", help=HELP["emergency_with"])] = None,
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Disclose at once."""
    session: Session = ctx.obj
    operation = session.operation(op)
    made = disclose(session.actor, session.node, operation, country.upper(), identity, danger, tuple(fields or ()))
    record(made, form)
    say("Sealed. A second officer must review it by {at}: fanal package review {package}", at=made["review_by"], **made)


@package_app.command("review", help=HELP["package_review"])
def review(
    ctx: typer.Context,
    package: Annotated[str, typer.Argument(metavar="PACKAGE", help=HELP["one_package"])],
    reason: Annotated[str, typer.Option("--reason", metavar="R", help=HELP["reason"])],
    op: Op = None,
    form: Form = Format.text,
) -> None:
    """Review an emergency disclosure as second officer."""
    session: Session = ctx.obj
    record(review_package(session.actor, session.operation(op), package, reason), form, words=("review",))
