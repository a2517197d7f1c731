"""Checkpoints of this node's log that recipients cosigned: held against the store, the files and the log."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fanal.base.language import mark, translate
from fanal.cases.access import Actor, may, where_may
from fanal.cases.models.exchange import Peer, Reply
from fanal.cases.node import Node
from fanal.exchange.sshsig import bare_line
from fanal.exchange.witness import ENDING, NoWitness, Witness, read_witness
from fanal.work.replies import COSIGNED

FORGED = mark("{what}: its cosignature does not hold, or is of no peer")
OTHER = mark("{what}: it cosigned another checkpoint than the package now has")
NO_FILE = mark("{what}: its cosigned checkpoint is gone from the node's packages, or is another there")
NO_ROW = mark("{what}: a cosigned checkpoint that the case store no longer has")


def witnesses(actor: Actor, node: Node, brought: Sequence[Path] = ()) -> tuple[list[str], list[str]]:
    """Every cosigned checkpoint that there is of this node's log.

    Args:
        brought: files with more of them, from recipients' own nodes.

    Returns:
        The checkpoints whose cosignature holds, to be held against the log; and what is wrong with the others, or
        between the case store and the files.

    Raises:
        NoWitness: of `brought`.
    """
    may(actor, "audit.verify")
    peers = {bare_line(key) for key in Peer.objects.values_list("signing_key", flat=True)}
    notes, problems = [], []
    files = {path.name: path for path in sorted(node.packages.glob(f"*/{COSIGNED}/*{ENDING}"))}
    for reply in Reply.objects.filter(direction="in").select_related("package").order_by("pk"):
        stored = Witness(
            reply.package.digest, reply.digest, reply.checkpoint, reply.cosignature, bare_line(reply.signing_key)
        )
        if not stored.holds() or stored.signing_key not in peers:
            problems.append(translate(FORGED).format(what=reply))
            continue
        notes.append(stored.checkpoint)
        if reply.package.checkpoint != stored.checkpoint:
            problems.append(translate(OTHER).format(what=reply))
        if _read(files.pop(f"{reply.digest[:32]}{ENDING}", None)) != stored:
            problems.append(translate(NO_FILE).format(what=reply))
    problems += [translate(NO_ROW).format(what=name) for name in files]
    for path in [*files.values(), *brought]:
        found = read_witness(path)
        if not found.holds() or bare_line(found.signing_key) not in peers:
            problems.append(translate(FORGED).format(what=path.name))
        else:
            notes.append(found.checkpoint)
    return notes, problems


def list_witnesses(actor: Actor) -> list[dict[str, Any]]:
    """Checkpoints of this node's log that recipients cosigned, the latest first.

    Returns:
        Rows of `agency`, `kind`, `package` (that it came to), `made_at`, `size` (entries that it vouches for), of the
        operations that the officer may read the log of.
    """
    may(actor, "audit.read")
    where = where_may(actor, "audit.read")
    came = Reply.objects.filter(direction="in").select_related("package__operation", "package__peer__agency")
    return [
        {
            "agency": str(reply.package.peer.agency) if reply.package.peer else "",
            "kind": reply.kind,
            "package": str(reply.package),
            "made_at": reply.made_at,
            "size": int(reply.checkpoint.splitlines()[1]),
        }
        for reply in came.order_by("-pk")
        if where is None or reply.package.operation.slug in where
    ]


def _read(path: Path | None) -> Witness | None:
    try:
        return read_witness(path) if path else None
    except NoWitness:
        return None
