"""Copies of one source: which exhibits they are, what they hold in common, what changed between them."""

from collections.abc import Iterator
from typing import Any

from fanal.analyse.lookup import copy_counts, snapshot_changes
from fanal.cases.access import Actor, may
from fanal.cases.decisions import decide
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.node import Node
from fanal.evidence.register import Register
from fanal.lake.snapshot import read_current
from fanal.model.inputs import Copy
from fanal.work.told import copies_of


def link(actor: Actor, node: Node, operation: Operation, later: int, earlier: int, reason: str) -> Decision:
    """Record that an exhibit is a later copy of another; the next run counts what both hold once.

    Raises:
        NoSuchExhibit, LaterFirst, NoReason.
    """
    may(actor, "person.decide", operation.slug)
    for number in (later, earlier):
        Register(node.evidence).exhibit(number, operation.slug)
    Copy(later, earlier)
    return decide(actor, operation, "snapshot", str(later), "copy", reason, earlier=earlier)


def part(actor: Actor, node: Node, operation: Operation, later: int, reason: str) -> Decision:
    """Record that an exhibit is no copy of another. Raises NoSuchExhibit, NoReason."""
    may(actor, "person.decide", operation.slug)
    Register(node.evidence).exhibit(later, operation.slug)
    return decide(actor, operation, "snapshot", str(later), "apart", reason)


def copies(actor: Actor, node: Node, operation: Operation) -> list[dict[str, Any]]:
    """A row for each later copy: exhibit, name, earlier, comparable, same, changed, vanished.

    The figures are those of the last run; None where that did not know of the copy yet.
    """
    may(actor, "case.read", operation.slug)
    counts = copy_counts(read_current(node.lake(operation.slug)))
    return [
        {
            "exhibit": copy.exhibit,
            "name": Register(node.evidence).exhibit(copy.exhibit, operation.slug).name,
            "earlier": copy.earlier,
            "comparable": copy.comparable,
            **counts.get(copy.exhibit, dict.fromkeys(("same", "changed", "vanished"))),
        }
        for copy in copies_of(actor, node, operation)
    ]


def changes(actor: Actor, node: Node, operation: Operation, exhibit: int) -> Iterator[dict[str, Any]]:
    """What changed or vanished between a copy and the one before it, by table: the places of both rows."""
    may(actor, "case.read", operation.slug)
    return snapshot_changes(read_current(node.lake(operation.slug)), exhibit)
