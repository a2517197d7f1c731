import csv
import io
from collections.abc import Iterator

import pytest

from fanal.base.cells import cell, csv_lines


@pytest.mark.parametrize("text", ["=1+1", "+34600000000", "-1", "@name", "\t=1", "\r=1", "\n=1", "\uff1d1"])
def test_a_cell_that_a_spreadsheet_would_run_begins_with_an_apostrophe(text: str) -> None:
    assert cell(text) == "'" + text


def test_a_number_stays_one_even_below_nothing() -> None:
    assert (cell(-1), cell(0.5), cell(value=True), cell(None)) == ("-1", "0.5", "True", "")


def test_lines_are_made_as_the_rows_come() -> None:
    asked: list[int] = []

    def rows() -> Iterator[dict[str, object]]:
        for n in (1, 2):
            asked.append(n)
            yield {"n": n, "told": 'a, "b"\n=c'}

    made = csv_lines(("n", "told", "lacking"), rows())
    assert next(made) == "n,told,lacking\n"
    assert asked == [1]
    read = list(csv.reader(io.StringIO("".join(made))))
    assert read == [["1", 'a, "b"\n=c', ""], ["2", 'a, "b"\n=c', ""]]
