"""What waits for an officer in one operation, counted: links, tips, packages, and what is out of date."""

from typing import Any

from fanal.analyse.review import waiting
from fanal.cases.access import Actor, allowed, may
from fanal.cases.models.exchange import Package
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.pairs import pair_of, standing_pairs
from fanal.cases.tips import queue
from fanal.lake.snapshot import read_current
from fanal.work.series import series_to_identify, series_to_send
from fanal.work.tip_queue import overdue


def needs_me(actor: Actor, node: Node, operation: Operation) -> list[dict[str, Any]]:
    """Rows of `what` (a word of this list) and `n`, only what there is and what the officer may act on.

    `risk`: tips in which an officer sees a child at risk; `overdue`: those that nobody took in time; `tips`: those
    that nobody has read; `links`: pairs of accounts in review; `identify`: series sent to victim identification;
    `series`: unseen ones to be sent or held; `approve`: packages that another officer built; `seal`: approved ones.
    """
    may(actor, "case.read", operation.slug)
    found: dict[str, int] = {}
    if allowed(actor, "tip.read", operation.slug):
        tips = queue(operation)
        found["risk"] = sum(1 for tip in tips if tip["child_at_risk"])
        found["overdue"] = overdue(actor, node, operation)
        found["tips"] = sum(1 for tip in tips if tip["status"] == "new")
    if allowed(actor, "person.read", operation.slug):
        decided = standing_pairs(operation)
        found["links"] = sum(
            1 for pair in waiting(read_current(node.lake(operation.slug))) if pair_of(*pair.accounts) not in decided
        )
    if allowed(actor, "series.identify", operation.slug):
        found["identify"] = series_to_identify(actor, node, operation)
    if allowed(actor, "series.decide", operation.slug):
        found["series"] = series_to_send(actor, node, operation)
    built = Package.objects.filter(operation=operation, direction="out")
    if allowed(actor, "package.approve", operation.slug):
        found["approve"] = built.filter(state="built").exclude(built_by__service_number=actor.officer).count()
    if allowed(actor, "package.seal", operation.slug):
        found["seal"] = built.filter(state="approved").count()
    return [{"what": what, "n": n} for what, n in found.items() if n]
