"""The entries of the audit log as an auditor reads them: a page at a time, looked through, one with its proof.

They hold ids. What an entry commits to beside them (counts, reasons, digests) is shown to those alone who may know of
the operation that it is in, or who run the node where it is about the node.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from fanal.audit.log import AuditLog
from fanal.audit.merkle import leaf_hash, verify_inclusion
from fanal.base.errors import FanalError
from fanal.cases.access import VERBS, Actor, allowed, may, where_may
from fanal.cases.models.audit import Outbox
from fanal.cases.models.offices import Officer, Operation
from fanal.cases.node import Node
from fanal.cases.outbox import OF_NODE, entry_of, repeats


class NoSuchEntry(FanalError):
    """No entry of that id, or none that the officer may know of."""

    code = "F-AUDIT-21"
    text = "There is no entry {entry} in the audit log."


@dataclass(frozen=True)
class Asked:
    """What is looked for; empty: everything.

    Attributes:
        officer: a service number.
        verb: what was done; with a dot at its end everything that begins so.
        slug: an operation.
        day: the day in UTC.
    """

    officer: str = ""
    verb: str = ""
    slug: str = ""
    day: dt.date | None = None


@dataclass(frozen=True)
class EntryPage:
    """Entries, the latest first, and from where the next page goes on (0: there is none)."""

    rows: list[dict[str, Any]]
    next: int


def list_entries(actor: Actor, asked: Asked, before: int, most: int) -> EntryPage:
    """At most so many entries that were written before the one of that number (0: the latest).

    Returns:
        Rows of `entry`, `at`, `officer`, `verb`, `subject`, `operation`.
    """
    may(actor, "audit.read")
    found = _known(actor)
    if asked.officer:
        found = found.filter(officer=asked.officer)
    if asked.verb.endswith("."):
        found = found.filter(verb__gte=asked.verb, verb__lt=asked.verb[:-1] + "/")
    elif asked.verb:
        found = found.filter(verb=asked.verb)
    if asked.slug:
        found = found.filter(operation=asked.slug)
    if asked.day:
        found = found.filter(at__gte=asked.day.isoformat(), at__lt=(asked.day + dt.timedelta(days=1)).isoformat())
    if before:
        found = found.filter(pk__lt=before)
    columns = ("pk", "entry", "at", "officer", "verb", "subject", "operation")
    rows: list[dict[str, Any]] = [{**row} for row in found.order_by("-pk").values(*columns)[: most + 1]]
    return EntryPage(rows[:most], rows[most - 1]["pk"] if len(rows) > most else 0)


def to_look_for(actor: Actor) -> dict[str, list[str]]:
    """What the filters offer: `officers`, `verbs`, `slugs` of operations that the officer may know of."""
    may(actor, "audit.read")
    slugs = where_may(actor, "audit.read")
    known = Operation.objects.order_by("slug").values_list("slug", flat=True)
    return {
        "officers": list(Officer.objects.order_by("service_number").values_list("service_number", flat=True)),
        "verbs": sorted(VERBS),
        "slugs": [slug for slug in known if slugs is None or slug in slugs],
    }


def show_entry(actor: Actor, node: Node, entry: str, *, proof: bool) -> dict[str, Any]:
    """One entry, and where it stands in the log.

    Args:
        proof: also prove it from the log's head, which reads 48 bytes of every entry.

    Returns:
        The row of `list_entries` with `facts` (None where the officer may not know them), `place` (from 1; None
        where it waits to be appended), `size` of the log, `leaf` (its hash), `same` (whether the log holds what the
        case store says), `checkpoint` (size of the first one that vouches for it; None), `earlier` and `later` (ids
        of its neighbours), and with `proof` `head`, `steps` (hashes) and `proved`.

    Raises:
        NoSuchEntry.
    """
    may(actor, "audit.read")
    known = _known(actor)
    row = known.filter(entry=entry).first()
    if row is None:
        raise NoSuchEntry(entry=entry[:12])
    log = AuditLog(node.audit)
    place = log.place_of(row.entry) if row.appended else None
    told: dict[str, Any] = {
        **{name: getattr(row, name) for name in ("entry", "at", "officer", "verb", "subject", "operation")},
        "facts": row.content["facts"] if _may_know(actor, row) else None,
        "place": place + 1 if place is not None else None,
        "earlier": known.filter(pk__lt=row.pk).order_by("-pk").values_list("entry", flat=True).first(),
        "later": known.filter(pk__gt=row.pk).order_by("pk").values_list("entry", flat=True).first(),
    }
    if place is None:
        return told
    frontier, leaf = log.frontier(), log.leaf(place)
    told |= {
        "size": frontier.size,
        "leaf": leaf.hex(),
        "same": leaf == leaf_hash(entry_of(row).line(place)) and repeats(row),
        "checkpoint": next((size for size in log.sizes() if size > place), None),
    }
    if proof:
        steps = log.prove_inclusion(place, frontier.size)
        told["head"], told["steps"] = frontier.root().hex(), [step.hex() for step in steps]
        told["proved"] = verify_inclusion(leaf, place, frontier.size, steps, frontier.root())
    return told


def _known(actor: Actor) -> "QuerySet[Outbox]":
    """The entries that an officer may know of: all, or those of the operations in which the officer may read them."""
    slugs = where_may(actor, "audit.read")
    return Outbox.objects.all() if slugs is None else Outbox.objects.filter(operation__in=slugs)


def _may_know(actor: Actor, row: Outbox) -> bool:
    if row.verb.partition(".")[0] in OF_NODE:
        return True
    return allowed(actor, "figures.read", row.operation or None)
