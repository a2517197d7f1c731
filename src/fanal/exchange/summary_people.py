"""The parts of the summary that speak of identities: who first, what speaks for and against, what officers think."""

from collections.abc import Mapping, Sequence
from typing import Any

from fanal.analyse.weights import WEIGHTS
from fanal.base.language import mark, translate, translate_count
from fanal.exchange.document import Section
from fanal.exchange.plan import PackagePlan
from fanal.exchange.sheet import in_words as in_words_of_sheet
from fanal.exchange.spoken import number, short_day
from fanal.exchange.urgent import SHORT
from fanal.model.codes import CERTAINTY_WORDS, ROLE_WORDS, in_words
from fanal.model.countries import country_name

Row = Mapping[str, Any]
#: So many accounts of one identity stand in the summary; identities.csv has them all.
ACCOUNTS = 6
VERDICTS = {"suspect": mark("suspect")}


def who_first(first: Sequence[Row]) -> Section:
    """The first identities in rank order."""
    note = translate("Why each stands where it stands is in tables/, row by row; identities.csv has them all.")
    heading = translate("Who first")
    if not first:
        return Section(heading, [translate("Nobody: no identity meets the threshold."), note])
    head = [
        translate("Rank"),
        translate("Identity"),
        translate("Accounts"),
        translate("How sure the country is"),
        translate("Roles"),
        translate("Why so high"),
    ]
    rows = [
        [
            number(row["rank"]),
            row["identity"][:SHORT],
            _accounts(row["accounts"]),
            _country(row),
            ", ".join(in_words(role, ROLE_WORDS) for role in _parts(row["roles"])),
            _reasons(row["reasons"] or ""),
        ]
        for row in first
    ]
    return Section(heading, [note], table=[head, *rows], shares=(0, 0, 3, 2, 2, 4))


def for_and_against(first: Sequence[Row]) -> Section:
    """Reasons against beside reasons for: that the accounts are one holder's, and that the country is this one."""
    head = [translate("Rank"), translate("Identity"), translate("What speaks for it"), translate("What speaks against")]
    none = translate("nothing that Fanal knows of")
    rows = [
        [
            number(row["rank"]),
            row["identity"][:SHORT],
            _joined(row, "together_for", "country_for") or none,
            _joined(row, "together_against", "country_against") or none,
        ]
        for row in first
    ]
    note = translate(
        "That its accounts are one holder's, and that its country is yours. Only the kinds of reasons are named."
    )
    return Section(translate("For and against"), [note], table=[head, *rows], shares=(0, 0, 1, 1))


def opinions(plan: PackagePlan, first: Sequence[Row]) -> list[Section]:
    """What the sender's officers decided about the first identities; nothing where they decided nothing."""
    shown = {row["identity"] for row in first}
    rows = [
        [
            o.identity[:SHORT],
            in_words(o.verdict, VERDICTS),
            o.reason,
            o.officer,
            short_day(o.at),
        ]
        for o in plan.opinions
        if o.identity in shown
    ]
    if not rows:
        return []
    head = [
        translate("Identity"),
        translate("Opinion"),
        translate("Reason"),
        translate("Officer"),
        translate("Decided on"),
    ]
    note = translate("What the sender's officers think. It binds nobody; your own opinion stands beside it.")
    return [Section(translate("Opinions of the sender"), [note], table=[head, *rows], shares=(0, 1, 4, 0, 0))]


def _parts(text: str | None) -> list[str]:
    return [part for part in (text or "").split("; ") if part]


def _accounts(text: str | None) -> str:
    parts = _parts(text)
    shown = ", ".join(parts[:ACCOUNTS])
    more = len(parts) - ACCOUNTS
    if more <= 0:
        return shown
    return translate_count("{shown} and {n} more", "{shown} and {n} more", more).format(shown=shown, n=number(more))


def _country(row: Row) -> str:
    """How certain this country is, and which others there are signs of."""
    words = in_words(row["country_is"] or "undetermined", CERTAINTY_WORDS)
    others = ", ".join(country_name(code) for code in _parts(row.get("other_countries")))
    return translate("{words}; signs of others too: {others}").format(words=words, others=others) if others else words


def _reasons(names: str) -> str:
    """The names that `rank` gives, as the sentences that stand beside its weights."""
    words = {weight.name: weight.text for weight in WEIGHTS}
    return " ".join(in_words(name, words) for name in names.split())


def _joined(row: Row, *names: str) -> str:
    return " ".join(text for text in (in_words_of_sheet(name, row.get(name)) for name in names) if text)
