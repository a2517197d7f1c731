"""PDFs: written object by object, and by typst as an independent oracle."""

import zlib
from datetime import datetime

import pytest
import typst
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapped_case import read, source_of
from pdfminer import pdftypes

from fanal.read import pdf_bounds, pdf_pages
from fanal.read.contract import Unreadable
from fanal.read.mapping_draft import draft
from fanal.read.mapping_errors import RangeNotFound
from fanal.read.mapping_form import parse_mapping
from fanal.read.pdf import PDF
from fanal.read.pdf_examples import document, stream, table, written
from fanal.read.pdf_pages import Document

HEAD = "fanal_mapping: 1\nplatform: em\nsource: pdf\n"
LINES = HEAD + "tables:\n  remark: SELECT page AS key, text AS value, _row FROM lines\n"
COLUMNS = (50, 200, 320)
NAMES = ("Time", "IP address", "Client")


def logins(ranges, sql='SELECT Client AS account, "Time" AS at, "IP address" AS ip, _row FROM t'):
    return f"{HEAD}ranges:\n  t: {ranges}\ntables:\n  login: {sql}\n"


def found(tmp_path, content, mapping):
    return read(PDF, tmp_path, "answer.pdf", content, mapping)


def texts(tmp_path, content):
    return [(r["key"], r["value"]) for r in found(tmp_path, content, LINES).tables.get("remark", [])]


def ips(sink):
    return [r["ip"] for r in sink.tables.get("login", [])]


def test_without_ranges_the_lines_are_a_table(tmp_path):
    content = document([[(50, 700, "second"), (50, 800, "first"), (200, 800, "beside")], [(50, 800, "third")]])
    assert texts(tmp_path, content) == [("1", "first  beside"), ("1", "second"), ("2", "third")]
    source = source_of(tmp_path, "answer.pdf", content, LINES)
    assert PDF.excerpt(source, "lines:3") == "page 2: third"


_CELL = st.text(st.sampled_from("abcXYZ0189.:-@"), min_size=1, max_size=14).filter(lambda s: "|" not in s)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(_CELL, st.just("") | _CELL, st.just("") | _CELL), min_size=1, max_size=8))
def test_cells_come_back_from_under_their_heads(tmp_path, rows):
    content = document([table(800, COLUMNS, [NAMES, *rows])])
    joined = " || '|' || ".join(f"coalesce(\"{name}\", '')" for name in NAMES)
    sql = f'SELECT "Time" AS key, {joined} AS value, _row FROM t'
    text = f'{HEAD}ranges:\n  t: {{header: "Time | IP address | Client"}}\ntables:\n  remark: {sql}\n'
    sink = found(tmp_path, content, text)
    assert [tuple(r["value"].split("|")) for r in sink.tables["remark"]] == rows


def test_a_head_on_every_page_is_no_row_and_what_stands_above_it_neither(tmp_path):
    page = [(50, 820, "Example Mail"), *table(800, COLUMNS, [NAMES, ("2026-01-02 10:00:00", "192.0.2.1", "a")])]
    loose = table(800, COLUMNS, [("2026-01-04 10:00:00", "192.0.2.3", "c")])
    sink = found(
        tmp_path,
        document([[(50, 800, "letter")], page, loose]),
        logins('{pages: "2-", header: "Time | IP address | Client"}'),
    )
    assert ips(sink) == ["192.0.2.1", "192.0.2.3"]
    assert sink.tables["login"][0]["at"] == datetime(2026, 1, 2, 10)
    assert [r["locator"] for r in sink.tables["login"]] == ["t:1", "t:2"]
    assert sink.counts == {
        "t": {"source": 2, "read": 2, "rejected": 0, "unmapped": 0},
        "other lines": {"source": 2, "read": 0, "rejected": 0, "unmapped": 2},
    }


def test_after_until_and_skip_bound_a_table_by_its_words(tmp_path):
    rows = [
        ("Session records", "", ""),
        ("2026-01-02", "192.0.2.1", "a"),
        ("Page 1 of 1", "", ""),
        ("2026-01-03", "192.0.2.2", "b"),
        ("End of records", "", ""),
        ("2026-01-04", "192.0.2.3", "c"),
    ]
    mapping = logins(
        '{after: "session  records", until: End of, skip: ["Page "], '
        'columns: {"Time": 50, "IP address": 200, Client: 320}}'
    )
    assert ips(found(tmp_path, document([table(800, COLUMNS, rows)]), mapping)) == ["192.0.2.1", "192.0.2.2"]


def test_right_aligned_figures_and_long_cells_stand_in_their_columns(tmp_path):
    places = [
        *((50, 800, "Address"), (250, 800, "Amount"), (300, 800, "Note")),
        *((50, 786, "2001:db8:0:0:0:0:0:1"), (278, 786, "7"), (300, 786, "a long note of words")),
        *((262, 772, "1200"), (300, 772, "x")),
    ]
    sql = "SELECT coalesce(Address, '-') AS key, Amount || ':' || Note AS value, _row FROM t"
    text = f'{HEAD}ranges:\n  t: {{header: "Address | Amount | Note"}}\ntables:\n  remark: {sql}\n'
    sink = found(tmp_path, document([places]), text)
    assert [(r["key"], r["value"]) for r in sink.tables["remark"]] == [
        ("2001:db8:0:0:0:0:0:1", "7:a long note of words"),
        ("-", "1200:x"),
    ]


def test_a_wrapped_cell_goes_on_with_the_row_above_where_the_mapping_says_so(tmp_path):
    rows = [NAMES, ("2026-01-02", "192.0.2.1", "agent"), ("", "", "twelve"), ("2026-01-03", "192.0.2.2", "b")]
    content = document([table(800, COLUMNS, rows)])
    sink = found(tmp_path, content, logins('{header: "Time | IP address | Client", wrapped: true}'))
    assert [r["account"] for r in sink.tables["login"]] == ["em:agent twelve", "em:b"]
    loose = found(tmp_path, content, logins('{header: "Time | IP address | Client"}'))
    assert ips(loose) == ["192.0.2.1", None, "192.0.2.2"]


def test_labels_and_values_are_two_columns_and_prose_is_none(tmp_path):
    content = document([[(50, 800, "Dear office"), (50, 786, "Name: Jane: Doe"), (50, 772, "Opened : 2024-01-31")]])
    text = (
        f'{HEAD}ranges:\n  t: {{lines: "label: value"}}\ntables:\n  remark: SELECT label AS key, value, _row FROM t\n'
    )
    sink = found(tmp_path, content, text)
    assert [(r["key"], r["value"]) for r in sink.tables["remark"]] == [("Name", "Jane: Doe"), ("Opened", "2024-01-31")]
    assert sink.counts["other lines"]["unmapped"] == 1


TYPST = """#set page(width: 595pt, height: 420pt, margin: 40pt, footer: context [Page #counter(page).display()])
#set text(size: 9pt)
= Answer to order 14/2026
Mailbox: box12\\@example.org \\
Opened: 2024-01-31
#pagebreak()
#table(columns: (auto, auto, auto, 1fr), stroke: none, align: (left, right, left, left),
  table.header[Start time][Port][IP address][Client],
  %s)
End of records
"""  # fmt: skip


def printed(rows):
    cells = ", ".join(f"[{cell}]" for row in rows for cell in row)
    return typst.compile((TYPST % cells).encode())


def test_what_typst_prints_over_several_pages_is_read_back(tmp_path):
    rows = [
        (f"2026-01-{n % 28 + 1:02} 10:{n % 60:02}:00", str(n * 37 % 60000), f"192.0.2.{n}", f"agent fi {n}")
        for n in range(60)
    ]
    mapping = logins(
        '{pages: "2-", header: "Start time | Port | IP address | Client", until: End of records, skip: ["Page"]}',
        'SELECT Client AS account, "Start time" AS at, Port AS src_port, "IP address" AS ip, _row FROM t',
    )
    sink = found(tmp_path, printed(rows), mapping)
    got = [(r["at"].isoformat(" "), str(r["src_port"]), r["ip"], r["account"]) for r in sink.tables["login"]]
    assert got == [(at, port, ip, f"em:{agent}") for at, port, ip, agent in rows]
    assert sink.rejects == []


def test_a_draft_finds_heads_and_labels_and_can_be_read_as_it_is(tmp_path):
    rows = [(f"2026-01-{n + 1:02}", str(n + 1000), f"192.0.2.{n}", "agent") for n in range(5)]
    source = source_of(tmp_path, "answer.pdf", printed(rows), LINES)
    told = PDF.tables(type(source)(source.path, source.name, 1, source.scratch))
    assert {name: (t.columns, t.place) for name, t in told.items()} == {
        "table_1": (("label", "value"), '{pages: "1", lines: "label: value"}'),
        "table_2": (
            ("Start time", "Port", "IP address", "Client"),
            '{pages: "2-", header: "Start time | Port | IP address | Client"}',
        ),
    }
    text = draft(told, "pdf", "mail")
    assert 'table_2: {pages: "2-"' in text
    select = "tables:\n  login: >\n    SELECT 'x' AS account, \"IP address\" AS ip, _row FROM table_2\n"
    taken = found(tmp_path, printed(rows), text.replace("tables: {}\n", select))
    assert ips(taken)[:5] == [row[2] for row in rows]


def test_what_no_range_covers_is_told_for_a_check(tmp_path):
    content = document([[(50, 820, "letter"), *table(800, COLUMNS, [NAMES, ("2026-01-02", "192.0.2.1", "a")])]])
    told = PDF.tables(source_of(tmp_path, "answer.pdf", content, logins('{header: "Time | IP address | Client"}')))
    assert {name: (t.columns, t.rows) for name, t in told.items()} == {"t": (NAMES, 1), "other lines": ((), 1)}


@pytest.mark.parametrize(
    ("ranges", "told"),
    [
        (
            '{header: "When | IP"}',
            r"ranges\.t: the exhibit has no line that says When \| IP on its pages; it has 1 pages",
        ),
        ('{after: nowhere, header: "Time | IP address | Client"}', "line that says nowhere"),
        ('{pages: "2", header: "Time | IP address | Client"}', "line that says Time"),
    ],
)
def test_a_head_that_is_nowhere_is_told(tmp_path, ranges, told):
    content = document([table(800, COLUMNS, [NAMES, ("2026-01-02", "192.0.2.1", "a")])])
    with pytest.raises(RangeNotFound, match=told):
        found(tmp_path, content, logins(ranges))


def image_page():
    picture = stream(b"\1\2\3", b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceRGB")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>"
    pages = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
    return written([b"<</Type/Catalog/Pages 2 0 R>>", pages, page, stream(b"q 9 0 0 9 0 0 cm /I Do Q"), picture])


def test_a_scan_is_refused_with_advice_and_its_pictures_counted(tmp_path):
    with pytest.raises(Unreadable, match=r"no text on its 1 pages, with 1 pictures: a scan"):
        found(tmp_path, image_page(), LINES)


def test_a_page_without_text_among_others_is_a_reject(tmp_path):
    sink = found(tmp_path, document([[(50, 800, "first")], [], [(50, 800, "third")]]), LINES)
    assert [(r["locator"], r["reason"]) for r in sink.rejects] == [("page:2", pdf_pages.NO_TEXT)]
    assert sink.counts["other lines"] == {"source": 1, "read": 0, "rejected": 1, "unmapped": 0}


def test_text_on_its_side_is_a_reject(tmp_path):
    drawn = b"BT /F1 10 Tf 0 1 -1 0 40 40 Tm (sideways) Tj ET BT /F1 10 Tf 50 800 Td (upright) Tj ET"
    content = document([[(50, 800, "x")]])
    body = content[content.index(b"<</Length") : content.index(b"endstream")]
    sink = found(tmp_path, content.replace(body, stream(drawn)[: -len(b"endstream")]), LINES)
    assert [r["value"] for r in sink.tables["remark"]] == ["upright"]
    assert [(r["locator"], r["excerpt"]) for r in sink.rejects] == [("page:1", "sideways")]


def test_attached_files_and_scripts_are_listed_and_never_opened(tmp_path):
    names = b"/Names<</EmbeddedFiles<</Names[(a) 6 0 R]>>/JavaScript<</Kids[8 0 R]>>>>/OpenAction 9 0 R"
    more = [
        b"<</Type/Filespec/F(inside.txt)/EF<</F 7 0 R>>>>",
        stream(b"attached 12"),
        b"<</Names[(b) 9 0 R]/Kids[8 0 R]>>",
        b"<</S/JavaScript/JS(app.alert)>>",
    ]
    sink = found(tmp_path, document([[(50, 800, "text")]], more, names), LINES)
    attached = sink.notes["attachments"]
    assert (attached["count"], attached["first"][0]["name"], attached["first"][0]["bytes"]) == (1, "inside.txt", 11)
    assert sink.notes["scripts"]["run"] is False
    assert "attached 12" not in str(sink.said)


def test_an_encrypted_pdf_is_refused_with_advice(tmp_path):
    locked = b"<</Filter/Standard/V 1/R 2/P -4/O<" + b"00" * 32 + b">/U<" + b"00" * 32 + b">>>"
    content = document([[(50, 800, "text")]], [locked])
    content = content.replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 6 0 R/ID[<00><00>]")
    with pytest.raises(Unreadable, match="encrypted; ask for its password"):
        found(tmp_path, content, LINES)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"startxref\n", b"startxref\n9"),
        (b"startxref\n", b"startxref\nx"),
        (b"trailer<<", b"trailer<</Prev 0"),
        (b"0000000015", b"9999999999"),
    ],
)
def test_a_broken_table_of_objects_is_rebuilt_from_the_file(tmp_path, old, new):
    content = document([[(50, 800, "text 12")]])
    assert texts(tmp_path, content.replace(old, new)) == [("1", "text 12")]


def test_a_page_tree_that_leads_back_to_itself_ends(tmp_path):
    content = document([[(50, 800, "text")]]).replace(b"/Kids[4 0 R]", b"/Kids[4 0 R 2 0 R 4 0 R]")
    assert texts(tmp_path, content) == [("1", "text")]


def test_a_page_tree_that_is_very_deep_is_refused(tmp_path):
    deep = [b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (n + 1) for n in range(2, 3000)]
    content = written([b"<</Type/Catalog/Pages 2 0 R>>", *deep])
    with pytest.raises(Unreadable):
        found(tmp_path, content, LINES)


def test_a_stream_that_unpacks_to_too_much_costs_its_page_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf_bounds, "STREAM", 1 << 20)
    bomb = stream(zlib.compress(b" " * (2 << 20)), b"/Filter/FlateDecode")
    pages = [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents %d 0 R>>" % n for n in (5, 7)]
    content = written(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 2/Kids[4 0 R 6 0 R]>>",
         b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", pages[0], bomb,
         pages[1].replace(b"/Contents", b"/Resources<</Font<</F1 3 0 R>>>>/Contents"),
         stream(b"BT /F1 10 Tf 50 800 Td (still here) Tj ET")]
    )  # fmt: skip
    sink = found(tmp_path, content, LINES)
    assert [r["value"] for r in sink.tables["remark"]] == ["still here"]
    assert [(r["locator"], r["reason"]) for r in sink.rejects] == [("page:1", pdf_pages.TOO_MUCH)]


def test_forms_within_forms_are_broken_off(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf_pages, "MOST_FIGURES", 50)
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A %d 0 R>>>>"
    forms = [stream(b"/A Do " * 10, form % (n + 1)) for n in range(5, 9)] + [stream(b"", form % 5)]
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</A 5 0 R>>>>>>"
    content = written(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, stream(b"/A Do"), *forms]
    )
    with Document(source_of(tmp_path, "a.pdf", content, LINES).path, "a.pdf") as opened:
        (only,) = opened.pages()
    assert only.lost == [(pdf_pages.TOO_MUCH, "")]


def test_an_object_that_refers_to_itself_is_broken_off_by_the_clock(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf_bounds, "SECONDS", 0.2)
    content = document([[(50, 800, "text")]], [b"6 0 R"]).replace(b"/Contents 5 0 R", b"/Contents 6 0 R")
    with Document(source_of(tmp_path, "a.pdf", content, LINES).path, "a.pdf") as opened, pytest.raises(Unreadable):
        list(opened.pages())


def test_what_is_no_pdf_is_refused_and_the_library_left_as_it_was(tmp_path):
    before = pdftypes.zlib
    with pytest.raises(Unreadable, match="cannot be read as a PDF"):
        found(tmp_path, b"%PDF-1.4\nnothing", LINES)
    assert pdftypes.zlib is before


def test_damaged_streams_give_what_they_have_and_are_noted(tmp_path):
    whole = zlib.compress(b"BT /F1 10 Tf 50 800 Td (first) Tj 0 -20 Td (second) Tj ET" + b" " * 400)
    content = document([[(50, 800, "x")]])
    body = content[content.index(b"<</Length") : content.index(b"endstream")]
    made = stream(whole[:-6], b"/Filter/FlateDecode")[: -len(b"endstream")]
    sink = found(tmp_path, content.replace(body, made), LINES)
    assert [r["value"] for r in sink.tables["remark"]] == ["first", "second"]


def test_a_mapping_without_ranges_is_checked_like_any_other():
    assert parse_mapping(LINES, "m").ranges == {}
