"""Plain values are what the command-line library makes of them, and whatever is not plain is left to it."""

from pathlib import Path

import pytest
import typer

from fanal.cli import main
from fanal.cli.plain_values import ASK, one, values

SINGLE = [None, "", "x", ".", "~/a b", "//a/../b/", "\udc80", "3", "text", "json", "TEXT", "evidence", True, 4, 2.5]
SEVERAL = [None, (), [], ("x",), ["x", "y"], ("3", "4.5"), (".", "//a/../b/")]


def walk(command):
    """Every parameter of a command line, with its command."""
    yield from ((command, parameter) for parameter in command.params if hasattr(parameter, "type_descriptor"))
    for inner in getattr(command, "commands", {}).values():
        yield from walk(inner)


@pytest.fixture
def parameters(monkeypatch):
    monkeypatch.setattr(main, "take_plain_values", lambda _: None)
    return list(walk(main.build()))


def test_every_parameter_of_every_command_gets_what_the_library_gives(parameters):
    compared = 0
    for command, parameter in parameters:
        if parameter.callback is not None:  # it is the version's, and prints it
            continue
        context = typer.Context(command)
        many = parameter.multiple or parameter.nargs == -1
        for value in [*(SEVERAL if many else SINGLE), parameter.get_default(context)]:
            taken = (values if many else one)(parameter.type_descriptor.annotation, value)
            if taken is ASK or (parameter.required and parameter.value_is_missing(taken)):
                continue
            given = parameter.process_value(context, value)
            assert (type(taken), taken) == (type(given), given), (command.name, parameter.name, value)
            compared += 1
    assert compared > 2_000


def test_what_needs_a_check_is_left_to_the_library():
    assert one(int, "3") is ASK
    assert one(bool, "yes") is ASK
    assert one(str, 3) is ASK
    assert values(list[int], ["3"]) is ASK
    assert values(list[Path], "a") is ASK


def test_paths_and_words_need_none():
    assert one(Path, "a/b") == Path("a/b")
    assert values(list[Path], ("a", "b")) == [Path("a"), Path("b")]
