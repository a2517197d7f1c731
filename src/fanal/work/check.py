"""Do register, evidence, lake and case store agree? The exhibit index is rebuilt from the register."""

from typing import Any

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.base.language import mark, translate
from fanal.cases import guards
from fanal.cases.access import Actor, may
from fanal.cases.models.audit import Outbox
from fanal.cases.models.offices import Operation
from fanal.cases.models.sources import ExhibitIndex
from fanal.cases.node import Node
from fanal.cases.store import describe
from fanal.evidence.intake import check_reference
from fanal.evidence.register import Register
from fanal.lake.parquet import digest_at
from fanal.lake.snapshot import read_current
from fanal.work.log import held_against_log

#: Parts of the case store, by the keys of `held_against_log`.
HELD = {
    "entries": mark("outbox against the audit log"),
    "decisions": mark("decisions against their signatures and the audit log"),
    "rows": mark("answers, reports, packages and pins against the audit log"),
}


def check_node(actor: Actor, node: Node) -> list[dict[str, Any]]:
    """Compare the stores.

    Returns:
        A row for each thing checked: what, how many, how many wrong, and the first that is.
    """
    may(actor, "node.check")
    exhibits = Register(node.evidence).exhibits()
    return [
        _bytes(node),
        *(_lake(node, operation) for operation in Operation.objects.order_by("slug")),
        *(_rows(node, operation) for operation in Operation.objects.order_by("slug")),
        _index(exhibits),
        _store(node),
        *_held(actor, node),
    ]


def _bytes(node: Node) -> dict[str, Any]:
    exhibits = Register(node.evidence).exhibits()
    wrong = []
    for exhibit in exhibits:
        try:
            check_reference(exhibit, node.evidence)
        except FanalError as e:
            wrong.append(e.line())
    return _row(translate("exhibits against their digests"), len(exhibits), wrong)


def _lake(node: Node, operation: Operation) -> dict[str, Any]:
    snapshot = read_current(node.lake(operation.slug))
    entries = [entry for files in snapshot.tables.values() for entry in files]
    wrong = []
    for entry in entries:
        path = snapshot.root / entry.path
        if not path.is_file() or digest_at(path) != entry.sha256:
            wrong.append(entry.path)
    return _row(translate("lake of {operation}").format(operation=operation.slug), len(entries), wrong)


def _rows(node: Node, operation: Operation) -> dict[str, Any]:
    """Every exhibit has its rows in the lake, or those of another reading of the same file stand for it."""
    read = read_current(node.lake(operation.slug)).exhibits
    exhibits = Register(node.evidence).exhibits(operation.slug)
    files = {exhibit.sha256 for exhibit in exhibits if str(exhibit.number) in read}
    wrong = [
        translate("exhibit {n}, {name}, has no rows in the lake: add it again").format(n=e.number, name=e.name)
        for e in exhibits
        if e.sha256 not in files
    ]
    return _row(translate("rows of the exhibits of {operation}").format(operation=operation.slug), len(exhibits), wrong)


def _index(exhibits: list[Any]) -> dict[str, Any]:
    """Rebuild what is missing; a row that the register does not have is wrong."""
    operations = {operation.slug: operation for operation in Operation.objects.all()}
    for exhibit in exhibits:
        if exhibit.operation in operations:
            ExhibitIndex.objects.get_or_create(
                number=exhibit.number,
                defaults={
                    "operation": operations[exhibit.operation],
                    "sha256": exhibit.sha256,
                    "name": exhibit.name,
                    "reader": exhibit.reader,
                    "added_at": instants.parse(exhibit.custody.added_at),
                },
            )
    registered = {(e.number, e.sha256) for e in exhibits}
    wrong = [str(row) for row in ExhibitIndex.objects.all() if (row.number, row.sha256) not in registered]
    return _row(translate("exhibit index against the register"), len(registered), wrong)


def _store(node: Node) -> dict[str, Any]:
    """The guards of the case store stand, and it is this node's."""
    wrong = [translate("the guard {name} is gone").format(name=name) for name in guards.missing()]
    made = Outbox.objects.filter(verb="node.init").exclude(subject=node.node_id)
    wrong += [translate("it is the case store of node {node}").format(node=row.content["subject"]) for row in made]
    return _row(translate("case store: {where}").format(where=describe()), len(guards.names()), wrong)


def _held(actor: Actor, node: Node) -> list[dict[str, Any]]:
    parts = held_against_log(actor, node)
    return [_row(translate(HELD[what]), held.checked, held.problems) for what, held in parts.items()]


def _row(what: str, checked: int, wrong: list[str]) -> dict[str, Any]:
    return {"what": what, "checked": checked, "wrong": len(wrong), "detail": wrong[0] if wrong else ""}
