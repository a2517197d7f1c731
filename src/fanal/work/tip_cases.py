"""From a tip to a case: an operation opened for it, or one that runs already. Its exhibit goes along; the tip stays."""

from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.cases.access import Actor, may, may_see
from fanal.cases.decisions import decide
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.models.sources import Tip
from fanal.cases.node import Node
from fanal.cases.tips import CASE, tip_of
from fanal.evidence.intake import check_reference
from fanal.evidence.register import Register
from fanal.work.operations import open_operation, the_operation


class SameOperation(FanalError):
    """A tip was to be attached to the operation in which it is."""

    code = "F-TIP-04"
    text = "Tip {tip} is in operation {operation} already; name another one."
    exit_code = 2


def open_for_tip(
    actor: Actor, node: Node, operation: Operation, number: int, slug: str, title: str, legal_basis: str, reason: str
) -> tuple[Operation, Path]:
    """Open an operation for a tip, by a signed decision.

    Returns:
        The new operation, and the file that is to be taken in there as a tip: the whole exhibit.

    Raises:
        UnknownTip, BadSlug, OperationExists, NoReason, NoOfficer. ReferenceMissing, ReferenceChanged: of the exhibit.
    """
    may(actor, "tip.assess", operation.slug)
    tip = tip_of(operation, number)
    path = _file(node, operation, tip)
    with transaction.atomic():
        opened = open_operation(actor, node, slug, title, legal_basis)
        _decide(actor, operation, tip, opened, "opened", reason)
    return opened, path


def attach_tip(
    actor: Actor, node: Node, operation: Operation, number: int, slug: str, reason: str
) -> tuple[Operation, Path]:
    """Have a tip go along with an operation that runs already, by a signed decision.

    Returns:
        As `open_for_tip`.

    Raises:
        UnknownTip, UnknownOperation, SameOperation, NotAllowed, NoReason, NoOfficer, and those of the exhibit.
    """
    may(actor, "tip.assess", operation.slug)
    tip = tip_of(operation, number)
    to = the_operation(actor, slug)
    if to == operation:
        raise SameOperation(tip=tip.pk, operation=operation.slug)
    may(actor, "exhibit.add", to.slug)
    path = _file(node, operation, tip)
    _decide(actor, operation, tip, to, "attached", reason)
    return to, path


def cases_of_tip(actor: Actor, operation: Operation, number: int) -> dict[str, Any]:
    """Where a tip went.

    Returns:
        `cases`: rows of `operation`, `title`, `verdict` (opened, attached), `officer`, `at`, `reason`, those that the
        officer may see, and no word of others; `beside`: other tips of the same exhibit, which go along.
    """
    may(actor, "tip.read", operation.slug)
    tip = tip_of(operation, number)
    seen = {one.slug: one for one in may_see(actor)}
    made = Decision.objects.filter(operation=operation, subject_kind=CASE, subject__startswith=f"{tip.pk}>")
    told = list(made.filter(superseded_by=None).select_related("officer").order_by("pk"))
    return {
        "cases": [
            {
                "operation": d.detail["to"],
                "title": seen[d.detail["to"]].title,
                "verdict": d.verdict,
                "officer": d.officer.service_number,
                "at": instants.text(d.at),
                "reason": d.reason,
            }
            for d in told
            if d.detail["to"] in seen
        ],
        "beside": Tip.objects.filter(exhibit=tip.exhibit).exclude(pk=tip.pk).count(),
    }


def _file(node: Node, operation: Operation, tip: Tip) -> Path:
    return check_reference(Register(node.evidence).exhibit(tip.exhibit.number, operation.slug), node.evidence)


def _decide(actor: Actor, operation: Operation, tip: Tip, to: Operation, verdict: str, reason: str) -> None:
    with transaction.atomic():
        decide(
            actor, operation, CASE, f"{tip.pk}>{to.slug}", verdict, reason,
            to=to.slug, exhibit=tip.exhibit.number, part=tip.part,
        )  # fmt: skip
        if tip.status == "new":
            tip.status = "assessed"
            tip.save(update_fields=["status"])
