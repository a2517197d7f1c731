"""Who read what of one identity, and when, as the record of reads has it. For a role that may verify the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from fanal.analyse.lineage import past_of
from fanal.base.language import mark
from fanal.cases.access import Actor, may
from fanal.cases.models.audit import Listed, Outbox
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
    here = _found(operation, past.identities, after, before, size + 1)
    rows, more = here[:size], len(here) > size
    if before:
        rows = rows[::-1]
    following = rows[-1].pk if rows and (before or more) else None
    preceding = rows[0].pk if rows and (more if before else after) else None
    own = set(past.identities)
    return Readings(past.identity, [_row(row, own) for row in rows], following, preceding)


def _found(operation: Operation, identities: Sequence[str], after: int, before: int, size: int) -> list[Outbox]:
    """The first readings after a place in the record, backwards; where `before` is one, those before it, forwards.

    Those of one identity and those of lists are asked apart, each by its own index: together neither would serve.
    """
    read = Outbox.objects.filter(verb__in=VERBS_OF_READING, subject=operation.slug)
    read = read.filter(pk__gt=before).order_by("pk") if before else read.order_by("-pk")
    read = read.filter(pk__lt=after) if after else read
    listed = Listed.objects.filter(identity__in=identities).values("entry")
    both = {row.pk: row for part in (Q(about__in=identities), Q(pk__in=listed)) for row in read.filter(part)[:size]}
    return [both[pk] for pk in sorted(both, reverse=not before)[:size]]


def _row(row: Outbox, own: set[str]) -> dict[str, Any]:
    facts = row.content["facts"]
    kind = facts.get("kind")
    if facts.get("identity") not in own:
        kind = "beside" if facts.get("identity") else "list"
    return {"at": row.content["at"], "officer": row.content["officer"], "what": WHAT.get(kind, ITSELF), "entry": row.pk}
