"""Deconfliction with another agency: do both look at the same person? Neither shows the other its files.

Four files go back and forth: the offer of who holds data, the query of who asks, the response to it, and the result,
which who asked sends if it wants to. Each is built by one officer and leaves by another's approval
(`deconflict_release`).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from fanal.analyse.common import whose
from fanal.base.digests import content_id, digest_of
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.cases.access import Actor, may, officer_of
from fanal.cases.models.deconflictions import Deconfliction
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.session import node_keys
from fanal.exchange import psi
from fanal.exchange.deconflict import Part
from fanal.exchange.kept import keep, kept
from fanal.exchange.keys import public_keys
from fanal.exchange.refusals import AlreadyThere, Malformed
from fanal.lake.snapshot import read_current
from fanal.model.deconfliction import FREE, STRICT, NotDeconflicted, checked_kinds
from fanal.work.deconflict_files import (
    BudgetUsed,
    Taken,
    TooMany,
    build,
    check_budget,
    enter,
    folder_of,
    keep_taken,
    opening,
    peer_named,
    sent,
)
from fanal.work.deconflict_release import shown
from fanal.work.deconflict_sweep import sweep_secrets
from fanal.work.deconflict_values import values_to_compare
from fanal.work.protection import unseen_by


class NoPurpose(FanalError):
    """A comparison without a purpose."""

    code = "F-DEC-09"
    text = "A comparison needs its purpose, which both sides keep on record; state one (--purpose)."
    exit_code = 2


class NothingToCompare(FanalError):
    """No value of the kinds that may be compared."""

    code = "F-DEC-10"
    text = "Operation {operation} has no value of {kinds} that may be compared; name other kinds with --kind."


class OfferVoid(FanalError):
    """Something in an offer may not leave the node any more."""

    code = "F-DEC-11"
    text = "Something in that offer may not leave this node any more; make the peer a new offer, and let it ask again."


class OtherReference(FanalError):
    """Phones or user names asked about under another case than they were offered under."""

    code = "F-DEC-17"
    text = "{kinds} were offered under the case reference {offered}, and are asked about under {asked}; agree on one."


class KeyGone(FanalError):
    """A key that was deleted after its time."""

    code = "F-DEC-18"
    text = "The key of {name} was deleted after its time (`keep_days`), so the reply cannot be read; begin anew."


class NoSuchResult(FanalError):
    """No result of that name."""

    code = "F-DEC-16"
    text = "There is no result {name}; `fanal deconflict list` shows them."


def offer(
    actor: Actor,
    node: Node,
    operation: Operation,
    peer: str,
    *,
    purpose: str,
    kinds: Sequence[str] = (),
    reference: str = "",
    met: bool = False,
) -> dict[str, Any]:
    """Build an offer of what an operation has, blinded, for one peer.

    The blinded set is made once and serves every peer until the values change. Keys whose time is over go.

    Args:
        peer: country code, agency or node.
        kinds: default, those that cannot be guessed through.
        met: only identities that meet the threshold.

    Raises:
        NoPurpose, NeedsReference, NotDeconflicted, NoOnePeer, TermsLacking, NothingToCompare, PsiNotInstalled.
    """
    may(actor, "deconflict.offer", operation.slug)
    psi.library()
    _stated(purpose)
    wanted, recipient = checked_kinds(kinds, reference), peer_named(actor, peer)
    sweep_secrets(actor, node, operation)
    values = values_to_compare(actor, node, operation, recipient, wanted, met=met)
    parts, sets = [], {}
    for kind in wanted:
        if norms := _norms(values, kind):
            sets[kind], setup = _prepared(actor, node, operation, kind, norms)
            parts.append(Part(kind, len(norms), None, setup))
    if not parts:
        raise NothingToCompare(operation=operation.slug, kinds=", ".join(wanted))
    made = build(
        actor,
        node,
        operation,
        recipient,
        "offer",
        parts,
        kept_sets=sets,
        purpose=purpose,
        reference=reference,
        office=_office(node),
    )
    return shown(actor, made)


def query(
    actor: Actor,
    node: Node,
    operation: Operation,
    path: Path,
    *,
    purpose: str,
    kinds: Sequence[str] = (),
    reference: str = "",
    met: bool = False,
) -> dict[str, Any]:
    """Build a query of an operation's values to a peer's offer.

    Args:
        path: the offer; it may be used for several queries.
        kinds: default, those of the offer that cannot be guessed through.

    Raises:
        Refused: of the offer. OtherReference, TooMany, BudgetUsed, and as `offer`.
    """
    may(actor, "deconflict.query", operation.slug)
    psi.library()
    _stated(purpose)
    with opening(actor, node, path, ("offer",)) as taken:
        offered = [part.kind for part in taken.message.parts]
        wanted = checked_kinds(kinds or [kind for kind in offered if kind in FREE], reference)
        for kind in wanted:
            if kinds and kind not in offered:
                raise NotDeconflicted(kind=kind, kinds=", ".join(offered))
        _same_case(wanted, taken.message.reference, reference)
        values = values_to_compare(actor, node, operation, taken.peer, wanted, met=met)
        norms = {kind: found for kind in wanted if kind in offered and (found := _norms(values, kind))}
        if not norms:
            raise NothingToCompare(operation=operation.slug, kinds=", ".join(wanted))
        check_budget(actor, node, taken.peer, "asked", {kind: len(found) for kind, found in norms.items()})
        asked = {kind: psi.ask(_prefixed(kind, found)) for kind, found in norms.items()}
        with transaction.atomic():
            row = keep_taken(actor, node, operation, taken)
            parts = [Part(kind, len(norms[kind]), None, asked[kind].request) for kind in norms]
            made = build(
                actor, node, operation, taken.peer, "query", parts, reply_to=row, purpose=purpose, reference=reference
            )
            secret = {kind: {"key": asked[kind].key.hex(), "values": norms[kind]} for kind in norms}
            keep(_secret(node, made), secret, public_keys(node.keys).age_recipient)
    return shown(actor, made)


def answer(actor: Actor, node: Node, path: Path) -> dict[str, Any]:
    """Build the response to a peer's query, within caps and budget.

    Raises:
        Refused: of the query. RepliesToNothing, NeedsReference, OtherReference.
        TooMany, BudgetUsed: on record on this side too.
        OfferVoid: what was offered may not leave any more. KeyGone: it was offered too long ago.
        AlreadyThere: it was answered.
    """
    may(actor, "deconflict.answer")
    with opening(actor, node, path, ("query",)) as taken:
        offered = sent(actor, taken, "offer")
        may(actor, "deconflict.answer", offered.operation.slug)
        sizes = {part.kind: part.values for part in taken.message.parts}
        _same_case(checked_kinds(sizes, taken.message.reference), offered.reference, taken.message.reference)
        row = keep_taken(actor, node, offered.operation, taken, offered)
        for done in row.replies.filter(direction="out", state="sealed"):
            raise AlreadyThere(path=node.folder / done.file)
        try:
            check_budget(actor, node, taken.peer, "answered", sizes)
        except (TooMany, BudgetUsed):
            enter(actor, row, "refused")
            raise
        parts = [_answered(actor, node, offered, part, row) for part in taken.message.parts]
    made = build(actor, node, offered.operation, row.peer, "response", parts, reply_to=row, office=_office(node))
    return shown(actor, made)


def result(actor: Actor, node: Node, path: Path) -> dict[str, Any]:
    """Take in the response to a query, or the result of a response.

    Of a response: kind and count of hits, whom to call, and, to the officer who asked, which of the node's own
    identities. The result that the other side would get, kinds and counts, is built; it leaves only if a second
    officer approves it.

    Raises:
        Refused, RepliesToNothing. KeyGone: of a response to a query that is too old.
    """
    may(actor, "deconflict.result")
    with opening(actor, node, path, ("response", "result")) as taken:
        if taken.opened.heading.kind == "result":
            return _learned(actor, node, taken)
        return _found(actor, node, taken)


def _found(actor: Actor, node: Node, taken: Taken) -> dict[str, Any]:
    asked = sent(actor, taken, "query")
    operation = asked.operation
    may(actor, "deconflict.result", operation.slug)
    if not _secret(node, asked).exists():
        raise KeyGone(name=asked)
    secret = kept(_secret(node, asked), node_keys(node, actor))
    if asked.reply_to is None or {part.kind for part in taken.message.parts} != set(secret):
        raise Malformed(path=taken.path.name, name="data/response.json", detail=translate("it lacks a kind"))
    values = values_to_compare(actor, node, operation, taken.peer, tuple(secret))
    parts, identities = [], {}
    for part in taken.message.parts:
        mine = secret[part.kind]
        setup = (node.folder / asked.reply_to.folder / f"data/{part.kind}.psi").read_bytes()
        try:
            places = psi.hits(bytes.fromhex(mine["key"]), len(mine["values"]), setup, part.blob)
        except psi.Unusable as e:
            raise Malformed(path=taken.path.name, name=f"data/{part.kind}.psi", detail=str(e)) from e
        # What has become protected since is no hit: neither here nor for the other side.
        norms = set(_norms(values, part.kind)) & {mine["values"][place] for place in places}
        parts.append(Part(part.kind, len(mine["values"]), len(norms)))
        identities[part.kind] = whose(values, part.kind, sorted(norms))
    with transaction.atomic():
        row = keep_taken(actor, node, operation, taken, asked)
        made = row.replies.filter(direction="out", state="sealed").first() or build(
            actor, node, operation, taken.peer, "result", parts, reply_to=row, office=_office(node)
        )
        made.identities = identities
        made.save(update_fields=["identities"])
    return told(actor, node, made)


def told(actor: Actor, node: Node, found: Deconfliction) -> dict[str, Any]:
    """What a result says, to the officer who reads it: own identities to who asked alone, and it is on record."""
    may(actor, "deconflict.result", found.operation.slug)
    if found.direction == "in":
        return _said(found, found.office)
    response = found.reply_to
    asked = response.reply_to if response else None
    identities: dict[str, list[str]] | None = None
    if asked is not None and asked.built_by == officer_of(actor):
        snapshot = read_current(node.lake(found.operation.slug))
        unseen = unseen_by(actor, found.operation, snapshot)
        identities = {kind: [i for i in ids if i not in unseen] for kind, ids in found.identities.items()}
        record(actor, "deconflict.result", found.digest, within=found.operation.slug)
    return _said(found, response.office if response else "", identities)


def hits(actor: Actor, node: Node, name: str) -> dict[str, Any]:
    """A result that was read before, as `result` told it. Raises NoSuchResult."""
    may(actor, "deconflict.result")
    results = Deconfliction.objects.filter(step="result").select_related("operation", "peer__agency", "reply_to")
    found = [row for row in results if str(row) == name]
    if not found:
        raise NoSuchResult(name=name)
    return told(actor, node, found[0])


def _said(found: Deconfliction, office: str, identities: dict[str, list[str]] | None = None) -> dict[str, Any]:
    """Kinds and counts; whom to call where there is a hit; own identities where they are given."""
    return {
        "name": str(found),
        "agency": found.peer.agency.name,
        "office": office if any(counts["hits"] for counts in found.parts.values()) else "",
        "waits": found.state == "built",
        "kinds": [
            {
                "kind": kind,
                "asked": counts["values"],
                "hits": counts["hits"],
                "identities": identities[kind] if identities is not None else None,
            }
            for kind, counts in found.parts.items()
        ],
    }


def _learned(actor: Actor, node: Node, taken: Taken) -> dict[str, Any]:
    answered = sent(actor, taken, "response")
    may(actor, "deconflict.result", answered.operation.slug)
    with transaction.atomic():
        row = keep_taken(actor, node, answered.operation, taken, answered)
        if not row.operation.deconfliction_log.filter(digest=row.digest).exists():
            enter(actor, row, "learned")
    return _said(row, row.office)


def _answered(actor: Actor, node: Node, offered: Deconfliction, part: Part, row: Deconfliction) -> Part:
    operation = offered.operation
    path = folder_of(actor, node, operation) / "prepared" / f"{offered.parts[part.kind]['kept']}.kept"
    if not path.exists():
        raise KeyGone(name=offered)
    prepared = kept(path, node_keys(node, actor))
    now = values_to_compare(actor, node, operation, offered.peer, (part.kind,))
    if set(prepared["values"]) - set(_norms(now, part.kind)):
        raise OfferVoid
    try:
        blob = psi.answer(bytes.fromhex(prepared["key"]), part.blob)
    except psi.Unusable as e:
        raise Malformed(path=row, name=f"data/{part.kind}.psi", detail=str(e)) from e
    return Part(part.kind, part.values, None, blob)


def _prepared(actor: Actor, node: Node, operation: Operation, kind: str, norms: Sequence[str]) -> tuple[str, bytes]:
    """The name of the blinded set of these values, and the set; made once for the same values."""
    caps = node.caps
    terms = [str(caps.most_of(kind)), repr(caps.false_positives)]
    name = f"{kind}-{content_id('deconflict', digest_of(list(norms)), *terms)[:16]}"
    folder = folder_of(actor, node, operation) / "prepared"
    folder.mkdir(mode=0o700, exist_ok=True)
    path, secret = folder / f"{name}.psi", folder / f"{name}.kept"
    if not (path.exists() and secret.exists()):
        made = psi.offer(_prefixed(kind, norms), caps.most_of(kind), caps.false_positives)
        keep(secret, {"key": made.key.hex(), "values": list(norms)}, public_keys(node.keys).age_recipient)
        path.write_bytes(made.setup)
    return name, path.read_bytes()


def _secret(node: Node, row: Deconfliction) -> Path:
    """Where the node keeps what opens the response to a query of its own."""
    return (node.folder / row.folder).with_suffix(".kept")


def _norms(values: pa.Table, kind: str) -> list[str]:
    """The values of one kind, each once, in their order."""
    column = values.filter(pc.equal(values.column("kind"), kind)).column("norm")
    return [str(norm) for norm in pc.unique(column).to_pylist()]


def _prefixed(kind: str, norms: Sequence[str]) -> list[str]:
    return [f"{kind}:{norm}" for norm in norms]


def _office(node: Node) -> str:
    return node.caps.office or node.agency


def _same_case(kinds: Sequence[str], offered: str, asked: str) -> None:
    strict = [kind for kind in STRICT if kind in kinds]
    if strict and offered != asked:
        raise OtherReference(kinds=", ".join(strict), offered=offered, asked=asked)


def _stated(purpose: str) -> None:
    if not purpose.strip():
        raise NoPurpose
