"""What waits for an officer in one operation, counted: the review queue, tips at risk, what takes a second officer."""

from typing import Any

from fanal.cases.access import Actor, allowed, may
from fanal.cases.models.exchange import Package
from fanal.cases.models.offices import Operation
from fanal.cases.models.sources import Tip
from fanal.cases.node import Node
from fanal.work.queues import queue_counts
from fanal.work.seconding import second_queue
from fanal.work.series import series_to_identify
from fanal.work.tip_queue import overdue


def needs_me(actor: Actor, node: Node, operation: Operation) -> list[dict[str, Any]]:
    """Rows of `what` (a word of this list) and `n`, only what there is and what the officer may act on.

    `risk`: tips in which an officer sees a child at risk; `overdue`: those that nobody took in time; `identify`: series
    sent to victim identification; the kinds of the review queue (`work.queues`); `second`: what another officer made;
    `seal`: approved packages.
    """
    may(actor, "case.read", operation.slug)
    found: dict[str, int] = {}
    if allowed(actor, "tip.read", operation.slug):
        found["risk"] = Tip.objects.filter(operation=operation, child_at_risk=True).count()
        found["overdue"] = overdue(actor, node, operation)
    if allowed(actor, "series.identify", operation.slug):
        found["identify"] = series_to_identify(actor, node, operation)
    found |= queue_counts(actor, node, operation)
    found["second"] = len(second_queue(actor, operation))
    if allowed(actor, "package.seal", operation.slug):
        found["seal"] = Package.objects.filter(operation=operation, direction="out", state="approved").count()
    return [{"what": what, "n": n} for what, n in found.items() if n]
