"""Open a sealed file: decrypt into a staging folder, verify everything, and only then let it be seen.

The order matters: an age file that is cut short gives out megabytes before it fails, so nothing is
believed before all is read, and no JSON is parsed before the signature holds. A refusal leaves nothing
on disk. Whether a peer is trusted comes in as pins; no store is asked here.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyrage

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.base.files import sync_folder
from fanal.base.language import translate
from fanal.exchange import sshsig
from fanal.exchange.archive import Limits, extract
from fanal.exchange.bag import SIGNATURE, TAGMANIFEST, verify_bag
from fanal.exchange.heading import KINDS, Heading, read_heading
from fanal.exchange.keys import Unlocked
from fanal.exchange.refusals import (
    AlreadyThere,
    CardExpired,
    Damaged,
    ExtraFile,
    MissingFile,
    NotForUs,
    NumberGap,
    OldNumber,
    Refused,
    Rewrapped,
    SenderMismatch,
    SignatureBroken,
    SignedTooLate,
    SignerRevoked,
    SignerUnpinned,
    TooBig,
    WrongKind,
    WrongOperation,
)

STAGING = ".opening-"


@dataclass(frozen=True)
class Pin:
    """A peer's key as this node keeps it.

    Attributes:
        revoked: lost or compromised: nothing that it signed is taken in, whenever it says that it was made.
        retired_at: when another key took its place in good order; None where it is in use.
        expires_at: when its card runs out.
    """

    node: str
    agency: str
    signing_key: str
    revoked: bool = False
    retired_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Expectation:
    """What may be taken in.

    Attributes:
        kinds: the kinds that the command takes.
        pins: the peers.
        last_numbers: (kind, sender's node, sender's operation) to the last number taken in; none yet is 0.
        operation: the sender's operation it must belong to, where that is known.
        release_gap: an officer released this file although a number before it is missing.
        any_number: do not look at the number: the file is only looked at, not taken in.
    """

    pins: Sequence[Pin]
    last_numbers: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    kinds: tuple[str, ...] = ("package",)
    operation: str | None = None
    release_gap: bool = False
    any_number: bool = False
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Opened:
    """A verified bag: where it lies, its heading, the pin that vouches for it, its digest."""

    folder: Path
    heading: Heading
    signer: Pin
    package_digest: str


class _Bounded:
    """A file to write to that stops at a number of bytes."""

    def __init__(self, sink: Any, most: int) -> None:
        self._sink, self._left, self.overrun = sink, most, False

    def write(self, data: bytes) -> int:
        self._left -= len(data)
        if self._left < 0:
            self.overrun = True
            raise OSError("limit reached")
        return int(self._sink.write(data))

    def flush(self) -> None:
        self._sink.flush()


def open_sealed(path: Path, into: Path, keys: Unlocked, expect: Expectation) -> Opened:
    """Open a sealed package, answer or receipt.

    Args:
        path: the sealed file.
        into: the folder to make for the bag, inside the node; its parent must exist.
        keys: this node's, unlocked.
        expect: what may be taken in.

    Raises:
        Refused: its subclass and line say why. NumberGap means held: keep the sealed file, it was not opened.
        AlreadyThere: `into` exists.
    """
    if into.exists():
        raise AlreadyThere(path=into)
    if not path.is_file():
        raise Refused(path=path, detail=translate("there is no such file"))
    staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=into.parent))
    try:
        bag = staging / "bag"
        bag.mkdir(mode=0o700)
        _decrypt(path, staging / "content.tar", keys, expect.limits)
        with (staging / "content.tar").open("rb") as tar:
            extract(tar, bag, path.name, expect.limits)
        opened = verify_opened(bag, path.name, keys, expect)
        bag.replace(into)
        sync_folder(into.parent)
    finally:
        shutil.rmtree(staging)
    return replace(opened, folder=into)


def check_sealed(path: Path, scratch: Path, keys: Unlocked, expect: Expectation) -> Opened:
    """Verify a sealed file as `open_sealed` does and leave nothing behind; `folder` of the result is gone.

    Args:
        path: the sealed file.
        scratch: an existing folder inside the node.
        keys: this node's, unlocked.
        expect: what may be taken in; with `any_number`, a file that was taken in before verifies too.

    Raises:
        Refused: its subclass and line say why.
    """
    with tempfile.TemporaryDirectory(prefix=STAGING, dir=scratch) as folder:
        return open_sealed(path, Path(folder) / "bag", keys, expect)


def sweep(folder: Path) -> None:
    """Delete what openings that were killed left in a folder. Call it while nothing is being opened there."""
    for leftover in folder.glob(f"{STAGING}*"):
        shutil.rmtree(leftover)


def _decrypt(path: Path, target: Path, keys: Unlocked, limits: Limits) -> None:
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as sink, path.open("rb") as source:
        # Headers and padding come on top of the files' own bytes.
        bounded = _Bounded(sink, limits.total_bytes + 1024 * (limits.files + 40))
        try:
            pyrage.decrypt_io(source, bounded, [keys.identity, *(one.identity for one in keys.earlier)])
        except pyrage.DecryptError as e:
            if "No matching keys" in str(e):
                raise NotForUs(path=path.name) from e
            raise Damaged(path=path.name, detail=translate("its seal cannot be read")) from e
        except OSError as e:
            if bounded.overrun:
                raise TooBig(path=path.name, limit=translate("{n} bytes").format(n=limits.total_bytes)) from e
            raise Damaged(path=path.name, detail=translate("its seal breaks off")) from e


def verify_opened(bag: Path, name: str, keys: Unlocked, expect: Expectation) -> Opened:
    """Verify an unpacked bag: signature, pin, every digest, heading. Raises Refused, as `open_sealed` does."""
    kind = _kind(bag, name, expect.kinds)
    signer = _signer(bag, name, f"fanal-{kind}", expect.pins)
    digest = verify_bag(bag, name)
    heading = read_heading(bag, kind, name)
    if heading.sender.node != signer.node or heading.sender.signing_key != sshsig.bare_line(signer.signing_key):
        raise SenderMismatch(path=name, named=heading.sender.agency, signer=signer.agency)
    us = keys.public
    if heading.recipient.node != us.node or not keys.opens(heading.recipient.age_recipient):
        raise Rewrapped(path=name, named=f"{heading.recipient.agency} ({heading.recipient.country})")
    _check_time(heading, name, signer)
    if expect.operation not in (None, heading.operation):
        raise WrongOperation(path=name, operation=heading.operation, expected=expect.operation)
    if not expect.any_number:
        _check_number(heading, name, expect)
    return Opened(bag, heading, signer, digest)


def _kind(bag: Path, name: str, kinds: tuple[str, ...]) -> str:
    present = [kind for kind in KINDS if (bag / f"data/{kind}.json").is_file()]
    if not present:
        raise MissingFile(path=name, name=f"data/{kinds[0]}.json")
    if len(present) > 1:
        raise ExtraFile(path=name, name=f"data/{present[1]}.json")
    if present[0] not in kinds:
        raise WrongKind(path=name, kind=present[0], expected=translate(" or ").join(kinds))
    return present[0]


def _signer(bag: Path, name: str, namespace: str, pins: Sequence[Pin]) -> Pin:
    if not (bag / SIGNATURE).is_file() or not (bag / TAGMANIFEST).is_file():
        raise MissingFile(path=name, name=SIGNATURE)
    # Nobody is known yet: what is read into memory here is bounded.
    if (bag / SIGNATURE).stat().st_size > sshsig.LONGEST:
        raise SignatureBroken(path=name, detail=translate("it is far too long"))
    try:
        armoured = (bag / SIGNATURE).read_text(encoding="ascii")
        with (bag / TAGMANIFEST).open("rb") as f:
            line = sshsig.verify_digest(sshsig.digest_stream(f), armoured, namespace)
    except (UnicodeDecodeError, FanalError) as e:
        detail = e.fields["detail"] if isinstance(e, sshsig.BadSignature) else translate("it cannot be read")
        raise SignatureBroken(path=name, detail=detail) from e
    for pin in pins:
        if sshsig.bare_line(pin.signing_key) == line:
            if pin.revoked:
                raise SignerRevoked(path=name, fingerprint=sshsig.fingerprint(line), agency=pin.agency)
            return pin
    raise SignerUnpinned(path=name, fingerprint=sshsig.fingerprint(line))


def _check_time(heading: Heading, name: str, signer: Pin) -> None:
    if signer.retired_at and heading.made_at > signer.retired_at:
        raise SignedTooLate(
            path=name,
            made_at=instants.text(heading.made_at),
            fingerprint=sshsig.fingerprint(signer.signing_key),
            agency=signer.agency,
            since=instants.text(signer.retired_at),
        )
    if signer.expires_at and heading.made_at > signer.expires_at:
        raise CardExpired(path=name, agency=signer.agency, since=instants.text(signer.expires_at)[:10])


def _check_number(heading: Heading, name: str, expect: Expectation) -> None:
    last = expect.last_numbers.get((heading.kind, heading.sender.node, heading.operation), 0)
    if heading.number <= last:
        raise OldNumber(path=name, number=heading.number, operation=heading.operation, last=last)
    if heading.number > last + 1 and not expect.release_gap:
        raise NumberGap(path=name, number=heading.number, operation=heading.operation, expected=last + 1)
