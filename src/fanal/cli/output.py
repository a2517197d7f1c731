"""What a command prints: tables and short lines for people, JSON, JSON lines or CSV for programs.

Standard output carries results alone; progress and notices go to standard error.
"""

import json
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from fanal.base.cells import csv_lines
from fanal.base.language import translate

#: How much of an id people are shown; every command takes the beginning of one.
SHORT = 12

# What stands between two colons in a row of an exhibit is no name of a pictogram.
people = Console(highlight=False, soft_wrap=True, emoji=False)
notices = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


class Format(StrEnum):
    """How results are printed."""

    text = "text"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"


def visible(value: object) -> str:
    """Text for a person: control and direction characters made visible, never obeyed."""
    text = "" if value is None else str(value)
    return "".join(c if c.isprintable() or c == "\n" else f"\\u{ord(c):04x}" for c in text)


def rows(
    found: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    form: Format,
    *,
    limit: int | None = None,
    words: Collection[str] = (),
) -> int:
    """Print rows and return how many there were.

    Args:
        found: rows; programs get every key, people the `columns`.
        columns: keys in the order people read them.
        form: how.
        limit: people see at most that many; programs always see all.
        words: columns whose values are Fanal's own words; people read those in their language.
    """
    if form is Format.jsonl:
        return _each(found, lambda row: _line(json.dumps(row, ensure_ascii=False)))
    if form is Format.json:
        everything = list(found)
        _line(json.dumps(everything, ensure_ascii=False, indent=1))
        return len(everything)
    if form is Format.csv:
        return _csv(found, columns)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(in_words(column), overflow="fold")
    n = 0
    for row in found:
        n += 1
        if limit is None or n <= limit:
            table.add_row(*(_shown(row.get(column), own=column in words) for column in columns))
    if n:
        people.print(table)
    else:
        people.print(translate("Nothing found."))
    if limit is not None and n > limit:
        people.print(translate("… and {n} more; --format jsonl prints all.").format(n=n - limit))
    return n


def lines(made: Iterable[str]) -> None:
    """Print text that is made line by line, each with its end, as it comes."""
    sys.stdout.writelines(made)


def record(found: Mapping[str, Any], form: Format, *, words: Collection[str] = ()) -> None:
    """Print one object: a flat list of facts for a person, JSON for a program. `words` as for `rows`."""
    if form is Format.json:
        _line(json.dumps(found, ensure_ascii=False, indent=1))
    elif form is Format.jsonl:
        _line(json.dumps(found, ensure_ascii=False))
    elif form is Format.csv:
        _csv(({"key": key, "value": value} for key, value in found.items()), ("key", "value"))
    else:
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(style="bold")
        table.add_column(overflow="fold")
        for key, value in found.items():
            table.add_row(in_words(key), _shown(value, own=key in words))
        people.print(table)


def say(message: str, **fields: Any) -> None:
    """One translated line for a person, on standard error: what was done, what to do next."""
    notices.print(escape(visible(translate(message).format(**fields))))


@contextmanager
def progress(label: str) -> Iterator[Callable[[str, float], None]]:
    """A progress bar on standard error where that is a terminal; hands out `report(what, share from 0 to 1)`."""
    if not notices.is_terminal:
        yield lambda what, share: None  # noqa: ARG005  nobody is told
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415  for a terminal alone

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=notices,
        transient=True,
    )
    with bar:
        task = bar.add_task(translate(label), total=1.0)
        yield lambda what, share: bar.update(task, description=escape(visible(translate(what))), completed=share)


def in_words(code: str) -> str:
    """A key or code of Fanal's own, such as `held_back`, in the reader's language."""
    return translate(code.replace("_", " "))


def _shown(value: Any, *, own: bool) -> str:
    if own and value is not None:
        value = [in_words(str(v)) for v in value] if isinstance(value, list | tuple) else in_words(str(value))
    return escape(visible(_plain(value)))


def _plain(value: Any) -> Any:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return translate("yes") if value else translate("no")
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    if isinstance(value, Mapping):
        return ", ".join(f"{in_words(str(key))} {_plain(inner)}" for key, inner in value.items()) or "-"
    if isinstance(value, list | tuple):
        return ", ".join(str(_plain(inner)) for inner in value) or "-"
    return value


def _csv(found: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> int:
    n = -1
    for n, line in enumerate(csv_lines(columns, found)):  # noqa: B007  the count is the result
        sys.stdout.write(line)
    return n


def _line(text: str) -> None:
    sys.stdout.write(text + "\n")


def _each(found: Iterable[Mapping[str, Any]], act: Callable[[Mapping[str, Any]], None]) -> int:
    n = 0
    for row in found:
        act(row)
        n += 1
    return n
