"""The queue of tips by when somebody must have taken each: a child at risk first. To take one decides nothing."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from fanal.base import instants
from fanal.cases.access import Actor, may, officer_of
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.models.sources import Tip
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.tips import RISK, queue, tip_of


def triage(actor: Actor, node: Node, operation: Operation) -> list[dict[str, Any]]:
    """The rows of the queue, each with its deadline; the reading is on the record.

    Who takes a tip answers for what comes next. A tip in which an officer sees a child at risk is to be taken within
    `tip_minutes` of that decision, one whose words may say so within as many of its coming in, any other within
    `tip_hours`. One that is taken, or assessed without a child at risk, is under no deadline.

    Returns:
        Rows as `list_tips` has them, with `due_at` (ISO; None for none) and `overdue`. Those that are due stand first.
    """
    may(actor, "tip.read", operation.slug)
    record(actor, "tip.read", operation.slug)
    return _dated(node, operation)


def overdue(actor: Actor, node: Node, operation: Operation) -> int:
    """How many tips nobody took in time. It shows none."""
    may(actor, "tip.read", operation.slug)
    now, (soon, late) = instants.now(), _patience(node)
    waiting = Tip.objects.filter(operation=operation, taken_by=None)
    decided = _decided(operation)
    at_risk = waiting.filter(child_at_risk=True).values_list("pk", "received_at")
    quiet = Q(risk_words=[])
    others = waiting.filter(status="new").exclude(child_at_risk=True)
    late_ones = others.filter((quiet & Q(received_at__lt=now - late)) | (~quiet & Q(received_at__lt=now - soon)))
    return late_ones.count() + sum(decided.get(str(tip), came) + soon < now for tip, came in at_risk)


def take_tip(actor: Actor, operation: Operation, number: int) -> None:
    """Take a tip, also from who took it before: that stays on the record. Raises UnknownTip."""
    may(actor, "tip.assess", operation.slug)
    tip = tip_of(operation, number)
    with transaction.atomic():
        tip.taken_by, tip.taken_at = officer_of(actor), instants.now()
        tip.save(update_fields=["taken_by", "taken_at"])
        record(actor, "tip.assess", f"tip/{tip.pk}", taken=True)


def _decided(operation: Operation) -> dict[str, dt.datetime]:
    """When an officer decided of each tip whether a child is at risk."""
    said = Decision.objects.filter(operation=operation, subject_kind=RISK, superseded_by=None)
    return dict(said.order_by("pk").values_list("subject", "at"))


def _patience(node: Node) -> tuple[dt.timedelta, dt.timedelta]:
    """Within which a tip is to be taken: one that may be urgent, and any other."""
    return dt.timedelta(minutes=node.desk.tip_minutes), dt.timedelta(hours=node.desk.tip_hours)


def _dated(node: Node, operation: Operation) -> list[dict[str, Any]]:
    decided, now = _decided(operation), instants.now()
    rows = [_due(node, row, decided.get(str(row["tip"])), now) for row in queue(operation)]
    # Python keeps the order of the queue among those of one kind.
    return sorted(rows, key=lambda row: (not row["child_at_risk"], row["due_at"] is None, row["due_at"] or ""))


def _due(node: Node, row: Mapping[str, Any], decided: dt.datetime | None, now: dt.datetime) -> dict[str, Any]:
    soon, late = _patience(node)
    came = instants.parse(row["received_at"])
    due = None
    if row["taken_by"] is None and row["child_at_risk"]:
        due = (decided or came) + soon
    elif row["taken_by"] is None and row["status"] == "new":
        due = came + (soon if row["quoted_words"] else late)
    return {**row, "due_at": instants.text(due) if due else None, "overdue": due is not None and due < now}
