"""Decisions: signed, append-only, the current state a view over them."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from fanal.base import instants
from fanal.base.digests import canonical_json, content_id
from fanal.base.errors import FanalError
from fanal.cases.access import Actor, NoOfficer, officer_of
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision, Named, indexed, keys_of
from fanal.cases.outbox import record

NAMESPACE = "fanal-decision"

#: subject kind -> verdicts an officer can give.
VERDICTS: dict[str, tuple[str, ...]] = {
    "pair": ("same", "different", "not_enough"),
    "identity": ("suspect", "not_suspect", "hold", "release"),
    "accounts": ("confirm", "split"),
    "person": ("identified", "same", "minor", "not_suspect"),
    "protected": ("protect", "unprotect"),
    "exhibit": ("exclude", "include"),
    "snapshot": ("copy", "apart"),
    "signal": ("raise", "lower"),
    "request": ("draft", "release"),
    "threshold": ("approve",),
    "handling": ("set",),
    "package": ("approve", "void"),
    "tip": ("duplicate_of", "not_duplicate"),
    "tip_case": ("opened", "attached"),
    "tip_risk": ("at_risk", "not_at_risk"),
    "country": ("country", "undetermined", "not_enough"),
    "series": ("send", "hold", "release"),
}


class UnknownVerdict(FanalError):
    """A verdict that the subject does not have."""

    code = "F-DECIDE-01"
    text = "{verdict} is no verdict on a {kind}; choose one of: {verdicts}."
    exit_code = 2


class NoReason(FanalError):
    """A decision without a reason."""

    code = "F-DECIDE-02"
    text = "A decision needs a reason; write one (--reason)."
    exit_code = 2


def statement(decision: Decision) -> bytes:
    """The canonical bytes that an officer signs."""
    return canonical_json(
        {
            "operation": decision.operation.slug,
            "subject_kind": decision.subject_kind,
            "subject": decision.subject,
            "verdict": decision.verdict,
            "reason": decision.reason,
            "detail": decision.detail,
            "officer": decision.officer.service_number,
            "at": instants.text(decision.at),
            "supersedes": decision.supersedes.decision if decision.supersedes else None,
        }
    )


def decide(
    actor: Actor, operation: Operation, kind: str, subject: str, verdict: str, reason: str, /, **detail: Any
) -> Decision:
    """Record a signed decision that supersedes the standing one on the same subject.

    Raises:
        UnknownVerdict, NoReason: wrong use.
        NoOfficer: the actor has no unlocked key to sign with.
    """
    if verdict not in VERDICTS.get(kind, ()):
        raise UnknownVerdict(verdict=verdict, kind=kind, verdicts=", ".join(VERDICTS.get(kind, ())))
    if not reason.strip():
        raise NoReason
    if actor.signer is None:
        raise NoOfficer
    with transaction.atomic():
        made = Decision(
            operation=operation,
            subject_kind=kind,
            subject=subject,
            verdict=verdict,
            reason=reason,
            detail=detail,
            officer=officer_of(actor),
            at=instants.now(),
            supersedes=standing(operation, kind, subject),
        )
        signed = statement(made)
        made.decision = content_id("decision", signed.decode())
        made.signature = actor.signer.sign(signed, NAMESPACE)
        made.save()
        keys = sorted(keys_of(kind, subject, detail))
        Named.objects.bulk_create(Named(operation=operation, decision=made, key=key) for key in keys)
        record(
            actor,
            f"decision.{kind}",
            made.decision,
            operation=operation.slug,
            verdict=verdict,
            about=content_id("subject", subject),
        )
    return made


def standing(operation: Operation, kind: str, subject: str) -> Decision | None:
    """The decision on a subject that nothing supersedes."""
    return (
        Decision.objects.filter(operation=operation, subject_kind=kind, subject=subject, superseded_by=None)
        .order_by("-pk")
        .first()
    )


def naming(operation: Operation, keys: Collection[str]) -> QuerySet[Decision]:
    """The decisions that name any of these accounts, identities or answers (see `keys_of`), the oldest first."""
    named = Named.objects.filter(operation=operation, key__in={indexed(key) for key in keys})
    return Decision.objects.filter(pk__in=named.values("decision")).select_related("officer").order_by("pk")


def all_standing(operation: Operation, kind: str) -> list[Decision]:
    """Every standing decision of one kind in one operation, oldest first."""
    return list(
        Decision.objects.filter(operation=operation, subject_kind=kind, superseded_by=None)
        .select_related("officer")
        .order_by("pk")
    )
