"""Small PDFs for the reader's examples and tests: text at places, written object by object."""

from collections.abc import Iterable, Sequence

from fanal.read.contract import Example

#: One text: left edge, baseline, words.
Placed = tuple[float, float, str]
SIZE = 10


def document(pages: Sequence[Sequence[Placed]], more: Sequence[bytes] = (), catalogue: bytes = b"") -> bytes:
    """A PDF of pages of texts in Helvetica; objects after the pages, and what else the catalogue says."""
    font, first = 3, 4
    kids = b" ".join(b"%d 0 R" % (first + 2 * n) for n in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R" + catalogue + b">>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), kids),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for n, texts in enumerate(pages):
        drawn = b"BT /F1 %d Tf %s ET" % (SIZE, b" ".join(_shown(*text) for text in texts))
        box = b"/MediaBox[0 0 595 842]/Resources<</Font<</F1 %d 0 R>>>>" % font
        objects += [
            b"<</Type/Page/Parent 2 0 R%s/Contents %d 0 R>>" % (box, first + 2 * n + 1),
            stream(drawn),
        ]
    return written([*objects, *more])


def written(objects: Sequence[bytes]) -> bytes:
    """The objects with their table, the first being the catalogue."""
    out = b"%PDF-1.4\n"
    places = []
    for n, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return (
        out
        + head
        + table
        + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            len(objects) + 1,
            len(out),
        )
    )


def stream(raw: bytes, attributes: bytes = b"") -> bytes:
    """A stream object's body."""
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(raw), attributes, raw)


def table(top: float, starts: Sequence[float], rows: Iterable[Sequence[str]]) -> list[Placed]:
    """Rows of cells, each cell beginning at its column's place."""
    return [
        (left, top - 14 * n, cell) for n, row in enumerate(rows) for left, cell in zip(starts, row, strict=True) if cell
    ]


def _shown(left: float, base: float, text: str) -> bytes:
    escaped = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"1 0 0 1 %.1f %.1f Tm (%s) Tj" % (left, base, escaped)


def pdfs() -> Iterable[Example]:
    """See Reader.examples."""
    whole = document(_PAGES)
    yield Example("logins.pdf", whole, {"account": 1, "login": 3}, mapping=_MAPPING)
    places = whole[whole.rindex(b"startxref\n") :]
    broken = whole.replace(places, b"startxref\n7\n%%EOF").replace(b"/Count 3", b"/Count 99999")
    yield Example("logins.pdf", broken, {"account": 1, "login": 3}, mapping=_MAPPING, hostile=True)
    yield Example("scan.pdf", document([[], []]), {}, mapping=_MAPPING, hostile=True, refused="F-READ-01")


_COLUMNS = (50, 200, 320)
_HEAD = ("Time", "IP address", "Client")
_FIRST = [_HEAD, ("2026-01-02 10:00:00", "192.0.2.1", "agent 12"), ("2026-01-03 11:00:00", "2001:db8::1", "")]
_SECOND = [_HEAD, ("2026-01-04 12:00:00", "192.0.2.3", "agent (12)"), ("End of records", "", "")]
_PAGES: list[list[Placed]] = [
    [(50, 800, "Answer to order 14/2026"), (50, 770, "Mailbox: box12@example.org"), (50, 756, "Opened: 2024-01-31")],
    [
        (50, 800, "Example Mail"),
        *table(770, _COLUMNS, _FIRST),
        (50, 40, "Page 2 of 3"),
    ],
    [
        (50, 800, "Example Mail"),
        *table(770, _COLUMNS, _SECOND),
        (50, 40, "Page 3 of 3"),
    ],
]  # fmt: skip
_MAPPING = """fanal_mapping: 1
platform: examplemail
source: pdf
time_zone: UTC
ranges:
  fields: {pages: "1", lines: "label: value"}
  logins: {pages: "2-", header: "Time | IP address | Client", until: End of records, skip: ["Page "]}
tables:
  account: SELECT value AS native_id, _row FROM fields WHERE label = 'Mailbox'
  login: >
    SELECT f.value AS account, l."Time" AS at, l."IP address" AS ip, l.Client AS user_agent, l._row
    FROM logins AS l CROSS JOIN fields AS f WHERE f.label = 'Mailbox'
"""
