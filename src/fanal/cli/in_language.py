"""The finished command line in the reader's language: usage lines, the help option, whole short descriptions.

It changes what the library says of commands, never what they do.
"""

from collections.abc import Iterable
from typing import Any

import typer

from fanal.base.language import translate

#: The library's own writer of help pages; it exports the class only here.
HelpFormatter: Any = typer.Context.formatter_class


class Formatter(HelpFormatter):  # type: ignore[misc]  # the library's class is found when the program runs
    """Writes the usage line with a translated beginning."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """See the library."""
        super().write_usage(prog, args, prefix or translate("Usage: "))

    def write_heading(self, heading: str) -> None:
        """See the library."""
        self.write(" " * self.current_indent + translate("{heading}:").format(heading=heading) + "\n")


class Context(typer.Context):
    """One call of a command, with that writer."""

    formatter_class = Formatter


def in_language(command: Any, names: Iterable[str] = ()) -> Any:
    """Translate a built command and those below it in place.

    Args:
        command: as `typer.main.get_command` builds it.
        names: the commands of a group in the order in which its help lists them; default, as they are.

    Returns:
        The same command.
    """
    command.context_class = Context
    command.options_metavar = translate("[OPTIONS]")
    # The library cuts a short description that does not fit on the line; a whole sentence is wrapped.
    command.short_help = (command.help or "").split("\n")[0]
    context = Context(command, help_option_names=["-h", "--help"])
    command.get_help_option(context).help = translate("Show this message and exit.")
    below: dict[str, Any] = getattr(command, "commands", {})
    if below:
        command.subcommand_metavar = translate("COMMAND [ARGS]...")
        command.commands = {name: below[name] for name in names or below}
        for inner in below.values():
            in_language(inner)
    return command
