"""Online identities and leads, as the last run left them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fanal.analyse import pages, views
from fanal.analyse.pages import Wanted
from fanal.base import instants
from fanal.cases.access import Actor, may
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.lake.snapshot import read_current
from fanal.model.tables import exhibit_of
from fanal.work.corrections import withdrawn_identities
from fanal.work.foreign import answers_on
from fanal.work.handling import shown
from fanal.work.protection import unseen_by
from fanal.work.requests import clock_offsets


def identities(
    actor: Actor, node: Node, operation: Operation, country: str | None, *, why: bool = False, answers: bool = False
) -> Iterator[dict[str, Any]]:
    """Every identity in rank order (DESIGN section 8). The reading is on the record before the first is handed out.

    Whether one is on the protected list shows nowhere: a gap in the list, or a mark, would tell.

    Args:
        country: only those of that country of origin.
        why: with `met_by` and `why_not`, codes of the step `threshold`.
        answers: with `answers`, what each country that it was sent to last said of it, as `foreign.answers_on` has it.

    Returns:
        Rows; `withdrawn`, with the reason, stands in those that their sender recalled, `handling` where codes hold.
    """
    may(actor, "person.read", operation.slug)
    record(actor, "person.read", operation.slug, snapshot=read_current(node.lake(operation.slug)).number)
    snapshot = read_current(node.lake(operation.slug))
    withdrawn = withdrawn_identities(actor, operation, snapshot)
    found = views.identities(snapshot, country, why=why)
    codes = sorted({one["code"] for one in shown(actor, operation)})
    said = answers_on(actor, operation) if answers else {}
    return (
        {
            **row,
            **({"answers": said.get(row["identity"], [])} if answers else {}),
            **({"withdrawn": withdrawn[row["identity"]]} if row["identity"] in withdrawn else {}),
            **({"handling": codes} if codes else {}),
        }
        for row in found
    )


@dataclass(frozen=True)
class Page:
    """One page of the ranked list.

    Attributes:
        rows: as `identities` gives them with `why`.
        next: the rank after which the next page begins; None on the last.
        previous: the rank before which the page before ends; None on the first.
        countries: countries of origin that there are. roles: roles that there are.
    """

    rows: list[dict[str, Any]]
    next: int | None
    previous: int | None
    countries: list[str]
    roles: list[str]


def identity_page(
    actor: Actor, node: Node, operation: Operation, wanted: Wanted, after: int, size: int, *, before: int = 0
) -> Page:
    """A page of identities in rank order, those after a rank; who is read stands on the record, one by one.

    Args:
        wanted: which.
        after: rank of the last one of the page before; 0 for the first page.
        size: how many at most.
        before: rank of the first one of the page after, to go back; `after` is then 0.
    """
    may(actor, "person.read", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    found = pages.identity_page(snapshot, wanted, after, size + 1, before)
    more = len(found) > size
    rows = found[-size:] if before else found[:size]
    record(actor, "person.read", operation.slug, snapshot=snapshot.number, identities=[row["identity"] for row in rows])
    countries, roles = pages.facets(snapshot)
    following = rows[-1]["rank"] if rows and (before or more) else None
    preceding = rows[0]["rank"] if rows and (more if before else after) else None
    return Page(rows, following, preceding, countries, roles)


def leads(
    actor: Actor, node: Node, operation: Operation, addressee: str | None = None, *, identity: str | None = None
) -> Iterator[dict[str, Any]]:
    """Every lead, what perishes first at the top; instants as ISO text, with what is known of the source's clock.

    What its sender recalled has none. A protected identity has none
    but for the role that reads the protected list: nobody is to ask about it.

    Args:
        addressee: only leads for this one, in any case of its letters.
        identity: only leads of this one.
    """
    may(actor, "person.read", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    whom = {"identity": identity} if identity else {}
    record(actor, "person.read", operation.slug, kind="leads", snapshot=snapshot.number, **whom)
    unseen = {*unseen_by(actor, operation, snapshot), *withdrawn_identities(actor, operation, snapshot)}
    offsets = clock_offsets(actor, node, operation)
    wanted = addressee.casefold() if addressee else None
    return (
        {**_shown(lead), "clock_offset_s": offsets.get(exhibit_of(lead["obs"]))}
        for lead in views.leads(snapshot, identity)
        if lead["identity"] not in unseen and wanted in (None, lead["addressee"].casefold())
    )


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {key: instants.text(value) if isinstance(value, datetime) else value for key, value in row.items()}
