"""`fanal media`: media without looking. One file a command, one line here."""

import typer

from fanal.cli import media_match, media_scan, media_series
from fanal.cli.words import HELP

media_app = typer.Typer(name="media", help=HELP["media_app"], no_args_is_help=True)
media_app.command("scan", help=HELP["media_scan"])(media_scan.scan)
media_app.command("remaining", help=HELP["media_remaining"])(media_scan.remaining)
media_app.command("match", help=HELP["media_match"])(media_match.match)
media_app.command("series", help=HELP["media_series"])(media_series.show_series)
media_app.command("unseen", help=HELP["media_unseen"])(media_series.show_unseen)
media_app.command("decide", help=HELP["media_decide"])(media_series.decide_command)
media_app.command("grades", help=HELP["media_grades"])(media_series.grades)
