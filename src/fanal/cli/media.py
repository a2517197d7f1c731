"""`fanal media`: media without looking. One file a command, one line here."""

import typer

from fanal.cli import media_match
from fanal.cli.words import HELP

media_app = typer.Typer(name="media", help=HELP["media_app"], no_args_is_help=True)
media_app.command("match", help=HELP["media_match"])(media_match.match)
