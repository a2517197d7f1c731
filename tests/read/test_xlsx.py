"""Workbooks, built and read back by openpyxl as an oracle of its own."""

import io
import zipfile
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapped_case import read, source_of
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from fanal.evidence.zips import ZipBomb, ZipUnsafeName
from fanal.read.contract import Unreadable
from fanal.read.mapping_errors import RangeNotFound
from fanal.read.mapping_form import parse_mapping
from fanal.read.xlsx import XLSX
from fanal.read.xlsx_examples import row, workbook

HEAD = "fanal_mapping: 1\nplatform: isp\nsource: xlsx\n"


def take(sql, ranges=""):
    return f"{HEAD}{ranges}tables:\n  account: {sql}\n"


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def book_of(*rows, title="Sheet1"):
    book = openpyxl.Workbook()
    book.active.title = title
    for cells in rows:
        book.active.append(cells)
    return book


def found(tmp_path, content, mapping, name="answer.xlsx"):
    return read(XLSX, tmp_path, name, content, mapping)


def values(tmp_path, *cells):
    """What column v of a sheet with these values says, with the sink."""
    content = saved(book_of(["k", "v"], *(["x", cell] for cell in cells)))
    sink = found(tmp_path, content, take("SELECT k AS native_id, v AS username, _row FROM Sheet1"))
    return [r["username"] for r in sink.tables["account"]], sink


_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=9
)
_CELL = st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.floats(-1e9, 1e9) | _TEXT


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(_CELL, _CELL), min_size=1, max_size=6))
def test_cells_say_what_openpyxl_reads(tmp_path, rows):
    book = book_of(["k", "a", "b"])
    for n, cells in enumerate(rows, start=2):
        book.active.cell(n, 1, f"k{n}")
        for place, cell in enumerate(cells, start=2):
            book.active.cell(n, place).value = cell
            if isinstance(cell, str) and cell:
                book.active.cell(n, place).data_type = "s"
    content = saved(book)
    sink = found(tmp_path, content, take("SELECT k AS native_id, a AS username, b AS language, _row FROM Sheet1"))
    theirs = [tuple(r)[1:] for r in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(2, values_only=True)]
    ours = [(r["username"], r["language"]) for r in sink.tables["account"]]
    for mine, meant in zip(ours, theirs, strict=True):
        for said, value in zip(mine, meant, strict=True):
            if isinstance(value, bool):
                assert said == str(value).lower()
            elif isinstance(value, (int, float)):
                assert float(said) == value
            else:
                assert (said or None) == value


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.datetimes(datetime(1900, 1, 1), datetime(9999, 12, 31)), min_size=1, max_size=5),
    st.booleans(),
)
def test_dates_of_both_systems_are_those_that_were_written(tmp_path, instants, mac):
    instants = [i.replace(microsecond=0, year=max(i.year, 1905)) for i in instants if (i.month, i.day) != (2, 29)]
    book = book_of(["k", "v"], *(["x", i] for i in instants))
    if mac:
        book.epoch = CALENDAR_MAC_1904
    sink = found(tmp_path, saved(book), take("SELECT k AS native_id, v AS username, _row FROM Sheet1"))
    assert [r["username"] for r in sink.tables.get("account", [])] == [i.isoformat() for i in instants]
    assert sink.notes["date_system"] == (1904 if mac else 1900)


def test_dates_times_and_durations_are_written_as_their_formats_show_them(tmp_path):
    book = book_of(["k", "v"])
    shown = [
        (date(2024, 2, 29), "yyyy-mm-dd", "2024-02-29"),
        (datetime(2024, 2, 29, 13, 5), "dd/mm/yyyy hh:mm", "2024-02-29T13:05"),
        (datetime(2024, 2, 29, 13, 5, 7), "dd/mm/yyyy hh:mm", "2024-02-29T13:05:07"),
        (datetime(2024, 2, 29, 13, 5, 7, 250_000), '[$-409]d\\-mmm\\-yy "at" h:mm:ss.000', "2024-02-29T13:05:07.250"),
        (time(13, 5), "h:mm AM/PM", "13:05"),
        (timedelta(hours=36, minutes=30), "[h]:mm:ss", "36:30:00"),
        (59, "yyyy-mm-dd", "1900-02-28"),
        (61, "yyyy-mm-dd", "1900-03-01"),
    ]
    for n, (value, code, _) in enumerate(shown, start=2):
        book.active.cell(n, 1, "x")
        book.active.cell(n, 2, value).number_format = code
    sink = found(tmp_path, saved(book), take("SELECT k AS native_id, v AS username, _row FROM Sheet1"))
    assert [r["username"] for r in sink.tables["account"]] == [want for _, _, want in shown]


def test_a_date_without_a_zone_is_taken_in_the_mappings(tmp_path):
    content = saved(book_of(["k", "at"], ["1", datetime(2024, 7, 1, 12, 0)]))
    text = f"{HEAD}time_zone: Europe/Madrid\ntables:\n  login: SELECT k AS account, at, _row FROM Sheet1\n"
    (login,) = found(tmp_path, content, text).tables["login"]
    assert login["at"] == datetime(2024, 7, 1, 10, 0)


@pytest.mark.parametrize(("serial", "said"), [(60, None), (-1, None), (2_958_466, None), ("1e400", None)])
def test_a_number_that_no_calendar_has_is_an_empty_cell_and_a_reject(tmp_path, serial, said):
    sheet = row(1, "k", "v") + row(2, "x", f'<c r="@" s="1"><v>{serial}</v></c>')
    sink = found(
        tmp_path,
        workbook({"S": f"<sheetData>{sheet}</sheetData>"}),
        take("SELECT k AS native_id, v AS username, _row FROM S"),
    )
    assert [r["username"] for r in sink.tables["account"]] == [said]
    assert [(r["locator"], r["column"], r["excerpt"]) for r in sink.rejects] == [("S:2", "v", str(serial))]


def test_numbers_stay_as_stored_and_those_with_lost_digits_are_rejects(tmp_path):
    sheet = row(1, "k", "v") + "".join(
        row(n, "x", f'<c r="@"><v>{stored}</v></c>')
        for n, stored in enumerate(
            ("0.10", "34600000001", "1.2345E+7", "1234567890123450", "1.2345678901234567E+19"), 2
        )
    )
    sink = found(
        tmp_path,
        workbook({"S": f"<sheetData>{sheet}</sheetData>"}),
        take("SELECT k AS native_id, v AS username, _row FROM S"),
    )
    assert [r["username"] for r in sink.tables["account"]] == [
        "0.10", "34600000001", "12345000", "1234567890123450", "12345678901234567000",
    ]  # fmt: skip
    assert [r["locator"] for r in sink.rejects] == ["S:5", "S:6"]
    assert {r["reason"][:34] for r in sink.rejects} == {"a number of more than 15 digits: t"}
    assert sink.notes["long_numbers"] == {"S.v": 2}


def test_a_format_that_pads_with_zeros_is_noted(tmp_path):
    book = book_of(["k", "v"], ["x", 612345678])
    book.active["B2"].number_format = "0000000000"
    sink = found(tmp_path, saved(book), take("SELECT k AS native_id, v AS username, _row FROM Sheet1"))
    assert sink.tables["account"][0]["username"] == "612345678"
    assert sink.notes["padded_formats"] == {"Sheet1.v": "0000000000"}


def test_errors_and_formulas_without_a_result_are_empty_cells_and_rejects(tmp_path):
    said, sink = values(tmp_path, "#N/A", "=A1&A2", "plain")
    assert said == [None, None, "plain"]
    assert [(r["locator"], r["column"], r["excerpt"]) for r in sink.rejects] == [
        ("Sheet1:2", "v", "#N/A"),
        ("Sheet1:3", "v", "A1&A2"),
    ]
    assert sink.notes["formulas"] == {"Sheet1.v": 1}


def test_the_stored_result_of_a_formula_is_read_and_noted(tmp_path):
    sheet = row(1, "k", "v") + row(
        2, "x", '<c r="@" t="str"><f>A1&amp;"y"</f><v>ky</v></c>', '<c r="@"><f>1</f><v>7</v></c>'
    )
    sink = found(
        tmp_path,
        workbook({"S": f"<sheetData>{sheet}</sheetData>"}),
        take("SELECT k AS native_id, v AS username, _row FROM S"),
    )
    assert sink.tables["account"][0]["username"] == "ky"
    assert sink.notes["formulas"] == {"S.v": 1}


RANGES = """ranges:
  letter: {sheet: 1, cells: "A1:B3", header: false, columns: [label, value]}
  people: {sheet: "subscriber info", cells: "B5:D", header: true}
"""


def answer():
    book = book_of(
        ["Order", "12/2026"], ["Date", date(2026, 1, 31)], ["Scope", "two numbers"], [],
        [None, "Customer", "MSISDN", "Seen"], [None, 1, "+34600000001", "x"], [],
        [None, 2, "+34600000002", "y", "beside"],
        title="Subscriber info",
    )  # fmt: skip
    book.create_sheet("Notes").append(["a"])
    return saved(book)


def test_ranges_are_source_tables_whose_rows_keep_the_sheets_numbers(tmp_path):
    text = HEAD + RANGES + (
        "tables:\n"
        "  account: SELECT Customer AS native_id, MSISDN AS username, _row FROM people\n"
        "  remark: SELECT label AS key, value, _row FROM letter\n"
    )  # fmt: skip
    sink = found(tmp_path, answer(), text)
    assert [(r["locator"], r["native_id"]) for r in sink.tables["account"]] == [("people:6", "1"), ("people:8", "2")]
    assert [(r["locator"], r["key"], r["value"]) for r in sink.tables["remark"]] == [
        ("letter:1", "Order", "12/2026"),
        ("letter:2", "Date", "2026-01-31"),
        ("letter:3", "Scope", "two numbers"),
    ]
    assert sink.counts == {
        "letter": {"source": 3, "read": 3, "rejected": 0, "unmapped": 0},
        "people": {"source": 2, "read": 2, "rejected": 0, "unmapped": 0},
        "Notes!*": {"source": 1, "read": 0, "rejected": 0, "unmapped": 1},
    }
    source = source_of(tmp_path, "answer.xlsx", answer(), text)
    assert XLSX.excerpt(source, "people:8") == "Subscriber info  B8: 2 | C8: +34600000002 | D8: y | E8: beside"


def test_what_no_range_covers_is_told_as_rows_and_columns(tmp_path):
    text = HEAD + RANGES + "tables:\n  account: SELECT Customer AS native_id, _row FROM people\n"
    told = XLSX.tables(source_of(tmp_path, "answer.xlsx", answer(), text))
    assert {name: (table.columns, table.rows) for name, table in told.items()} == {
        "letter": (("label", "value"), 3),
        "people": (("Customer", "MSISDN", "Seen"), 2),
        "Subscriber info!*": (("E",), 0),
        "Notes!*": ((), 1),
    }


def test_heads_below_other_lines_are_guessed_for_a_draft(tmp_path):
    told = XLSX.tables(
        source_of(tmp_path, "answer.xlsx", answer(), HEAD + "tables:\n  tx_io: SELECT a AS tx, _row FROM t\n")
    )
    assert told
    source = source_of(tmp_path, "answer.xlsx", answer(), HEAD)
    guessed = XLSX.tables(type(source)(source.path, source.name, 1, source.scratch))
    assert {name: (table.columns, table.place) for name, table in guessed.items()} == {
        "Subscriber info": (("Customer", "MSISDN", "Seen"), '{sheet: "Subscriber info", cells: "B5:D"}'),
        "Notes": (("a",), '{sheet: "Notes"}'),
    }


def test_a_sheet_without_ranges_is_a_table_and_cells_beyond_its_head_are_rejects(tmp_path):
    content = saved(book_of([None, None], [None, "id", None, "name"], [None, 1, "m", "n", "more"], title="The people"))
    sink = found(tmp_path, content, take('SELECT id AS native_id, column_C AS language, _row FROM "The people"'))
    assert [(r["locator"], r["language"]) for r in sink.tables["account"]] == [("The people:3", "m")]
    assert [(r["locator"], r["column"], r["excerpt"]) for r in sink.rejects] == [("The people:3", None, "E: more")]


def test_a_range_on_a_sheet_that_is_not_there_is_told_with_those_that_are(tmp_path):
    text = take("SELECT a AS native_id, _row FROM t", 'ranges:\n  t: {sheet: Other, cells: "A1:B"}\n')
    with pytest.raises(
        RangeNotFound, match=r"ranges\.t: the exhibit has no sheet Other; it has Subscriber info, Notes"
    ):
        found(tmp_path, answer(), text)


def test_hidden_rows_columns_and_sheets_are_read_and_told(tmp_path):
    book = book_of(["id"], ["1"], ["2"])
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["C"].hidden = True
    book.create_sheet("Kept back").append(["id"])
    book["Kept back"].append(["3"])
    book["Kept back"].sheet_state = "veryHidden"
    sink = found(
        tmp_path,
        saved(book),
        take("""SELECT id AS native_id, _row FROM Sheet1
    UNION ALL SELECT id AS native_id, _row FROM "Kept back\""""),
    )
    assert [r["native_id"] for r in sink.tables["account"]] == ["1", "2", "3"]
    assert sink.tables["remark"] == [{"locator": "Sheet1:3", "key": "hidden", "value": "row"}]
    assert sink.notes["hidden"] == {"Sheet1": {"rows": 1, "first_rows": [3], "columns": ["C"]}}
    assert [sheet["state"] for sheet in sink.notes["sheets"]] == ["visible", "veryHidden"]


def test_a_merged_cell_says_its_value_of_every_row_beside_it(tmp_path):
    book = book_of(["id", "ip"], ["7", "192.0.2.1"], [None, "192.0.2.2"], [None, "192.0.2.3"], ["8", "192.0.2.4"])
    book.active.merge_cells("A2:A4")
    sink = found(tmp_path, saved(book), take("SELECT id AS native_id, ip AS username, _row FROM Sheet1"))
    assert [r["native_id"] for r in sink.tables["account"]] == ["7", "7", "7", "8"]
    assert sink.notes["merged"] == {"Sheet1": 1}
    assert sink.notes["merged_filled"] == {"Sheet1.id": 2}


def test_comments_are_remarks_on_their_rows(tmp_path):
    book = book_of(["id"], ["1"])
    book.active["A2"].comment = Comment("same customer as 12", "clerk")
    sink = found(tmp_path, saved(book), take("SELECT id AS native_id, _row FROM Sheet1"))
    assert sink.tables["remark"] == [{"locator": "Sheet1:2", "key": "comment", "value": "A2: same customer as 12"}]
    assert sink.notes["comments"] == {"Sheet1": 1}


def test_embedded_files_macros_and_links_are_listed_and_never_opened(tmp_path):
    content = saved(book_of(["id"], ["1"]))
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as z:
        z.writestr("xl/media/image1.png", b"pixels 12")
        z.writestr("xl/vbaProject.bin", b"macro 12")
        z.writestr(
            "xl/externalLinks/_rels/externalLink1.xml.rels",
            '<Relationships><Relationship Target="file:///other.xlsx" TargetMode="External"/></Relationships>',
        )
    sink = found(tmp_path, out.getvalue(), take("SELECT id AS native_id, _row FROM Sheet1"), "answer.xlsm")
    assert sink.notes["embedded"]["count"] == 2
    assert sink.notes["embedded"]["files"][0]["bytes"] == 9
    assert sink.notes["macros"] == {"count": 1, "run": False}
    assert sink.notes["external_links"] == {"count": 1, "first": ["file:///other.xlsx"]}
    assert "pixels" not in str(sink.said)


def test_the_claimed_dimension_and_far_rows_cost_nothing(tmp_path):
    sheet = '<dimension ref="A1:XFD1048576"/><sheetData>' + row(1, "id") + row(1_048_576, "9") + "</sheetData>"
    sink = found(tmp_path, workbook({"S": sheet}), take("SELECT id AS native_id, _row FROM S"))
    assert [r["locator"] for r in sink.tables["account"]] == ["S:1048576"]


@pytest.mark.parametrize(
    "odd",
    [
        row(1, "again"),
        row(1_048_577, "beyond"),
        row(3, '<c r="XFE3"><v>1</v></c>'),
        row(3, '<c r="A3"/><c r="A3"><v>1</v></c>'),
    ],
)
def test_rows_and_cells_where_no_sheet_has_any_are_rejects(tmp_path, odd):
    sheet = f"<sheetData>{row(1, 'id')}{row(2, '7')}{odd}{row(4, '8')}</sheetData>"
    sink = found(tmp_path, workbook({"S": sheet}), take("SELECT id AS native_id, _row FROM S"))
    assert [r["native_id"] for r in sink.tables["account"]] == ["7", "8"]
    assert len(sink.rejects) == 1
    assert sink.counts["S!*"] == {"source": 1, "read": 0, "rejected": 1, "unmapped": 0}


def test_a_sheet_that_breaks_off_keeps_the_rows_before(tmp_path):
    sink = found(
        tmp_path,
        workbook({"S": f"<sheetData>{row(1, 'id')}{row(2, '7')}<row r='3'><c"}),
        take("SELECT id AS native_id, _row FROM S"),
    )
    assert [r["native_id"] for r in sink.tables["account"]] == ["7"]
    assert [r["locator"] for r in sink.rejects] == ["S:3"]


def test_shared_texts_are_found_without_their_readings(tmp_path):
    cells = "".join(row(n, f'<c r="@" t="s"><v>{n - 1}</v></c>') for n in (1, 2, 3))
    shared = "<si><t>id</t></si><si><r><t>4</t></r><r><t>2</t></r><rPh><t>no</t></rPh></si>"
    content = workbook({"S": f"<sheetData>{cells}</sheetData>"}, shared=shared)
    sink = found(tmp_path, content, take("SELECT id AS native_id, _row FROM S"))
    assert [r["native_id"] for r in sink.tables["account"]] == ["42", None]
    assert [(r["locator"], r["excerpt"]) for r in sink.rejects] == [("S:3", "2")]


def test_a_zip_bomb_and_a_path_out_of_the_zip_are_refused(tmp_path):
    out = io.BytesIO(saved(book_of(["id"], ["1"])))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as z:
        z.writestr("xl/media/a.bin", bytes(8 << 20))
    with pytest.raises(ZipBomb):
        found(tmp_path, out.getvalue(), take("SELECT id AS native_id, _row FROM Sheet1"))
    out = io.BytesIO(saved(book_of(["id"], ["1"])))
    with zipfile.ZipFile(out, "a") as z:
        z.writestr("../out.xml", b"x")
    with pytest.raises(ZipUnsafeName):
        found(tmp_path, out.getvalue(), take("SELECT id AS native_id, _row FROM Sheet1"))


def test_a_document_type_in_a_sheet_is_refused(tmp_path):
    content = workbook({"S": "<sheetData/>"})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            raw = old.read(info)
            new.writestr(info, b'<!DOCTYPE w [<!ENTITY x "y">]>' + raw if "sheet1" in info.filename else raw)
    with pytest.raises(Unreadable, match="document type"):
        found(tmp_path, out.getvalue(), take("SELECT id AS native_id, _row FROM S"))


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xls", "save it as .xlsx"),
        (b"PK\x05\x06" + bytes(18), "a.xlsx", "no workbook in it"),
    ],
)
def test_what_is_no_workbook_is_refused_with_advice(tmp_path, content, name, told):
    with pytest.raises(Unreadable, match=told):
        found(tmp_path, content, take("SELECT id AS native_id, _row FROM S"), name)


def test_an_unknown_relation_is_an_empty_cell_and_a_reject(tmp_path):
    content = saved(book_of(["id", "who"], ["1", "Subscriber"], ["2", "cousin"], ["3", None]))
    text = HEAD + (
        "tables:\n  identifier: SELECT id AS account, 'name' AS kind, 'x' AS value, who AS relation, _row FROM Sheet1\n"
    )
    sink = found(tmp_path, content, text)
    assert [r["relation"] for r in sink.tables["identifier"]] == ["subscriber", None, None]
    assert [(r["locator"], r["column"], r["excerpt"]) for r in sink.rejects] == [
        ("Sheet1:3", "identifier.relation", "cousin")
    ]


def test_the_order_that_was_answered_is_kept_with_the_exhibit(tmp_path):
    text = HEAD + "answer: {provider: Example Net, order: 12/2026, date: 2026-01-31, scope: two numbers}\n" + (
        "tables:\n  account: SELECT id AS native_id, _row FROM Sheet1\n"
    )  # fmt: skip
    sink = found(tmp_path, saved(book_of(["id"], ["1"])), text)
    assert sink.notes["answer"] == {
        "provider": "Example Net", "order": "12/2026", "date": "2026-01-31", "scope": "two numbers",
    }  # fmt: skip
    assert parse_mapping(text, "m").answer["date"] == "2026-01-31"
