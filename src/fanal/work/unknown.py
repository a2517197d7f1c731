"""What an operation does not know, counted: every screen says so of itself, the front page of all of it."""

from collections import Counter
from typing import Any

from fanal.analyse import front
from fanal.cases.access import Actor, may
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.evidence.register import Exhibit, Register
from fanal.lake.snapshot import read_current
from fanal.work.received import PACKAGE_READER


def unknown(actor: Actor, node: Node, operation: Operation) -> list[dict[str, Any]]:
    """Rows of `what` (a word of this list) and `n`, only what there is.

    `identities`, `accounts`: whose country is undetermined; `media`: that were held against no list; `rejected`,
    `unmapped`, `outside_scope`: rows of the exhibits that are not in the lake, or not whole; `unread`, `truncated`,
    `authority`, `scope`, `clock`: exhibits that were not read yet, or in part, that name no authority, no scope, and
    whose clock nobody compared.
    """
    may(actor, "case.read", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    found = Counter(front.unknown(snapshot))
    for exhibit in Register(node.evidence).exhibits(operation.slug):
        told = snapshot.exhibits.get(str(exhibit.number), {})
        found.update(_of_exhibit(exhibit, told))
        for rows in told.get("rows", {}).values():
            found.update({what: rows[what] for what in ("rejected", "unmapped")})
        found["outside_scope"] += sum(told.get("outside_scope", {}).values())
    return [{"what": what, "n": n} for what, n in found.items() if n]


def identities_by_country(actor: Actor, node: Node, operation: Operation) -> list[dict[str, Any]]:
    """Rows of `country`, `identities`, `meeting` (of them, those that meet the threshold): counts, nobody's own."""
    may(actor, "figures.read", operation.slug)
    return list(front.by_country(read_current(node.lake(operation.slug))))


def _of_exhibit(exhibit: Exhibit, told: dict[str, Any]) -> dict[str, int]:
    """What is not known of one exhibit. A package brings its sender's word for its authority and scope."""
    named = exhibit.reader == PACKAGE_READER
    return {
        "unread": not told,
        "truncated": bool(told.get("notes", {}).get("truncated")),
        "authority": not named and not exhibit.custody.authority,
        "scope": not named and not exhibit.custody.scope,
        "clock": not named and exhibit.options.get("clock_offset_s") is None,
    }
