"""What is written on the command line as text, path or one word of a few, taken as it is.

The command-line library has every value checked by another library, which takes as long to load as all else that a
small command does. It is asked where there is anything to check: a number, a choice that is none, a value that is
missing.
"""

from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import typer

#: What tells that a value needs the library.
ASK = object()


def take_plain_values(command: Any) -> None:
    """Have a built command, and those below it, take plain values by themselves.

    Args:
        command: as `typer.main.get_command` builds it.
    """
    for inner in getattr(command, "commands", {}).values():
        take_plain_values(inner)
    for parameter in command.get_params(typer.Context(command)):  # the option that shows the help among them
        if hasattr(parameter, "type_descriptor"):
            parameter.process_value = _taker(parameter, parameter.process_value)


def _taker(parameter: Any, checked: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    annotation = parameter.type_descriptor.annotation
    many = parameter.multiple or parameter.nargs == -1

    def process(context: Any, value: Any) -> Any:
        taken = values(annotation, value) if many else one(annotation, value)
        if taken is ASK or (parameter.required and parameter.value_is_missing(taken)):
            return checked(context, value)
        return parameter.callback(context, parameter, taken) if parameter.callback else taken

    return process


def values(annotation: Any, value: Any) -> Any:
    """What several values of a parameter are, as the library gives them; ASK where it must be asked."""
    if value is None:
        return ()
    inner = get_args(annotation)
    if len(inner) != 1 or not isinstance(value, list | tuple):
        return ASK
    taken = [one(inner[0], each) for each in value]
    return ASK if ASK in taken or None in taken else taken


def one(annotation: Any, value: Any) -> Any:
    """What one value of a parameter is, as the library gives it; ASK where it must be asked."""
    if value is None:
        return None
    if annotation in (str, bool, int, float):
        # A number that was written comes as text; one that stands in the code needs no check.
        return value if type(value) is annotation else ASK
    if annotation is Path and isinstance(value, str | Path):
        return Path(value)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return next((word for word in annotation if value in (word, word.value)), ASK)
    return ASK
