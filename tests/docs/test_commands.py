"""docs/commands.md says of the command line neither more nor less than there is."""

import re

import pytest
from pages import ROOT, sections, text_of

from fanal.cli.main import build

SECTIONS = sections(text_of(ROOT / "docs" / "commands.md"))


def walk(command, path=()):
    """Every command below one, as (words, command)."""
    below = getattr(command, "commands", None)
    if below is None:
        yield " ".join(path), command
        return
    for name, one in below.items():
        yield from walk(one, (*path, name))


COMMAND_LINE = build()
COMMANDS = dict(walk(COMMAND_LINE))


def names(command):
    """What a command takes: option names and the names that its arguments have in its help."""
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            yield (parameter.metavar or parameter.name).strip("[]")
        else:
            yield from (*parameter.opts, *parameter.secondary_opts)


def documented(section):
    """The names in the first column of a section's table."""
    for row in re.findall(r"^\| (`[^|]+`) \|", section, re.MULTILINE):
        yield from (code.split()[0] for code in re.findall(r"`([^`]+)`", row))


def test_every_command_has_its_section_and_no_section_lacks_its_command():
    headings = {heading.removeprefix("fanal ") for heading in SECTIONS if heading.startswith("fanal ")}
    assert headings == set(COMMANDS)


@pytest.mark.parametrize("words", sorted(COMMANDS))
def test_every_argument_and_option_of_a_command_stands_in_its_section(words):
    found = sorted(documented(SECTIONS[f"fanal {words}"]))
    assert found == sorted(names(COMMANDS[words]))


@pytest.mark.parametrize("words", sorted(COMMANDS))
def test_the_line_of_a_command_shows_what_it_cannot_do_without(words):
    (line,) = re.findall(r"^fanal .*$", SECTIONS[f"fanal {words}"].split("```")[1], re.MULTILINE)
    assert line.startswith(f"fanal {words}")
    for parameter in COMMANDS[words].params:
        if parameter.required:
            shown = parameter.metavar if parameter.param_type_name == "argument" else parameter.opts[0]
            assert shown.strip("[]") in line


def test_the_options_before_every_command_stand_at_the_top():
    top = text_of(ROOT / "docs" / "commands.md").partition("\n## ")[0]
    for parameter in COMMAND_LINE.params:
        for option in parameter.opts:
            assert f"`{option}" in top
