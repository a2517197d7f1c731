"""The first page that a newcomer follows works as it stands."""

from pathlib import Path

import pytest
from console_page import Typed, commands, missing, run

PAGE = Path(__file__).parents[2] / "docs" / "first-case.md"


@pytest.mark.slow
def test_every_command_of_the_first_case_works_and_prints_what_the_page_shows(tmp_path):
    typed = commands(PAGE.read_text(encoding="utf-8"))
    printed = run(typed, tmp_path)
    assert len(printed) == len(typed) > 20
    wrong = [
        f"$ {each.command}\nexit code {got.code}; not printed: {absent}\n{got.text}"
        for each, got in zip(typed, printed, strict=True)
        if (absent := missing(each.shown, got.text)) or got.code
    ]
    assert not wrong, "\n".join(wrong)


def test_a_shown_line_that_was_not_printed_is_found():
    assert missing(("a  1", "c … 3"), "a 1\nb 2\nc x 3\n") == []
    assert missing(("b  3",), "b 2\n") == ["b  3"]
    assert missing(("b", "a"), "a\nb\n") == ["a"]


def test_a_command_is_read_with_the_lines_below_it():
    (one, two) = commands("```console\n$ first\nprinted\n$ second\n```\n")
    assert (one.command, one.shown, two.shown) == ("first", ("printed",), ())


def test_a_command_that_fails_is_seen_and_the_next_is_typed_all_the_same(tmp_path):
    typed = [Typed("false", ()), Typed("export A=1", ()), Typed("echo $A; echo no >&2; (exit 2)", ())]
    first, second, third = run(typed, tmp_path)
    assert (first.code, second.code, third.code) == (1, 0, 2)
    assert third.text.split() == ["1", "no"]
