"""Succession of keys: an old signing key names the new one, so that who trusted the old need not telephone again.

Each link is signed by the key that goes. A chain of links leads from a node's first key, of which the node's id is
made, to its present one. It says nothing of a key that was lost or stolen: such a key cannot, or must not, name its
successor, and the new card is compared by telephone again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fanal.base import instants
from fanal.base.digests import canonical_json
from fanal.base.errors import FanalError
from fanal.exchange import sshsig

NAMESPACE = "fanal-succession"
MOST = 200


@dataclass(frozen=True)
class Succession:
    """One link: `old` names `new`.

    Attributes:
        node: the node's id, which stays.
        old: public key line of the key that goes, and that signs.
        new: public key line of the key that comes.
        age_recipient: what is sealed to the node from now on.
        at: when, ISO text in UTC.
        signature: SSHSIG by `old`, namespace fanal-succession, over all the rest.
    """

    node: str
    old: str
    new: str
    age_recipient: str
    at: str
    signature: str

    def signed(self) -> bytes:
        """What the signature covers."""
        said = asdict(self)
        del said["signature"]
        return canonical_json({"fanal": "succession", **said})

    def holds(self) -> bool:
        """Whether `old` signed it."""
        try:
            return sshsig.verify(self.signed(), self.signature, NAMESPACE) == sshsig.bare_line(self.old)
        except FanalError:
            return False


def succeed(node: str, key: Ed25519PrivateKey, new: str, age_recipient: str, at: datetime) -> Succession:
    """The link by which `key` names its successor."""
    unsigned = Succession(node, sshsig.public_line(key), new, age_recipient, instants.text(at), "")
    return Succession(**{**asdict(unsigned), "signature": sshsig.sign(unsigned.signed(), key, NAMESPACE)})


def leads(chain: Sequence[Succession], old: str, new: str, node: str) -> bool:
    """Whether links that hold lead from one key of a node to another, each used once and in order."""
    here = sshsig.bare_line(old)
    for link in chain:
        if link.old == here and link.node == node and link.holds():
            here = link.new
            if here == new:
                return True
    return False


def from_json(raw: Any) -> tuple[Succession, ...]:
    """Links as a card holds them. Raises ValueError, TypeError or KeyError on what are none."""
    if not isinstance(raw, list) or len(raw) > MOST:
        raise ValueError
    links = [Succession(**entry) for entry in raw]
    for link in links:
        if not all(isinstance(value, str) for value in asdict(link).values()):
            raise TypeError
    return tuple(links)


def to_json(chain: Iterable[Succession]) -> list[dict[str, str]]:
    """Links as a card holds them."""
    return [asdict(link) for link in chain]
