"""`fanal media`: media without looking. One file a command, one line here."""

import typer

from fanal.cli import media_match, media_scan
from fanal.cli.words import HELP

media_app = typer.Typer(name="media", help=HELP["media_app"], no_args_is_help=True)
media_app.command("scan", help=HELP["media_scan"])(media_scan.scan)
media_app.command("remaining", help=HELP["media_remaining"])(media_scan.remaining)
media_app.command("match", help=HELP["media_match"])(media_match.match)
