"""Writes docs/umf.md from the map of exchange/umf.py: `python tools/umf_page.py`. Not part of the wheel."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from fanal.exchange.umf import CONFIRMED, PACKAGE, SHEET, TABLES, Target

PAGE = Path(__file__).resolve().parents[1] / "docs" / "umf.md"
HEAD = """# From a package to a UMF message

Which field of a package goes where in the Universal Message Format, and what is lost. UMF is the standard for certain
content of cross-border exchange in justice and home affairs:
[Regulation (EU) 2019/818](https://eur-lex.europa.eu/eli/reg/2019/818/oj), Article 38, and
[Commission Implementing Decision (EU) 2023/221](https://eur-lex.europa.eu/eli/dec_impl/2023/221/oj) of 1 February 2023
(OJ L 30, 2.2.2023, p. 26), which lays down rules for Eurodac, ECRIS-TCN, the European search portal, the common
identity repository and the multiple-identity detector, and for labelling data fields.

**What is confirmed, and by what.** Looked for in public law, documentation and source code, in November 2026:

SOURCES

**What is not.** The articles and annexes of the decision could not be read here, and no copy of the XML schema was
found in public repositories. So no element name stands on this page: a target is an information object and a property,
both in this project's words, and must be looked up in the version that you were given. No property below is confirmed
by any source; of the objects, these:

OBJECTS

The locations and biometric data that UMF has too are no targets: a package says countries, not places, and holds no
biometric data. Fanal writes no UMF message.

**What is always lost.** An online identity is no person, but UMF has no nearer object: say so in free text, every time.
Reasons against, probabilities, ranks, the row of evidence behind a statement and the sender's signature do not get
across; the package does, as an attachment, and should go with the message.

This page is written by `python tools/umf_page.py` from `src/fanal/exchange/umf.py`. A test holds both equal; another
fails where a built package has a field that the map does not know. A new field gets its line there: of package.json in
`PACKAGE`, of identities.csv in `SHEET`, of a table in `TABLES`.
"""
WCC = "https://www.wcc-group.com/company/post/2020/06/10/umf-a-solution-for-eu-interoperability/"
FOLKETING = "https://ft.dk/samling/20182/almdel/REU/bilag/35/2065052/index.htm"
#: What is known of UMF, and the source that says so.
SOURCES = {
    "UMF sets standards for certain content of exchange across borders between information systems, authorities and "
    "organisations of justice and home affairs; Eurodac, ECRIS-TCN, ESP, CIR and MID must use it, and where "
    "appropriate new models and systems that a body of the Union develops": "Article 38 of the regulation, read whole",
    "number, date, title, place in the Official Journal and purpose of the decision": (
        "the decision, read as far as recital 4 in several languages"
    ),
    "a sister decision for Regulation (EU) 2019/817 stands beside it: "
    "[(EU) 2023/220](https://eur-lex.europa.eu/eli/dec_impl/2023/220/oj), p. 18 to 25": "its first page",
    "queries to Europol's data from national systems (QUEST) were piloted in the project UMF 3+": (
        f"[a note to the Danish parliament, 9 April 2019]({FOLKETING})"
    ),
    "UMF has classes for persons, items (objects), locations, events (offences) and biometric data": (
        f"[a supplier of police systems, 10 June 2020]({WCC}): no authority"
    ),
}


def page() -> str:
    """The whole page."""
    told = {"SOURCES": _table("what", "by what", SOURCES), "OBJECTS": _table("object", "confirmed", CONFIRMED)}
    head = HEAD
    for place, table in told.items():
        head = head.replace(place, table)
    parts = [head, *_section("package.json", PACKAGE), *_section("identities.csv", SHEET)]
    for name in sorted(TABLES):
        parts += _section(f"tables/{name}.parquet", TABLES[name])
    return "\n".join(parts)


def _table(first: str, second: str, rows: Mapping[str, str]) -> str:
    return "\n".join([f"| {first} | {second} |", "|---|---|", *(f"| {one} | {other} |" for one, other in rows.items())])


def _section(title: str, fields: Mapping[str, Target]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| field | information object | property | what is lost |\n|---|---|---|---|"
    for name, target in fields.items():
        yield f"| `{name}` | {target.object or '-'} | {target.property or '-'} | {target.lost or '-'} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
