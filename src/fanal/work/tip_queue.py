"""The queue of tips by when somebody must have taken each: a child at risk first. To take one decides nothing."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from fanal.base import instants
from fanal.cases.access import Actor, may, officer_of
from fanal.cases.decisions import all_standing
from fanal.cases.models.offices import Operation
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
    decided, now = _decided(operation), instants.now()
    waiting = Tip.objects.filter(Q(child_at_risk=True) | Q(status="new"), operation=operation, taken_by=None)
    rows = (
        {
            "received_at": instants.text(came),
            "taken_by": None,
            "child_at_risk": at_risk,
            "status": status,
            "quoted_words": len(words),
            "tip": tip,
        }
        for tip, came, at_risk, status, words in waiting.values_list(
            "pk", "received_at", "child_at_risk", "status", "risk_words"
        )
    )
    return sum(_due(node, row, decided.get(str(row["tip"])), now)["overdue"] for row in rows)


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
    return {d.subject: d.at for d in all_standing(operation, RISK)}


def _dated(node: Node, operation: Operation) -> list[dict[str, Any]]:
    decided, now = _decided(operation), instants.now()
    rows = [_due(node, row, decided.get(str(row["tip"])), now) for row in queue(operation)]
    # Python keeps the order of the queue among those of one kind.
    return sorted(rows, key=lambda row: (not row["child_at_risk"], row["due_at"] is None, row["due_at"] or ""))


def _due(node: Node, row: Mapping[str, Any], decided: dt.datetime | None, now: dt.datetime) -> dict[str, Any]:
    soon, late = dt.timedelta(minutes=node.desk.tip_minutes), dt.timedelta(hours=node.desk.tip_hours)
    came = instants.parse(row["received_at"])
    due = None
    if row["taken_by"] is None and row["child_at_risk"]:
        due = (decided or came) + soon
    elif row["taken_by"] is None and row["status"] == "new":
        due = came + (soon if row["quoted_words"] else late)
    return {**row, "due_at": instants.text(due) if due else None, "overdue": due is not None and due < now}
