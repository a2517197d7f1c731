"""Rows as CSV that no spreadsheet runs: what a suspect chose as a name must not act on an officer's machine."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

#: What a cell that a spreadsheet would run begins with; the last four are read as the signs before them in Asia.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def cell(value: Any) -> str:
    """A value as the text of a cell: lists and objects as JSON, a formula sign after an apostrophe."""
    if isinstance(value, bool | int | float):
        return str(value)
    if isinstance(value, Mapping | list | tuple):
        value = json.dumps(value, ensure_ascii=False)
    text = "" if value is None else str(value)
    return "'" + text if text.startswith(FORMULA) else text


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A line of names, and a line a row, one after the other as the rows come.

    Args:
        columns: keys of the rows, in the order of the file.
        rows: what is lacking in one stays empty.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        yield text.getvalue()
        text.seek(0)
        text.truncate()
        writer.writerow([cell(row.get(column)) for column in columns])
    yield text.getvalue()
