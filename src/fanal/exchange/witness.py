"""Cosigned checkpoints: what a recipient's receipt or answer proves about the sender's audit log.

A checkpoint that went out with a package comes back under the recipient's signature. Whoever rewrites the log
afterwards, and signs a new checkpoint over it, cannot sign in the recipient's name: the log then contradicts the
cosigned one. A witness holds no personal data. It says nothing about the answers themselves.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from fanal.base.digests import canonical_json
from fanal.base.errors import FanalError
from fanal.base.files import replace_file
from fanal.exchange import sshsig
from fanal.exchange.answer import CHECKPOINT_NAMESPACE, Reply
from fanal.exchange.opening import Opened

ENDING = ".cosigned"
_LARGEST = 1 << 20


class NoWitness(FanalError):
    """A file that holds no cosigned checkpoint."""

    code = "F-WITNESS-01"
    text = (
        "{path} holds no cosigned checkpoint; name a .cosigned file, or data/receipt.json or data/answer.json of the "
        "bag that the recipient keeps."
    )


@dataclass(frozen=True)
class Witness:
    """One cosigned checkpoint.

    Attributes:
        package: digest of the package that carried the checkpoint.
        reply: digest of the receipt or answer that brought it back; "" where it was read from that itself.
        checkpoint: the sender's checkpoint, verbatim.
        cosignature: SSHSIG over it, namespace fanal-checkpoint.
        signing_key: public key line of who cosigned.
    """

    package: str
    reply: str
    checkpoint: str
    cosignature: str
    signing_key: str

    def holds(self) -> bool:
        """Whether the cosignature is by the key that is named, over the checkpoint."""
        try:
            signer = sshsig.verify(self.checkpoint.encode(), self.cosignature, CHECKPOINT_NAMESPACE)
            return signer == sshsig.bare_line(self.signing_key)
        except FanalError:
            return False


def witness_of(reply: Reply, opened: Opened) -> Witness:
    """What a reply that was taken in proves."""
    key = reply.heading.sender.signing_key
    return Witness(reply.package.digest, opened.package_digest, reply.checkpoint, reply.cosignature, key)


def keep_witness(folder: Path, witness: Witness) -> Path:
    """Write it below `folder`, under the reply's digest; the same one twice is one file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{witness.reply[:32]}{ENDING}"
    replace_file(path, canonical_json(asdict(witness)))
    return path


def read_witness(path: Path) -> Witness:
    """A witness as `keep_witness` wrote it, or as it stands in a reply's head file. Raises NoWitness."""
    try:
        data = path.read_bytes()
        raw = json.loads(data) if len(data) <= _LARGEST else {}
        if "sender" in raw:
            cosigned = raw["checkpoint"]
            fields = (
                raw["package"]["digest"],
                "",
                cosigned["text"],
                cosigned["cosignature"],
                raw["sender"]["signing_key"],
            )
        else:
            fields = tuple(raw[key] for key in ("package", "reply", "checkpoint", "cosignature", "signing_key"))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as e:
        raise NoWitness(path=path) from e
    if not all(isinstance(field, str) for field in fields):
        raise NoWitness(path=path)
    return Witness(*fields)
