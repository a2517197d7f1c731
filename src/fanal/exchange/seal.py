"""Seal a bag: sign its tagmanifest, stream it as a tar into an age file for one recipient.

What is sealed is what was approved: the caller names the approved digest, and every byte is checked
against it on its way into the seal. It does not decide who may seal, and sends nothing.
"""

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fanal.base import instants
from fanal.base.digests import sha256_file
from fanal.base.files import sync_folder
from fanal.exchange import sshsig
from fanal.exchange.age import encrypted
from fanal.exchange.archive import stream
from fanal.exchange.bag import SIGNATURE, TAGMANIFEST, check_files, expected_digests, listing, package_digest
from fanal.exchange.heading import Heading, read_heading
from fanal.exchange.refusals import AlreadyThere, ApprovalVoid, Refused

#: Bytes that go to the file together: the system takes long writes with a third less work.
_WRITTEN = 1 << 20


@dataclass(frozen=True)
class Sealed:
    """A sealed file: where it is, its own SHA-256 and length, and the digest of the package inside."""

    path: Path
    sha256: str
    size: int
    package_digest: str


class KeyNotSender(Refused):
    """The key that would sign is not the one that the heading names."""

    code = "F-PKG-23"
    text = "{path} is refused: it names {named} as sender, but the key in use is not theirs; unlock the right one."


CHECK_WITHOUT_FANAL = (
    "age --decrypt -i age-identity.txt -o package.tar FILE && tar -xf package.tar",
    "sha256sum --check --strict tagmanifest-sha256.txt manifest-sha256.txt",
)


def bag_info(heading: Heading) -> list[tuple[str, str]]:
    """The labels of bag-info.txt, with the commands that check the bag without Fanal."""
    sender = heading.sender
    verify = (
        f"ssh-keygen -Y verify -f allowed_signers -I {sender.node} -n {heading.namespace} "
        f"-s {SIGNATURE} < {TAGMANIFEST}"
    )
    return [
        ("Source-Organization", sender.agency),
        ("External-Identifier", f"{heading.operation}-{heading.recipient.country}-{heading.number}"),
        ("Bagging-Date", instants.text(heading.made_at)[:10]),
        ("Bag-Software-Agent", "Fanal"),
        ("Fanal-Kind", heading.kind),
        ("Fanal-Sender", sender.node),
        ("Fanal-Recipient", heading.recipient.node),
        *(("Check-Without-Fanal", command) for command in CHECK_WITHOUT_FANAL),
        ("Check-Without-Fanal-First", "compare the key below with the sender's card, which you checked by phone"),
        ("Check-Without-Fanal", f'echo "{sender.node} {sender.signing_key}" > allowed_signers'),
        ("Check-Without-Fanal", verify),
    ]


def seal(folder: Path, heading: Heading, key: Ed25519PrivateKey, target: Path, approved: str) -> Sealed:
    """Sign a bag and seal it for the recipient that its heading names.

    Args:
        folder: the bag, written by `bag.write_bag`; the signature is put into it.
        heading: as it stands in the bag.
        key: the sender's signing key.
        target: the file to make, mode 0600; it appears whole or not at all.
        approved: the package digest that the officers approved.

    Raises:
        ApprovalVoid: the bag is not, or no longer, the approved one.
        KeyNotSender: the key is not the one that the heading names.
        AlreadyThere: there is a file of that name.
    """
    if target.exists():
        raise AlreadyThere(path=target)
    if sshsig.public_line(key) != heading.sender.signing_key:
        raise KeyNotSender(path=folder, named=heading.sender.agency)
    digests = _approved_digests(folder, heading, approved)
    with (folder / TAGMANIFEST).open("rb") as f:
        signature = sshsig.sign_digest(sshsig.digest_stream(f), key, heading.namespace)
    (folder / SIGNATURE).write_text(signature, encoding="ascii")
    digests |= {TAGMANIFEST: approved, SIGNATURE: sha256_file(folder / SIGNATURE)}
    sha256 = seal_stream(stream(folder, digests), target, [heading.recipient.age_recipient])
    return Sealed(target, sha256, target.stat().st_size, approved)


def _approved_digests(folder: Path, heading: Heading, approved: str) -> dict[str, str]:
    try:
        expected = expected_digests(folder, folder)
        check_files(expected, listing(folder), folder)
        same = package_digest(folder) == approved and read_heading(folder, heading.kind, folder) == heading
    except (Refused, FileNotFoundError) as e:
        raise ApprovalVoid(path=folder) from e
    if not same:
        raise ApprovalVoid(path=folder)
    return expected


def seal_stream(pieces: Iterable[bytes], target: Path, recipients: Sequence[str]) -> str:
    """Write what comes in as an age file, mode 0600; it appears whole or not at all.

    Args:
        pieces: its content. Where that ends in an error, the error is passed on and there is no file.
        target: the file to make, in place of one of that name.
        recipients: see `age.encrypted`.

    Returns:
        The file's SHA-256, taken as it is written, so that it need not be read again.
    """
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    digest = hashlib.sha256()
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb", buffering=_WRITTEN) as sink:
            for block in encrypted(pieces, recipients):
                digest.update(block)
                sink.write(block)
            sink.flush()
            os.fsync(sink.fileno())
        part.replace(target)
        sync_folder(target.parent)
        return digest.hexdigest()
    finally:
        part.unlink(missing_ok=True)
