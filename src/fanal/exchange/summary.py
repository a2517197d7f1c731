"""The summary of a package for a person to read, in the recipient's language: what it says, and in which order.

How it may be used, what cannot wait, what changed since the package before, who first and why, what to do, whom to
call, when data goes stale, what is not in it, what nobody knows, how to check it. It never says more than the tables.
`document` draws it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fanal.analyse.leads import say as asked
from fanal.base.language import language, speaking, translate
from fanal.exchange.bag import MANIFEST
from fanal.exchange.changes import Changes
from fanal.exchange.document import Document, Section
from fanal.exchange.plan import Counts, PackagePlan
from fanal.exchange.seal import bag_info
from fanal.exchange.spoken import day, instant, short_day
from fanal.exchange.sshsig import fingerprint
from fanal.exchange.summary_changes import since_the_last
from fanal.exchange.summary_people import for_and_against, opinions, who_first
from fanal.exchange.summary_terms import holds, not_in_it, terms, to_call
from fanal.exchange.urgent import Urgent
from fanal.model.countries import country_name

FIRST = 20
Row = Mapping[str, Any]


def summary_document(
    plan: PackagePlan,
    counts: Counts,
    first: Sequence[Row],
    leads: Sequence[Row],
    urgent: Urgent,
    changes: Changes | None = None,
) -> Document:
    """What the summary of a package says.

    Args:
        plan: the package; its language is used where Fanal speaks it.
        counts: what went in.
        first: rows of selection's `sheet` for the first identities, in order.
        leads: rows of selection's `top_lead`, soonest to perish first.
        urgent: what cannot wait, of the whole package.
        changes: since the package before; None where it is the first.
    """
    with speaking(plan.spoken):
        title = translate("Package for {country}: {title}")
        subtitle = translate("Number {number} of operation {operation}, made on {day} by {agency}")
        return Document(
            language(),
            title.format(country=country_name(plan.country), title=plan.title),
            subtitle.format(
                number=plan.number, operation=plan.operation, day=day(plan.made_at), agency=plan.sender.agency
            ),
            [
                terms(plan),
                Section(translate("What cannot wait"), urgent.lines()),
                *since_the_last(changes),
                who_first(first),
                *([for_and_against(first)] if first else []),
                *opinions(plan, first),
                _what_to_do(),
                to_call(plan),
                _perishing(leads),
                holds(plan, counts),
                not_in_it(plan, counts),
                _not_known(),
                _verify(plan),
            ],
        )


def _what_to_do() -> Section:
    return Section(
        translate("What to do"),
        items=[
            translate("Check handling codes and legal basis against your own law before anything else."),
            translate("Look for a child at risk now: the first ranks come before all others."),
            translate("Ask providers for what perishes first, with address, port and instant as listed below."),
            translate("Compare with your own files; two identities may be one person, and one may be several."),
            translate("Answer for every identity, false positives at once: other countries may be acting on them."),
        ],
    )


def _perishing(leads: Sequence[Row]) -> Section:
    heading = translate("When data goes stale")
    if not leads:
        return Section(heading, [translate("No lead in this package has a known end.")])
    head = [
        translate("Expires"),
        translate("Whom to ask"),
        translate("What for"),
        translate("Address and port"),
        translate("Instant"),
    ]
    rows = [
        [
            short_day(row["perishes_at"]) or translate("not known"),
            row["addressee"] or "",
            asked(row["ask"]) if row["ask"] else "",
            _where(row),
            instant(row["at"]),
        ]
        for row in leads
    ]
    note = translate("Expiry is expected, not promised: providers keep logs for different times.")
    return Section(heading, [note], table=[head, *rows], shares=(0, 2, 4, 3, 2))


def _where(row: Row) -> str:
    """An address with its port; wallets and mailboxes have none, and it is not missed there."""
    if not row["address"]:
        return ""
    if row["port"] is not None:
        return translate("{address}, port {port}").format(address=row["address"], port=row["port"])
    if row["at"] is None:
        return str(row["address"])
    return translate("{address}, no port: many subscribers may share it").format(address=row["address"])


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
    key = translate(
        "First compare its key with the sender's card, checked by telephone; the fingerprint is {fingerprint}."
    )
    commands = [value for label, value in bag_info(plan.heading) if label == "Check-Without-Fanal"]
    return Section(
        translate("How to check it"),
        [key.format(fingerprint=fingerprint(plan.sender.signing_key)), note.format(manifest=MANIFEST)],
        commands=commands,
    )
