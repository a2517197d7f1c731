"""`fanal init`: a node is made."""

import os
from pathlib import Path
from typing import Annotated

import typer

from fanal.base.language import language as language_in_force
from fanal.base.language import translate
from fanal.cases.access import INSTALLER
from fanal.cases.session import DEMO_PASSPHRASE
from fanal.cli.output import say
from fanal.cli.words import HELP
from fanal.work.nodes import init_node


def ask_passphrase(officer: str, *, twice: bool) -> str:
    """The pass phrase from FANAL_PASSPHRASE, or asked for on the terminal."""
    return asked(translate("Pass phrase of officer {officer}").format(officer=officer), "FANAL_PASSPHRASE", twice=twice)


def asked(prompt: str, variable: str, *, twice: bool) -> str:
    """A pass phrase from an environment variable, or asked for on the terminal."""
    given = os.environ.get(variable)
    if given is not None:
        return given
    while True:
        told = str(typer.prompt(prompt, hide_input=True))
        if not twice or told == typer.prompt(translate("The same again"), hide_input=True):
            return told
        say("The two differ; type them again.")


def init_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=HELP["folder"])],
    agency: Annotated[str, typer.Option("--agency", metavar="NAME", help=HELP["agency"])],
    country: Annotated[str, typer.Option("--country", metavar="CC", help=HELP["country"])],
    language: Annotated[str | None, typer.Option("--language", metavar="LL", help=HELP["language"])] = None,
    officer: Annotated[str, typer.Option("--officer", metavar="NUMBER", help=HELP["officer"])] = "1",
    officer_name: Annotated[str, typer.Option("--officer-name", metavar="NAME", help=HELP["officer_name"])] = "",
    database: Annotated[str, typer.Option("--database", metavar="URL", help=HELP["database"])] = "",
    demo: Annotated[bool, typer.Option("--demo", help=HELP["demo"])] = False,
) -> None:
    """Make a node."""
    init_node(
        INSTALLER,
        folder,
        agency=agency,
        country=country.upper(),
        language=language or language_in_force(),
        demo=demo,
        officer=officer,
        officer_name=officer_name,
        passphrase=DEMO_PASSPHRASE if demo else ask_passphrase(officer, twice=True),
        database=database,
    )
    say(
        "The node of {agency} is ready in {folder}; its first officer is {officer}.",
        agency=agency,
        folder=folder,
        officer=officer,
    )
    if demo:
        say(
            "Next: fanal -C {folder} --as {officer} op new SLUG --title T --legal-basis B",
            folder=folder,
            officer=officer,
        )
    else:
        say("Next: fanal -C {folder} login {officer}", folder=folder, officer=officer)
