"""CyberTipline reports (XML): what a provider reported of a user, its logins and its files, tolerantly read.

Unknown elements are listed, not refused. Victims become no rows: they are counted, and their place
is told. No file content is in such a report, and none is asked for.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from fanal.base.language import mark, translate
from fanal.evidence.media_signs import withheld
from fanal.read import cybertip_xml, signs_mail
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.cybertip_examples import BROKEN, ENTITIES, PLAIN, REPORT
from fanal.read.cybertip_files import is_withheld_hash
from fanal.read.cybertip_rows import ReportRows, account_for
from fanal.read.cybertip_xml import Break, Declares, Node, Report
from fanal.read.held_rows import HeldRows
from fanal.read.mail_text import clean

#: How many names of unknown elements are listed, and how many reports the notes tell of one by one.
LISTED = 200
NOTED = 1_000
DECLARES = mark("it declares a document type or entities, which no report needs; nothing of it was read")


class Cybertip:
    """Reads one CyberTipline report, a part of one, or several in one file."""

    name = "cybertip"
    version = 1
    mapped = False
    beside: tuple[str, ...] = ()

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_mail.cybertip(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        rows = HeldRows(source, sink)
        told: list[dict[str, Any]] = []
        unknown: Counter[str] = Counter()
        found = victims = 0
        try:
            for piece in cybertip_xml.reports(source.path):
                if isinstance(piece, Break):
                    if not found:
                        raise Unreadable(path=source.name, detail=translate(piece.reason))
                    rows.reject(piece.place, None, piece.reason, "")  # what stands there may be a victim's
                    break
                if not piece.sections:
                    continue
                found += 1
                notes = _report(piece, rows, sink, unknown, source)
                victims += notes["victims"]
                if len(told) < NOTED:
                    told.append(notes)
                rows.hand_over()
        except Declares as e:
            raise Unreadable(path=source.name, detail=translate(DECLARES)) from e
        if not found:
            raise Unreadable(path=source.name, detail=translate("it holds no part of a CyberTipline report"))
        rows.hand_over()
        sink.note("reports", told)
        sink.note("report_count", found)
        if found > len(told):
            sink.note("reports_without_note", found - len(told))
        sink.note("victims", victims)
        sink.note("unknown_elements", dict(unknown.most_common(LISTED)))

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        yield Example(
            "report.xml",
            REPORT,
            {"account": 3, "identifier": 6, "message": 3, "media": 2, "remark": 13, "login": 4, "share": 1, "link": 2,
             "fingerprint": 1},
        )  # fmt: skip
        yield Example("plain.xml", PLAIN, {"account": 2, "identifier": 2, "remark": 1})
        yield Example(
            "broken.xml", BROKEN, {"account": 2, "identifier": 1, "media": 1, "remark": 1}, rejects=4, hostile=True
        )
        yield Example("entities.xml", ENTITIES, {}, hostile=True, refused="F-READ-01")

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt. Locators: `report:1/fileDetails:2/ipCaptureEvent:1`; of a victim, digest and length."""
        wanted = locator.partition("/")[0]
        for piece in cybertip_xml.reports(source.path):
            if isinstance(piece, Report) and piece.place == wanted:
                places = {node.place: node for top in (*piece.sections, *piece.around) for node in _within(top)}
                nodes = [places[locator]] if locator in places else piece.around if locator == wanted else []
                return clean("\n".join(filter(None, (_shown(node) for node in nodes)))) or _name(piece, locator)
        return ""


def _report(report: Report, rows: HeldRows, sink: Sink, unknown: Counter[str], source: Source) -> dict[str, Any]:
    """One report: its rows, what became of its elements, its notes."""
    notes = ReportRows(report, rows, source.exhibit, source.options.get("platform")).take()
    counts, strange = account_for(report)
    unknown.update(strange)
    if len(unknown) > 10 * LISTED:
        _shorten(unknown)
    for part, states in counts.items():
        read, rejected, unmapped = (states[state] for state in ("read", "rejected", "unmapped"))
        sink.count(part, source=read + rejected + unmapped, read=read, rejected=rejected, unmapped=unmapped)
    for reason in report.refused:
        rows.reject(report.place, None, reason, "")
    return notes


def _shorten(unknown: Counter[str]) -> None:
    """Keep the commonest names; the others become one entry."""
    rest = unknown.most_common()[LISTED:]
    for name, _ in rest:
        del unknown[name]
    unknown["..."] += sum(n for _, n in rest)


def _within(node: Node) -> Iterable[Node]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(one.kids)


def _shown(node: Node) -> str:
    """An element's own text and that of what it holds, a line each; a victim's and robust hashes only as a digest."""
    lines = [f"{leaf.name}: {withheld(leaf.text) if is_withheld_hash(leaf) else leaf.text}" for leaf in node.leaves()]
    shown = "\n".join(lines)
    return f"victim: {withheld(shown)}" if "/victim:" in node.place else shown


def _name(report: Report, locator: str) -> str:
    return ", ".join(section.name for section in report.sections) if locator == report.place else ""


CYBERTIP = Cybertip()
