"""Officers' decisions on identities and pairs of accounts, the protected list, and what became of an identity."""

from typing import Any

from fanal.analyse.lookup import founder_of, identity_like, known_accounts, lineage_of
from fanal.base.errors import FanalError
from fanal.base.instants import text
from fanal.base.language import mark, translate
from fanal.cases.access import Actor, may
from fanal.cases.decisions import decide
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision, Identity
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.lake.snapshot import read_current
from fanal.model.kinds import BY_NAME

#: What became of an identity in a run, by the words of the lake's `lineage`.
CHANGES = {
    "kept": mark("{identity} stays"),
    "merged": mark("{old_identity} went into {identity}"),
    "split": mark("{identity} split off from {old_identity}"),
    "new": mark("{identity} is new"),
    "gone": mark("{old_identity} is gone"),
}


class UnknownAccount(FanalError):
    """A decision on an account that the operation does not have."""

    code = "F-DECIDE-03"
    text = "Operation {operation} has no account {account}; `fanal identities` shows accounts as platform:id."


class BadProtected(FanalError):
    """A value that is none of its kind."""

    code = "F-DECIDE-04"
    text = "{value} is not a valid {kind}; nothing was protected."
    exit_code = 2


class OneAccount(FanalError):
    """A decision on a pair that is one account."""

    code = "F-DECIDE-05"
    text = "{account} and {account} are one account; name two."
    exit_code = 2


def decide_on(actor: Actor, node: Node, operation: Operation, subject: str, verdict: str, reason: str) -> Decision:
    """Record a decision.

    Args:
        subject: the beginning of an identity's id, or two accounts joined by a comma. A decision on an
            identity names its founding account too, so that it holds when accounts join.

    Raises:
        UnknownIdentity, UnknownAccount, OneAccount, UnknownVerdict, NoReason, NoOfficer.
    """
    may(actor, "person.decide", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    if "," in subject:
        one, other = sorted(part.strip() for part in subject.split(",", 1))
        if one == other:
            raise OneAccount(account=one)
        known = known_accounts(snapshot, (one, other))
        for account in (one, other):
            if account not in known:
                raise UnknownAccount(operation=operation.slug, account=account)
        return decide(actor, operation, "pair", f"{one},{other}", verdict, reason, account_a=one, account_b=other)
    identity = identity_like(snapshot, subject)
    founder = founder_of(snapshot, identity)
    made = decide(actor, operation, "identity", identity, verdict, reason, founder=founder)
    Identity.objects.get_or_create(operation=operation, identity=identity, defaults={"founder": founder})
    return made


def protect(actor: Actor, operation: Operation, kind: str, value: str, reference: str, reason: str) -> Decision:
    """Put an identifier, or an account, on the protected list. Raises BadProtected."""
    may(actor, "protected.write", operation.slug)
    norm = value if kind == "account" else BY_NAME[kind].normalise(value) if kind in BY_NAME else None
    if not norm:
        raise BadProtected(value=value, kind=kind)
    return decide(
        actor,
        operation,
        "protected",
        f"{kind}:{norm}",
        "protect",
        reason,
        kind=kind,
        norm=norm,
        reference=reference,
    )


def history(actor: Actor, node: Node, operation: Operation, subject: str) -> list[dict[str, Any]]:
    """What became of an identity in the last run, and every decision on it or its accounts, oldest first."""
    may(actor, "person.read", operation.slug)
    record(actor, "person.read", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    identity = identity_like(snapshot, subject)
    changes = [
        {
            "at": None,
            "what": translate(CHANGES[change["change"]]).format(**change),
            "officer": None,
            "verdict": None,
            "reason": None,
        }
        for change in lineage_of(snapshot, identity)
    ]
    founder = founder_of(snapshot, identity)
    decided = Decision.objects.filter(operation=operation, subject_kind__in=("identity", "pair")).order_by("pk")
    about = [
        {
            "at": text(d.at),
            "what": d.subject,
            "officer": d.officer.service_number,
            "verdict": d.verdict,
            "reason": d.reason,
        }
        for d in decided.select_related("officer")
        if d.subject == identity or founder in (d.detail.get("account_a"), d.detail.get("account_b"))
    ]
    return [*changes, *about]
