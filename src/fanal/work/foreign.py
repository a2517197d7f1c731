"""What others say of identities: answers of the agencies that got a package, words of the agency that sent one.

They stand beside what this node's officers said, and never over it. Nothing here changes what the analysis finds.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from fanal.analyse.sessions import session
from fanal.base.instants import text
from fanal.cases.access import Actor, may
from fanal.cases.decisions import all_standing, naming
from fanal.cases.models.exchange import Package
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.opinions import own_words
from fanal.cases.package_figures import answer_row, latest_answers
from fanal.lake.snapshot import read_current

#: Kinds of decisions that may take an answer over.
ADOPTING = ("identity", "pair")


def answers_on(
    actor: Actor, operation: Operation, identities: Collection[str] | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Identity, as it was sent, to what each country last answered on it, the latest first.

    Args:
        identities: only of these; None, of all.

    Returns:
        Rows of `country`, `agency`, `package`, `identity`, `outcome`, `grade`, `person`, `minor`, `occurred_at`,
        `note`, `officer`, `at`, `adopted` (the decision that takes it over; None where none does).
    """
    may(actor, "person.read", operation.slug)
    latest = latest_answers(operation, identities)
    adopted = adoptions(actor, operation, None if identities is None else [answer.pk for answer in latest])
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for answer in sorted(latest, key=lambda a: (a.at, a.pk), reverse=True):
        found[answer.identity].append(answer_row(answer, adopted.get(answer.pk)))
    return dict(found)


def adoptions(actor: Actor, operation: Operation, answers: Collection[int] | None = None) -> dict[int, str]:
    """Answer, by its row, to the standing decision that takes it over; of these answers, or of all."""
    may(actor, "person.read", operation.slug)
    if answers is None:
        standing = [decision for kind in ADOPTING for decision in all_standing(operation, kind)]
    else:
        told = naming(operation, [f"answer {row}" for row in answers])
        standing = list(told.filter(subject_kind__in=ADOPTING, superseded_by=None)) if answers else []
    return {
        int(row): decision.decision
        for decision in standing
        for row in decision.detail.get("answer", {}).get("rows", ())
    }


def opinions_on(
    actor: Actor, node: Node, operation: Operation, identities: Collection[str], accounts: Collection[str]
) -> list[dict[str, Any]]:
    """Own and foreign words on one identity, own ones first.

    Args:
        identities: the identity's id, and those that it had or took in.
        accounts: the accounts that it has.

    Returns:
        Rows of `whose` ("own" or an agency), `country` (None for own), `says`, `grade`, `reason`, `officer`, `at`.
    """
    may(actor, "person.read", operation.slug)
    own = {d.pk: d for d in own_words(operation, accounts).values()}
    rows = [
        _said("own", None, d.verdict, d.reason, d.officer.service_number, text(d.at)) for _, d in sorted(own.items())
    ]
    answers = answers_on(actor, operation, identities)
    rows += [
        _said(row["agency"], row["country"], row["outcome"], row["note"], row["officer"], row["at"], row["grade"])
        for identity in identities
        for row in answers.get(identity, ())
    ]
    return rows + of_the_sender(actor, node, operation, identities)


def of_the_sender(actor: Actor, node: Node, operation: Operation, identities: Collection[str]) -> list[dict[str, Any]]:
    """What the officers of the agency that sent the package had decided of these identities; rows as `opinions_on`."""
    may(actor, "person.read", operation.slug)
    files = read_current(node.lake(operation.slug)).files("received_opinion")
    package = Package.objects.filter(operation=operation, direction="in").order_by("-number").first()
    if not files or package is None or package.peer is None:
        return []
    with session() as engine:
        engine.bind("opinion", files)
        sql = 'SELECT * FROM opinion AS o WHERE o.identity IN (SELECT unnest($told)) ORDER BY o."at", o.officer'
        found = engine.rows(sql, told=list(identities)).to_pylist()
    agency = package.peer.agency
    return [
        _said(agency.name, agency.country, row["verdict"], row["reason"], row["officer"], text(row["at"]))
        for row in found
    ]


def _said(
    whose: str, country: str | None, says: str, reason: str, officer: str, at: str, grade: str = ""
) -> dict[str, Any]:
    return {
        "whose": whose,
        "country": country,
        "says": says,
        "grade": grade,
        "reason": reason,
        "officer": officer,
        "at": at,
    }
