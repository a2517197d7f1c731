"""What handling codes ask, shown to people wherever the material is."""

from collections.abc import Iterable, Mapping

from rich.markup import escape

from fanal.cli.output import people, visible


def restrictions(found: Iterable[Mapping[str, str]]) -> None:
    """Print each code with what it asks, and who set it: rows of `work.handling.shown`."""
    for one in found:
        line = "{line} ({of})".format(**one)
        people.print(f"[bold]{escape(visible(line))}[/bold]")
