"""What the command-line library says of its own accord, so that the catalogues have it, and how it is retold.

Some of it the library looks up in the catalogues itself (`HELP`); the rest it only says in English
(`ERRORS`), and is recognised by its form. Nothing here is a message of Fanal's own.
"""

import re
from functools import cache
from string import Formatter

from fanal.base.language import mark, translate

HELP: tuple[str, ...] = (
    mark("Usage: "),
    mark("[OPTIONS]"),
    mark("COMMAND [ARGS]..."),
    mark("Show this message and exit."),
    mark("Arguments"),
    mark("Options"),
    mark("Commands"),
    mark("required"),
    mark("default: {default}"),
    mark("(dynamic)"),
    mark("Missing command."),
    mark("No such command {name!r}."),
)
#: The more particular before the more general: the first form that fits is taken.
ERRORS: tuple[str, ...] = (
    mark("Missing argument {name}."),
    mark("Missing option {name}."),
    mark("No such option: {name} (Possible options: {known})"),
    mark("No such option: {name}"),
    mark("Option {name} requires an argument."),
    mark("Option {name} does not take a value."),
    mark("Got unexpected extra argument(s) ({which})"),
    mark("Invalid value for {name}: {why}"),
    mark("Invalid value: {why}"),
    mark("Value error, {why}"),
    mark("Input should be less than or equal to {limit}"),
    mark("Input should be greater than or equal to {limit}"),
    mark("Input should be a valid integer, unable to parse string as an integer"),
    mark("Input should be a valid number, unable to parse string as a number"),
    mark("{value} is not one of {known}."),
    mark("{said}. Did you mean {known}?"),
)

#: Why a file cannot be used, as the operating system says it in English.
SYSTEM: tuple[str, ...] = (
    mark("No such file or directory"),
    mark("Permission denied"),
    mark("Is a directory"),
    mark("Not a directory"),
    mark("Invalid argument"),
    mark("File exists"),
    mark("No space left on device"),
    mark("Read-only file system"),
    mark("Input/output error"),
)


@cache
def form_of(message: str) -> re.Pattern[str]:
    """A pattern that fits the message with anything in its places."""
    parts = []
    for said, name, _, _ in Formatter().parse(message):
        parts.append(re.escape(said))
        if name:
            parts.append(f"(?P<{name}>.*)")
    return re.compile("".join(parts), re.DOTALL)


def retell(said: str) -> str:
    """A sentence of the library in the reader's language; as it stands where its form is not known."""
    for message in ERRORS:
        found = form_of(message).fullmatch(said)
        if found:
            return translate(message).format(**{name: retell(text) for name, text in found.groupdict().items()})
    return said
