"""The entries under `ranges` and `answer` of a mapping, read and refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.read.mapping_errors import MappingError
from fanal.read.mapping_form import parse_mapping
from fanal.read.mapping_ranges import CellRange, PageRange, column_letters, column_number, ranges_of

TABLES = "tables:\n  account: SELECT a AS native_id, _row FROM t\n"


def refused(source, extra):
    with pytest.raises(MappingError) as error:
        parse_mapping(f"fanal_mapping: 1\nplatform: isp\nsource: {source}\n{extra}\n{TABLES}", "m.yaml")
    return error.value.line()


@given(st.integers(1, 16_384))
def test_the_letters_of_a_column_lead_back_to_its_number(number):
    assert column_number(column_letters(number)) == number


@pytest.mark.parametrize(
    ("entry", "meant"),
    [
        ({"sheet": "S", "cells": "A5:H"}, CellRange("S", (5, 1_048_576), (1, 8))),
        ({"sheet": 2, "cells": "$b$2:b9", "header": False}, CellRange(2, (2, 9), (2, 2), header=False)),
        ({"cells": "A:XFD"}, CellRange(1, (1, 1_048_576), (1, 16_384))),
        ({"sheet": "S"}, CellRange("S")),
        (
            {"cells": "A2:B", "columns": ["label", "value"]},
            CellRange(1, (2, 1_048_576), (1, 2), header=False, columns=("label", "value")),
        ),
    ],
)
def test_a_range_of_cells_is_read(entry, meant):
    assert ranges_of({"t": entry}, "xlsx", "m") == {"t": meant}


@pytest.mark.parametrize(
    ("entry", "meant"),
    [
        ({}, PageRange()),
        ({"pages": "1,3-4, 6-"}, PageRange(pages=((1, 1), (3, 4), (6, None)))),
        ({"pages": 2}, PageRange(pages=((2, 2),))),
        ({"header": "Start  time | IP address"}, PageRange(header=("Start time", "IP address"))),
        ({"header": "Start time   IP address"}, PageRange(header=("Start time", "IP address"))),
        ({"columns": {"time": 50, "ip": 210.5}}, PageRange(starts=(50.0, 210.5), columns=("time", "ip"))),
        ({"columns": [0, 110]}, PageRange(starts=(0.0, 110.0), columns=("c1", "c2"))),
        ({"lines": "label: value"}, PageRange(separator=":")),
        ({"lines": "label  value"}, PageRange(separator="  ")),
        ({"after": "End", "skip": ["Page"], "wrapped": True}, PageRange(after="End", skip=("Page",), wrapped=True)),
    ],
)  # fmt: skip
def test_a_range_of_lines_is_read(entry, meant):
    assert ranges_of({"t": entry}, "pdf", "m") == {"t": meant}


@pytest.mark.parametrize(
    ("source", "extra", "told"),
    [
        ("jsonl", "ranges: {t: {cells: 'A1:B'}}", "ranges is jsonl; write ranges for source xlsx, csv or pdf alone"),
        ("xlsx", "ranges: [A1]", "ranges is list"),
        ("xlsx", "ranges: {t: A1}", "ranges.t is A1; write {sheet:"),
        ("xlsx", "ranges: {t: {cell: 'A1:B'}}", "unknown key ranges.t.cell"),
        ("xlsx", "ranges: {t: {cells: A1}}", "ranges.t.cells is A1; write cells as A5:H20"),
        ("xlsx", "ranges: {t: {cells: 'B1:A'}}", "ranges.t.cells is B1:A"),
        ("xlsx", "ranges: {t: {cells: 'A0:B'}}", "ranges.t.cells is A0:B"),
        ("xlsx", "ranges: {t: {cells: 'A1:XFE'}}", "ranges.t.cells is A1:XFE"),
        ("xlsx", "ranges: {t: {sheet: 0, cells: 'A1:B'}}", "ranges.t.sheet is 0"),
        ("xlsx", "ranges: {t: {cells: 'A1:B', header: maybe}}", "ranges.t.header is maybe; write true | false"),
        ("xlsx", "ranges: {t: {cells: 'A1:B', columns: [a]}}", "2 names, one for each column"),
        ("xlsx", "ranges: {t: {header: false}}", "ranges.t is"),
        ("pdf", "ranges: {t: {pages: '0'}}", "ranges.t.pages is 0"),
        ("pdf", "ranges: {t: {pages: '4-2'}}", "ranges.t.pages is 4-2"),
        ("pdf", "ranges: {t: {header: Time}}", "ranges.t.header is Time"),
        ("pdf", "ranges: {t: {columns: [50, 20]}}", "where each column begins"),
        ("pdf", "ranges: {t: {lines: 'a: b'}}", 'ranges.t.lines is a: b; write "label: value"'),
        ("pdf", "ranges: {t: {lines: 'label: value', columns: [1, 2]}}", "either header, or columns, or lines"),
        ("pdf", "ranges: {t: {after: [x]}}", "ranges.t.after"),
        ("csv", "answer: {who: x}", "unknown key answer.who"),
        ("csv", "answer: yes", "answer is bool"),
        ("csv", "answer: {date: soon}", "answer.date is soon; write a date such as 2026-01-31"),
        ("csv", "answer: {scope: [a]}", "answer.scope is"),
    ],
)
def test_a_mistake_in_a_range_or_an_answer_is_told_in_one_line(source, extra, told):
    line = refused(source, extra)
    assert line.startswith("m.yaml: ")
    assert told in line
