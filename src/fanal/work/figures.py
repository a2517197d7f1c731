"""The operation in figures: what the evidence says, and what people did about it."""

from collections import Counter
from typing import Any

from fanal.analyse.lookup import first_conduct, identities_of
from fanal.analyse.media import as_people_read, media_figures, uploads_in
from fanal.analyse.remembered import once
from fanal.analyse.views import figures_from_lake
from fanal.base.instants import bound
from fanal.cases.access import Actor, may
from fanal.cases.everyone import Everyone
from fanal.cases.figures import Deeds, case_figures, deeds_of, grown
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.lake.snapshot import Snapshot, read_current
from fanal.work.handling import shown

__all__ = ["as_people_read", "figures"]


def figures(
    actor: Actor, node: Node, operation: Operation, since: str | None = None, until: str | None = None
) -> dict[str, Any]:
    """Every figure of DESIGN section 8: flat, and one object per country for arrests and searches.

    Args:
        since, until: dates or instants; with either, `uploads` and `uploads_per_hour` of that window are added, the
            latter not where the window holds no upload or no length.

    Raises:
        BadInstant: a date that is none.
    """
    may(actor, "figures.read", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    figures = case_figures(operation, done=_deeds(snapshot, node.database, operation, grown(operation)))
    codes = Counter(one["code"] for one in shown(actor, operation))
    window = {}
    if since or until:
        ends = (bound(since) if since else None, bound(until, end=True) if until else None)
        window = uploads_in(snapshot, *ends)
    evidence = {**window, **figures_from_lake(snapshot), **media_figures(snapshot)}
    return {**evidence, **figures, **({"handling": dict(codes)} if codes else {})}


@once
def _deeds(snapshot: Snapshot, _database: str, operation: Operation, _grown: tuple[Any, ...]) -> Deeds:
    """What was done and answered, as long as nobody adds to it: tens of thousands of rows are read for it."""
    everyone = Everyone(operation)
    named = {event.account for event in everyone.events if event.account}
    accounts = sorted(named.union(*(everyone.accounts_of(person) for person in everyone.standing())))
    return deeds_of(operation, first_conduct(snapshot, accounts), identities_of(snapshot, accounts), everyone)
