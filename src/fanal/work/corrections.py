"""Recalls and corrections: what was sent and no longer stands, told to every recipient who got it.

One officer drafts, or what happened drafts: a false positive answered, an identity found not suspect or protected.
Another approves. Whoever gets it stops or confirms what is under way, by a named officer, and says so.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from fanal.analyse.held import held_identities
from fanal.analyse.lookup import UnknownIdentity, accounts_in, identities_of, identity_like
from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.cases import letters
from fanal.cases.access import Actor, may, officer_of
from fanal.cases.exchange_rows import letter_row
from fanal.cases.models.exchange import Answer, Package
from fanal.cases.models.letters import Letter
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.exchange.sent import accounts_sent
from fanal.lake.snapshot import Snapshot, read_current
from fanal.work.protection import protected_in

#: How much of an identity's id names it.
LEAST = 6
#: The outcome that drafts a correction.
FALSE = "false_positive"
Bags = Sequence[tuple[Package, Mapping[str, str]]]


class NeverSent(FanalError):
    """A recall of what no recipient has, or of what was recalled before."""

    code = "F-REL-04"
    text = "No recipient holds {identity}, or it was recalled before; `fanal correction list` shows what was drafted."


def draft_correction(actor: Actor, node: Node, operation: Operation, identity: str, reason: str) -> list[Letter]:
    """Draft a correction to every recipient who got an identity, or any account that it has now.

    Harmless to repeat: where one is drafted or on its way, no second is made.

    Args:
        identity: its id, as sent or as the last run has it.

    Returns:
        The letters drafted now, one a recipient; none where nobody got it.
    """
    may(actor, "letter.draft", operation.slug)
    bags = _bags(node, operation)
    return _draft(actor, bags, "correction", identity, _accounts_now(node, operation, identity), reason) if bags else []


def draft_from_answers(actor: Actor, node: Node, operation: Operation) -> list[Letter]:
    """Draft a correction of every identity that a recipient's latest answer calls a false positive."""
    may(actor, "letter.draft", operation.slug)
    rows = Answer.objects.filter(package__operation=operation, package__direction="out").order_by("at", "pk")
    latest = {(row.package_id, row.identity): row for row in rows.select_related("package__peer__agency")}
    known = set(Letter.objects.filter(operation=operation, direction="out").values_list("package_id", "identity"))
    new = [row for row in latest.values() if row.outcome == FALSE and (row.package_id, row.identity) not in known]
    bags = _bags(node, operation) if new else []
    made = []
    for row in new:
        agency = row.package.peer.agency.name if row.package.peer else row.package.country
        reason = translate("{agency} answered that it is a false positive.").format(agency=agency)
        accounts = _accounts_now(node, operation, row.identity)
        made += _draft(actor, bags, "correction", row.identity, accounts, reason)
    return made


def recall(actor: Actor, node: Node, operation: Operation, subject: str, reason: str) -> list[dict[str, Any]]:
    """Draft a recall of an identity to every recipient who got it.

    Args:
        subject: the beginning of its id, as sent or as the last run has it, or one of its accounts.

    Raises:
        NeverSent: nobody has it, or it was recalled before.
    """
    may(actor, "letter.draft", operation.slug)
    accounts = _accounts_now(node, operation, subject)
    made = _draft(actor, _bags(node, operation), "recall", subject, accounts, reason)
    if not made:
        raise NeverSent(identity=subject)
    return [letter_row(letter, instants.now()) for letter in made]


def recall_protected(actor: Actor, node: Node, operation: Operation) -> list[Letter]:
    """Draft a recall of every identity that was sent and that the protected list holds back now.

    The letters give no reason but that the sender withdraws it: nobody is told what is on the list.
    """
    may(actor, "letter.draft", operation.slug)
    bags = _bags(node, operation)
    if not bags:
        return []
    snapshot = read_current(node.lake(operation.slug))
    reason = translate("The sender withdraws it.")
    return [
        letter
        for identity in sorted(held_identities(snapshot, protected_in(actor, operation)))
        for letter in _draft(actor, bags, "recall", identity, accounts_in(snapshot, identity), reason)
    ]


def list_letters(actor: Actor, operation: Operation) -> list[dict[str, Any]]:
    """Recalls and corrections, ours and those that came: to or from whom, how far, days waiting for what is next."""
    may(actor, "letter.read", operation.slug)
    rows = Letter.objects.filter(operation=operation, kind__in=letters.NOTICES).order_by("pk")
    now = instants.now()
    return [
        letter_row(letter, now)
        for letter in rows.select_related("peer__agency", "package", "drafted_by", "approved_by")
    ]


def withdrawn_identities(actor: Actor, operation: Operation, snapshot: Snapshot) -> dict[str, str]:
    """Identities that hold an account which its sender recalled: identity to the reason, for what is shown of it."""
    may(actor, "case.read", operation.slug)
    recalled = letters.withdrawn(operation)
    now = identities_of(snapshot, sorted(recalled)) if recalled else {}
    said = translate("{kind} {reference} of {agency}: {reason}")
    return {
        identity: said.format(
            kind=translate(recalled[account].kind),
            reference=recalled[account].reference,
            agency=recalled[account].peer.agency.name,
            reason=recalled[account].reason,
        )
        for account, identity in now.items()
    }


def stands_again(actor: Actor, operation: Operation, identities: Collection[str], number: int) -> None:
    """An identity that was recalled and that a later package of its sender holds stands again from then on."""
    may(actor, "package.receive", operation.slug)
    held = set(identities)
    for letter in Letter.objects.filter(operation=operation, direction="in", kind__in=letters.NOTICES):
        if letter.identity in held and letter.package.number < number and not letter.detail.get("again"):
            letter.detail = {**letter.detail, "again": number}
            letter.save()


def _bags(node: Node, operation: Operation) -> Bags:
    """Packages that left, the newest first, each with the accounts in it: every bag is read once."""
    return [(package, accounts_sent(node.folder / package.folder)) for package in letters.sent_packages(operation)]


def _draft(actor: Actor, bags: Bags, kind: str, subject: str, accounts: Collection[str], reason: str) -> list[Letter]:
    """A letter to each country whose package held the identity; about the newest that did."""
    told: set[tuple[str, str]] = set()
    made = []
    for package, sent in bags:
        for identity in sorted(_matching(sent, subject, accounts)):
            if (package.country, identity) in told:
                continue
            told.add((package.country, identity))
            letter = letters.draft(package, kind, reason, identity, by=officer_of(actor))
            if letter is not None:
                told_of = {"kind": kind, "identity": identity, "package": package.digest}
                record(actor, "letter.draft", letter.reference, within=letter.operation.slug, **told_of)
                made.append(letter)
    return made


def _accounts_now(node: Node, operation: Operation, subject: str) -> set[str]:
    snapshot = read_current(node.lake(operation.slug))
    try:
        return set(accounts_in(snapshot, identity_like(snapshot, subject)))
    except UnknownIdentity:
        return set()


def _matching(sent: Mapping[str, str], subject: str, accounts: Collection[str]) -> set[str]:
    by_id = {i for i in set(sent.values()) if len(subject) >= LEAST and i.startswith(subject)}
    return by_id | {identity for account, identity in sent.items() if account in accounts or account == subject}
