"""The parts of the summary that speak of the package: its terms, whom to call, what it holds and what not."""

from fanal.base.language import translate, translate_count
from fanal.exchange.document import Section
from fanal.exchange.plan import Counts, PackagePlan
from fanal.exchange.spoken import day, number
from fanal.model.codes import INFORMATION_WORDS, SOURCE_WORDS, in_words
from fanal.model.countries import country_name


def terms(plan: PackagePlan) -> Section:
    """How it may be used: handling codes first, then grades, purpose and legal bases."""
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


def to_call(plan: PackagePlan) -> Section:
    """Whom to call, and what to name then."""
    return Section(
        translate("Whom to call"),
        call_lines(plan.sender.agency, plan.sender.country, plan.contact, str(plan.heading.file_name)),
    )


def call_lines(agency: str, country: str, contact: str, name: str) -> list[str]:
    """The sentences of `to_call`: the sender, its number where it gave one, what to name, and a warning."""
    who = translate("{agency} ({country}), which made it.").format(agency=agency, country=country_name(country))
    number_is = translate("Call: {contact}").format(contact=contact)
    by_card = translate("It gave no number here: take the one over which you compared keys.")
    return [
        who,
        number_is if contact else by_card,
        translate("Name {name}, and the service number of the officer where one is shown.").format(name=name),
        translate("Call no number that came in a message you did not ask for."),
    ]


def holds(plan: PackagePlan, counts: Counts) -> Section:
    """How much it holds, and under which threshold."""
    held = translate_count(
        "It holds {n} online identity with {accounts} accounts.",
        "It holds {n} online identities with {accounts} accounts.",
        counts.included,
    )
    threshold = plan.threshold
    alike = translate("Series of media, the same or much alike: {n}.").format(n=number(counts.rows.get("series", 0)))
    return Section(
        translate("What it holds"),
        [
            held.format(n=number(counts.included), accounts=number(counts.accounts)),
            *([alike] if counts.rows.get("series") else []),
            translate("The threshold is version {version}, approved by {approver}.").format(
                version=threshold.version, approver=threshold.approver or translate("nobody yet")
            ),
        ],
    )


def not_in_it(plan: PackagePlan, counts: Counts) -> Section:
    """Who and what was left out, so that nobody takes silence for absence."""
    lines = []
    others = counts.candidates - counts.included
    if others:
        said = translate_count(
            "{n} other identity points to your country and was not sent: {below} below the threshold.",
            "{n} other identities point to your country and were not sent: {below} below the threshold.",
            others,
        )
        lines.append(said.format(n=number(others), below=number(counts.below_threshold)))
    if plan.others_reviewed_by:
        lines.append(translate("They are reviewed by {day}.").format(day=day(plan.others_reviewed_by)))
    lines.append(translate("Pictures, films and sound: no media leave; digests and technical data of them do."))
    if not plan.bodies:
        lines.append(translate("Text of messages: who, when and in which channel stands there, not what was written."))
    lines += [
        translate("Full addresses of links: the host and a digest stand in their place."),
        translate("Accounts of others: whoever is not in this package is not named in it."),
    ]
    return Section(translate("What is not in it"), lines)
