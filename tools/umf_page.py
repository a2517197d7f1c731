"""Writes docs/umf.md from the map of exchange/umf.py: `python tools/umf_page.py`. Not part of the wheel."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from fanal.exchange.umf import PACKAGE, SHEET, TABLES, Target

PAGE = Path(__file__).resolve().parents[1] / "docs" / "umf.md"
HEAD = """# From a package to a UMF message

Which field of a package goes where in the Universal Message Format, and what is lost. UMF is the standard for certain
content of cross-border exchange in justice and home affairs:
[Regulation (EU) 2019/818](https://eur-lex.europa.eu/eli/reg/2019/818/oj), Article 38, and
[Commission Implementing Decision (EU) 2023/221](https://eur-lex.europa.eu/eli/dec_impl/2023/221/oj) of 1 February 2023
(OJ L 30, 2.2.2023, p. 26), which lays down rules for Eurodac, ECRIS-TCN, the European search portal, the common
identity repository and the multiple-identity detector, and for labelling data fields.

**What could not be verified.** The XML schema of UMF was not at hand, nor the annex of the decision; authorities get
both from those who run the systems. So no element name stands here: a target is an information object (person, means
of communication, event ...) and a property, both in words, and whether the schema has that very object and property
must be looked up in the version that you were given. Fanal writes no UMF message.

**What is always lost.** An online identity is no person, but UMF has no nearer object: say so in free text, every time.
Reasons against, probabilities, ranks, the row of evidence behind a statement and the sender's signature do not get
across; the package does, as an attachment, and should go with the message.

This page is written by `python tools/umf_page.py` from `src/fanal/exchange/umf.py`. A test holds both equal; another
fails where a built package has a field that the map does not know. A new field gets its line there: of package.json in
`PACKAGE`, of identities.csv in `SHEET`, of a table in `TABLES`.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD, *_section("package.json", PACKAGE), *_section("identities.csv", SHEET)]
    for name in sorted(TABLES):
        parts += _section(f"tables/{name}.parquet", TABLES[name])
    return "\n".join(parts)


def _section(title: str, fields: Mapping[str, Target]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| field | information object | property | what is lost |\n|---|---|---|---|"
    for name, target in fields.items():
        yield f"| `{name}` | {target.object or '-'} | {target.property or '-'} | {target.lost or '-'} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
