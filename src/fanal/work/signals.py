"""Signals: what an officer or a tip says of accounts beyond what the rows show. They raise a rank; they judge nobody.

A signal stands on accounts, so it follows them when identities merge or split. An officer's counts as conduct
under the threshold where that says so; a tip's never does.
"""

from typing import Any

from django.db import transaction

from fanal.analyse.lookup import accounts_in, accounts_naming, founder_of, identity_like, known_accounts
from fanal.base.errors import FanalError
from fanal.base.instants import text
from fanal.base.language import translate
from fanal.cases.access import Actor, may
from fanal.cases.decisions import all_standing, decide
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.tips import named_at_risk
from fanal.lake.snapshot import Snapshot, read_current
from fanal.model.inputs import SIGNALS, Signal, UnknownWord
from fanal.model.kinds import BY_NAME

#: Accounts that one identifier of a tip may name; behind more of them it tells nothing of any.
MOST_NAMED = 20


class NoSuchSignal(FanalError):
    """A signal that is to be taken back and does not stand."""

    code = "F-SIGNAL-01"
    text = "No signal {kind} stands on {subject}; `fanal history {subject}` shows what does."


def raise_signal(actor: Actor, node: Node, operation: Operation, subject: str, kind: str, reason: str) -> Decision:
    """Record, signed, that something is said of an account, or of all accounts that an identity has now.

    Args:
        subject: an account, or the beginning of an identity's id.
        kind: one of `model.inputs.SIGNALS`.

    Raises:
        UnknownIdentity, UnknownWord, NoReason, NoOfficer.
    """
    may(actor, "signal.raise", operation.slug)
    _known(kind)
    named, accounts = _about(read_current(node.lake(operation.slug)), subject)
    return decide(
        actor, operation, "signal", f"{kind}:{named}", "raise", reason, account=named, accounts=accounts, kind=kind
    )


def lower_signal(actor: Actor, node: Node, operation: Operation, subject: str, kind: str, reason: str) -> Decision:
    """Take a signal back, whichever of the accounts it was raised on. Both stay on record.

    Raises:
        UnknownIdentity, UnknownWord, NoSuchSignal, NoReason, NoOfficer.
    """
    may(actor, "signal.raise", operation.slug)
    _known(kind)
    _, accounts = _about(read_current(node.lake(operation.slug)), subject)
    standing = [d for d in _raised(operation) if d.detail["kind"] == kind and set(accounts) & set(_accounts_of(d))]
    if not standing:
        raise NoSuchSignal(kind=kind, subject=subject)
    with transaction.atomic():
        made = [decide(actor, operation, "signal", d.subject, "lower", reason, **d.detail) for d in standing]
    return made[-1]


def signals_of(actor: Actor, node: Node, operation: Operation) -> tuple[Signal, ...]:
    """Every signal that stands, as the steps take it: officers', and those of tips in which a child is at risk.

    A tip speaks of the accounts that use an identifier which it names. A user name or name is not one person's:
    it counts only where one account alone has it.
    """
    may(actor, "case.read", operation.slug)
    officers = [
        Signal(account, d.detail["kind"], "officer", d.decision)
        for d in _raised(operation)
        for account in _accounts_of(d)
    ]
    named = named_at_risk(operation)
    if not named:
        return tuple(officers)
    values = sorted({(kind, norm) for _, kind, norm in named})
    found = accounts_naming(read_current(node.lake(operation.slug)), values)
    tips = {
        Signal(account, "child_at_risk", "tip", decision.decision)
        for decision, kind, norm in named
        for account in _tellingly(kind, found.get((kind, norm), []))
    }
    return (*officers, *sorted(tips, key=lambda s: (s.account, s.reference)))


def list_signals(actor: Actor, node: Node, operation: Operation) -> list[dict[str, Any]]:
    """The signals that stand, a row for each account: kind, account, source, officer, at, reason."""
    may(actor, "person.read", operation.slug)
    record(actor, "person.read", operation.slug)
    by = {d.decision: d for d in Decision.objects.filter(operation=operation).select_related("officer")}
    return [
        {
            "kind": s.kind,
            "account": s.account,
            "source": s.source,
            "officer": by[s.reference].officer.service_number,
            "at": text(by[s.reference].at),
            "reason": by[s.reference].reason,
        }
        for s in signals_of(actor, node, operation)
    ]


def _accounts_of(decision: Decision) -> list[str]:
    """The accounts that a signal stands on."""
    return list(decision.detail.get("accounts") or [decision.detail["account"]])


def _raised(operation: Operation) -> list[Decision]:
    return [d for d in all_standing(operation, "signal") if d.verdict == "raise"]


def _tellingly(kind: str, accounts: list[str]) -> list[str]:
    most = MOST_NAMED if kind == "account" or BY_NAME[kind].links else 1
    return accounts if len(accounts) <= most else []


def _about(snapshot: Snapshot, subject: str) -> tuple[str, list[str]]:
    """Which account a signal is named by, and which it stands on."""
    if known_accounts(snapshot, [subject]):
        return subject, [subject]
    identity = identity_like(snapshot, subject)
    return founder_of(snapshot, identity), accounts_in(snapshot, identity)


def _known(kind: str) -> None:
    if kind not in SIGNALS:
        raise UnknownWord(word=kind, what=translate("signal"), known=", ".join(SIGNALS))
