"""Why Fanal says something: down to the exhibit's own bytes, read again now."""

from dataclasses import dataclass, field
from typing import Any

from fanal.analyse.contexts import contexts_of
from fanal.analyse.explain import Ground, Observation, Said, words
from fanal.analyse.explain import explain as walk
from fanal.analyse.lookup import UnknownIdentity, identity_like
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.cases.access import Actor, may
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.evidence.register import Register
from fanal.lake.snapshot import Snapshot, read_current
from fanal.read.contract import Source
from fanal.read.registry import by_name
from fanal.work.evidence import source_of
from fanal.work.received import PACKAGE_READER

#: Excerpts re-read for each finding; the other examples are named by their place.
EXCERPTS = 3


@dataclass
class _Exhibits:
    """The exhibits of one explanation, each checked against its digest once."""

    actor: Actor
    node: Node
    operation: Operation
    known: dict[int, tuple[str, Source]] = field(default_factory=dict)

    def excerpt(self, seen: Observation) -> str:
        """The exhibit's text at the observation's place; where it cannot be had, the reason.

        A row that came in a package has its original with the sender: the row itself is shown.
        """
        exhibit, locator = seen.exhibit, seen.locator
        try:
            if exhibit not in self.known:
                found = Register(self.node.evidence).exhibit(exhibit, self.operation.slug)
                self.known[exhibit] = (found.reader, source_of(self.actor, self.node, self.operation, found))
            reader, source = self.known[exhibit]
            if reader == PACKAGE_READER:
                return ", ".join(f"{key}={value}" for key, value in seen.row.items() if value is not None)
            return by_name(reader).excerpt(source, locator)
        except FanalError as e:
            return e.line()


def explain(actor: Actor, node: Node, operation: Operation, subject: str) -> dict[str, Any]:
    """Everything that was said of a finding, identity or account, and the rows that say so.

    Raises:
        NothingKnown: there is no such id in this operation.
    """
    may(actor, "person.read", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    found = walk(snapshot, _whole(snapshot, subject))
    record(actor, "person.read", operation.slug, kind=found.kind, identity=found.identity)
    exhibits = _Exhibits(actor, node, operation)
    return {
        "id": found.id,
        "kind": found.kind,
        "identity": found.identity,
        "accounts": list(found.accounts),
        "findings": [_finding(said, exhibits) for said in found.said],
        "context": [
            {**row, "context": words(row["context"])} if row["list"] is None else row
            for row in contexts_of(snapshot, found.accounts)
        ],
    }


def _whole(snapshot: Snapshot, subject: str) -> str:
    """The whole id of an identity that begins so; the subject itself where none does."""
    try:
        return identity_like(snapshot, subject)
    except UnknownIdentity:
        return subject


def _finding(said: Said, exhibits: _Exhibits) -> dict[str, Any]:
    return {
        "finding": said.finding,
        "step": said.step,
        "version": said.step_version,
        "kind": said.kind,
        "subject": said.subject,
        "value": said.value,
        "score": said.score,
        "n": said.n,
        "text": translate("{what}: {text}").format(
            what=translate(said.kind.replace("_", " ")), text=words(said.value or "")
        ),
        "support": [_support(ground, exhibits, read=place < EXCERPTS) for place, ground in enumerate(said.grounds)],
    }


def _support(ground: Ground, exhibits: _Exhibits, *, read: bool) -> dict[str, Any]:
    seen = ground.seen
    return {
        "role": ground.role,
        "weight": ground.weight,
        "reason": words(ground.reason),
        "obs": ground.obs,
        "table": seen.table if seen else None,
        "exhibit": seen.exhibit if seen else None,
        "locator": seen.locator if seen else None,
        "also": [{"exhibit": copy.exhibit, "locator": copy.locator} for copy in ground.also],
        "excerpt": exhibits.excerpt(seen) if seen and read else None,
    }
