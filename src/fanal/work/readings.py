"""Who read what of one identity, and when, as the record of reads has it. For a role that may verify the audit log."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from fanal.analyse.lineage import past_of
from fanal.base.language import mark
from fanal.cases.access import Actor, may
from fanal.cases.models.audit import Outbox
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.lake.snapshot import read_current

VERBS_OF_READING = ("person.read", "message.read")
#: What was read, by what the record notes of it; whatever else, the identity itself.
WHAT = {
    "history": mark("its history"),
    "activity": mark("its activity"),
    "links": mark("what ties it"),
    "leads": mark("what to ask of it"),
    "list": mark("its line in a list"),
    "beside": mark("beside another identity"),
}
ITSELF = mark("the identity")


@dataclass(frozen=True)
class Readings:
    """One page of who read an identity, the latest first.

    Attributes:
        identity: the whole id.
        rows: `at`, `officer`, `what` (in words to be translated), `entry` (its place in the record).
        next, previous: entries before which, or after which, the next or the previous page begins; None for none.
    """

    identity: str
    rows: list[dict[str, Any]]
    next: int | None
    previous: int | None


def readings(
    actor: Actor, node: Node, operation: Operation, subject: str, after: int, size: int, *, before: int = 0
) -> Readings:
    """A page of who read an identity, under any id that it had: itself, or its line in a list.

    Files and lists that hold everybody of an operation stand in the audit log with their number of rows alone.

    Args:
        subject: the beginning of its id, or one of its accounts.
        after: the entry that ended the page before; 0 for the latest. before: the entry that began the page after,
            to go back. size: how many at most.

    Raises:
        UnknownIdentity, NotAllowed: also for who may read persons and not the log.
    """
    may(actor, "audit.verify", operation.slug)
    may(actor, "person.read", operation.slug)
    past = past_of(read_current(node.lake(operation.slug)), subject)
    listed = Q()
    for identity in past.identities:
        listed |= Q(content__facts__identities__icontains=identity)
    found = Outbox.objects.filter(
        Q(content__facts__identity__in=list(past.identities)) | listed,
        content__verb__in=VERBS_OF_READING,
        content__subject=operation.slug,
    )
    if before:
        here = list(found.filter(pk__gt=before).order_by("pk")[: size + 1])
        rows, more = here[:size][::-1], len(here) > size
    else:
        here = list((found.filter(pk__lt=after) if after else found).order_by("-pk")[: size + 1])
        rows, more = here[:size], len(here) > size
    following = rows[-1].pk if rows and (before or more) else None
    preceding = rows[0].pk if rows and (more if before else after) else None
    own = set(past.identities)
    return Readings(past.identity, [_row(row, own) for row in rows], following, preceding)


def _row(row: Outbox, own: set[str]) -> dict[str, Any]:
    facts = row.content["facts"]
    kind = facts.get("kind")
    if facts.get("identity") not in own:
        kind = "beside" if facts.get("identity") else "list"
    return {"at": row.content["at"], "officer": row.content["officer"], "what": WHAT.get(kind, ITSELF), "entry": row.pk}
