"""Taking an answer over: an officer decides by what another agency said, and the next run goes by the decision.

An answer changes nothing of itself: it is a foreign opinion. Only the decision of an officer of this node, with a
reason and with the answer as its source, does. It can be set aside like any other.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from fanal.analyse.lookup import accounts_sent, identities_of, known_accounts
from fanal.base.errors import FanalError
from fanal.cases.access import Actor, may
from fanal.cases.decisions import decide
from fanal.cases.models.exchange import Answer
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision, Identity
from fanal.cases.node import Node
from fanal.cases.package_figures import latest_answers
from fanal.cases.pairs import Pair, check, pair_of, standing_pairs, subject_of
from fanal.lake.snapshot import Snapshot, read_current

NOBODY = "false_positive"


class NoAnswer(FanalError):
    """No country answered on such an identity, or several did."""

    code = "F-ANSWER-04"
    text = "{n} answers are on an identity that begins with {identity} ({countries}); `fanal answer list` shows them."


class NothingToAdopt(FanalError):
    """An answer by which no run could go."""

    code = "F-ANSWER-05"
    text = (
        "The answer {outcome} of {country} says neither that nobody is behind {identity} nor that another identity is "
        "the same person's; `fanal decide {identity} person --evidence answer:{package}` records who it is."
    )


class AlreadyAdopted(FanalError):
    """A decision that says the same stands already."""

    code = "F-ANSWER-06"
    text = "What {country} answered on {identity} was decided so before; `fanal history {identity}` shows it."


def adopt(
    actor: Actor, node: Node, operation: Operation, identity: str, country: str | None, reason: str
) -> list[Decision]:
    """Decide by an answer.

    `false_positive`: the accounts that were sent are no suspect's. Any other outcome whose answer names a person, whom
    the same country names on another identity too: the two identities are one.

    Args:
        identity: the beginning of its id, as it was sent.
        country: whose answer; needed where several answered.

    Returns:
        The decisions, each with the answer as its source. The run is out of date afterwards.

    Raises:
        NoAnswer, NothingToAdopt, AlreadyAdopted, NoReason, NoOfficer.
        Contradicts: it cannot hold together with earlier decisions.
    """
    may(actor, "person.decide", operation.slug)
    everything = latest_answers(operation)
    answer = _the_answer(everything, identity, country)
    snapshot = read_current(node.lake(operation.slug))
    if answer.outcome == NOBODY:
        return [_no_suspect(actor, node, snapshot, answer, reason)]
    return _one_person(actor, node, snapshot, answer, everything, reason)


def _the_answer(everything: Sequence[Answer], identity: str, country: str | None) -> Answer:
    found = [a for a in everything if identity and a.identity.startswith(identity)]
    if country:
        found = [a for a in found if a.package.country == country]
    if len(found) != 1:
        countries = ", ".join(sorted({a.package.country for a in found})) or "-"
        raise NoAnswer(n=len(found), identity=identity, countries=countries)
    return found[0]


def _source(*answers: Answer) -> dict[str, Any]:
    first = answers[0]
    return {
        "rows": [answer.pk for answer in answers],
        "package": str(first.package),
        "country": first.package.country,
        "identities": [answer.identity for answer in answers],
        "outcomes": [answer.outcome for answer in answers],
        "messages": [answer.message for answer in answers],
    }


def _sent(node: Node, snapshot: Snapshot, answer: Answer) -> list[str]:
    """The accounts that were sent as this identity and that the operation still has, the founding one first."""
    bag = node.folder / answer.package.folder
    accounts = accounts_sent(bag / "data/tables/identity_account.parquet", answer.identity)
    known = known_accounts(snapshot, accounts)
    return [account for account in accounts if account in known]


def _no_suspect(actor: Actor, node: Node, snapshot: Snapshot, answer: Answer, reason: str) -> Decision:
    operation = answer.package.operation
    accounts = _sent(node, snapshot, answer)
    if not accounts:
        raise NoAnswer(n=0, identity=answer.identity, countries=answer.package.country)
    now = identities_of(snapshot, accounts)[accounts[0]]
    before = Decision.objects.filter(operation=operation, subject_kind="identity", verdict="not_suspect")
    if before.filter(superseded_by=None, detail__answer__rows=[answer.pk]).exists():
        raise AlreadyAdopted(country=answer.package.country, identity=answer.identity)
    with transaction.atomic():
        made = decide(
            actor,
            operation,
            "identity",
            now,
            "not_suspect",
            reason,
            founder=accounts[0],
            accounts=accounts,
            answer=_source(answer),
        )
        Identity.objects.get_or_create(operation=operation, identity=now, defaults={"founder": accounts[0]})
    return made


def _one_person(
    actor: Actor, node: Node, snapshot: Snapshot, answer: Answer, everything: Sequence[Answer], reason: str
) -> list[Decision]:
    operation = answer.package.operation
    others = [
        a
        for a in everything
        if answer.person
        and a.pk != answer.pk
        and a.outcome != NOBODY
        and (a.package.country, a.person) == (answer.package.country, answer.person)
    ]
    own = _sent(node, snapshot, answer)
    wanted: dict[Pair, Answer] = {}
    for other in others:
        accounts = _sent(node, snapshot, other)
        if own and accounts and own[0] != accounts[0]:
            wanted[pair_of(own[0], accounts[0])] = other
    if not wanted:
        raise NothingToAdopt(
            outcome=answer.outcome,
            country=answer.package.country,
            identity=answer.identity[:12],
            package=answer.package,
        )
    standing = standing_pairs(operation)
    new = {pair: other for pair, other in wanted.items() if pair not in standing or standing[pair].verdict != "same"}
    if not new:
        raise AlreadyAdopted(country=answer.package.country, identity=answer.identity)
    with transaction.atomic():
        check(operation, dict.fromkeys(new, "same"))
        return [
            decide(
                actor,
                operation,
                "pair",
                subject_of(pair),
                "same",
                reason,
                account_a=pair[0],
                account_b=pair[1],
                answer=_source(answer, other),
            )
            for pair, other in sorted(new.items())
        ]
