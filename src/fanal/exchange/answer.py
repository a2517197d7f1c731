"""Answers (`.fanal-answer`) and receipts (`.fanal-receipt`): what a recipient says back, signed and sealed.

An answer says per online identity what came of it; the answering agency's opinion stands beside the
sender's own and never over it. A receipt says that a package arrived whole. Both cosign the audit
checkpoint that the package carried, so that its sender cannot rewrite its log unseen.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fanal.base import instants
from fanal.base.digests import canonical_json
from fanal.base.errors import FanalError
from fanal.base.language import mark, translate
from fanal.exchange import sshsig
from fanal.exchange.bag import write_bag
from fanal.exchange.heading import LONGEST_NAME, LONGEST_TEXT, Heading, head_file, is_text, read_json
from fanal.exchange.opening import Opened
from fanal.exchange.refusals import Malformed
from fanal.exchange.seal import bag_info
from fanal.model.codes import INFORMATION_WORDS, OUTCOME_WORDS, SOURCE_WORDS, known

CHECKPOINT_NAMESPACE = "fanal-checkpoint"


@dataclass(frozen=True)
class PackageRef:
    """The package that is answered."""

    digest: str
    operation: str
    number: int
    node: str


@dataclass(frozen=True)
class Outcome:
    """What came of one online identity.

    Attributes:
        identity: the sender's id of it.
        outcome: one of model.codes.OUTCOME_WORDS.
        officer: service number of who says so.
        at: when it was so, where known (the day of the search, of the arrest).
        source_grade: A B C X, "" where none is given.
        information_grade: 1 to 4, "" where none is given.
        person: the answering agency's opaque reference: two identities with the same one are one person.
        minor: whether the person was a minor at the offence's date; None where that is not known.
        note: free text.
    """

    identity: str
    outcome: str
    officer: str
    at: datetime | None = None
    source_grade: str = ""
    information_grade: str = ""
    person: str = ""
    minor: bool | None = None
    note: str = ""

    def __post_init__(self) -> None:
        known(self.outcome, OUTCOME_WORDS, mark("outcome"))
        if self.source_grade:
            known(self.source_grade, SOURCE_WORDS, mark("source grade"))
        if self.information_grade:
            known(self.information_grade, INFORMATION_WORDS, mark("information grade"))


@dataclass(frozen=True)
class Reply:
    """An answer (with outcomes) or a receipt (without), as its bag holds it.

    Attributes:
        checkpoint: the audit checkpoint that the package carried, verbatim.
        cosignature: SSHSIG over it by the answering node, namespace fanal-checkpoint.
    """

    heading: Heading
    package: PackageRef
    checkpoint: str
    cosignature: str
    outcomes: tuple[Outcome, ...] = ()


def make_reply(
    heading: Heading,
    package: PackageRef,
    checkpoint: str,
    key: Ed25519PrivateKey,
    outcomes: Sequence[Outcome] = (),
) -> Reply:
    """An answer or receipt (as `heading.kind` says) to a package, its checkpoint cosigned."""
    ordered = tuple(sorted(outcomes, key=lambda o: (o.identity, o.outcome, o.person)))
    cosignature = sshsig.sign(checkpoint.encode(), key, CHECKPOINT_NAMESPACE)
    return Reply(heading, package, checkpoint, cosignature, ordered)


def write_reply(folder: Path, reply: Reply) -> str:
    """Write a reply as a bag in a new folder. Returns its digest, to be approved and sealed with `seal.seal`."""
    (folder / "data").mkdir(parents=True)
    content = reply.heading.to_json() | {
        "package": asdict(reply.package),
        "checkpoint": {"text": reply.checkpoint, "cosignature": reply.cosignature},
        "outcomes": [_outcome_json(outcome) for outcome in reply.outcomes],
    }
    (folder / head_file(reply.heading.kind)).write_bytes(canonical_json(content))
    return write_bag(folder, bag_info(reply.heading))


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    return asdict(outcome) | {"at": instants.text(outcome.at) if outcome.at else None}


def read_reply(opened: Opened) -> Reply:
    """The reply in an opened bag, its cosignature checked.

    Raises:
        Malformed: not what the format says, or the cosignature is not the answering node's.
    """
    name = head_file(opened.heading.kind)
    raw = read_json(opened.folder, name, opened.folder.name)
    try:
        return _reply(raw, opened.heading)
    except (KeyError, TypeError, ValueError, AttributeError, FanalError) as e:
        detail = e.line() if isinstance(e, FanalError) else translate("a field is missing or wrong")
        raise Malformed(path=opened.folder.name, name=name, detail=detail) from e


def _reply(raw: dict[str, Any], heading: Heading) -> Reply:
    package = PackageRef(**raw["package"])
    if not all(is_text(v, LONGEST_NAME) for v in (package.digest, package.operation, package.node)):
        raise TypeError("a package is named by text")
    checkpoint, cosignature = str(raw["checkpoint"]["text"]), str(raw["checkpoint"]["cosignature"])
    if not (is_text(checkpoint, LONGEST_TEXT) and is_text(cosignature, LONGEST_TEXT)):
        raise ValueError("a checkpoint is text, of a sane length")
    signer = sshsig.verify(checkpoint.encode(), cosignature, CHECKPOINT_NAMESPACE)
    if signer != heading.sender.signing_key:
        raise sshsig.BadSignature(detail=translate("the checkpoint is not cosigned by who answers"))
    outcomes = tuple(_outcome(entry) for entry in raw["outcomes"])
    if heading.kind == "receipt" and outcomes:
        raise ValueError("a receipt has no outcomes")
    return Reply(heading, package, checkpoint, cosignature, outcomes)


def _outcome(entry: dict[str, Any]) -> Outcome:
    texts = ("identity", "outcome", "officer", "source_grade", "information_grade", "person", "note")
    if not all(is_text(entry[name], LONGEST_TEXT if name == "note" else LONGEST_NAME) for name in texts):
        raise TypeError("an outcome is written in text, of a sane length")
    if entry["minor"] not in (None, True, False):
        raise TypeError("minor is true, false or null")
    at = instants.parse(entry["at"]) if entry["at"] is not None else None
    return Outcome(**{**entry, "at": at})
