"""The text that goes with a package over the official channel: who sends what to whom, and what cannot wait.

Plain lines that any channel carries, in the recipient's language. It names no person, account or address: a package is
sealed, the message around it may not be. All of it is read from the package itself, so that it says what the package
says; file, size and SHA-256 are known only once it is sealed.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import Any

from fanal.base.language import speaking, translate, translate_count
from fanal.exchange.heading import Heading, Party, read_heading
from fanal.exchange.spoken import day, number
from fanal.exchange.sshsig import fingerprint
from fanal.exchange.summary_terms import call_lines
from fanal.exchange.urgent import urgent_of
from fanal.model.codes import INFORMATION_WORDS, OUTCOME_WORDS, SOURCE_WORDS, Handling, in_words
from fanal.model.countries import country_name

#: Where a bag keeps its cover text, in the recipient's language, before anybody knew the sealed file.
COVER = "data/cover.txt"
_WIDTH = 76


@dataclass(frozen=True)
class Attached:
    """The sealed file: its name, its length in bytes, its SHA-256."""

    name: str
    size: int
    sha256: str


def cover_text(folder: Path, language: str, attached: Attached | None = None) -> str:
    """The cover text of a package.

    Args:
        folder: the bag, all but the cover written.
        language: two letters, one of PACKAGE_LANGUAGES.
        attached: the sealed file; None where there is none yet.

    Raises:
        Malformed: the folder holds no package.
    """
    heading = read_heading(folder, "package", folder)
    told = json.loads((folder / "data/package.json").read_bytes())
    with speaking(language):
        parts = [
            ("", _head(heading, told)),
            (translate("What cannot wait"), urgent_of(folder, heading.made_at).lines()),
            (translate("How it may be used"), _terms(told)),
            (translate("What is attached"), _attached(heading, told, attached)),
            (
                translate("Whom to call"),
                call_lines(heading.sender.agency, heading.sender.country, told.get("contact", ""), heading.file_name),
            ),
            (translate("How to check it"), _check(heading.sender)),
            (translate("How to answer"), _answer()),
        ]
        return "\n".join(line for title, lines in parts for line in _part(title, lines))


def _part(title: str, lines: list[str]) -> list[str]:
    """A title in capitals, its lines below it with a dash; what is too long for a line is carried over."""
    if not title:
        return [*lines, ""]
    folded = [
        piece
        for line in lines
        for piece in wrap(
            f"- {_plain(line)}", _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )
    ]
    return [title.upper(), *folded, ""]


def _plain(text: str) -> str:
    """Text on one line, without anything that a reader does not see."""
    return "".join(c if c.isprintable() else " " for c in text)


def _head(heading: Heading, told: dict[str, Any]) -> list[str]:
    lines = [
        translate("From: {agency}").format(agency=_named(heading.sender)),
        translate("To: {agency}").format(agency=_named(heading.recipient)),
        translate("Date: {day}").format(day=day(heading.made_at)),
        translate("Operation: {slug}, {title}").format(slug=heading.operation, title=told["title"]),
        translate("Package: {name}, number {number} to you").format(
            name=heading.file_name, number=number(heading.number)
        ),
    ]
    return [_plain(line) for line in lines]


def _named(party: Party) -> str:
    return f"{party.agency} ({country_name(party.country)})"


def _terms(told: dict[str, Any]) -> list[str]:
    codes = [Handling(code["code"], code["text"]).line() for code in told["handling"]]
    return [
        *(codes or [translate("No handling code restricts this package.")]),
        translate("Source: {words}.").format(words=in_words(told["source_grade"], SOURCE_WORDS)),
        translate("Information: {words}.").format(words=in_words(told["information_grade"], INFORMATION_WORDS)),
        translate("Purpose: {text}").format(text=told["purpose"]),
        translate("Legal basis: {text}").format(text=told["legal_basis"]),
        translate("Basis of the transfer: {text}").format(text=told["transfer_basis"]),
    ]


def _attached(heading: Heading, told: dict[str, Any], attached: Attached | None) -> list[str]:
    counts = told["counts"]
    held = translate_count(
        "It holds {n} online identity with {accounts} accounts.",
        "It holds {n} online identities with {accounts} accounts.",
        counts["included"],
    )
    known = (
        [
            translate("Size: {n} bytes").format(n=number(attached.size)),
            translate("SHA-256: {digest}").format(digest=attached.sha256),
        ]
        if attached
        else [translate("Size and SHA-256: in the message that the file came with.")]
    )
    return [
        translate("File: {name}").format(name=attached.name if attached else heading.file_name),
        *known,
        translate("Sealed with age for {agency}: nobody else can open it.").format(agency=heading.recipient.agency),
        translate("Signed with the key whose fingerprint is {fingerprint}.").format(
            fingerprint=fingerprint(heading.sender.signing_key)
        ),
        held.format(n=number(counts["included"]), accounts=number(counts["accounts"])),
        translate("In it, summary.pdf and summary.html are for reading, identities.csv and tables/ for programs."),
    ]


def _check(sender: Party) -> list[str]:
    return [
        translate("Compare the SHA-256 of the file with the one above before you open it."),
        translate("Compare the fingerprint with the card of {agency}, which you checked by telephone.").format(
            agency=sender.agency
        ),
        translate("With Fanal: `fanal receive FILE`. Without it: the commands in bag-info.txt."),
    ]


def _answer() -> list[str]:
    outcomes = ", ".join(translate(words) for words in OUTCOME_WORDS.values())
    return [
        translate("Say now that it arrived; `fanal receive` writes the receipt."),
        translate("Answer for every identity, false positives at once: other countries may be acting on them."),
        translate("With Fanal: `fanal answer`. Without it: by this channel, with the identity's first 8 characters."),
        translate("An answer is one of: {outcomes}.").format(outcomes=outcomes),
    ]


def cover_in_bag(folder: Path, language: str) -> None:
    """Write `data/cover.txt` into a bag whose other payload is written."""
    (folder / COVER).write_text(cover_text(folder, language), encoding="utf-8")
