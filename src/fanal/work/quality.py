"""How good the last run was: countries and links, held against what officers and other agencies found since.

Only identities that somebody looked into are judged, and those are no sample of all of them: the figures
say how the leads that were followed turned out.
"""

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanal.analyse.calibration import Measured
from fanal.analyse.diagram import reliability_svg
from fanal.analyse.judged import Judged, Truth, judge, of_accounts
from fanal.analyse.lookup import identities_of
from fanal.analyse.sessions import opened
from fanal.base.errors import FanalError
from fanal.base.language import mark, translate
from fanal.cases.access import Actor, may
from fanal.cases.decisions import all_standing
from fanal.cases.models.events import CaseEvent
from fanal.cases.models.exchange import Answer
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.lake.snapshot import Snapshot, read_current
from fanal.model.countries import COUNTRIES

#: From so many outcomes of its own on, a node is told figures; below, words and counts.
ENOUGH = 300
#: Outcomes of an answer that say the identity's user was found in the answering country, and the one that denies it.
FOUND, DENIED = ("identified", "in_hand", "searched", "arrested"), "false_positive"
#: Reports of what was done that say the same.
DONE = ("identified", "search", "arrest", "interview")
GROUP_WORDS = {
    "all": mark("all"),
    "anonymiser_users": mark("users of anonymisers"),
    "phone_of_another_country": mark("phone of another country"),
}
SOURCES = {
    "outcomes": mark("Truth: {n} outcomes of this operation. Identities that nobody looked into are not among them."),
    "sample": mark("Truth: the sample {file}, {n} identities. Measured on a sample: never to be quoted as accuracy."),
}


class BadTruth(FanalError):
    """A file of known countries that cannot be used."""

    code = "F-QUALITY-01"
    text = "{file}, line {line}: {detail}. A file of known countries has the columns account and country."
    exit_code = 2


@dataclass(frozen=True)
class Quality:
    """What `fanal quality` says.

    Attributes:
        source: where the truth comes from, in a sentence.
        outcomes: how many identities somebody confirmed or denied.
        told: whether figures may be shown, see ENOUGH; always for a sample.
        measured: by the groups of `analyse.judged`.
        words: the words of the answers, how many proved true, how many did not.
        links: by band and verdict, how many pairs of accounts officers decided; and those not decided.
    """

    source: str
    outcomes: int
    told: bool
    measured: Mapping[str, Measured]
    words: list[tuple[str, int, int]]
    links: list[dict[str, Any]]

    def countries(self) -> list[dict[str, Any]]:
        """A row a group; figures only where they may be told."""
        return [
            {
                "group": group,
                "judged": found.judged,
                "determined": found.determined,
                **({"undetermined": found.undetermined, "accuracy": found.accuracy, "error": found.error}
                   if self.told else {}),
            }
            for group, found in self.measured.items()
        ]  # fmt: skip

    def reliability(self) -> list[dict[str, Any]]:
        """A row a group and band of probability; none where figures may not be told."""
        return [
            {"group": group, "from": b.least, "to": b.most, "answers": b.n, "called": b.probability, "true": b.right}
            for group, found in self.measured.items()
            for b in found.bands
            if self.told
        ]

    def by_words(self) -> list[dict[str, Any]]:
        """A row a word of the answers."""
        return [{"answer": word, "confirmed": right, "disproved": wrong} for word, right, wrong in self.words]

    def svg(self) -> str:
        """The reliability diagram; empty of points where figures may not be told."""
        named = {translate(GROUP_WORDS[group]): found for group, found in self.measured.items()}
        return reliability_svg(
            translate("Countries: how probable, and how many true"), named if self.told else {}, self.source
        )


def quality(actor: Actor, node: Node, operation: Operation, truth: Path | None = None) -> Quality:
    """Hold the last run against what is known.

    Args:
        actor, node, operation: as everywhere.
        truth: a CSV file with the columns account and country: a sample's truth. Without it, the outcomes that
            officers and other agencies reported.

    Raises:
        BadTruth: the file cannot be used.
    """
    may(actor, "person.read", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    record(actor, "person.read", operation.slug, snapshot=snapshot.number)
    known = of_accounts(snapshot, _read_truth(truth)) if truth else _outcomes(operation, snapshot)
    found: Judged = judge(snapshot, known)
    n = int(found.comparable.sum())
    source = SOURCES["sample" if truth else "outcomes"]
    return Quality(
        source=translate(source).format(n=n, file=truth.name if truth else ""),
        outcomes=n,
        told=truth is not None or n >= ENOUGH,
        measured=found.by_group(),
        words=found.by_words(),
        links=_links(operation, snapshot),
    )


def _read_truth(file: Path) -> dict[str, str]:
    """Account key to country. Raises BadTruth."""
    found: dict[str, str] = {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            for row in rows:
                account, country = row.get("account"), (row.get("country") or "").upper()
                if not account or country not in COUNTRIES:
                    detail = translate("{value} is no country").format(value=row.get("country") or "-")
                    raise BadTruth(file=file.name, line=rows.line_num, detail=detail)
                found[account] = country
    except (OSError, UnicodeDecodeError, csv.Error) as e:
        raise BadTruth(file=file.name, line=0, detail=translate("it cannot be read")) from e
    return found


def _outcomes(operation: Operation, snapshot: Snapshot) -> dict[str, Truth]:
    """What is known of identities: from answers to the packages sent, and from reports that name an account.

    Where several speak of one identity, what was found goes before what was denied, the latest first.
    """
    rows = Answer.objects.filter(package__operation=operation, package__direction="out").select_related("package")
    denied: dict[str, Truth] = {}
    found: dict[str, Truth] = {}
    for answer in rows.order_by("at", "pk"):
        if answer.outcome == DENIED:
            denied[answer.identity] = Truth(answer.package.country, right=False)
        elif answer.outcome in FOUND:
            found[answer.identity] = Truth(answer.package.country)
    reports = CaseEvent.objects.filter(operation=operation, kind__in=DONE, status="done").exclude(account="")
    told = [(event.account, event.country) for event in reports.order_by("at", "pk")]
    behind = identities_of(snapshot, sorted({account for account, _ in told}))
    for account, country in told:
        if account in behind:
            found[behind[account]] = Truth(country)
    return {**denied, **found}


def _links(operation: Operation, snapshot: Snapshot) -> list[dict[str, Any]]:
    """Pairs of accounts by the band that `resolve` put them in, and what officers decided on them."""
    decided = {d.subject: d.verdict for d in all_standing(operation, "pair")}
    with opened(snapshot, ("identity_link",)) as engine:
        counts = engine.rows("SELECT band, count(*) AS n FROM identity_link GROUP BY band").to_pylist()
        pairs = engine.rows(
            "SELECT account_a, account_b, band, reason LIKE '%decided_%' AS decided FROM identity_link "
            "WHERE account_a || ',' || account_b IN (SELECT unnest($pairs)) "
            "OR account_b || ',' || account_a IN (SELECT unnest($pairs))",
            pairs=list(decided),
        ).to_pylist()
    band_of: dict[str, str] = {}
    for pair in pairs:
        # What an officer decided before the run, the run repeats: it says nothing of how it would have judged.
        band = "decided_before_the_run" if pair["decided"] else pair["band"]
        band_of[",".join(sorted((pair["account_a"], pair["account_b"])))] = band
    total = Counter({row["band"]: row["n"] for row in counts})
    verdicts = Counter((band_of.get(pair, "no_link"), verdict) for pair, verdict in decided.items())
    bands = sorted({*total, *(band for band, _ in verdicts)})
    return [
        {
            "band": band,
            "pairs": total.get(band, 0),
            "confirmed": verdicts[band, "same"],
            "refused": verdicts[band, "different"],
            "not_enough": verdicts[band, "not_enough"],
        }
        for band in bands
    ]
