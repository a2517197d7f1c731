"""The summary of a package for a person to read: HTML and PDF/UA, in the recipient's language.

Both are drawn from one `Document`, so that they say the same. Nothing outside is loaded, whatever comes
from evidence is escaped and kept apart from the text around it (bidirectional isolation), and it never
says more than the tables: words for certainty, reasons as they stand, and what is not known.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
import typst

from fanal.analyse.leads import say as asked
from fanal.analyse.weights import WEIGHTS
from fanal.base import instants
from fanal.base.language import language, speaking, translate, translate_count
from fanal.exchange.bag import MANIFEST
from fanal.exchange.plan import Counts, PackagePlan
from fanal.exchange.seal import bag_info
from fanal.exchange.sheet import in_words as in_words_of_sheet
from fanal.model.codes import CERTAINTY_WORDS, INFORMATION_WORDS, ROLE_WORDS, SOURCE_WORDS, in_words
from fanal.model.countries import country_name

FIRST = 20
# Scripts that the fonts packed with the typesetter can draw; anything else is written as its code point.
_NOT_DRAWABLE = re.compile(r"[^\u0020-\u024f\u0370-\u03ff\u0400-\u04ff\u0600-\u064a\u2010-\u2027\u20ac]")
_ISOLATE, _POP = "\u2068", "\u2069"


@dataclass(frozen=True)
class Section:
    """A heading with any of: paragraphs, a numbered list, a table (first row is its head), commands."""

    heading: str
    paragraphs: Sequence[str] = ()
    items: Sequence[str] = ()
    table: Sequence[Sequence[str]] = ()
    commands: Sequence[str] = ()


@dataclass(frozen=True)
class Document:
    """A summary before it is drawn: all text in one language."""

    language: str
    title: str
    subtitle: str
    sections: Sequence[Section]


Row = Mapping[str, Any]


def summary_document(plan: PackagePlan, counts: Counts, first: Sequence[Row], leads: Sequence[Row]) -> Document:
    """What the summary of a package says.

    Args:
        plan: the package; its language is used where Fanal speaks it.
        counts: what went in.
        first: rows of selection's `sheet` for the first identities, in order.
        leads: rows of selection's `top_lead`, soonest to perish first.
    """
    with speaking(plan.spoken):
        title = translate("Package for {country}: {title}")
        subtitle = translate("Number {number} of operation {operation}, made {made_at} by {agency}")
        return Document(
            language(),
            title.format(country=country_name(plan.country), title=plan.title),
            subtitle.format(
                number=plan.number, operation=plan.operation, made_at=_day(plan.made_at), agency=plan.sender.agency
            ),
            [
                _terms(plan),
                _holds(plan, counts),
                _who_first(first),
                *([_for_and_against(first)] if first else []),
                *([_opinions(plan, first)] if plan.opinions else []),
                _what_to_do(),
                _perishing(leads),
                _not_known(),
                _verify(plan),
            ],
        )


def _day(value: datetime | None) -> str:
    return instants.text(value)[:10] if value else ""


def _minute(value: datetime | None) -> str:
    return instants.text(value)[:16].replace("T", " ") + " UTC" if value else ""


def _terms(plan: PackagePlan) -> Section:
    grade = plan.grade
    lines = [handling.line() for handling in plan.handling] or [translate("No handling code restricts this package.")]
    return Section(
        translate("How it may be used"),
        [
            *lines,
            translate("Source: {words}.").format(words=in_words(grade.source, SOURCE_WORDS)),
            translate("Information: {words}.").format(words=in_words(grade.information, INFORMATION_WORDS)),
            translate("Purpose: {text}").format(text=plan.purpose),
            translate("Legal basis: {text}").format(text=plan.legal_basis),
            translate("Basis of the transfer: {text}").format(text=plan.transfer_basis),
        ],
    )


def _holds(plan: PackagePlan, counts: Counts) -> Section:
    held = translate_count(
        "It holds {n} online identity with {accounts} accounts.",
        "It holds {n} online identities with {accounts} accounts.",
        counts.included,
    )
    others = counts.candidates - counts.included
    lines = [held.format(n=counts.included, accounts=counts.accounts)]
    if others:
        lines.append(
            translate("{n} others point to your country and were not sent: {below} below the threshold.").format(
                n=others, below=counts.below_threshold
            )
        )
    if plan.others_reviewed_by:
        lines.append(translate("They are reviewed by {day}.").format(day=_day(plan.others_reviewed_by)))
    threshold = plan.threshold
    lines.append(
        translate("The threshold is version {version}, approved by {approver}.").format(
            version=threshold.version, approver=threshold.approver or translate("nobody yet")
        )
    )
    return Section(translate("What it holds"), lines)


def _pieces(text: str | None, words: Mapping[str, str] | None = None) -> str:
    parts = [part for part in (text or "").split("; ") if part]
    return ", ".join(in_words(part, dict(words)) if words else part for part in parts)


def _reasons(names: str) -> str:
    """The names that `rank` gives, as the sentences that stand beside its weights."""
    words = {weight.name: weight.text for weight in WEIGHTS}
    return " ".join(in_words(name, words) for name in names.split())


def _who_first(first: Sequence[Row]) -> Section:
    head = [
        translate("Rank"),
        translate("Identity"),
        translate("Accounts"),
        translate("Country"),
        translate("Roles"),
        translate("Why so high"),
    ]
    rows = [
        [
            str(row["rank"]),
            row["identity"][:8],
            _pieces(row["accounts"]),
            in_words(row["country_is"] or "undetermined", CERTAINTY_WORDS),
            _pieces(row["roles"], ROLE_WORDS),
            _reasons(row["reasons"] or ""),
        ]
        for row in first
    ]
    empty = [] if rows else [translate("Nobody: no identity meets the threshold.")]
    note = translate("Why each stands where it stands is in tables/, row by row; identities.csv has them all.")
    return Section(translate("Who first"), [*empty, note], table=[head, *rows] if rows else [])


def _opinions(plan: PackagePlan, first: Sequence[Row]) -> Section:
    shown = {row["identity"] for row in first}
    head = [
        translate("Identity"),
        translate("Opinion"),
        translate("Reason"),
        translate("Officer"),
        translate("Decided on"),
    ]
    rows = [[o.identity[:8], o.verdict, o.reason, o.officer, _day(o.at)] for o in plan.opinions if o.identity in shown]
    note = translate("What the sender's officers think. It binds nobody; your own opinion stands beside it.")
    return Section(translate("Opinions of the sender"), [note], table=[head, *rows] if rows else [])


def _for_and_against(first: Sequence[Row]) -> Section:
    """Reasons against beside reasons for: that the accounts are one holder's, and that the country is this one."""
    head = [translate("Rank"), translate("Identity"), translate("What speaks for it"), translate("What speaks against")]
    none = translate("nothing that Fanal knows of")
    rows = [
        [
            str(row["rank"]),
            row["identity"][:8],
            _joined(row, "together_for", "country_for") or none,
            _joined(row, "together_against", "country_against") or none,
        ]
        for row in first
    ]
    note = translate(
        "That its accounts are one holder's, and that its country is yours. Only the kinds of reasons are named."
    )
    return Section(translate("For and against"), [note], table=[head, *rows])


def _joined(row: Row, *names: str) -> str:
    return " ".join(text for text in (in_words_of_sheet(name, row.get(name)) for name in names) if text)


def _what_to_do() -> Section:
    return Section(
        translate("What to do"),
        items=[
            translate("Check handling codes and legal basis against your own law before anything else."),
            translate("Ask providers for what perishes first, with address, port and instant as listed below."),
            translate("Look for a child at risk now: the first ranks come before all others."),
            translate("Compare with your own files; two identities may be one person, and one may be several."),
            translate("Answer for every identity, false positives at once: other countries may be acting on them."),
        ],
    )


def _perishing(leads: Sequence[Row]) -> Section:
    if not leads:
        return Section(translate("When data goes stale"), [translate("No lead in this package has a known end.")])
    head = [
        translate("Expires"),
        translate("Whom to ask"),
        translate("What for"),
        translate("Address and port"),
        translate("Instant"),
    ]
    without = translate("no port: many subscribers may share it")
    rows = [
        [
            _day(row["perishes_at"]) or translate("not known"),
            row["addressee"] or "",
            asked(row["ask"]) if row["ask"] else "",
            f"{row['address']} {row['port'] if row['port'] is not None else without}" if row["address"] else "",
            _minute(row["at"]),
        ]
        for row in leads
    ]
    note = translate("Expiry is expected, not promised: providers keep logs for different times.")
    return Section(translate("When data goes stale"), [note], table=[head, *rows])


def _not_known() -> Section:
    return Section(
        translate("What Fanal does not know"),
        items=[
            translate("Who a person is. An online identity is a set of accounts, with reasons for and against."),
            translate("Whether a country is right: address databases disagree, and people hide."),
            translate("Whether someone is a minor, a victim, or acts under orders. Age is unknown until it is proved."),
            translate("What media show. Unseen is not illegal; only a grade by an examiner says more."),
            translate("What the seized source did not keep, or what one device could not see."),
        ],
    )


def _verify(plan: PackagePlan) -> Section:
    note = translate("These commands check it without Fanal, in the unpacked folder; {manifest} lists all files.")
    commands = [value for label, value in bag_info(plan.heading) if label == "Check-Without-Fanal"]
    return Section(translate("How to check it"), [note.format(manifest=MANIFEST)], commands=commands)


@cache
def _template() -> jinja2.Template:
    source = files("fanal.exchange").joinpath("summary.html.j2").read_text(encoding="utf-8")
    strict = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return strict.from_string(source)


def as_html(document: Document) -> str:
    """The summary as one HTML page without script, link or image."""
    return _template().render(doc=document) + "\n"


@cache
def _layout() -> bytes:
    return files("fanal.exchange").joinpath("summary.typ").read_bytes()


def as_pdf(document: Document) -> bytes:
    """The summary as PDF/UA-1. Where a letter is in no packed font, such letters are written as code points."""
    content = json.dumps(asdict(document), ensure_ascii=False)
    try:
        return _drawn(content)
    except typst.TypstError:
        return _drawn(_NOT_DRAWABLE.sub(lambda letter: f"[U+{ord(letter[0]):04X}]", content))


def _drawn(content: str) -> bytes:
    inputs = {"doc": content, "open": _ISOLATE, "close": _POP}
    made = typst.compile(
        _layout(), format="pdf", pdf_standards=["ua-1"], sys_inputs=inputs, timestamp=0, ignore_system_fonts=True
    )
    return bytes(made)
