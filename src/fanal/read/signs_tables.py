"""How tables and databases begin: what `detect` of their readers goes by. See `read/signs.py`."""

import codecs
import json
import re

from fanal.evidence.sqlite_door import MAGIC as SQLITE
from fanal.evidence.streams import plain_head, plain_name
from fanal.read.chain_head import head_of
from fanal.read.csv_dialect import dialect_of
from fanal.read.signs_mail import OLE
from fanal.read.wide_text import is_utf16, plain_sample

#: How a list of JSON objects begins.
JSON_ARRAY = re.compile(rb"\s*\[(?=\s*\{)")
PDF_MARK = b"%PDF-"
PARQUET_MARK, ENCRYPTED_PARQUET_MARK = b"PAR1", b"PARE"
_DELIMITED = (".csv", ".tsv", ".tab", ".psv")
_JSON_LINES = (".jsonl", ".ndjson", ".jsonlines")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".xltx")
#: How far into a file the mark of a PDF may stand.
_PDF_MARK_WITHIN = 1024
_SPACE = b" \t\r\n"


def sqlite(head: bytes, name: str) -> float:  # noqa: ARG001  databases have all kinds of names
    """A SQLite database that is no messenger's."""
    return 0.5 if head.startswith(SQLITE) else 0.0


def csv(head: bytes, name: str) -> float:
    """Delimited text: by the name's ending, and a head that holds columns."""
    plain = plain_head(head)
    if not plain_name(name).lower().endswith(_DELIMITED) or (b"\x00" in plain and not is_utf16(plain)):
        return 0.0
    return 0.8 if dialect_of(plain_sample(plain)).width > 1 else 0.4


def jsonl(head: bytes, name: str) -> float:
    """JSON objects, one a line or in a list."""
    plain, named = plain_sample(plain_head(head)), plain_name(name).lower()
    if JSON_ARRAY.match(plain):
        return 0.5 if named.endswith((*_JSON_LINES, ".json")) else 0.3
    lines = [line for line in plain.splitlines() if line.strip()]
    if not lines or not lines[0].lstrip().startswith(b"{"):
        return 0.0
    try:
        json.loads(lines[0])
    except (ValueError, RecursionError):
        return 0.3 if named.endswith(_JSON_LINES) else 0.0
    return 0.9 if named.endswith(_JSON_LINES) else 0.6


def xlsx(head: bytes, name: str) -> float:
    """A workbook: a zip or an old container under a workbook's name, or a zip that begins like one."""
    named = name.lower().endswith(_WORKBOOKS)
    if head.startswith(b"PK\x03\x04"):
        inside = b"[Content_Types].xml" in head or b"xl/workbook.xml" in head
        return 0.9 if named else 0.7 * (inside and b"xl/" in head)
    return 0.7 if named and head.startswith(OLE) else 0.0


def pdf(head: bytes, name: str) -> float:
    """A PDF, by the mark at the beginning."""
    if head.startswith(PDF_MARK):
        return 0.9
    return 0.6 if name.lower().endswith(".pdf") and PDF_MARK in head[:_PDF_MARK_WITHIN] else 0.0


def parquet(head: bytes, name: str) -> float:  # noqa: ARG001  the bytes say it all
    """A Parquet file."""
    return 0.95 if head.startswith((PARQUET_MARK, ENCRYPTED_PARQUET_MARK)) else 0.0


def chain(head: bytes, name: str) -> float:  # noqa: ARG001  extracts have all kinds of names
    """Chain data: JSON that speaks of vin and vout, or a table with the columns of a tracing tool."""
    if is_json(head):
        return 0.95 if b'"vin"' in head and b'"vout"' in head else 0.0
    return 0.85 if b"\0" not in head and head_of(head) is not None else 0.0


def is_json(head: bytes) -> bool:
    """Whether a file begins as JSON does."""
    return head.removeprefix(codecs.BOM_UTF8).lstrip(_SPACE)[:1] in (b"{", b"[")
