"""The files of a deconfliction on their way: opened from a peer, built for one, counted against caps and budget."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Sum

from fanal.base import instants
from fanal.base.digests import sha256_file
from fanal.base.errors import FanalError
from fanal.cases.access import Actor, may, officer_of
from fanal.cases.arrivals import last_numbers
from fanal.cases.models.deconflictions import Deconfliction, DeconflictionEntry
from fanal.cases.models.exchange import Arrival, Peer
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.parties import own_party, party_of
from fanal.cases.pinning import current_pin, pins_of
from fanal.cases.session import node_keys
from fanal.exchange.deconflict import Message, Part, read_message, write_message
from fanal.exchange.heading import Heading
from fanal.exchange.keys import public_keys
from fanal.exchange.opening import Expectation, Opened, open_sealed, sweep
from fanal.lake.snapshot import read_current
from fanal.work.peers import pins
from fanal.work.plans import basis_of
from fanal.work.terms import terms_of

#: What this node does with each file that leaves it, as the log says it, and under which verb it is built.
SIDE = {"offer": "offered", "query": "asked", "response": "answered", "result": "told"}
VERB = {"offer": "offer", "query": "query", "response": "answer", "result": "result"}


class NoOnePeer(FanalError):
    """No peer, or more than one, is meant."""

    code = "F-DEC-05"
    text = "{n} pinned peers are called {name}; write a country code, an agency's name or the beginning of its node."


class TooMany(FanalError):
    """A query of more values than one may hold."""

    code = "F-DEC-06"
    text = (
        "{n} values of {kind} are more than the {most} that one query may hold; ask about identities that meet the "
        "threshold alone (--met), or kind by kind."
    )


class BudgetUsed(FanalError):
    """The agency has asked, or was asked, about all that it may in all."""

    code = "F-DEC-07"
    text = (
        "{n} more values of {kind} exceed the budget with {agency}: {used} of {budget} are used; talk to them first, "
        "and raise the budget in fanal.toml only with a reason."
    )


class RepliesToNothing(FanalError):
    """A file that replies to nothing this node sent to that agency."""

    code = "F-DEC-08"
    text = "{path} replies to nothing that this node sent to {agency}; ask them which file they mean."


@dataclass(frozen=True)
class Taken:
    """A peer's file, opened and verified: what it says, its digests, whose it is."""

    path: Path
    opened: Opened
    message: Message
    peer: Peer
    sha256: str


def peer_named(actor: Actor, name: str) -> Peer:
    """The one pinned peer of that country code, agency or node. Raises NoOnePeer, TermsLacking, IllTreatment."""
    may(actor, "deconflict.offer")
    wanted = name.casefold()
    found = [
        peer
        for peer in Peer.objects.filter(revoked_at=None).select_related("agency")
        if wanted in (peer.agency.country.casefold(), peer.agency.name.casefold())
        or (len(name) >= 8 and peer.node.startswith(wanted))  # noqa: PLR2004  shorter beginnings are no name
    ]
    if len(found) != 1:
        raise NoOnePeer(n=len(found), name=name)
    terms_of(actor, found[0])
    return found[0]


@contextmanager
def opening(actor: Actor, node: Node, path: Path, steps: tuple[str, ...]) -> Iterator[Taken]:
    """A peer's file, opened for as long as the context lasts; `keep_taken` makes it stay.

    A file that was taken in before may be opened again: for a second query, or an answer that was not approved.

    Raises:
        Refused: its subclass and line say why.
    """
    may(actor, "deconflict.query")
    folder = node.packages / "deconflict"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    incoming = folder / ".incoming"
    shutil.rmtree(incoming, ignore_errors=True)
    sweep(folder)
    sha256 = sha256_file(path) if path.is_file() else ""
    known = Arrival.objects.filter(file_sha256=sha256, kind__in=steps).exists()
    # Nothing here builds on the file before it, so that one lost on the way holds up no other.
    expect = Expectation(pins=pins(actor), last_numbers=last_numbers(), kinds=steps, release_gap=True, any_number=known)
    opened = open_sealed(path, incoming, node_keys(node, actor), expect)
    try:
        sender = opened.heading.sender
        peer = Peer.objects.select_related("agency").get(node=sender.node, signing_key=opened.signer.signing_key)
        yield Taken(path, opened, read_message(opened), peer, sha256)
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


def sent(actor: Actor, taken: Taken, step: str) -> Deconfliction:
    """The file of ours that a peer's file replies to. Raises RepliesToNothing."""
    may(actor, "deconflict.query")
    found = (
        Deconfliction.objects.filter(
            direction="out",
            step=step,
            state="sealed",
            digest=taken.message.replies_to,
            peer__in=pins_of(taken.peer),
        )
        .select_related("operation", "built_by", "reply_to")
        .first()
    )
    if found is None or not {part.kind for part in taken.message.parts} <= set(found.parts):
        raise RepliesToNothing(path=taken.path.name, agency=taken.peer.agency.name)
    return found


def keep_taken(
    actor: Actor, node: Node, operation: Operation, taken: Taken, reply_to: Deconfliction | None = None
) -> Deconfliction:
    """Keep an opened file: its bag in the node, its number never taken again, on record. Once, however often."""
    may(actor, "deconflict.query", operation.slug)
    heading, digest = taken.opened.heading, taken.opened.package_digest
    folder = node.packages / "deconflict" / digest[:32]
    with transaction.atomic():
        _, new = Arrival.objects.get_or_create(
            kind=heading.kind,
            node=heading.sender.node,
            sender_operation=heading.operation,
            number=heading.number,
            defaults={
                "digest": digest,
                "file_sha256": taken.sha256,
                "officer": officer_of(actor),
                "at": instants.now(),
            },
        )
        row, _ = Deconfliction.objects.get_or_create(
            operation=operation,
            direction="in",
            step=heading.kind,
            digest=digest,
            defaults={
                "peer": taken.peer,
                "number": heading.number,
                "state": "opened",
                "purpose": taken.message.purpose,
                "reference": taken.message.reference,
                "office": taken.message.office,
                "parts": {part.kind: _counts(part) for part in taken.message.parts},
                "reply_to": reply_to,
                "folder": str(folder.relative_to(node.folder)),
                "built_by": officer_of(actor),
                "built_at": heading.made_at,
                "file_sha256": taken.sha256,
            },
        )
        if new:
            facts = {"step": heading.kind, "sizes": _sizes(taken.message.parts)}
            record(actor, "deconflict.read", digest, within=row.operation.slug, **facts)
        if folder.exists():
            shutil.rmtree(folder)
        taken.opened.folder.replace(folder)
    return row


def build(
    actor: Actor,
    node: Node,
    operation: Operation,
    peer: Peer,
    step: str,
    parts: Sequence[Part],
    *,
    reply_to: Deconfliction | None = None,
    kept_sets: Mapping[str, str] | None = None,
    **told: str,
) -> Deconfliction:
    """Build one file, for a second officer to approve; what waited in its place is void.

    Args:
        peer: any pin of the agency; the file is made for the one in use now.
        step: offer, query, response or result.
        kept_sets: of an offer, kind to the name of the prepared set.
        told: purpose, reference, office.

    Raises:
        TermsLacking, IllTreatment: nothing may go to that agency.
    """
    may(actor, "deconflict.query", operation.slug)
    root = folder_of(actor, node, operation)
    peer = current_pin(peer)
    ours = Deconfliction.objects.filter(operation=operation, direction="out", step=step, peer__in=pins_of(peer))
    with transaction.atomic():
        for void in ours.filter(state="built"):
            shutil.rmtree(node.folder / void.folder, ignore_errors=True)
            (node.folder / void.folder).with_suffix(".kept").unlink(missing_ok=True)
            void.delete()
        number = max(ours.filter(state="sealed").values_list("number", flat=True), default=0) + 1
        row = Deconfliction.objects.create(
            operation=operation,
            peer=peer,
            direction="out",
            step=step,
            number=number,
            state="built",
            parts={part.kind: _counts(part) | _kept(kept_sets, part.kind) for part in parts},
            reply_to=reply_to,
            basis=basis_of(actor, operation, read_current(node.lake(operation.slug)), peer),
            built_by=officer_of(actor),
            built_at=instants.now(),
            **told,
        )
        heading = Heading(
            step, own_party(node, public_keys(node.keys)), party_of(peer), operation.slug, number, instants.now()
        )
        folder = root / f"D{row.pk}"
        shutil.rmtree(folder, ignore_errors=True)
        row.digest = write_message(
            folder, Message(heading, parts, **told, replies_to=reply_to.digest if reply_to else "")
        )
        row.folder = str(folder.relative_to(node.folder))
        row.save()
        record(
            actor, f"deconflict.{VERB[step]}", row.digest, within=operation.slug, sizes=_sizes(parts), peer=peer.node
        )
    return row


def folder_of(actor: Actor, node: Node, operation: Operation) -> Path:
    """Where the files of an operation's deconflictions lie."""
    may(actor, "deconflict.query", operation.slug)
    folder = node.packages / operation.slug / "deconflict"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def check_budget(actor: Actor, node: Node, peer: Peer, side: str, sizes: Mapping[str, int]) -> None:
    """Pass, or raise.

    Args:
        side: `asked` for what this node asks the agency, `answered` for what it answers it.
        sizes: kind to values.

    Raises:
        TooMany: for one query. BudgetUsed: with all that was asked before.
    """
    may(actor, "deconflict.query")
    for kind, n in sizes.items():
        most, budget = node.caps.most_of(kind), node.caps.budget_of(kind)
        if n > most:
            raise TooMany(n=n, kind=kind, most=most)
        used = used_of(actor, peer, side, kind)
        if used + n > budget:
            raise BudgetUsed(n=n, kind=kind, agency=peer.agency.name, used=used, budget=budget)


def used_of(actor: Actor, peer: Peer, side: str, kind: str) -> int:
    """How many values of a kind were asked of, or answered to, an agency so far, whichever key it had."""
    may(actor, "deconflict.read")
    lines = DeconflictionEntry.objects.filter(peer__in=pins_of(peer), side=side, kind=kind)
    return int(lines.aggregate(used=Sum("size"))["used"] or 0)


def enter(actor: Actor, row: Deconfliction, side: str) -> None:
    """One line of the log for each kind of a file."""
    may(actor, "deconflict.read", row.operation.slug)
    for kind, counts in row.parts.items():
        DeconflictionEntry.add(
            operation=row.operation,
            peer=row.peer,
            side=side,
            kind=kind,
            size=counts["values"],
            hits=counts.get("hits"),
            purpose=row.purpose,
            reference=row.reference,
            digest=row.digest,
            officer=officer_of(actor),
            at=instants.now(),
        )


def _counts(part: Part) -> dict[str, Any]:
    return {"values": part.values} | ({} if part.hits is None else {"hits": part.hits})


def _kept(sets: Mapping[str, str] | None, kind: str) -> dict[str, Any]:
    return {"kept": sets[kind]} if sets else {}


def _sizes(parts: Sequence[Part]) -> dict[str, int]:
    return {part.kind: part.values for part in parts}
