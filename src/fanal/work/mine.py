"""An officer's own decisions, and what replaces one: a new verdict with its reason, by the use case that made it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fanal.base.errors import FanalError
from fanal.base.instants import text
from fanal.cases.access import Actor, may, officer_of
from fanal.cases.decisions import VERDICTS, UnknownVerdict
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.node import Node
from fanal.cases.origins import COUNTRY
from fanal.work.countries import decide_country
from fanal.work.decisions import decide_on
from fanal.work.series import decide_series
from fanal.work.tips import decide_duplicate, decide_risk

#: Kinds that are shown here. The protected list is not among them: one role alone reads it.
SHOWN = ("pair", "identity", "country", "accounts", "series", "tip_risk", "tip")


class NoSuchDecision(FanalError):
    """No decision of the officer's own with that id stands."""

    code = "F-DECIDE-11"
    text = "You have no standing decision {decision} here; the list of your decisions shows those that stand."


class NotSuperseded(FanalError):
    """A decision that is made of others."""

    code = "F-DECIDE-12"
    text = "Decision {decision} is made of decisions on pairs; decide on those pairs one by one."


@dataclass(frozen=True)
class Mine:
    """One page of the officer's own decisions, the latest first; `next` is where the next page begins."""

    rows: list[dict[str, Any]]
    next: int | None


def mine(actor: Actor, operation: Operation, before: int | None, size: int) -> Mine:
    """The officer's own decisions, the latest first.

    Args:
        before: `next` of the page before; None for the first page. size: how many at most.

    Returns:
        Rows of `decision`, `at`, `kind`, `subject`, `verdict`, `identity` and `country` (of a decision on a
        country), `reason`, `stands`, `superseded` (`officer`, `at`; None
        where it stands), `verdicts` (what may take its place; empty where it is superseded or made of others).
    """
    may(actor, "person.decide", operation.slug)
    found = _own(actor, operation)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: size + 1])
    return Mine([_told(d) for d in rows[:size]], rows[size - 1].pk if len(rows) > size else None)


def my_decision(actor: Actor, operation: Operation, decision: str) -> dict[str, Any]:
    """One of the officer's own decisions that stands, as `mine` has it. Raises NoSuchDecision."""
    may(actor, "person.decide", operation.slug)
    return _told(_standing(actor, operation, decision))


def supersede(actor: Actor, node: Node, operation: Operation, decision: str, verdict: str, reason: str) -> Decision:
    """Put a new decision in the place of one's own; both stay on record.

    Args:
        decision: its id. verdict: of `verdicts` of `mine`.

    Raises:
        NoSuchDecision: it is another officer's, or superseded. NotSuperseded: it is made of others.
        UnknownVerdict, NoReason, NoOfficer, and what the use case of its kind raises.
    """
    may(actor, "person.decide", operation.slug)
    found = _standing(actor, operation, decision)
    if found.subject_kind not in _AGAIN:
        raise NotSuperseded(decision=decision[:12])
    known = _open_to(found)
    if verdict not in known:
        raise UnknownVerdict(verdict=verdict, kind=found.subject_kind, verdicts=", ".join(known))
    return _AGAIN[found.subject_kind](actor, node, found, verdict, reason)


def _own(actor: Actor, operation: Operation) -> Any:
    own = Decision.objects.filter(
        operation=operation,
        officer=officer_of(actor),
        subject_kind__in=SHOWN,
        detail__part_of__isnull=True,
    )
    return own.select_related("operation", "superseded_by__officer")


def _standing(actor: Actor, operation: Operation, decision: str) -> Decision:
    found: Decision | None = _own(actor, operation).filter(decision=decision, superseded_by=None).first()
    if found is None:
        raise NoSuchDecision(decision=decision[:12])
    return found


def _told(decision: Decision) -> dict[str, Any]:
    later = getattr(decision, "superseded_by", None)
    again = later is None and decision.subject_kind in _AGAIN
    return {
        "decision": decision.decision,
        "at": text(decision.at),
        "kind": decision.subject_kind,
        "subject": decision.subject,
        "verdict": decision.verdict,
        "identity": decision.detail.get("identity", ""),
        "country": decision.detail.get("country", ""),
        "reason": decision.reason,
        "stands": later is None,
        "superseded": {"officer": later.officer.service_number, "at": text(later.at)} if later else None,
        "verdicts": _open_to(decision) if again else (),
    }


def _open_to(decision: Decision) -> tuple[str, ...]:
    """What may take its place here; which other country it is takes the page that shows what speaks for each."""
    every = VERDICTS[decision.subject_kind]
    return tuple(verdict for verdict in every if verdict != COUNTRY)


def _identity(actor: Actor, node: Node, d: Decision, verdict: str, reason: str) -> Decision:
    # By the founding account: an identity's id goes when it is merged, its accounts stay.
    return decide_on(actor, node, d.operation, d.detail.get("founder") or d.subject, verdict, reason)


def _country(actor: Actor, node: Node, d: Decision, verdict: str, reason: str) -> Decision:
    return decide_country(actor, node, d.operation, d.subject, verdict, reason, d.detail["country"])


def _pair(actor: Actor, node: Node, d: Decision, verdict: str, reason: str) -> Decision:
    return decide_on(actor, node, d.operation, d.subject, verdict, reason)


def _series(actor: Actor, node: Node, d: Decision, verdict: str, reason: str) -> Decision:
    return decide_series(actor, node, d.operation, d.subject, verdict, reason)


def _risk(actor: Actor, node: Node, d: Decision, verdict: str, reason: str) -> Decision:
    del node
    return decide_risk(actor, d.operation, int(d.subject), reason, at_risk=verdict == "at_risk")


def _tip(actor: Actor, node: Node, d: Decision, verdict: str, reason: str) -> Decision:
    del node
    same = verdict == "duplicate_of"
    return decide_duplicate(actor, d.operation, d.detail["tip"], d.detail["of"], reason, duplicate=same)


_AGAIN: Mapping[str, Callable[[Actor, Node, Decision, str, str], Decision]] = {
    "pair": _pair,
    "identity": _identity,
    "country": _country,
    "series": _series,
    "tip_risk": _risk,
    "tip": _tip,
}
