"""The sealed list of what never leaves the node: who may, adds to it; one role alone reads it.

Nobody knows at the start which accounts belong to groomed children, undercover officers or hotline staff.
What the list holds back shows nowhere as protected: not in packages, not in exports, not in a history.
"""

from typing import Any

from fanal.analyse.held import held_identities
from fanal.base.errors import FanalError
from fanal.base.instants import text
from fanal.cases.access import Actor, allowed, may
from fanal.cases.compared import held_back
from fanal.cases.decisions import all_standing, decide, standing
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.outbox import record
from fanal.lake.snapshot import Snapshot
from fanal.model.inputs import ProtectedIdentifier
from fanal.model.kinds import BY_NAME


class BadProtected(FanalError):
    """A value that is none of its kind."""

    code = "F-DECIDE-04"
    text = "{value} is not a valid {kind}; nothing was protected."
    exit_code = 2


class NotProtected(FanalError):
    """A value that is to leave the list and is not on it."""

    code = "F-DECIDE-10"
    text = "{kind} {value} is not on the protected list of operation {operation}; `fanal protected list` shows it."


def protect(actor: Actor, operation: Operation, kind: str, value: str, reference: str, reason: str) -> Decision:
    """Put an identifier, or an account, on the protected list. Raises BadProtected."""
    may(actor, "protected.write", operation.slug)
    norm = _norm(kind, value)
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


def unprotect(actor: Actor, operation: Operation, kind: str, value: str, reason: str) -> Decision:
    """Take an identifier off the protected list; who put it there and why stays on record. Raises NotProtected."""
    may(actor, "protected.read", operation.slug)
    norm = _norm(kind, value)
    said = standing(operation, "protected", f"{kind}:{norm}")
    if said is None or said.verdict != "protect":
        raise NotProtected(kind=kind, value=value, operation=operation.slug)
    detail = {"kind": kind, "norm": norm, "reference": said.detail["reference"]}
    return decide(actor, operation, "protected", said.subject, "unprotect", reason, **detail)


def list_protected(actor: Actor, operation: Operation) -> list[dict[str, Any]]:
    """The protected list. The reading is on the record."""
    may(actor, "protected.read", operation.slug)
    record(actor, "protected.read", operation.slug)
    return [
        {
            "kind": d.detail["kind"],
            "norm": d.detail["norm"],
            "reference": d.detail["reference"],
            "reason": d.reason,
            "officer": d.officer.service_number,
            "at": text(d.at),
        }
        for d in _on_it(operation)
    ]


def protected_in(actor: Actor, operation: Operation) -> tuple[ProtectedIdentifier, ...]:
    """The list as typed rows, for what must leave its entries out. It shows nobody anything."""
    may(actor, "case.read", operation.slug)
    return tuple(
        ProtectedIdentifier(d.detail["kind"], d.detail["norm"], d.detail["reference"]) for d in _on_it(operation)
    )


def staying(actor: Actor, operation: Operation, snapshot: Snapshot) -> frozenset[str]:
    """Identities that do not leave the node: protected, held, cleared or recalled, and of victims and witnesses."""
    may(actor, "case.read", operation.slug)
    return held_back(operation, snapshot)


def unseen_by(actor: Actor, operation: Operation, snapshot: Snapshot) -> frozenset[str]:
    """Identities about which this officer is asked to do nothing: the protected ones, but for who reads the list."""
    may(actor, "case.read", operation.slug)
    if allowed(actor, "protected.read", operation.slug):
        return frozenset()
    return held_identities(snapshot, protected_in(actor, operation))


def _on_it(operation: Operation) -> list[Decision]:
    return [d for d in all_standing(operation, "protected") if d.verdict == "protect"]


def _norm(kind: str, value: str) -> str:
    norm = value if kind == "account" else BY_NAME[kind].normalise(value) if kind in BY_NAME else None
    if not norm:
        raise BadProtected(value=value, kind=kind)
    return norm
