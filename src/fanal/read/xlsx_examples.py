"""Small workbooks for the reader's examples, written part by part."""

import io
import zipfile
from collections.abc import Iterable
from html import escape

from fanal.read.contract import Example
from fanal.read.xlsx_book import OLE

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default
 Extension="xml" ContentType="application/xml"/><Default Extension="rels"
 ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>"""
_STYLES = f"""<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy hh:mm:ss"/>
</numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"""


def workbook(sheets: dict[str, str], doctype: str = "", shared: str = "") -> bytes:
    """A workbook of sheets, given as name to the XML of what stands in `worksheet`; style 1 shows date and time.

    `shared` is the XML of the shared texts; cells of type s point to them.
    """
    names = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, start=1)
    )
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'{doctype}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}"><sheets>{names}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            [
                *(("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)),
                ("styles", "styles.xml"),
                ("sharedStrings", "sharedStrings.xml"),
            ]
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{shared}</sst>',
        "xl/styles.xml": _STYLES,
    }
    for n, inside in enumerate(sheets.values(), start=1):
        parts[f"xl/worksheets/sheet{n}.xml"] = f'<worksheet xmlns="{_MAIN}">{inside}</worksheet>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in parts.items():
            z.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()


def row(number: int, *cells: str | float | None, attributes: str = "") -> str:
    """The XML of one row: text as inline strings, numbers as numbers, XML of a cell as it stands."""
    made = []
    for place, value in enumerate(cells):
        at = f"{chr(65 + place)}{number}"
        if isinstance(value, str) and value.startswith("<"):
            made.append(value.replace("@", at))
        elif isinstance(value, str):
            made.append(f'<c r="{at}" t="inlineStr"><is><t>{escape(value)}</t></is></c>')
        elif value is not None:
            made.append(f'<c r="{at}"><v>{value}</v></c>')
    return f'<row r="{number}"{attributes}>{"".join(made)}</row>'


def _relations(listed: Iterable[tuple[str, str]]) -> str:
    made = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATION}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(listed, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{made}</Relationships>'


def workbooks() -> Iterable[Example]:
    """See Reader.examples."""
    yield Example(
        "answer.xlsx",
        workbook({"Subscriber info": f"<sheetData>{_ANSWER}</sheetData>"}, shared=_SHARED),
        {"account": 2, "identifier": 3, "login": 2, "remark": 1},
        rejects=2,
        mapping=_MAPPING,
    )
    yield Example(
        "answer.xlsx",
        workbook({"Subscriber info": f"{_CLAIM}<sheetData>{_ANSWER}{row(3, 'again')}<row r='9'"}, shared=_SHARED),
        {"account": 2, "identifier": 3, "login": 2, "remark": 1},
        rejects=4,
        mapping=_MAPPING,
        hostile=True,
    )
    bomb = '<!DOCTYPE b [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    yield Example(
        "answer.xlsx", workbook({"S": ""}, bomb), {}, mapping=_MAPPING, hostile=True, refused="F-READ-01"
    )  # fmt: skip
    yield Example("answer.xls", OLE + bytes(504), {}, mapping=_MAPPING, hostile=True, refused="F-READ-01")


_CLAIM = '<dimension ref="A1:XFD1048576"/>'
_SHARED = "<si><t>Customer</t></si><si><r><t>Answer to </t></r><r><t>order 12/2026</t></r></si>"
_ANSWER = "".join(
    (
        row(1, '<c r="@" t="s"><v>1</v></c>', None, None),
        row(3, '<c r="@" t="s"><v>0</v></c>', "MSISDN", "Session start", "IP", "Account no"),
        row(4, "1001", 34600000001, '<c r="@" s="1"><v>45323.5</v></c>', "192.0.2.1", 1234567890123456),
        row(5, "1002", "+34600000002", '<c r="@" t="e"><v>#N/A</v></c>', "192.0.2.2", attributes=' hidden="1"'),
    )
)
_MAPPING = """fanal_mapping: 1
platform: isp
source: xlsx
time_zone: Europe/Madrid
answer: {provider: Example Net, order: 12/2026, date: 2026-01-31, scope: two numbers}
ranges:
  subscribers: {sheet: Subscriber info, cells: "A3:E", header: true}
tables:
  account: SELECT Customer AS native_id, 'provider' AS name_source, _row FROM subscribers
  identifier: >
    SELECT Customer AS account, 'phone' AS kind, MSISDN AS value, 'subscriber' AS relation, _row FROM subscribers
    UNION ALL
    SELECT Customer AS account, 'bank_account' AS kind, "Account no" AS value, 'payer' AS relation, _row
    FROM subscribers WHERE "Account no" <> ''
  login: SELECT Customer AS account, "Session start" AS at, IP AS ip, _row FROM subscribers
"""
